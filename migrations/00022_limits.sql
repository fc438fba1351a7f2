-- +goose Up
-- Clocks that follow settings and the working-day calendar.

-- Holiday notices 节假日安排: which days of a year are off, and which days off are
-- worked in exchange. They move deadlines, and so the three rates: proposed by one, approved by another.
CREATE TABLE holiday_notices (
    id            bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT holiday_notices_pkey PRIMARY KEY,
    year          int NOT NULL CONSTRAINT holiday_notices_year_check CHECK (year BETWEEN 2020 AND 2200),
    source        text NOT NULL CONSTRAINT holiday_notices_source_check CHECK (char_length(source) BETWEEN 1 AND 300),
    digest        text NOT NULL,
    proposed_by   bigint NOT NULL CONSTRAINT holiday_notices_proposed_by_check CHECK (proposed_by >= 0),
    proposed_name text NOT NULL,
    proposed_at   timestamptz NOT NULL,
    state         text NOT NULL DEFAULT 'pending' CONSTRAINT holiday_notices_state_check
                  CHECK (state IN ('pending', 'approved', 'rejected', 'withdrawn')),
    decided_by    bigint CONSTRAINT holiday_notices_decided_by_check CHECK (decided_by > 0),
    decided_name  text,
    decided_at    timestamptz,
    decision      text CONSTRAINT holiday_notices_decision_check CHECK (char_length(decision) <= 500),
    CONSTRAINT holiday_notices_decided_check CHECK ((state = 'pending') = (decided_at IS NULL) AND (state = 'pending') = (decided_by IS NULL)),
    CONSTRAINT holiday_notices_state_decided_by_check CHECK (CASE state
        WHEN 'approved' THEN decided_by <> proposed_by
        WHEN 'rejected' THEN decided_by <> proposed_by AND decision IS NOT NULL
        WHEN 'withdrawn' THEN decided_by = proposed_by ELSE true END)
);
CREATE UNIQUE INDEX holiday_notices_pending_key ON holiday_notices (year) WHERE state = 'pending';
CREATE INDEX holiday_notices_year_idx ON holiday_notices (year, decided_at) WHERE state = 'approved';
COMMENT ON TABLE holiday_notices IS 'of a year the notice that was approved last holds, whole; years without one are those that ship with the program';
COMMENT ON COLUMN holiday_notices.source IS 'where it was published: number of the paper, or address';
COMMENT ON COLUMN holiday_notices.digest IS 'SM3 of its days';
COMMENT ON COLUMN holiday_notices.proposed_by IS 'account; 0: the import command on the server, which approves nothing';

CREATE TABLE holiday_days (
    notice_id bigint NOT NULL CONSTRAINT holiday_days_notice_id_fk REFERENCES holiday_notices (id),
    day       date NOT NULL,
    name      text NOT NULL CONSTRAINT holiday_days_name_check CHECK (char_length(name) <= 40),
    off       boolean NOT NULL,
    CONSTRAINT holiday_days_pkey PRIMARY KEY (notice_id, day)
);
COMMENT ON COLUMN holiday_days.off IS 'false: worked in exchange 调休上班';

-- A notice is begun open and decided once; what was proposed never changes.
-- +goose StatementBegin
CREATE FUNCTION holiday_notice_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'pending' THEN
            RAISE EXCEPTION 'a holiday notice begins open' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state <> 'pending' OR NEW.state = 'pending'
        OR (NEW.id, NEW.year, NEW.source, NEW.digest, NEW.proposed_by, NEW.proposed_name, NEW.proposed_at)
        <> (OLD.id, OLD.year, OLD.source, OLD.digest, OLD.proposed_by, OLD.proposed_name, OLD.proposed_at) THEN
        RAISE EXCEPTION 'a holiday notice is decided once and never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER holiday_notices_guard BEFORE INSERT OR UPDATE ON holiday_notices FOR EACH ROW EXECUTE FUNCTION holiday_notice_guard();
CREATE TRIGGER holiday_notices_kept BEFORE DELETE OR TRUNCATE ON holiday_notices FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER holiday_days_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON holiday_days FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Every node reads its calendar and its tree of categories anew.
-- +goose StatementBegin
CREATE FUNCTION notify_clocks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NOTIFY clocks;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER holiday_notices_notify AFTER UPDATE ON holiday_notices FOR EACH STATEMENT EXECUTE FUNCTION notify_clocks();
CREATE TRIGGER categories_notify AFTER INSERT OR UPDATE ON categories FOR EACH STATEMENT EXECUTE FUNCTION notify_clocks();

-- Walks through all cases after the calendar or the office hours changed. The newest counts.
CREATE TABLE case_recounts (
    id       bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT case_recounts_pkey PRIMARY KEY,
    calendar text NOT NULL,
    begun_at timestamptz NOT NULL,
    up_to    bigint NOT NULL DEFAULT 0,
    changed  int NOT NULL DEFAULT 0,
    moved    int NOT NULL DEFAULT 0,
    done_at  timestamptz
);
COMMENT ON COLUMN case_recounts.calendar IS 'digest of the exceptions and office hours by which it computes';
COMMENT ON COLUMN case_recounts.up_to IS 'the last case that was looked at: broken off, it goes on behind it';
COMMENT ON COLUMN case_recounts.changed IS 'cases of which anything changed, moved: those whose next deadline did';

CREATE TABLE case_moves (
    id      bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT case_moves_pkey PRIMARY KEY,
    case_id bigint NOT NULL CONSTRAINT case_moves_case_id_fk REFERENCES cases (id),
    at      timestamptz NOT NULL,
    clock   text NOT NULL,
    was     timestamptz NOT NULL,
    becomes timestamptz NOT NULL,
    CONSTRAINT case_moves_becomes_check CHECK (becomes <> was)
);
CREATE INDEX case_moves_case_id_idx ON case_moves (case_id, id);
CREATE TRIGGER case_moves_kept BEFORE UPDATE OR DELETE ON case_moves FOR EACH ROW EXECUTE FUNCTION refuse_change();
COMMENT ON TABLE case_moves IS 'deadlines that moved although nothing had happened to the case: the calendar or the office hours changed';

-- +goose Down
DROP TABLE case_moves, case_recounts;
DROP TRIGGER categories_notify ON categories;
DROP TABLE holiday_days, holiday_notices;
DROP FUNCTION holiday_notice_guard();
DROP FUNCTION notify_clocks();
