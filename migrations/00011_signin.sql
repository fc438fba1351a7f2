-- +goose Up
-- Signing in: how old a password is, the second factor, sessions, what the
-- holder is told. 等级保护 GB/T 22239-2019 8.1.4.1.
ALTER TABLE accounts
    ADD COLUMN password_set_at      timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN password_temporary   boolean NOT NULL DEFAULT false,
    ADD COLUMN epoch                bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN accounts.password_temporary IS 'somebody else knows it: it must be changed after the next sign-in';
COMMENT ON COLUMN accounts.epoch IS 'part of the stamp that sessions carry: counting it up ends them all';

CREATE TABLE password_history (
    id         bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT password_history_pkey PRIMARY KEY,
    account_id bigint NOT NULL CONSTRAINT password_history_account_id_fk REFERENCES accounts (id) ON DELETE CASCADE,
    hash       text NOT NULL
);
CREATE INDEX password_history_account_id_idx ON password_history (account_id, id);
INSERT INTO password_history (account_id, hash) SELECT id, password_hash FROM accounts;

CREATE TABLE account_totp (
    account_id    bigint CONSTRAINT account_totp_pkey PRIMARY KEY
                  CONSTRAINT account_totp_account_id_fk REFERENCES accounts (id) ON DELETE CASCADE,
    secret        bytea,
    pending       bytea,
    confirmed_at  timestamptz,
    last_step     bigint NOT NULL DEFAULT 0,
    recovery_salt bytea,
    CONSTRAINT account_totp_secret_check CHECK ((secret IS NULL) = (confirmed_at IS NULL))
);
COMMENT ON COLUMN account_totp.secret IS 'sealed; null until a first code has confirmed it';
COMMENT ON COLUMN account_totp.pending IS 'sealed secret that is shown and not yet confirmed';
COMMENT ON COLUMN account_totp.last_step IS 'RFC 6238 time step of the last code that was used; no code of it or before is taken again';

CREATE TABLE account_recovery_codes (
    account_id bigint NOT NULL CONSTRAINT account_recovery_codes_account_id_fk REFERENCES accounts (id) ON DELETE CASCADE,
    digest     bytea NOT NULL,
    used_at    timestamptz,
    CONSTRAINT account_recovery_codes_pkey PRIMARY KEY (account_id, digest)
);
COMMENT ON COLUMN account_recovery_codes.digest IS 'argon2id of the code under account_totp.recovery_salt';

CREATE TABLE account_sessions (
    id         text CONSTRAINT account_sessions_pkey PRIMARY KEY,
    account_id bigint NOT NULL CONSTRAINT account_sessions_account_id_fk REFERENCES accounts (id) ON DELETE CASCADE,
    agent      text NOT NULL,
    source     text NOT NULL,
    started_at timestamptz NOT NULL,
    seen_at    timestamptz NOT NULL,
    ended_at   timestamptz
);
CREATE INDEX account_sessions_account_id_idx ON account_sessions (account_id, started_at);
COMMENT ON COLUMN account_sessions.agent IS 'browser and system in words, never the whole header';
COMMENT ON COLUMN account_sessions.source IS 'keyed pseudonym of the network address';

CREATE TABLE account_signins (
    id         bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT account_signins_pkey PRIMARY KEY,
    account_id bigint NOT NULL CONSTRAINT account_signins_account_id_fk REFERENCES accounts (id) ON DELETE CASCADE,
    at         timestamptz NOT NULL,
    outcome    text NOT NULL CONSTRAINT account_signins_outcome_check CHECK (outcome IN ('done', 'password', 'code')),
    agent      text NOT NULL DEFAULT '',
    source     text NOT NULL DEFAULT '',
    new_device boolean NOT NULL DEFAULT false
);
CREATE INDEX account_signins_account_id_idx ON account_signins (account_id, at DESC);
COMMENT ON COLUMN account_signins.outcome IS 'done, or which step was refused';

CREATE TABLE account_devices (
    account_id bigint NOT NULL CONSTRAINT account_devices_account_id_fk REFERENCES accounts (id) ON DELETE CASCADE,
    digest     bytea NOT NULL,
    seen_at    timestamptz NOT NULL,
    CONSTRAINT account_devices_pkey PRIMARY KEY (account_id, digest)
);
COMMENT ON COLUMN account_devices.digest IS 'SM3 of the random mark that a browser keeps';

CREATE TABLE account_notices (
    id         bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT account_notices_pkey PRIMARY KEY,
    account_id bigint NOT NULL CONSTRAINT account_notices_account_id_fk REFERENCES accounts (id) ON DELETE CASCADE,
    at         timestamptz NOT NULL,
    kind       text NOT NULL CONSTRAINT account_notices_kind_check CHECK (kind IN ('factor_reset', 'password_reset')),
    reason     text NOT NULL DEFAULT '',
    shown_at   timestamptz
);
CREATE INDEX account_notices_account_id_idx ON account_notices (account_id, at DESC);

-- A wrong name costs the database what a wrong password costs, so that answers
-- take as long.
CREATE TABLE signin_decoys (
    id       int CONSTRAINT signin_decoys_pkey PRIMARY KEY,
    failures bigint NOT NULL DEFAULT 0
);
INSERT INTO signin_decoys (id) SELECT generate_series(0, 15);

-- A change of rights ends the account's sessions, whoever makes it.
-- +goose StatementBegin
CREATE FUNCTION end_account_sessions(account bigint) RETURNS void LANGUAGE sql AS $$
    UPDATE accounts SET epoch = epoch + 1 WHERE id = account;
    UPDATE account_sessions SET ended_at = now() WHERE account_id = account AND ended_at IS NULL;
$$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION account_roles_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM end_account_sessions(OLD.account_id);
    END IF;
    IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW.account_id <> OLD.account_id) THEN
        PERFORM end_account_sessions(NEW.account_id);
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER account_roles_end_sessions AFTER INSERT OR UPDATE OR DELETE ON account_roles
    FOR EACH ROW EXECUTE FUNCTION account_roles_changed();
-- +goose StatementBegin
CREATE FUNCTION account_disabled_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM end_account_sessions(NEW.id);
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER accounts_end_sessions AFTER UPDATE OF disabled_at ON accounts
    FOR EACH ROW WHEN (OLD.disabled_at IS DISTINCT FROM NEW.disabled_at) EXECUTE FUNCTION account_disabled_changed();

-- +goose Down
DROP TRIGGER accounts_end_sessions ON accounts;
DROP TRIGGER account_roles_end_sessions ON account_roles;
DROP FUNCTION account_disabled_changed, account_roles_changed, end_account_sessions;
DROP TABLE signin_decoys, account_notices, account_devices, account_signins, account_sessions,
    account_recovery_codes, account_totp, password_history;
ALTER TABLE accounts DROP COLUMN password_set_at, DROP COLUMN password_temporary, DROP COLUMN epoch;
