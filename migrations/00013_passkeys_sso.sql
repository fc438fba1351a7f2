-- +goose Up
-- Passkeys (WebAuthn) beside TOTP, and identities at a single sign-on provider.
ALTER TABLE accounts ADD COLUMN passkey_handle bytea CONSTRAINT accounts_passkey_handle_key UNIQUE;
COMMENT ON COLUMN accounts.passkey_handle IS 'random name of the account towards authenticators; says nothing about anybody';

CREATE TABLE account_passkeys (
    id              bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT account_passkeys_pkey PRIMARY KEY,
    account_id      bigint NOT NULL CONSTRAINT account_passkeys_account_id_fk REFERENCES accounts (id) ON DELETE CASCADE,
    credential_id   bytea NOT NULL CONSTRAINT account_passkeys_credential_id_key UNIQUE,
    public_key      bytea NOT NULL,
    rp_id           text NOT NULL,
    name            text NOT NULL,
    transports      text NOT NULL DEFAULT '',
    sign_count      bigint NOT NULL DEFAULT 0,
    backup_eligible boolean NOT NULL,
    created_at      timestamptz NOT NULL,
    used_at         timestamptz,
    CONSTRAINT account_passkeys_account_id_name_key UNIQUE (account_id, name)
);
COMMENT ON COLUMN account_passkeys.public_key IS 'COSE key (RFC 9052); the private key never leaves the authenticator';
COMMENT ON COLUMN account_passkeys.rp_id IS 'host of the base URL at registration: with another host the key is of no use';
COMMENT ON COLUMN account_passkeys.sign_count IS 'WebAuthn §6.1.1: an authenticator that counts must have counted on';

CREATE TABLE passkey_challenges (
    digest   bytea CONSTRAINT passkey_challenges_pkey PRIMARY KEY,
    spent_at timestamptz NOT NULL
);
CREATE INDEX passkey_challenges_spent_at_idx ON passkey_challenges (spent_at);
COMMENT ON TABLE passkey_challenges IS 'challenges that were answered, until they are too old to be answered again';

CREATE TABLE account_identities (
    id         bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT account_identities_pkey PRIMARY KEY,
    account_id bigint NOT NULL CONSTRAINT account_identities_account_id_fk REFERENCES accounts (id) ON DELETE CASCADE,
    issuer     text NOT NULL,
    subject    text NOT NULL,
    label      text NOT NULL DEFAULT '',
    linked_at  timestamptz NOT NULL,
    used_at    timestamptz,
    CONSTRAINT account_identities_issuer_subject_key UNIQUE (issuer, subject),
    CONSTRAINT account_identities_account_id_issuer_key UNIQUE (account_id, issuer)
);
COMMENT ON COLUMN account_identities.subject IS 'the provider''s own unchanging name of the person, never an e-mail address';
COMMENT ON COLUMN account_identities.label IS 'user name at the provider when it was linked, to show to its holder';

ALTER TABLE account_signins DROP CONSTRAINT account_signins_outcome_check,
    ADD CONSTRAINT account_signins_outcome_check CHECK (outcome IN ('done', 'password', 'code', 'passkey', 'sso'));
ALTER TABLE account_notices DROP CONSTRAINT account_notices_kind_check,
    ADD CONSTRAINT account_notices_kind_check CHECK (kind IN ('factor_reset', 'password_reset', 'passkey_added', 'identity_linked'));

-- +goose Down
DELETE FROM account_notices WHERE kind IN ('passkey_added', 'identity_linked');
ALTER TABLE account_notices DROP CONSTRAINT account_notices_kind_check,
    ADD CONSTRAINT account_notices_kind_check CHECK (kind IN ('factor_reset', 'password_reset'));
DELETE FROM account_signins WHERE outcome IN ('passkey', 'sso');
ALTER TABLE account_signins DROP CONSTRAINT account_signins_outcome_check,
    ADD CONSTRAINT account_signins_outcome_check CHECK (outcome IN ('done', 'password', 'code'));
DROP TABLE account_identities, passkey_challenges, account_passkeys;
ALTER TABLE accounts DROP COLUMN passkey_handle;
