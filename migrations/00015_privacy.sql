-- +goose Up
-- What is kept of the people who rate, beside their ratings: that a contact was
-- left (the contact itself is in the vault), what they asked for about their own
-- data, and what was sent to them. No name, telephone number, address or word of
-- a citizen stands in any of these tables.
ALTER TABLE vault_openings ADD COLUMN purpose text NOT NULL DEFAULT 'unstated'
    CONSTRAINT vault_openings_purpose_check CHECK (purpose ~ '^[a-z][a-z_]{0,29}$');
COMMENT ON COLUMN vault_openings.purpose IS 'what sort of reason it was; the words stand in reason';
CREATE INDEX vault_records_created_at_idx ON vault_records (kind, created_at) WHERE erased_at IS NULL;

CREATE TABLE rating_contacts (
    submission_id uuid CONSTRAINT rating_contacts_pkey PRIMARY KEY,
    record_id     uuid NOT NULL CONSTRAINT rating_contacts_record_id_key UNIQUE
                  CONSTRAINT rating_contacts_record_id_fk REFERENCES vault_records (id),
    unit_id       bigint NOT NULL,
    office_id     bigint NOT NULL,
    hall_id       bigint NOT NULL,
    level         smallint NOT NULL CONSTRAINT rating_contacts_level_check CHECK (level BETWEEN 1 AND 5),
    visited_on    date NOT NULL,
    left_at       timestamptz NOT NULL,
    changed_at    timestamptz NOT NULL,
    erased_at     timestamptz,
    erased_by     text CONSTRAINT rating_contacts_erased_by_check CHECK (erased_by IN ('person', 'officer', 'retention')),
    CONSTRAINT rating_contacts_erased_at_check CHECK ((erased_at IS NULL) = (erased_by IS NULL))
);
CREATE INDEX rating_contacts_open_idx ON rating_contacts (visited_on DESC, submission_id) WHERE erased_at IS NULL;
CREATE INDEX rating_contacts_left_at_idx ON rating_contacts (left_at) WHERE erased_at IS NULL;
COMMENT ON TABLE rating_contacts IS 'which rating has a contact in the vault; one at a time for each';
COMMENT ON COLUMN rating_contacts.submission_id IS 'the rating''s idempotency key; a digest of the ticket where the rating came by one';
COMMENT ON COLUMN rating_contacts.office_id IS 'parents of the unit on the day of the visit, as far as access depends on them; 0 = none';
COMMENT ON COLUMN rating_contacts.erased_by IS 'who ended it; the row stays, the vault''s record is empty then';

-- A person proves to hold a telephone by a code sent to it.
CREATE TABLE phone_proofs (
    id         uuid CONSTRAINT phone_proofs_pkey PRIMARY KEY,
    phone      bytea NOT NULL,
    code       bytea NOT NULL,
    records    uuid[] NOT NULL,
    tries      smallint NOT NULL DEFAULT 0 CONSTRAINT phone_proofs_tries_check CHECK (tries BETWEEN 0 AND 5),
    at         timestamptz NOT NULL,
    proved_at  timestamptz,
    token      bytea,
    CONSTRAINT phone_proofs_token_check CHECK ((proved_at IS NULL) = (token IS NULL))
);
CREATE INDEX phone_proofs_phone_idx ON phone_proofs (phone, at);
CREATE INDEX phone_proofs_at_idx ON phone_proofs (at);
COMMENT ON COLUMN phone_proofs.phone IS 'keyed digest of the number, to count codes by; no number';
COMMENT ON COLUMN phone_proofs.code IS 'keyed digest of id and code';
COMMENT ON COLUMN phone_proofs.records IS 'records of the vault that the number was found in when the code was made; empty for a number nobody left, which looks the same from outside';
COMMENT ON COLUMN phone_proofs.token IS 'keyed digest of what the browser shows for a while once the code was right';

-- What people asked for about their own data, how and what became of it (PIPL art. 44–50).
CREATE TABLE privacy_requests (
    id            bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT privacy_requests_pkey PRIMARY KEY,
    kind          text NOT NULL CONSTRAINT privacy_requests_kind_check CHECK (kind IN ('export', 'erase', 'words')),
    way           text NOT NULL CONSTRAINT privacy_requests_way_check CHECK (way IN ('receipt', 'phone', 'desk')),
    submission_id uuid,
    asked_at      timestamptz NOT NULL,
    due_on        date NOT NULL,
    answered_at   timestamptz,
    outcome       text CONSTRAINT privacy_requests_outcome_check CHECK (outcome IN ('done', 'refused')),
    answer        text NOT NULL DEFAULT '',
    account_id    bigint,
    CONSTRAINT privacy_requests_answered_at_check CHECK ((answered_at IS NULL) = (outcome IS NULL))
);
CREATE INDEX privacy_requests_open_idx ON privacy_requests (due_on, id) WHERE answered_at IS NULL;
CREATE UNIQUE INDEX privacy_requests_words_key ON privacy_requests (submission_id) WHERE kind = 'words' AND answered_at IS NULL;
CREATE INDEX privacy_requests_asked_at_idx ON privacy_requests (asked_at, id);
COMMENT ON COLUMN privacy_requests.kind IS 'export: a copy; erase: of the contact; words: to black out what in the words of a rating tells who wrote it';
COMMENT ON COLUMN privacy_requests.answer IS 'the officer''s reason, which the person is told; never personal';

-- Messages on their way and sent. Number and text are in the vault until then.
CREATE TABLE notify_messages (
    id         uuid CONSTRAINT notify_messages_pkey PRIMARY KEY,
    record_id  uuid NOT NULL CONSTRAINT notify_messages_record_id_key UNIQUE
               CONSTRAINT notify_messages_record_id_fk REFERENCES vault_records (id),
    template   text NOT NULL CONSTRAINT notify_messages_template_check CHECK (template ~ '^[a-z][a-z_]{0,29}$'),
    state      text NOT NULL CONSTRAINT notify_messages_state_check CHECK (state IN ('queued', 'sent', 'failed', 'late', 'unwanted')),
    tries      smallint NOT NULL DEFAULT 0,
    status     smallint,
    made_at    timestamptz NOT NULL,
    late_at    timestamptz NOT NULL,
    ended_at   timestamptz,
    CONSTRAINT notify_messages_ended_at_check CHECK ((state = 'queued') = (ended_at IS NULL))
);
CREATE INDEX notify_messages_made_at_idx ON notify_messages (made_at);
COMMENT ON COLUMN notify_messages.id IS 'also what the gateway is told, so that it can leave out a repeat';
COMMENT ON COLUMN notify_messages.status IS 'the gateway''s last HTTP status; null: it was not reached';
COMMENT ON COLUMN notify_messages.late_at IS 'not sent any more from then on';
COMMENT ON COLUMN notify_messages.state IS 'unwanted: made so that a number nobody left takes as long as one somebody did; never sent';

-- +goose Down
DROP TABLE notify_messages, privacy_requests, phone_proofs, rating_contacts;
DROP INDEX vault_records_created_at_idx;
ALTER TABLE vault_openings DROP COLUMN purpose;
