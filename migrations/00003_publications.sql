-- +goose Up
-- A survey version published to units over one channel for a time.
CREATE TABLE publications (
    id            bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT publications_pkey PRIMARY KEY,
    version_id    int NOT NULL CONSTRAINT publications_version_id_fk REFERENCES survey_versions (id),
    title         text NOT NULL CONSTRAINT publications_title_check CHECK (title <> '' AND length(title) <= 200),
    channel       text NOT NULL CONSTRAINT publications_channel_check CHECK (channel IN ('desk', 'exit', 'ticket', 'kiosk', 'sms', 'web')),
    starts_at     timestamptz NOT NULL,
    ends_at       timestamptz,
    late_workdays int NOT NULL DEFAULT 5 CONSTRAINT publications_late_workdays_check CHECK (late_workdays BETWEEN 0 AND 60),
    created_by    text NOT NULL DEFAULT '',
    created_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT publications_period_check CHECK (ends_at IS NULL OR ends_at > starts_at)
);
COMMENT ON COLUMN publications.late_workdays IS 'a visit may be rated until this many working days after it';

CREATE TABLE publication_units (
    publication_id bigint NOT NULL CONSTRAINT publication_units_publication_id_fk REFERENCES publications (id),
    unit_id        bigint NOT NULL CONSTRAINT publication_units_unit_id_fk REFERENCES units (id),
    CONSTRAINT publication_units_pkey PRIMARY KEY (publication_id, unit_id)
);
CREATE INDEX publication_units_unit_id_idx ON publication_units (unit_id);

-- A code belongs to a unit and a channel, not to a publication: the poster on
-- the wall stays valid when the next survey version is published to it.
CREATE TABLE codes (
    code       text CONSTRAINT codes_pkey PRIMARY KEY CONSTRAINT codes_code_check CHECK (code ~ '^[0-9a-z]{6,32}$'),
    unit_id    bigint NOT NULL CONSTRAINT codes_unit_id_fk REFERENCES units (id),
    channel    text NOT NULL CONSTRAINT codes_channel_check CHECK (channel IN ('desk', 'exit', 'ticket', 'kiosk', 'sms', 'web')),
    issued_at  timestamptz NOT NULL DEFAULT now(),
    retired_at timestamptz,
    retired_as text CONSTRAINT codes_retired_as_check CHECK (retired_as IN ('rotated', 'revoked')),
    CONSTRAINT codes_retired_check CHECK ((retired_at IS NULL) = (retired_as IS NULL))
);
CREATE UNIQUE INDEX codes_unit_id_channel_key ON codes (unit_id, channel) WHERE retired_at IS NULL;

-- Tickets: single-use codes, one visit each 一次一评.
CREATE TABLE ticket_batches (
    id         bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT ticket_batches_pkey PRIMARY KEY,
    unit_id    bigint NOT NULL CONSTRAINT ticket_batches_unit_id_fk REFERENCES units (id),
    channel    text NOT NULL CONSTRAINT ticket_batches_channel_check CHECK (channel IN ('ticket', 'sms')),
    visited_on date NOT NULL,
    created_by text NOT NULL DEFAULT '',
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE tickets (
    code     text CONSTRAINT tickets_pkey PRIMARY KEY,
    batch_id bigint NOT NULL CONSTRAINT tickets_batch_id_fk REFERENCES ticket_batches (id),
    serial   int NOT NULL,
    CONSTRAINT tickets_batch_id_serial_key UNIQUE (batch_id, serial)
);
COMMENT ON TABLE tickets IS 'a ticket is used when submissions holds the UUID derived from its code';

-- Every node keeps units, publications and codes in memory and reloads on this note.
-- +goose StatementBegin
CREATE FUNCTION notify_publications() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('publications', '');
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER units_notify AFTER INSERT OR UPDATE OR DELETE ON units
    FOR EACH STATEMENT EXECUTE FUNCTION notify_publications();
CREATE TRIGGER publications_notify AFTER INSERT OR UPDATE OR DELETE ON publications
    FOR EACH STATEMENT EXECUTE FUNCTION notify_publications();
CREATE TRIGGER publication_units_notify AFTER INSERT OR UPDATE OR DELETE ON publication_units
    FOR EACH STATEMENT EXECUTE FUNCTION notify_publications();
CREATE TRIGGER codes_notify AFTER INSERT OR UPDATE OR DELETE ON codes
    FOR EACH STATEMENT EXECUTE FUNCTION notify_publications();

-- +goose Down
DROP TABLE tickets, ticket_batches, codes, publication_units, publications;
DROP TRIGGER units_notify ON units;
DROP FUNCTION notify_publications();
