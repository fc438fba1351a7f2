-- +goose Up
-- Thresholds, clocks and weights as effective-dated values with their history.
-- internal/settings writes these tables; which keys exist is said by the program.
CREATE TABLE setting_proposals (
    id             bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT setting_proposals_pkey PRIMARY KEY,
    key            text NOT NULL CONSTRAINT setting_proposals_key_check CHECK (key ~ '^[a-z_]+(\.[a-z_]+)+$' AND length(key) <= 80),
    scope          text NOT NULL DEFAULT '' CONSTRAINT setting_proposals_scope_check CHECK (length(scope) <= 200),
    value          text CONSTRAINT setting_proposals_value_check CHECK (length(value) <= 100),
    before         text NOT NULL,
    effective_from timestamptz NOT NULL,
    reason         text NOT NULL CONSTRAINT setting_proposals_reason_check CHECK (length(reason) BETWEEN 1 AND 500),
    proposed_by    bigint NOT NULL CONSTRAINT setting_proposals_proposed_by_check CHECK (proposed_by > 0),
    proposed_name  text NOT NULL,
    proposed_at    timestamptz NOT NULL,
    state          text NOT NULL DEFAULT 'pending' CONSTRAINT setting_proposals_state_check
                   CHECK (state IN ('pending', 'approved', 'rejected', 'withdrawn', 'expired')),
    decided_by     bigint,
    decided_name   text,
    decided_at     timestamptz,
    decision       text CONSTRAINT setting_proposals_decision_check CHECK (length(decision) <= 500),
    CONSTRAINT setting_proposals_effective_from_check CHECK (effective_from > proposed_at),
    CONSTRAINT setting_proposals_decided_check CHECK ((state = 'pending') = (decided_at IS NULL)
        AND (state IN ('pending', 'expired')) = (decided_by IS NULL)),
    CONSTRAINT setting_proposals_decided_by_check CHECK (CASE state
        WHEN 'approved' THEN decided_by <> proposed_by AND decided_at < effective_from
        WHEN 'rejected' THEN decided_by <> proposed_by AND decision IS NOT NULL
        WHEN 'withdrawn' THEN decided_by = proposed_by ELSE true END)
);
CREATE UNIQUE INDEX setting_proposals_pending_key ON setting_proposals (key, scope) WHERE state = 'pending';
CREATE INDEX setting_proposals_key_idx ON setting_proposals (key, id);
COMMENT ON TABLE setting_proposals IS 'changes that need a second person; one open at a time for a key and scope';
COMMENT ON COLUMN setting_proposals.scope IS 'empty: everywhere; else name=value pairs sorted by name, e.g. kind=complaint,office=12';
COMMENT ON COLUMN setting_proposals.value IS 'null: the setting is no longer set in this scope, what is less specific holds';
COMMENT ON COLUMN setting_proposals.before IS 'what the proposer saw in force at effective_from';
COMMENT ON COLUMN setting_proposals.proposed_by IS 'account; no foreign key, so that settings know no domain';
COMMENT ON COLUMN setting_proposals.decision IS 'why it was rejected';

CREATE TABLE setting_values (
    id             bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT setting_values_pkey PRIMARY KEY,
    key            text NOT NULL CONSTRAINT setting_values_key_check CHECK (key ~ '^[a-z_]+(\.[a-z_]+)+$' AND length(key) <= 80),
    scope          text NOT NULL DEFAULT '' CONSTRAINT setting_values_scope_check CHECK (length(scope) <= 200),
    value          text CONSTRAINT setting_values_value_check CHECK (length(value) <= 100),
    effective_from timestamptz NOT NULL,
    reason         text NOT NULL CONSTRAINT setting_values_reason_check CHECK (length(reason) BETWEEN 1 AND 500),
    decided_by     bigint NOT NULL CONSTRAINT setting_values_decided_by_check CHECK (decided_by > 0),
    decided_name   text NOT NULL,
    decided_at     timestamptz NOT NULL,
    two_person     boolean NOT NULL,
    proposal_id    bigint CONSTRAINT setting_values_proposal_id_fk REFERENCES setting_proposals (id),
    CONSTRAINT setting_values_proposal_id_key UNIQUE (proposal_id),
    CONSTRAINT setting_values_effective_from_check CHECK (effective_from >= decided_at),
    CONSTRAINT setting_values_two_person_check CHECK (two_person = (proposal_id IS NOT NULL))
);
CREATE INDEX setting_values_key_idx ON setting_values (key, scope, effective_from, id);
COMMENT ON TABLE setting_values IS 'what holds from when; of two with the same date the later row holds. Only ever added to';
COMMENT ON COLUMN setting_values.value IS 'null: no longer set in this scope';
COMMENT ON COLUMN setting_values.two_person IS 'the setting moves a rank: proposed by one, approved by another';

CREATE TABLE setting_defaults (
    id             bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT setting_defaults_pkey PRIMARY KEY,
    key            text NOT NULL CONSTRAINT setting_defaults_key_check CHECK (key ~ '^[a-z_]+(\.[a-z_]+)+$' AND length(key) <= 80),
    value          text NOT NULL CONSTRAINT setting_defaults_value_check CHECK (length(value) <= 100),
    effective_from timestamptz NOT NULL,
    program        text NOT NULL
);
CREATE INDEX setting_defaults_key_idx ON setting_defaults (key, effective_from, id);
COMMENT ON TABLE setting_defaults IS 'what the program itself says, noted at its first start and whenever a newer program says otherwise, so that the past stays what it was. The first of a key holds from the beginning of time';

-- Nobody writes the past: a value begins now (a minute is allowed for clocks of several nodes) or later.
-- +goose StatementBegin
CREATE FUNCTION setting_value_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    p setting_proposals%ROWTYPE;
BEGIN
    IF NEW.effective_from < now() - interval '1 minute' THEN
        RAISE EXCEPTION 'setting % would change the past', NEW.key USING ERRCODE = 'restrict_violation', CONSTRAINT = 'setting_values_past_check';
    END IF;
    IF NEW.proposal_id IS NULL THEN
        RETURN NEW;
    END IF;
    SELECT q.key, q.scope, q.value, q.effective_from, q.state, q.decided_by
        INTO p.key, p.scope, p.value, p.effective_from, p.state, p.decided_by FROM setting_proposals q WHERE q.id = NEW.proposal_id;
    IF p.state IS DISTINCT FROM 'approved' OR (p.key, p.scope, p.effective_from, p.decided_by) <> (NEW.key, NEW.scope, NEW.effective_from, NEW.decided_by)
        OR p.value IS DISTINCT FROM NEW.value THEN
        RAISE EXCEPTION 'setting % is not what was approved', NEW.key USING ERRCODE = 'restrict_violation', CONSTRAINT = 'setting_values_proposal_check';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER setting_values_check BEFORE INSERT ON setting_values FOR EACH ROW EXECUTE FUNCTION setting_value_check();
CREATE TRIGGER setting_values_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON setting_values FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER setting_defaults_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON setting_defaults FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A proposal is begun open and decided once; what was proposed never changes.
-- +goose StatementBegin
CREATE FUNCTION setting_proposal_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'pending' THEN
            RAISE EXCEPTION 'a proposal begins open' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state <> 'pending' OR NEW.state = 'pending'
        OR (NEW.id, NEW.key, NEW.scope, NEW.before, NEW.effective_from, NEW.reason, NEW.proposed_by, NEW.proposed_name, NEW.proposed_at)
        <> (OLD.id, OLD.key, OLD.scope, OLD.before, OLD.effective_from, OLD.reason, OLD.proposed_by, OLD.proposed_name, OLD.proposed_at)
        OR NEW.value IS DISTINCT FROM OLD.value THEN
        RAISE EXCEPTION 'a proposal is decided once and never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER setting_proposals_guard BEFORE INSERT OR UPDATE ON setting_proposals FOR EACH ROW EXECUTE FUNCTION setting_proposal_guard();
CREATE TRIGGER setting_proposals_kept BEFORE DELETE OR TRUNCATE ON setting_proposals FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Every node reads anew when something is in force that was not.
-- +goose StatementBegin
CREATE FUNCTION notify_settings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NOTIFY settings;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER setting_values_notify AFTER INSERT ON setting_values FOR EACH STATEMENT EXECUTE FUNCTION notify_settings();
CREATE TRIGGER setting_defaults_notify AFTER INSERT ON setting_defaults FOR EACH STATEMENT EXECUTE FUNCTION notify_settings();

-- +goose Down
DROP TABLE setting_values, setting_proposals, setting_defaults;
DROP FUNCTION setting_value_check();
DROP FUNCTION setting_proposal_guard();
DROP FUNCTION notify_settings();
