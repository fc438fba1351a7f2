-- +goose Up
CREATE TABLE accounts (
    id            bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT accounts_pkey PRIMARY KEY,
    username      text NOT NULL CONSTRAINT accounts_username_key UNIQUE CONSTRAINT accounts_username_check CHECK (username ~ '^[a-z][a-z0-9._-]{1,39}$'),
    display_name  text NOT NULL,
    password_hash text NOT NULL,
    failures      int NOT NULL DEFAULT 0,
    locked_until  timestamptz,
    disabled_at   timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE account_roles (
    account_id bigint NOT NULL CONSTRAINT account_roles_account_id_fk REFERENCES accounts (id),
    role       text NOT NULL,
    unit_id    bigint NOT NULL CONSTRAINT account_roles_unit_id_fk REFERENCES units (id),
    from_on    date NOT NULL DEFAULT CURRENT_DATE,
    to_on      date,
    CONSTRAINT account_roles_pkey PRIMARY KEY (account_id, role, unit_id, from_on)
);
COMMENT ON COLUMN account_roles.unit_id IS 'the subtree the role is held over: the city, an office or a hall';
-- Server-side sessions; the layout is that of alexedwards/scs postgresstore.
CREATE TABLE sessions (
    token  text CONSTRAINT sessions_pkey PRIMARY KEY,
    data   bytea NOT NULL,
    expiry timestamptz NOT NULL
);
CREATE INDEX sessions_expiry_idx ON sessions (expiry);
CREATE TABLE api_keys (
    id         bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT api_keys_pkey PRIMARY KEY,
    name       text NOT NULL CONSTRAINT api_keys_name_key UNIQUE,
    digest     bytea NOT NULL CONSTRAINT api_keys_digest_key UNIQUE,
    role       text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    revoked_at timestamptz,
    used_on    date
);
COMMENT ON COLUMN api_keys.digest IS 'SM3 of the key; the key itself is shown once and not kept';

-- +goose Down
DROP TABLE api_keys, sessions, account_roles, accounts;
