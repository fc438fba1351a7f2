-- +goose Up
-- Two people for a reset, and a lock that strangers cannot keep on somebody else:
-- a password or a second factor is reset only when a second administrator confirms
-- what a first has asked for, and wrong passwords from a browser that has signed in
-- before count against that browser alone.
CREATE TABLE account_resets (
    id            bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT account_resets_pkey PRIMARY KEY,
    account_id    bigint NOT NULL CONSTRAINT account_resets_account_id_fk REFERENCES accounts (id),
    kind          text NOT NULL CONSTRAINT account_resets_kind_check CHECK (kind IN ('password', 'factor')),
    reason        text NOT NULL CONSTRAINT account_resets_reason_check CHECK (char_length(reason) BETWEEN 5 AND 200),
    requested_by  bigint NOT NULL CONSTRAINT account_resets_requested_by_fk REFERENCES accounts (id),
    requested_at  timestamptz NOT NULL,
    first_digest  bytea NOT NULL CONSTRAINT account_resets_first_digest_key UNIQUE,
    expires_at    timestamptz NOT NULL,
    state         text NOT NULL DEFAULT 'asked'
                  CONSTRAINT account_resets_state_check CHECK (state IN ('asked', 'confirmed', 'refused', 'withdrawn', 'stopped', 'lapsed', 'used')),
    decided_by    bigint CONSTRAINT account_resets_decided_by_fk REFERENCES accounts (id),
    decided_at    timestamptz,
    answer        text NOT NULL DEFAULT '' CONSTRAINT account_resets_answer_check CHECK (char_length(answer) <= 200),
    second_digest bytea,
    tries         smallint NOT NULL DEFAULT 0 CONSTRAINT account_resets_tries_check CHECK (tries BETWEEN 0 AND 5),
    used_at       timestamptz,
    CONSTRAINT account_resets_requested_by_check CHECK (requested_by <> account_id),
    CONSTRAINT account_resets_decided_by_check CHECK (CASE state
        WHEN 'confirmed' THEN decided_by <> requested_by AND decided_by <> account_id AND decided_by IS NOT NULL
        WHEN 'used' THEN decided_by <> requested_by AND decided_by <> account_id AND decided_by IS NOT NULL
        WHEN 'refused' THEN decided_by <> requested_by AND decided_by IS NOT NULL
        WHEN 'withdrawn' THEN decided_by = requested_by AND decided_by IS NOT NULL
        WHEN 'stopped' THEN decided_by = account_id AND decided_by IS NOT NULL
        ELSE true END),
    CONSTRAINT account_resets_second_digest_check CHECK (state NOT IN ('confirmed', 'used') OR second_digest IS NOT NULL),
    CONSTRAINT account_resets_used_at_check CHECK ((state = 'used') = (used_at IS NOT NULL))
);
CREATE UNIQUE INDEX account_resets_account_id_kind_key ON account_resets (account_id, kind) WHERE state IN ('asked', 'confirmed');
CREATE INDEX account_resets_requested_at_idx ON account_resets (requested_at DESC, id DESC);
COMMENT ON TABLE account_resets IS 'resets of a password or a second factor: asked for by one administrator, confirmed by another, used by the holder; nothing is deleted';
COMMENT ON COLUMN account_resets.first_digest IS 'SM3 of the half of the code that was shown to whoever asked; the holder needs both halves';
COMMENT ON COLUMN account_resets.second_digest IS 'SM3 of the half that was shown to whoever confirmed';
COMMENT ON COLUMN account_resets.state IS 'stopped: by the holder, who did not want it; lapsed: too old, or too many wrong halves';

-- The two people are the database's business too, whoever writes: a reset goes on
-- from "asked" and from "confirmed" only, and what was asked for never changes.
-- +goose StatementBegin
CREATE FUNCTION account_resets_onward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.account_id, NEW.kind, NEW.reason, NEW.requested_by, NEW.requested_at, NEW.first_digest)
        IS DISTINCT FROM (OLD.account_id, OLD.kind, OLD.reason, OLD.requested_by, OLD.requested_at, OLD.first_digest) THEN
        RAISE EXCEPTION 'what was asked for in reset % does not change', OLD.id;
    END IF;
    IF NEW.state <> OLD.state AND NOT (OLD.state = 'asked' AND NEW.state <> 'used' OR OLD.state = 'confirmed' AND NEW.state NOT IN ('asked', 'refused')) THEN
        RAISE EXCEPTION 'reset % does not go from % to %', OLD.id, OLD.state, NEW.state;
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER account_resets_onward BEFORE UPDATE ON account_resets FOR EACH ROW EXECUTE FUNCTION account_resets_onward();

ALTER TABLE account_roles ADD COLUMN granted_by bigint
    CONSTRAINT account_roles_granted_by_fk REFERENCES accounts (id);
COMMENT ON COLUMN account_roles.granted_by IS 'who gave the role; null: the server''s own terminal. Two administrators of one origin cannot confirm each other''s resets';

ALTER TABLE ticket_batches ADD COLUMN issued_by bigint;
COMMENT ON COLUMN ticket_batches.issued_by IS 'account that issued the tickets; null: a program, or before it was noted';

ALTER TABLE account_devices
    ADD COLUMN failures int NOT NULL DEFAULT 0,
    ADD COLUMN locked_until timestamptz;
COMMENT ON COLUMN account_devices.failures IS 'wrong passwords and codes from this browser; they count here and not against the account';

ALTER TABLE account_notices DROP CONSTRAINT account_notices_kind_check,
    ADD CONSTRAINT account_notices_kind_check CHECK (kind IN ('factor_reset', 'password_reset', 'passkey_added', 'identity_linked',
        'reset_asked', 'reset_confirmed', 'totp_removed'));

-- +goose Down
DELETE FROM account_notices WHERE kind IN ('reset_asked', 'reset_confirmed', 'totp_removed');
ALTER TABLE account_notices DROP CONSTRAINT account_notices_kind_check,
    ADD CONSTRAINT account_notices_kind_check CHECK (kind IN ('factor_reset', 'password_reset', 'passkey_added', 'identity_linked'));
ALTER TABLE ticket_batches DROP COLUMN issued_by;
ALTER TABLE account_roles DROP COLUMN granted_by;
ALTER TABLE account_devices DROP COLUMN failures, DROP COLUMN locked_until;
DROP TABLE account_resets;
DROP FUNCTION account_resets_onward;
