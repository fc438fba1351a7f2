-- +goose Up
-- A page of the audit is found by one index whatever it is filtered by: each
-- begins with what is asked for and goes on in the chain's order.
CREATE INDEX audit_entries_action_idx ON audit_entries (action, day, seq);
CREATE INDEX audit_entries_group_idx ON audit_entries (split_part(action, '.', 1), day, seq);
CREATE INDEX audit_entries_actor_name_idx ON audit_entries (actor_name, day, seq);
CREATE INDEX audit_entries_office_id_idx ON audit_entries (office_id, day, seq) WHERE office_id IS NOT NULL;
CREATE INDEX audit_entries_hall_id_idx ON audit_entries (hall_id, day, seq) WHERE hall_id IS NOT NULL;
CREATE INDEX audit_entries_source_idx ON audit_entries (source, day, seq);
CREATE INDEX audit_entries_outcome_idx ON audit_entries (outcome, day, seq);

-- Verifications of the chain: that one was made and what it found. A running one
-- tells how far it is. No proof (the chain itself is): what the page shows.
CREATE TABLE audit_checks (
    id          bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT audit_checks_pkey PRIMARY KEY,
    asked_by    text NOT NULL,
    started_at  timestamptz NOT NULL,
    seen_at     timestamptz NOT NULL,
    total       bigint NOT NULL,
    entries     bigint NOT NULL DEFAULT 0,
    finished_at timestamptz,
    days        int NOT NULL DEFAULT 0,
    archived    bigint NOT NULL DEFAULT 0,
    head        text NOT NULL DEFAULT '',
    broken_day  date,
    broken_seq  int,
    broken_why  text,
    failed      boolean NOT NULL DEFAULT false,
    CONSTRAINT audit_checks_broken_check CHECK ((broken_day IS NULL) = (broken_why IS NULL) AND (broken_day IS NULL) = (broken_seq IS NULL))
);
CREATE UNIQUE INDEX audit_checks_running_key ON audit_checks ((true)) WHERE finished_at IS NULL;
COMMENT ON COLUMN audit_checks.seen_at IS 'last sign of life of a running one; a minute of silence means that its program died';
COMMENT ON COLUMN audit_checks.head IS 'where the chain ended, as day/number/digest';
COMMENT ON COLUMN audit_checks.failed IS 'it could not be finished: interrupted, or the database did not answer';

-- A serving role that does not own ratings still needs the next month's partition.
ALTER FUNCTION ensure_rating_partitions(date, date) SECURITY DEFINER SET search_path = public, pg_temp;
REVOKE ALL ON FUNCTION ensure_rating_partitions(date, date) FROM PUBLIC;

-- +goose Down
GRANT EXECUTE ON FUNCTION ensure_rating_partitions(date, date) TO PUBLIC;
ALTER FUNCTION ensure_rating_partitions(date, date) SECURITY INVOKER RESET search_path;
DROP TABLE audit_checks;
DROP INDEX audit_entries_action_idx, audit_entries_group_idx, audit_entries_actor_name_idx, audit_entries_office_id_idx,
    audit_entries_hall_id_idx, audit_entries_source_idx, audit_entries_outcome_idx;
