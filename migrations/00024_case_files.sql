-- +goose Up
-- What comes with words: photos and documents. The bytes lie encrypted in the file
-- store; the rows say what they are.

-- Files that wait for their form. One that is not sent within a day goes again.
CREATE TABLE case_uploads (
    id         bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT case_uploads_pkey PRIMARY KEY,
    form       bytea NOT NULL CONSTRAINT case_uploads_form_check CHECK (octet_length(form) = 32),
    ready      boolean NOT NULL DEFAULT false,
    kind       text NOT NULL CONSTRAINT case_uploads_kind_check CHECK (kind IN ('picture', 'document')),
    name       text NOT NULL CONSTRAINT case_uploads_name_check CHECK (name <> '' AND char_length(name) <= 200),
    bytes      bigint NOT NULL CONSTRAINT case_uploads_bytes_check CHECK (bytes > 0),
    width      int,
    height     int,
    digest     bytea NOT NULL CONSTRAINT case_uploads_digest_check CHECK (octet_length(digest) = 32),
    object     text NOT NULL CONSTRAINT case_uploads_object_key UNIQUE,
    key_id     uuid NOT NULL,
    at         timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT case_uploads_form_digest_key UNIQUE (form, digest),
    CONSTRAINT case_uploads_size_check CHECK ((kind = 'picture') = (width IS NOT NULL) AND (width IS NULL) = (height IS NULL))
);
CREATE INDEX case_uploads_expires_at_idx ON case_uploads (expires_at);
COMMENT ON COLUMN case_uploads.form IS 'keyed digest of the number printed into the form, of which button it is for, and of the account: only that form finds it';
COMMENT ON COLUMN case_uploads.ready IS 'false while the bytes are on their way; a row that stays so is swept. Nothing lies in the store without a row';
COMMENT ON COLUMN case_uploads.digest IS 'keyed SM3 of the bytes as kept: the same file is not kept twice in a form';
COMMENT ON COLUMN case_uploads.object IS 'name in the file store; the thumbnail lies beside it under the name with -s';
COMMENT ON COLUMN case_uploads.key_id IS 'vault_records.id of the key that the bytes are encrypted with';

-- Files of a case. Rows stay; an erased one keeps what it was, when, and why it went.
CREATE TABLE case_files (
    id           bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT case_files_pkey PRIMARY KEY,
    case_id      bigint NOT NULL CONSTRAINT case_files_case_id_fk REFERENCES cases (id),
    seq          int NOT NULL CONSTRAINT case_files_seq_check CHECK (seq > 0),
    message_id   bigint CONSTRAINT case_files_message_id_fk REFERENCES case_messages (id),
    at           timestamptz NOT NULL,
    audience     text NOT NULL CONSTRAINT case_files_audience_check CHECK (audience IN ('public', 'private')),
    side         text NOT NULL CONSTRAINT case_files_side_check CHECK (side IN ('citizen', 'staff')),
    kind         text NOT NULL CONSTRAINT case_files_kind_check CHECK (kind IN ('picture', 'document')),
    name         text NOT NULL CONSTRAINT case_files_name_check CHECK (char_length(name) <= 200),
    bytes        bigint NOT NULL CONSTRAINT case_files_bytes_check CHECK (bytes > 0),
    width        int,
    height       int,
    digest       bytea,
    object       text NOT NULL,
    key_id       uuid NOT NULL,
    erased_at    timestamptz,
    erased_why   text NOT NULL DEFAULT '' CONSTRAINT case_files_erased_why_check CHECK (char_length(erased_why) <= 200),
    CONSTRAINT case_files_erased_check CHECK ((erased_at IS NULL) = (erased_why = '') AND (erased_at IS NULL) = (name <> '') AND (erased_at IS NULL) = (digest IS NOT NULL)),
    CONSTRAINT case_files_case_id_id_key UNIQUE (case_id, id)
);
CREATE INDEX case_files_gone_idx ON case_files (id) WHERE erased_at IS NOT NULL AND object <> '';
COMMENT ON COLUMN case_files.seq IS 'the event of the case that brought it: 1 is the filing';
COMMENT ON COLUMN case_files.message_id IS 'the words it came with; null: the filing itself';
COMMENT ON COLUMN case_files.object IS 'empty once the bytes of an erased file are out of the store; they are unreadable before, their key being erased with the row';
CREATE TRIGGER case_files_stay BEFORE DELETE ON case_files FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Whom the first questions sent elsewhere: counts and nothing of anybody.
CREATE TABLE route_counts (
    day      date NOT NULL,
    route    text NOT NULL CONSTRAINT route_counts_route_check CHECK (route IN ('emergency', 'hotline', 'petition', 'litigation', 'discipline')),
    unit_id  bigint NOT NULL DEFAULT 0,
    channel  text NOT NULL CONSTRAINT route_counts_channel_check CHECK (channel IN ('web', 'code', 'kiosk')),
    language text NOT NULL CONSTRAINT route_counts_language_check CHECK (language IN ('zh-CN', 'en')),
    n        int NOT NULL CONSTRAINT route_counts_n_check CHECK (n > 0),
    CONSTRAINT route_counts_pkey PRIMARY KEY (day, route, unit_id, channel, language)
);
COMMENT ON TABLE route_counts IS 'how often the pages told somebody to go elsewhere, by day; a browser counts once in an hour for each destination';
COMMENT ON COLUMN route_counts.unit_id IS 'the place whose code led there; 0: none';

-- +goose Down
DROP TABLE route_counts, case_files, case_uploads;
