-- +goose Up
-- Names and contacts, apart from ratings and cases and encrypted with SM4-GCM.
-- Nothing here refers to another domain, and nothing here can be read without
-- the key ring, which is kept outside the database.
CREATE TABLE vault_keys (
    id         uuid CONSTRAINT vault_keys_pkey PRIMARY KEY,
    kind       text NOT NULL CONSTRAINT vault_keys_kind_check CHECK (kind IN ('data', 'index', 'canary')),
    born_kek   text NOT NULL,
    kek_id     text NOT NULL,
    wrapped    bytea NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX vault_keys_index_key ON vault_keys (kind) WHERE kind = 'index';
CREATE UNIQUE INDEX vault_keys_canary_key ON vault_keys (kek_id) WHERE kind = 'canary';
CREATE INDEX vault_keys_born_kek_idx ON vault_keys (born_kek, created_at) WHERE kind = 'data';
COMMENT ON TABLE vault_keys IS 'data: encrypts records; index: makes the digests of vault_index; canary: proves that a master key is the one it was';
COMMENT ON COLUMN vault_keys.kek_id IS 'the master key of the key ring that encrypts this key now';
COMMENT ON COLUMN vault_keys.born_kek IS 'the master key that first encrypted it: whoever knew that one may know this one';
COMMENT ON COLUMN vault_keys.wrapped IS 'nonce, ciphertext and tag';

CREATE TABLE vault_records (
    id         uuid CONSTRAINT vault_records_pkey PRIMARY KEY,
    kind       text NOT NULL CONSTRAINT vault_records_kind_check CHECK (kind ~ '^[a-z][a-z_]{0,29}$'),
    subject    text NOT NULL DEFAULT '',
    dek_id     uuid CONSTRAINT vault_records_dek_id_fk REFERENCES vault_keys (id),
    nonce      bytea,
    ciphertext bytea,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    erased_at  timestamptz,
    CONSTRAINT vault_records_erased_at_check CHECK (
        (erased_at IS NULL) = (dek_id IS NOT NULL) AND
        (erased_at IS NULL) = (nonce IS NOT NULL) AND
        (erased_at IS NULL) = (ciphertext IS NOT NULL))
);
CREATE INDEX vault_records_dek_id_idx ON vault_records (dek_id, id) WHERE dek_id IS NOT NULL;
COMMENT ON COLUMN vault_records.subject IS 'what the owner of the record calls it by; opaque here, and part of what the ciphertext is bound to';

CREATE TABLE vault_index (
    field     text NOT NULL CONSTRAINT vault_index_field_check CHECK (field IN ('phone', 'email')),
    digest    bytea NOT NULL,
    record_id uuid NOT NULL CONSTRAINT vault_index_record_id_fk REFERENCES vault_records (id),
    CONSTRAINT vault_index_pkey PRIMARY KEY (field, digest, record_id)
);
CREATE INDEX vault_index_record_id_idx ON vault_index (record_id);
COMMENT ON COLUMN vault_index.digest IS 'HMAC-SM3 of the normalised value: finds an equal value, tells nothing of it';

-- Who saw which record in plain text, when and why. Append only.
CREATE TABLE vault_openings (
    id           bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT vault_openings_pkey PRIMARY KEY,
    record_id    uuid NOT NULL CONSTRAINT vault_openings_record_id_fk REFERENCES vault_records (id),
    account_id   bigint NOT NULL,
    account_name text NOT NULL,
    office_id    bigint NOT NULL,
    hall_id      bigint NOT NULL,
    reason       text NOT NULL CONSTRAINT vault_openings_reason_check CHECK (char_length(reason) >= 5),
    at           timestamptz NOT NULL
);
CREATE INDEX vault_openings_at_idx ON vault_openings (at, id);
CREATE INDEX vault_openings_account_id_idx ON vault_openings (account_id, id);
CREATE INDEX vault_openings_record_id_idx ON vault_openings (record_id, id);
CREATE TRIGGER vault_openings_kept BEFORE UPDATE OR DELETE ON vault_openings
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
COMMENT ON COLUMN vault_openings.account_id IS '0 = the program itself';
COMMENT ON COLUMN vault_openings.office_id IS 'where the record''s matter lies, as far as the permission depended on it; 0 = the city';

-- +goose Down
DROP TABLE vault_openings, vault_index, vault_records, vault_keys;
