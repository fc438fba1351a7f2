-- +goose Up
-- The citizen's word at callback 回访, links to give it by, whom reminders reached,
-- and the facts from which the three rates 三率 are counted.

ALTER TABLE cases ADD COLUMN responded boolean;
COMMENT ON COLUMN cases.responded IS 'the citizen''s word on the last reply: did somebody of the office get in touch; null: not asked or not said';

ALTER TABLE case_callbacks
    ADD COLUMN responded   boolean,
    ADD COLUMN missed      text CONSTRAINT case_callbacks_missed_check CHECK (missed IN ('no_answer', 'wrong_number', 'later')),
    ADD COLUMN again_at    timestamptz,
    ADD COLUMN kind        text,
    ADD COLUMN office_id   bigint CONSTRAINT case_callbacks_office_id_fk REFERENCES units (id),
    ADD COLUMN division_id bigint CONSTRAINT case_callbacks_division_id_fk REFERENCES units (id),
    ADD COLUMN hall_id     bigint CONSTRAINT case_callbacks_hall_id_fk REFERENCES units (id),
    ADD COLUMN unit_id     bigint CONSTRAINT case_callbacks_unit_id_fk REFERENCES units (id),
    ADD COLUMN handler_id  bigint CONSTRAINT case_callbacks_handler_id_fk REFERENCES accounts (id),
    ADD COLUMN claimed     boolean NOT NULL DEFAULT true,
    ADD CONSTRAINT case_callbacks_missed_contacted_check CHECK (missed IS NULL OR NOT contacted),
    ADD CONSTRAINT case_callbacks_again_at_check CHECK (again_at IS NULL OR missed = 'later');
COMMENT ON COLUMN case_callbacks.responded IS 'did somebody of the office get in touch, by the citizen''s word; null: not asked or not said';
COMMENT ON COLUMN case_callbacks.missed IS 'why nobody was heard; later: reached, and asked to be called at again_at';
COMMENT ON COLUMN case_callbacks.office_id IS 'office_id … handler_id, kind: whose reply was asked about, as it was then';
COMMENT ON COLUMN case_callbacks.division_id IS 'the division that the case was about, where its own office had the case';
COMMENT ON COLUMN case_callbacks.claimed IS 'the reply said that the matter was dealt with; not: 解释说明';
UPDATE case_callbacks b SET kind = c.kind, office_id = c.office_id, division_id = d.id, hall_id = c.hall_id, unit_id = c.unit_id,
        handler_id = c.handler_id, claimed = c.disposition <> 'explained'
    FROM cases c LEFT JOIN units d ON d.id = c.division_id AND d.office_id = c.office_id WHERE c.id = b.case_id;

-- One index for each of the two questions that the rates ask: which orders of a
-- time, and which answers of a time. Both hold everything that is counted.
CREATE INDEX cases_orders_idx ON cases (dispatched_at)
    INCLUDE (kind, office_id, division_id, hall_id, unit_id, taken_at, taken_in_time, responded, due_at, due_clock)
    WHERE NOT sealed AND merged_into IS NULL AND channel <> 'import' AND office_id IS NOT NULL;
CREATE INDEX case_callbacks_heard_idx ON case_callbacks (at)
    INCLUDE (case_id, kind, office_id, division_id, hall_id, unit_id, handler_id, responded, solved, satisfied, claimed) WHERE contacted;
CREATE INDEX cases_sealed_idx ON cases (id) WHERE sealed;

CREATE VIEW order_facts AS
    SELECT c.kind, c.office_id, d.id AS division_id, c.hall_id, c.unit_id, c.dispatched_at, c.taken_at, c.taken_in_time, c.responded, c.due_at, c.due_clock
    FROM cases c LEFT JOIN units d ON d.id = c.division_id AND d.office_id = c.office_id
    WHERE NOT c.sealed AND c.merged_into IS NULL AND c.channel <> 'import' AND c.office_id IS NOT NULL AND c.dispatched_at IS NOT NULL;
COMMENT ON VIEW order_facts IS 'one row per case that an office was given; sealed, merged and imported ones are none';
CREATE VIEW closing_facts AS
    SELECT b.at, b.kind, b.office_id, b.division_id, b.hall_id, b.unit_id, b.handler_id, b.responded, b.solved, b.satisfied,
        (b.claimed AND NOT b.solved) OR b.responded IS FALSE AS contradicted
    FROM case_callbacks b
    WHERE b.contacted AND b.office_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.id = b.case_id AND c.sealed);
COMMENT ON VIEW closing_facts IS 'one row per reply of an office about which the citizen was heard; contradicted: says it is dealt with, or that the citizen was spoken to, and the citizen says no';

-- A link to answer by, sent to the citizen's telephone.
CREATE TABLE callback_links (
    id         bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT callback_links_pkey PRIMARY KEY,
    case_id    bigint NOT NULL CONSTRAINT callback_links_case_id_fk REFERENCES cases (id),
    round      smallint NOT NULL,
    digest     bytea NOT NULL CONSTRAINT callback_links_digest_key UNIQUE,
    made_at    timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    account_id bigint CONSTRAINT callback_links_account_id_fk REFERENCES accounts (id),
    CONSTRAINT callback_links_case_id_round_key UNIQUE (case_id, round)
);
COMMENT ON COLUMN callback_links.digest IS 'keyed digest of what the address ends in; the address itself is kept nowhere';
COMMENT ON COLUMN callback_links.account_id IS 'who had it sent';

-- Whom a reminder reached inside the program. Removed with time; case_notices stay.
CREATE TABLE staff_notices (
    notice_id  bigint NOT NULL CONSTRAINT staff_notices_notice_id_fk REFERENCES case_notices (id),
    account_id bigint NOT NULL CONSTRAINT staff_notices_account_id_fk REFERENCES accounts (id),
    made_at    timestamptz NOT NULL,
    read_at    timestamptz,
    CONSTRAINT staff_notices_pkey PRIMARY KEY (account_id, notice_id)
);
CREATE INDEX staff_notices_unread_idx ON staff_notices (account_id) WHERE read_at IS NULL;
CREATE INDEX staff_notices_made_at_idx ON staff_notices (made_at);
CREATE INDEX staff_notices_notice_id_idx ON staff_notices (notice_id);

-- +goose Down
DROP TABLE staff_notices, callback_links;
DROP VIEW closing_facts, order_facts;
DROP INDEX cases_sealed_idx, case_callbacks_heard_idx, cases_orders_idx;
ALTER TABLE case_callbacks DROP COLUMN responded, DROP COLUMN again_at, DROP COLUMN missed, DROP COLUMN kind, DROP COLUMN office_id,
    DROP COLUMN division_id, DROP COLUMN hall_id, DROP COLUMN unit_id, DROP COLUMN handler_id, DROP COLUMN claimed;
ALTER TABLE cases DROP COLUMN responded;
