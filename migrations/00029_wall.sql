-- +goose Up
-- Every node's dispatch monitor draws anew on this note. Tries of a PIN write to
-- cases too and change nothing that it shows: only new events count.
-- +goose StatementBegin
CREATE FUNCTION notify_cases() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('cases', '');
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER cases_notify_new AFTER INSERT ON cases FOR EACH STATEMENT EXECUTE FUNCTION notify_cases();
CREATE TRIGGER cases_notify_moved AFTER UPDATE OF seq ON cases FOR EACH STATEMENT EXECUTE FUNCTION notify_cases();

-- What is under supervision, and what a ledger of a period lists.
CREATE INDEX cases_level_idx ON cases (level, due_at, id) WHERE level > 0 AND due_at IS NOT NULL;
CREATE INDEX cases_received_at_idx ON cases (received_at, id);
CREATE INDEX cases_closed_at_idx ON cases (closed_at) WHERE closed_at IS NOT NULL;

-- +goose Down
DROP INDEX cases_closed_at_idx, cases_received_at_idx, cases_level_idx;
DROP TRIGGER cases_notify_moved ON cases;
DROP TRIGGER cases_notify_new ON cases;
DROP FUNCTION notify_cases();
