-- +goose Up
-- The desk 诉求办理: what citizens say, who handles it, and every step of it.

-- What a case is about: three levels.
CREATE TABLE categories (
    id        int GENERATED ALWAYS AS IDENTITY CONSTRAINT categories_pkey PRIMARY KEY,
    parent_id int CONSTRAINT categories_parent_id_fk REFERENCES categories (id),
    level     smallint NOT NULL CONSTRAINT categories_level_check CHECK (level BETWEEN 1 AND 3),
    name      text NOT NULL CONSTRAINT categories_name_check CHECK (name <> '' AND char_length(name) <= 100),
    retired   boolean NOT NULL DEFAULT false,
    CONSTRAINT categories_parent_id_check CHECK ((level = 1) = (parent_id IS NULL))
);
CREATE UNIQUE INDEX categories_parent_id_name_key ON categories (coalesce(parent_id, 0), name);
COMMENT ON COLUMN categories.retired IS 'no longer offered; cases keep it';

CREATE TABLE cases (
    id              bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT cases_pkey PRIMARY KEY,
    submission_id   uuid NOT NULL CONSTRAINT cases_submission_id_key UNIQUE,
    receipt         text NOT NULL CONSTRAINT cases_receipt_key UNIQUE,
    pin_salt        bytea,
    pin_digest      bytea,
    pin_misses      int NOT NULL DEFAULT 0,
    pin_after       timestamptz,
    channel         text NOT NULL CONSTRAINT cases_channel_check CHECK (channel IN ('web', 'code', 'kiosk', 'phone', 'visit', 'letter', 'rating', 'import')),
    identity        text NOT NULL CONSTRAINT cases_identity_check CHECK (identity IN ('none', 'contactable', 'named')),
    contact_id      uuid,
    language        text NOT NULL DEFAULT 'zh-CN',
    title           text NOT NULL CONSTRAINT cases_title_check CHECK (title <> '' AND char_length(title) <= 200),
    body            text NOT NULL CONSTRAINT cases_body_check CHECK (char_length(body) <= 20000),
    unit_id         bigint CONSTRAINT cases_unit_id_fk REFERENCES units (id),
    hall_id         bigint CONSTRAINT cases_hall_id_fk REFERENCES units (id),
    division_id     bigint CONSTRAINT cases_division_id_fk REFERENCES units (id),
    accused_unit_id bigint CONSTRAINT cases_accused_unit_id_fk REFERENCES units (id),
    accused_staff_id bigint CONSTRAINT cases_accused_staff_id_fk REFERENCES staff (id),
    rating_id       bigint,
    rating_day      date,
    rating_level    smallint,
    rating_ruled_at timestamptz,
    split_from      bigint CONSTRAINT cases_split_from_fk REFERENCES cases (id),
    category_id     int CONSTRAINT cases_category_id_fk REFERENCES categories (id),

    -- What follows is computed from case_events; verify proves it.
    seq             int NOT NULL,
    state           text NOT NULL CONSTRAINT cases_state_check CHECK (state IN ('received', 'triaged', 'dispatched', 'acknowledged',
        'in_progress', 'waiting', 'replied', 'callback', 'redo', 'rating_review', 'closed', 'excluded', 'routed_out', 'refused', 'merged',
        'terminated', 'withdrawn')),
    kind            text NOT NULL CONSTRAINT cases_kind_check CHECK (kind IN ('complaint', 'report', 'consultation', 'suggestion', 'request', 'praise', 'bad_rating')),
    urgency         text NOT NULL CONSTRAINT cases_urgency_check CHECK (urgency IN ('ordinary', 'complex', 'utilities', 'urgent')),
    sealed          boolean NOT NULL,
    office_id       bigint CONSTRAINT cases_office_id_fk REFERENCES units (id),
    first_office_id bigint CONSTRAINT cases_first_office_id_fk REFERENCES units (id),
    handler_id      bigint CONSTRAINT cases_handler_id_fk REFERENCES accounts (id),
    level           smallint NOT NULL CONSTRAINT cases_level_check CHECK (level BETWEEN 0 AND 3),
    round           smallint NOT NULL,
    returned        smallint NOT NULL,
    extended        boolean NOT NULL,
    merged_into     bigint CONSTRAINT cases_merged_into_fk REFERENCES cases (id),
    disposition     text NOT NULL CONSTRAINT cases_disposition_check CHECK (disposition IN ('', 'fix_now', 'rectify_by', 'explained')),
    contacted       boolean NOT NULL,
    solved          boolean,
    satisfied       smallint CONSTRAINT cases_satisfied_check CHECK (satisfied BETWEEN 1 AND 5),
    follow_up       smallint CONSTRAINT cases_follow_up_check CHECK (follow_up BETWEEN 1 AND 5),
    received_at     timestamptz NOT NULL,
    dispatched_at   timestamptz,
    taken_at        timestamptz,
    taken_in_time   boolean,
    replied_at      timestamptz,
    first_reply_at  timestamptz,
    replied_in_time boolean,
    closed_at       timestamptz,
    due_at          timestamptz,
    due_clock       text NOT NULL DEFAULT '',
    unnoticed       int,
    wake_at         timestamptz,
    changed_at      timestamptz NOT NULL,
    CONSTRAINT cases_sealed_check CHECK (kind <> 'report' OR sealed),
    CONSTRAINT cases_merged_into_check CHECK ((state = 'merged') = (merged_into IS NOT NULL) AND merged_into <> id),
    CONSTRAINT cases_contact_id_check CHECK (identity <> 'none' OR contact_id IS NULL),
    CONSTRAINT cases_pin_check CHECK ((pin_salt IS NULL) = (pin_digest IS NULL)),
    CONSTRAINT cases_rating_check CHECK ((kind = 'bad_rating') = (rating_id IS NOT NULL) AND (rating_id IS NULL) = (rating_level IS NULL))
);
CREATE INDEX cases_due_at_idx ON cases (due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX cases_wake_at_idx ON cases (wake_at, id) WHERE wake_at IS NOT NULL;
CREATE INDEX cases_office_id_idx ON cases (office_id, state, due_at, id);
CREATE INDEX cases_state_idx ON cases (state, due_at, id);
CREATE INDEX cases_unit_id_idx ON cases (unit_id, received_at);
CREATE UNIQUE INDEX cases_rating_id_key ON cases (rating_id) WHERE rating_id IS NOT NULL;
CREATE INDEX cases_merged_into_idx ON cases (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX cases_ruling_idx ON cases (id) WHERE state = 'excluded' AND rating_ruled_at IS NULL;
COMMENT ON COLUMN cases.receipt IS 'what the citizen follows the case by, together with a PIN of which only a keyed digest is kept';
COMMENT ON COLUMN cases.pin_after IS 'no PIN is tried before: the delay grows with pin_misses';
COMMENT ON COLUMN cases.contact_id IS 'vault_records.id; the vault alone knows who';
COMMENT ON COLUMN cases.unit_id IS 'the place it is about; hall_id and division_id are its parents on that day';
COMMENT ON COLUMN cases.rating_ruled_at IS 'when the exclusion of the rating was handed to the ratings';
COMMENT ON COLUMN cases.seq IS 'number of the newest event';
COMMENT ON COLUMN cases.sealed IS 'only the discipline role sees that there is such a case';
COMMENT ON COLUMN cases.office_id IS 'has it now; null: nobody yet, or the discipline role';
COMMENT ON COLUMN cases.solved IS 'what the citizen says (解决), never what the office says (办结)';
COMMENT ON COLUMN cases.due_at IS 'the next deadline among the clocks that run, due_clock its name';
COMMENT ON COLUMN cases.unnoticed IS 'a year whose holiday notice is missing, so that due_at is an assumption';
COMMENT ON COLUMN cases.wake_at IS 'when the next reminder is due or a pause ends; the oldest is woken first';

-- The event log: append only. state, clocks and timeline are computed from it.
CREATE TABLE case_events (
    case_id      bigint NOT NULL CONSTRAINT case_events_case_id_fk REFERENCES cases (id),
    seq          int NOT NULL CONSTRAINT case_events_seq_check CHECK (seq > 0),
    at           timestamptz NOT NULL,
    action       text NOT NULL,
    from_state   text NOT NULL,
    to_state     text NOT NULL,
    who          text NOT NULL CONSTRAINT case_events_who_check CHECK (who IN ('citizen', 'staff', 'system')),
    account_id   bigint,
    account_name text NOT NULL,
    detail       jsonb NOT NULL,
    CONSTRAINT case_events_pkey PRIMARY KEY (case_id, seq),
    CONSTRAINT case_events_account_id_check CHECK (who = 'staff' OR account_id IS NULL)
);
CREATE TRIGGER case_events_kept BEFORE UPDATE OR DELETE ON case_events FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE INDEX case_events_at_idx ON case_events (at);
COMMENT ON COLUMN case_events.account_name IS 'as shown on that day';

-- Words, public and private apart.
CREATE TABLE case_messages (
    id           bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT case_messages_pkey PRIMARY KEY,
    case_id      bigint NOT NULL CONSTRAINT case_messages_case_id_fk REFERENCES cases (id),
    at           timestamptz NOT NULL,
    audience     text NOT NULL CONSTRAINT case_messages_audience_check CHECK (audience IN ('public', 'private')),
    side         text NOT NULL CONSTRAINT case_messages_side_check CHECK (side IN ('citizen', 'staff')),
    purpose      text NOT NULL CONSTRAINT case_messages_purpose_check CHECK (purpose IN ('note', 'question', 'answer', 'addition', 'reply', 'explanation')),
    account_id   bigint,
    account_name text NOT NULL,
    body         text NOT NULL CONSTRAINT case_messages_body_check CHECK (body <> '' AND char_length(body) <= 20000),
    CONSTRAINT case_messages_side_audience_check CHECK (side = 'staff' OR audience = 'public'),
    CONSTRAINT case_messages_purpose_audience_check CHECK ((purpose = 'note') = (audience = 'private'))
);
CREATE INDEX case_messages_case_id_idx ON case_messages (case_id, id);
CREATE TRIGGER case_messages_kept BEFORE UPDATE OR DELETE ON case_messages FOR EACH ROW EXECUTE FUNCTION refuse_change();
COMMENT ON COLUMN case_messages.audience IS 'public: between office and citizen; private: never leaves the offices';

-- Which offices have or had to do with a case: whoever reads there reads it.
CREATE TABLE case_units (
    case_id bigint NOT NULL CONSTRAINT case_units_case_id_fk REFERENCES cases (id),
    unit_id bigint NOT NULL CONSTRAINT case_units_unit_id_fk REFERENCES units (id),
    role    text NOT NULL CONSTRAINT case_units_role_check CHECK (role IN ('lead', 'assist', 'former')),
    since   timestamptz NOT NULL,
    CONSTRAINT case_units_pkey PRIMARY KEY (case_id, unit_id)
);
CREATE INDEX case_units_unit_id_idx ON case_units (unit_id, case_id);
CREATE UNIQUE INDEX case_units_lead_key ON case_units (case_id) WHERE role = 'lead';

-- Handler ≠ callback caller ≠ reviewer: an account plays one part in a case, ever.
CREATE TABLE case_parts (
    case_id    bigint NOT NULL CONSTRAINT case_parts_case_id_fk REFERENCES cases (id),
    account_id bigint NOT NULL CONSTRAINT case_parts_account_id_fk REFERENCES accounts (id),
    part       text NOT NULL CONSTRAINT case_parts_part_check CHECK (part IN ('handler', 'caller', 'reviewer')),
    since      timestamptz NOT NULL,
    CONSTRAINT case_parts_pkey PRIMARY KEY (case_id, account_id)
);
CREATE TRIGGER case_parts_kept BEFORE UPDATE OR DELETE ON case_parts FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Who must have nothing to do with a case 回避: an office or an account.
CREATE TABLE case_bars (
    case_id    bigint NOT NULL CONSTRAINT case_bars_case_id_fk REFERENCES cases (id),
    unit_id    bigint CONSTRAINT case_bars_unit_id_fk REFERENCES units (id),
    account_id bigint CONSTRAINT case_bars_account_id_fk REFERENCES accounts (id),
    reason     text NOT NULL CONSTRAINT case_bars_reason_check CHECK (reason IN ('accused', 'kin', 'same_chief', 'declared')),
    since      timestamptz NOT NULL,
    CONSTRAINT case_bars_target_check CHECK ((unit_id IS NULL) <> (account_id IS NULL))
);
CREATE UNIQUE INDEX case_bars_case_id_unit_id_key ON case_bars (case_id, unit_id) WHERE unit_id IS NOT NULL;
CREATE UNIQUE INDEX case_bars_case_id_account_id_key ON case_bars (case_id, account_id) WHERE account_id IS NOT NULL;
CREATE TRIGGER case_bars_kept BEFORE UPDATE OR DELETE ON case_bars FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Offices that may not judge each other's people 回避关系.
CREATE TABLE kin_units (
    unit_id  bigint NOT NULL CONSTRAINT kin_units_unit_id_fk REFERENCES units (id),
    other_id bigint NOT NULL CONSTRAINT kin_units_other_id_fk REFERENCES units (id),
    reason   text NOT NULL CONSTRAINT kin_units_reason_check CHECK (reason <> '' AND char_length(reason) <= 500),
    since    timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT kin_units_order_check CHECK (unit_id < other_id),
    CONSTRAINT kin_units_pkey PRIMARY KEY (unit_id, other_id)
);
COMMENT ON TABLE kin_units IS 'both ways: stored once, the smaller id first';

-- Each try to ask a citizen, and what was answered.
CREATE TABLE case_callbacks (
    id         bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT case_callbacks_pkey PRIMARY KEY,
    case_id    bigint NOT NULL CONSTRAINT case_callbacks_case_id_fk REFERENCES cases (id),
    round      smallint NOT NULL,
    at         timestamptz NOT NULL,
    way        text NOT NULL CONSTRAINT case_callbacks_way_check CHECK (way IN ('phone', 'sms', 'page')),
    caller_id  bigint CONSTRAINT case_callbacks_caller_id_fk REFERENCES accounts (id),
    contacted  boolean NOT NULL,
    solved     boolean,
    satisfied  smallint CONSTRAINT case_callbacks_satisfied_check CHECK (satisfied BETWEEN 1 AND 5),
    remark     text NOT NULL DEFAULT '' CONSTRAINT case_callbacks_remark_check CHECK (char_length(remark) <= 2000),
    CONSTRAINT case_callbacks_contacted_check CHECK (contacted = (solved IS NOT NULL))
);
CREATE UNIQUE INDEX case_callbacks_case_id_round_key ON case_callbacks (case_id, round) WHERE contacted;
CREATE INDEX case_callbacks_at_idx ON case_callbacks (at);
COMMENT ON COLUMN case_callbacks.caller_id IS 'null: the citizen answered on the page';

-- Whom a step of a clock must be told, and from when on. Whoever delivers takes the oldest first.
CREATE TABLE case_notices (
    id       bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT case_notices_pkey PRIMARY KEY,
    case_id  bigint NOT NULL CONSTRAINT case_notices_case_id_fk REFERENCES cases (id),
    seq      int NOT NULL,
    audience text NOT NULL CONSTRAINT case_notices_audience_check CHECK (audience IN ('handler', 'chief', 'supervisor', 'head', 'desk', 'caller', 'reviewer', 'discipline')),
    clock    text NOT NULL,
    percent  smallint NOT NULL,
    office_id bigint,
    account_id bigint,
    send_at  timestamptz NOT NULL,
    sent_at  timestamptz,
    CONSTRAINT case_notices_case_id_seq_audience_key UNIQUE (case_id, seq, audience)
);
CREATE INDEX case_notices_send_at_idx ON case_notices (send_at, id) WHERE sent_at IS NULL;

-- What other domains may read of cases. Merged cases count once: those with
-- merged_into are the doubles. No words, no names.
CREATE VIEW case_facts AS
    SELECT id, kind, state, urgency, channel, identity, sealed, category_id, unit_id, division_id, hall_id, office_id, first_office_id,
        level, round, returned, extended, merged_into, split_from, disposition, rating_id, rating_day, rating_level, follow_up,
        received_at, (received_at AT TIME ZONE 'Asia/Shanghai')::date AS received_on, dispatched_at, taken_at, taken_in_time,
        first_reply_at, replied_at, replied_in_time, closed_at, (closed_at AT TIME ZONE 'Asia/Shanghai')::date AS closed_on,
        contacted, solved, satisfied, due_at, due_clock
    FROM cases;
COMMENT ON VIEW case_facts IS 'one row per case; replied_in_time: the last reply was within its limit; solved and satisfied are the citizen''s words on the last reply';
CREATE VIEW callback_facts AS
    SELECT b.id, b.case_id, b.round, b.at, b.way, b.contacted, b.solved, b.satisfied, c.kind, c.office_id, c.first_office_id, c.unit_id, c.division_id, c.hall_id, c.sealed
    FROM case_callbacks b JOIN cases c ON c.id = b.case_id;

-- +goose Down
DROP VIEW callback_facts, case_facts;
DROP TABLE case_notices, case_callbacks, kin_units, case_bars, case_parts, case_units, case_messages, case_events, cases, categories;
