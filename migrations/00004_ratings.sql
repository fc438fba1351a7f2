-- +goose Up
-- One row per rating, kept for good. Partitioned by the month of the visit.
-- The parents are those of the visit's day, so a window that moves house leaves
-- its past where it was. No address of a network is stored here.
CREATE SEQUENCE ratings_id_seq AS bigint CACHE 64;
CREATE TABLE ratings (
    id            bigint NOT NULL DEFAULT nextval('ratings_id_seq'),
    visited_on    date NOT NULL,
    received_at   timestamptz NOT NULL,
    submission_id uuid NOT NULL,
    unit_id       bigint NOT NULL,
    window_id     bigint,
    division_id   bigint,
    office_id     bigint,
    hall_id       bigint,
    version_id    int NOT NULL,
    channel       text NOT NULL CONSTRAINT ratings_channel_check CHECK (channel IN ('desk', 'exit', 'ticket', 'kiosk', 'sms', 'web', 'import')),
    stratum       text NOT NULL CONSTRAINT ratings_stratum_check CHECK (stratum IN ('public', 'society', 'grassroots', 'expert', 'unstated')),
    level         smallint NOT NULL CONSTRAINT ratings_level_check CHECK (level BETWEEN 1 AND 5),
    tags          smallint[] NOT NULL DEFAULT '{}',
    question_ids  int[] NOT NULL DEFAULT '{}',
    answer_values smallint[] NOT NULL DEFAULT '{}',
    texts         jsonb,
    service       text CONSTRAINT ratings_service_check CHECK (service <> ''),
    comment       text CONSTRAINT ratings_comment_check CHECK (comment <> ''),
    language      text NOT NULL DEFAULT 'zh-CN',
    elder         boolean NOT NULL DEFAULT false,
    seconds       int,
    device        bytea,
    signals       text[] NOT NULL DEFAULT '{}',
    standing      text NOT NULL CONSTRAINT ratings_standing_check CHECK (standing IN ('clear', 'suspect', 'quarantined')),
    CONSTRAINT ratings_answers_check CHECK (cardinality(question_ids) = cardinality(answer_values)),
    CONSTRAINT ratings_pkey PRIMARY KEY (visited_on, id)
) PARTITION BY RANGE (visited_on);
CREATE INDEX ratings_office_id_idx ON ratings (office_id, visited_on, id);
CREATE INDEX ratings_device_idx ON ratings (device, unit_id, received_at) WHERE device IS NOT NULL;
COMMENT ON COLUMN ratings.question_ids IS 'sub-questions answered, each with its value at the same place in answer_values (a multiple choice takes several places)';
COMMENT ON COLUMN ratings.service IS 'code of the service item 事项, where the source tells it';
COMMENT ON COLUMN ratings.texts IS 'answers in words: question id → text';
COMMENT ON COLUMN ratings.seconds IS 'from the form being printed to the rating being sent; null where the form does not tell';
COMMENT ON COLUMN ratings.device IS 'keyed digest of a device cookie and the ISO week: tells repeats within a week, never who';
COMMENT ON COLUMN ratings.signals IS 'why standing is suspect: honeypot, hasty, repeat';

-- The idempotency key of every rating ever taken, across all months, and the
-- receipt code its sender was given.
CREATE TABLE submissions (
    submission_id uuid CONSTRAINT submissions_pkey PRIMARY KEY,
    receipt       text NOT NULL CONSTRAINT submissions_receipt_key UNIQUE,
    visited_on    date NOT NULL,
    rating_id     bigint NOT NULL,
    form_id       uuid
);
COMMENT ON COLUMN submissions.form_id IS 'tickets: the submission id of the form that was stored; it may be sent again, another form is told that the visit is rated';

-- +goose StatementBegin
CREATE FUNCTION ensure_rating_partitions(from_month date, to_month date) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    m date := date_trunc('month', from_month)::date;
    made int := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('ensure_rating_partitions'));
    WHILE m <= to_month LOOP
        IF to_regclass(format('ratings_%s', to_char(m, 'YYYYMM'))) IS NULL THEN
            EXECUTE format('CREATE TABLE ratings_%s PARTITION OF ratings FOR VALUES FROM (%L) TO (%L)',
                to_char(m, 'YYYYMM'), m, (m + interval '1 month')::date);
            made := made + 1;
        END IF;
        m := (m + interval '1 month')::date;
    END LOOP;
    RETURN made;
END $$;
-- +goose StatementEnd

-- What counts are kept apart by, besides unit and day: a slice has a small number, so that
-- the counts' keys, which every rating touches some twenty of, stay short.
CREATE TABLE rating_slices (
    id         int GENERATED ALWAYS AS IDENTITY CONSTRAINT rating_slices_pkey PRIMARY KEY,
    channel    text NOT NULL,
    stratum    text NOT NULL,
    version_id int NOT NULL,
    standing   text NOT NULL,
    CONSTRAINT rating_slices_channel_stratum_version_id_standing_key UNIQUE (channel, stratum, version_id, standing)
);

-- +goose StatementBegin
CREATE FUNCTION rating_slice(in_channel text, in_stratum text, in_version_id int, in_standing text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    found int;
BEGIN
    SELECT id INTO found FROM rating_slices
        WHERE channel = in_channel AND stratum = in_stratum AND version_id = in_version_id AND standing = in_standing;
    IF found IS NULL THEN
        INSERT INTO rating_slices (channel, stratum, version_id, standing)
            VALUES (in_channel, in_stratum, in_version_id, in_standing) ON CONFLICT DO NOTHING;
        SELECT id INTO STRICT found FROM rating_slices
            WHERE channel = in_channel AND stratum = in_stratum AND version_id = in_version_id AND standing = in_standing;
    END IF;
    RETURN found;
END $$;
-- +goose StatementEnd
COMMENT ON FUNCTION rating_slice(text, text, int, text) IS 'the number of a slice, made when it is new';

-- Counts kept in the same transaction as the ratings. grain: 'd' day, 'm' month
-- (starts_on = its first day). One row for each unit above a rating.
CREATE TABLE rating_rollups (
    unit_id   bigint NOT NULL,
    starts_on date NOT NULL,
    slice_id  int NOT NULL,
    n1 int NOT NULL, n2 int NOT NULL, n3 int NOT NULL, n4 int NOT NULL, n5 int NOT NULL,
    grain     "char" NOT NULL CONSTRAINT rating_rollups_grain_check CHECK (grain IN ('d', 'm')),
    CONSTRAINT rating_rollups_pkey PRIMARY KEY (unit_id, grain, starts_on, slice_id)
) WITH (fillfactor = 70);
COMMENT ON TABLE rating_rollups IS 'fillfactor leaves room for in-page (HOT) updates of the counts';

-- Counts of reason tags and of sub-question answers; value is the tag's code,
-- the point on the scale, or the option's number.
CREATE TABLE answer_rollups (
    unit_id     bigint NOT NULL,
    starts_on   date NOT NULL,
    slice_id    int NOT NULL,
    question_id int NOT NULL,
    n           int NOT NULL,
    value       smallint NOT NULL,
    grain       "char" NOT NULL CONSTRAINT answer_rollups_grain_check CHECK (grain IN ('d', 'm')),
    CONSTRAINT answer_rollups_pkey PRIMARY KEY (unit_id, grain, starts_on, question_id, value, slice_id)
) WITH (fillfactor = 70);
COMMENT ON COLUMN answer_rollups.question_id IS '0 = reason tags (value = tag code); otherwise questions.id';

-- What other domains may read of ratings.
CREATE VIEW rating_counts AS
    SELECT r.unit_id, r.grain, r.starts_on, s.channel, s.stratum, s.version_id, s.standing, r.n1, r.n2, r.n3, r.n4, r.n5
    FROM rating_rollups r JOIN rating_slices s ON s.id = r.slice_id;
CREATE VIEW answer_counts AS
    SELECT r.unit_id, r.grain, r.starts_on, r.question_id, r.value, s.channel, s.stratum, s.version_id, s.standing, r.n
    FROM answer_rollups r JOIN rating_slices s ON s.id = r.slice_id;
CREATE VIEW rating_facts AS
    SELECT id, visited_on, received_at, unit_id, window_id, division_id, office_id, hall_id, version_id,
           channel, stratum, level, tags, question_ids, answer_values, texts, service, comment, language, elder, seconds, signals, standing FROM ratings;

-- +goose Down
DROP VIEW rating_facts, answer_counts, rating_counts;
DROP TABLE answer_rollups, rating_rollups, rating_slices, submissions, ratings;
DROP SEQUENCE ratings_id_seq;
DROP FUNCTION ensure_rating_partitions(date, date);
DROP FUNCTION rating_slice(text, text, int, text);
