-- +goose Up
-- Administering accounts: who an account belongs to, invitations, leavers, roles
-- with periods, and what must never be held together. 等级保护 GB/T 22239-2019
-- 8.1.4.2 and 8.1.5 (三员分立).

-- +goose StatementBegin
DO $$
DECLARE who text;
BEGIN
    SELECT string_agg(DISTINCT a.username, ', ') INTO who
    FROM account_roles x
    JOIN account_roles y ON y.account_id = x.account_id AND y.role <> x.role
        AND daterange(x.from_on, x.to_on + 1, '[)') && daterange(y.from_on, y.to_on + 1, '[)')
    JOIN accounts a ON a.id = x.account_id
    WHERE x.role IN ('sysadmin', 'secadmin', 'auditadmin');
    IF who IS NOT NULL THEN
        RAISE EXCEPTION 'these accounts hold an administrator''s role together with another: %. End one of the two roles, then migrate', who;
    END IF;
END $$;
-- +goose StatementEnd

ALTER TABLE accounts
    ADD COLUMN staff_id bigint
        CONSTRAINT accounts_staff_id_fk REFERENCES staff (id)
        CONSTRAINT accounts_staff_id_key UNIQUE,
    ADD COLUMN left_at timestamptz,
    ADD CONSTRAINT accounts_left_at_check CHECK (left_at IS NULL OR disabled_at IS NOT NULL);
COMMENT ON COLUMN accounts.staff_id IS 'who in the directory this is: one person, one account, so that nobody handles what concerns themself and no person is two of the three administrators';
COMMENT ON COLUMN accounts.left_at IS 'off-boarded: comes back by a fresh invitation only';
COMMENT ON COLUMN accounts.password_hash IS 'argon2id; empty: there is no password, nobody can sign in with one';

ALTER TABLE account_roles
    ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT account_roles_id_key UNIQUE,
    ADD COLUMN seat text NOT NULL GENERATED ALWAYS AS
        (CASE WHEN role IN ('sysadmin', 'secadmin', 'auditadmin') THEN role ELSE 'business' END) STORED,
    ADD CONSTRAINT account_roles_role_check CHECK (role IN ('handler', 'division_chief', 'office_leader', 'hall_manager', 'brand', 'committee',
        'discipline', 'callback', 'reviewer', 'quality', 'privacy', 'sysadmin', 'secadmin', 'auditadmin')),
    ADD CONSTRAINT account_roles_period_check CHECK (from_on BETWEEN '1970-01-01' AND '9999-12-31'
        AND (to_on IS NULL OR to_on >= from_on - 1 AND to_on <= '9999-12-30')),
    ADD CONSTRAINT account_roles_separation_excl EXCLUDE USING gist
        (account_id WITH =, seat WITH <>, daterange(from_on, to_on + 1, '[)') WITH &&),
    ADD CONSTRAINT account_roles_overlap_excl EXCLUDE USING gist
        (account_id WITH =, role WITH =, unit_id WITH =, daterange(from_on, to_on + 1, '[)') WITH &&);
COMMENT ON COLUMN account_roles.to_on IS 'last day, included; the day before from_on: withdrawn before it began';
COMMENT ON COLUMN account_roles.seat IS 'what may be held together: only roles of one seat, on any day';
COMMENT ON COLUMN account_roles.unit_id IS 'the subtree the role is held over: the city, an office, a division or a hall';

-- Whoever writes roles takes the account first, as the program does: two at once
-- wait for one another and do not deadlock.
-- +goose StatementBegin
CREATE FUNCTION lock_account_of_role() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM accounts WHERE id = NEW.account_id FOR UPDATE;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER account_roles_lock_account BEFORE INSERT OR UPDATE ON account_roles
    FOR EACH ROW EXECUTE FUNCTION lock_account_of_role();

CREATE TABLE account_invitations (
    id         bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT account_invitations_pkey PRIMARY KEY,
    account_id bigint NOT NULL CONSTRAINT account_invitations_account_id_fk REFERENCES accounts (id) ON DELETE CASCADE,
    digest     bytea NOT NULL CONSTRAINT account_invitations_digest_key UNIQUE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL CONSTRAINT account_invitations_expires_at_check CHECK (expires_at > created_at),
    used_at    timestamptz,
    revoked_at timestamptz,
    CONSTRAINT account_invitations_end_check CHECK (used_at IS NULL OR revoked_at IS NULL)
);
CREATE UNIQUE INDEX account_invitations_open_key ON account_invitations (account_id) WHERE used_at IS NULL AND revoked_at IS NULL;
COMMENT ON COLUMN account_invitations.digest IS 'SM3 of the code; the code itself is shown once and not kept';

-- Keys of programs: over a part of the directory, and never for ever.
ALTER TABLE api_keys
    ADD COLUMN unit_id bigint CONSTRAINT api_keys_unit_id_fk REFERENCES units (id),
    ADD CONSTRAINT api_keys_role_check CHECK (role IN ('handler', 'division_chief', 'office_leader', 'hall_manager', 'brand', 'committee',
        'discipline', 'callback', 'reviewer', 'quality', 'privacy'));
UPDATE api_keys SET unit_id = (SELECT id FROM units WHERE kind = 'city'),
    expires_at = coalesce(expires_at, greatest(created_at, now()) + interval '1 year');
ALTER TABLE api_keys ALTER COLUMN unit_id SET NOT NULL, ALTER COLUMN expires_at SET NOT NULL;
COMMENT ON COLUMN api_keys.unit_id IS 'the subtree the key''s role is held over';
COMMENT ON CONSTRAINT api_keys_role_check ON api_keys IS 'the three administrators are people';

-- +goose Down
ALTER TABLE api_keys DROP CONSTRAINT api_keys_role_check, DROP COLUMN unit_id, ALTER COLUMN expires_at DROP NOT NULL;
DROP TABLE account_invitations;
DROP TRIGGER account_roles_lock_account ON account_roles;
DROP FUNCTION lock_account_of_role;
ALTER TABLE account_roles DROP CONSTRAINT account_roles_overlap_excl, DROP CONSTRAINT account_roles_separation_excl,
    DROP CONSTRAINT account_roles_period_check, DROP CONSTRAINT account_roles_role_check, DROP COLUMN seat, DROP COLUMN id;
ALTER TABLE accounts DROP COLUMN left_at, DROP COLUMN staff_id;
