-- +goose Up
-- One question about another office, asked after a rating: who was served at one office is
-- asked whether they have heard of another one, and if so how they rate it. Everybody who
-- was asked has a row, so that the share who answered is known.
CREATE TABLE probes (
    visited_on  date NOT NULL,
    rating_id   bigint NOT NULL,
    unit_id     bigint NOT NULL CONSTRAINT probes_unit_id_fk REFERENCES units (id),
    from_id     bigint NOT NULL CONSTRAINT probes_from_id_fk REFERENCES units (id),
    asked_on    date NOT NULL,
    channel     text NOT NULL CONSTRAINT probes_channel_check CHECK (channel IN ('desk', 'exit', 'ticket', 'kiosk', 'sms', 'web')),
    stratum     text NOT NULL CONSTRAINT probes_stratum_check CHECK (stratum IN ('public', 'society', 'grassroots', 'expert', 'unstated')),
    elder       boolean NOT NULL,
    standing    text NOT NULL CONSTRAINT probes_standing_check CHECK (standing IN ('clear', 'suspect', 'quarantined')),
    heard       text CONSTRAINT probes_heard_check CHECK (heard IN ('yes', 'no', 'unsure', 'declined')),
    esteem      smallint CONSTRAINT probes_esteem_check CHECK (esteem BETWEEN 0 AND 5),
    answered_at timestamptz,
    CONSTRAINT probes_pkey PRIMARY KEY (visited_on, rating_id),
    CONSTRAINT probes_unit_id_from_id_check CHECK (unit_id <> from_id),
    CONSTRAINT probes_heard_esteem_check CHECK (esteem IS NULL OR heard = 'yes'),
    CONSTRAINT probes_answered_at_check CHECK ((heard IS NULL) = (answered_at IS NULL))
);
COMMENT ON TABLE probes IS 'a rating is never deleted; it has no foreign key here because its table is partitioned by month';
COMMENT ON COLUMN probes.unit_id IS 'the office that was asked about';
COMMENT ON COLUMN probes.from_id IS 'the office that had been rated, or the hall where no office was';
COMMENT ON COLUMN probes.heard IS 'null: not answered; declined: said so';
COMMENT ON COLUMN probes.esteem IS '1–5; 0 = no opinion; null = not answered, or not asked because the office is not known';
COMMENT ON COLUMN probes.standing IS 'of the rating, kept alike by a trigger; only answers of clear ratings are counted';

-- Counts kept by the trigger below; grain as in rating_rollups.
CREATE TABLE probe_rollups (
    unit_id   bigint NOT NULL,
    grain     "char" NOT NULL CONSTRAINT probe_rollups_grain_check CHECK (grain IN ('d', 'm')),
    starts_on date NOT NULL,
    channel   text NOT NULL,
    stratum   text NOT NULL,
    elder     boolean NOT NULL,
    asked     int NOT NULL,
    yes       int NOT NULL,
    no        int NOT NULL,
    unsure    int NOT NULL,
    declined  int NOT NULL,
    e0 int NOT NULL, e1 int NOT NULL, e2 int NOT NULL, e3 int NOT NULL, e4 int NOT NULL, e5 int NOT NULL,
    CONSTRAINT probe_rollups_pkey PRIMARY KEY (unit_id, grain, starts_on, channel, stratum, elder)
) WITH (fillfactor = 70);

-- +goose StatementBegin
CREATE FUNCTION count_probe(p probes, sign int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF p.standing <> 'clear' THEN
        RETURN;
    END IF;
    INSERT INTO probe_rollups AS r (unit_id, grain, starts_on, channel, stratum, elder, asked, yes, no, unsure, declined, e0, e1, e2, e3, e4, e5)
    SELECT p.unit_id, g.grain::"char", date_trunc(g.unit, p.asked_on)::date, p.channel, p.stratum, p.elder, sign,
           CASE WHEN p.heard = 'yes' THEN sign ELSE 0 END, CASE WHEN p.heard = 'no' THEN sign ELSE 0 END,
           CASE WHEN p.heard = 'unsure' THEN sign ELSE 0 END, CASE WHEN p.heard = 'declined' THEN sign ELSE 0 END,
           CASE WHEN p.esteem = 0 THEN sign ELSE 0 END, CASE WHEN p.esteem = 1 THEN sign ELSE 0 END, CASE WHEN p.esteem = 2 THEN sign ELSE 0 END,
           CASE WHEN p.esteem = 3 THEN sign ELSE 0 END, CASE WHEN p.esteem = 4 THEN sign ELSE 0 END, CASE WHEN p.esteem = 5 THEN sign ELSE 0 END
    FROM (VALUES (1, 'd', 'day'), (2, 'm', 'month')) g (position, grain, unit)
    ORDER BY g.position
    ON CONFLICT ON CONSTRAINT probe_rollups_pkey DO UPDATE SET asked = r.asked + EXCLUDED.asked, yes = r.yes + EXCLUDED.yes,
        no = r.no + EXCLUDED.no, unsure = r.unsure + EXCLUDED.unsure, declined = r.declined + EXCLUDED.declined,
        e0 = r.e0 + EXCLUDED.e0, e1 = r.e1 + EXCLUDED.e1, e2 = r.e2 + EXCLUDED.e2, e3 = r.e3 + EXCLUDED.e3, e4 = r.e4 + EXCLUDED.e4, e5 = r.e5 + EXCLUDED.e5;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION probes_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM count_probe(OLD, -1);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM count_probe(NEW, 1);
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER probes_count AFTER INSERT OR UPDATE OR DELETE ON probes
    FOR EACH ROW EXECUTE FUNCTION probes_count();

-- A rating that is found doubtful takes its probe along, and back.
-- +goose StatementBegin
CREATE FUNCTION ratings_probe_standing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE probes SET standing = NEW.standing WHERE visited_on = NEW.visited_on AND rating_id = NEW.id;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER ratings_probe_standing AFTER UPDATE OF standing ON ratings
    FOR EACH ROW WHEN (OLD.standing IS DISTINCT FROM NEW.standing) EXECUTE FUNCTION ratings_probe_standing();

-- What other domains may read.
CREATE VIEW probe_counts AS
    SELECT unit_id, grain, starts_on, channel, stratum, elder, asked, yes, no, unsure, declined, e0, e1, e2, e3, e4, e5 FROM probe_rollups;

-- +goose Down
DROP VIEW probe_counts;
DROP TRIGGER ratings_probe_standing ON ratings;
DROP TABLE probe_rollups, probes CASCADE;
DROP FUNCTION IF EXISTS ratings_probe_standing();
DROP FUNCTION IF EXISTS probes_count();
DROP FUNCTION IF EXISTS count_probe(probes, int);
