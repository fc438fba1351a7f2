-- +goose Up
-- Who did what, when, from where, on which thing: entries are only ever added,
-- each with the digest of the one before it. internal/audit computes and checks
-- the digests; what stands here refuses everything but adding at the end.
CREATE TABLE audit_entries (
    day         date NOT NULL,
    seq         int NOT NULL CONSTRAINT audit_entries_seq_check CHECK (seq > 0),
    at          timestamptz NOT NULL,
    actor_id    bigint,
    actor_name  text NOT NULL,
    source      text NOT NULL,
    action      text NOT NULL CONSTRAINT audit_entries_action_check CHECK (action ~ '^[a-z_]+\.[a-z_]+$'),
    object_kind text NOT NULL,
    object_id   text NOT NULL,
    office_id   bigint,
    hall_id     bigint,
    outcome     text NOT NULL CONSTRAINT audit_entries_outcome_check CHECK (outcome IN ('done', 'refused')),
    detail      jsonb NOT NULL CONSTRAINT audit_entries_detail_check
                CHECK (jsonb_typeof(detail) = 'object' AND octet_length(detail::text) <= 16384),
    prev        bytea NOT NULL CONSTRAINT audit_entries_prev_check CHECK (octet_length(prev) = 32),
    digest      bytea NOT NULL CONSTRAINT audit_entries_digest_check CHECK (octet_length(digest) = 32),
    CONSTRAINT audit_entries_pkey PRIMARY KEY (day, seq)
);
CREATE INDEX audit_entries_actor_id_idx ON audit_entries (actor_id, day, seq) WHERE actor_id IS NOT NULL;
CREATE INDEX audit_entries_object_idx ON audit_entries (object_kind, object_id, day, seq);
COMMENT ON COLUMN audit_entries.day IS 'day of the chain in Asia/Shanghai: that of at, or of the entry before where that is later';
COMMENT ON COLUMN audit_entries.actor_id IS 'account; no foreign key, so that an entry never waits for a locked account. Null: a program or nobody signed in';
COMMENT ON COLUMN audit_entries.source IS 'keyed pseudonym of a network address, or console, command, job';
COMMENT ON COLUMN audit_entries.prev IS 'digest of the entry before; for the first of a day, of the last entry of the last day with entries';

-- How long each day's chain is and how it ends; stays when the day is archived.
CREATE TABLE audit_heads (
    day     date CONSTRAINT audit_heads_pkey PRIMARY KEY,
    entries int NOT NULL CONSTRAINT audit_heads_entries_check CHECK (entries > 0),
    digest  bytea NOT NULL
) WITH (fillfactor = 50);

-- Files of whole days that were written out and signed.
CREATE TABLE audit_archives (
    id          bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT audit_archives_pkey PRIMARY KEY,
    first_day   date NOT NULL,
    last_day    date NOT NULL CONSTRAINT audit_archives_days_check CHECK (last_day >= first_day),
    entries     int NOT NULL,
    prev        bytea NOT NULL,
    last        bytea NOT NULL,
    file_digest bytea NOT NULL CONSTRAINT audit_archives_file_digest_key UNIQUE,
    at          timestamptz NOT NULL,
    removed_at  timestamptz
);
COMMENT ON COLUMN audit_archives.prev IS 'digest that the first archived entry refers to';
COMMENT ON COLUMN audit_archives.last IS 'digest of the last archived entry; the chain online goes on from it once the days are removed';
COMMENT ON COLUMN audit_archives.file_digest IS 'SM3 of the file up to its last line';

-- The end of the chain, for whoever adds the next entry: one at a time, until
-- its transaction ends. A waiting statement would not see the other's entry, a
-- volatile function's next statement does.
-- +goose StatementBegin
CREATE FUNCTION audit_head() RETURNS SETOF audit_heads LANGUAGE plpgsql VOLATILE
    SET lock_timeout = '15s' AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('minping.audit', 0));
    RETURN QUERY SELECT h.day, h.entries, h.digest FROM audit_heads h ORDER BY h.day DESC LIMIT 1;
END $$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION audit_append() RETURNS trigger LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    head audit_heads%ROWTYPE;
BEGIN
    SELECT h.day, h.entries, h.digest INTO head FROM audit_heads h ORDER BY h.day DESC LIMIT 1;
    IF head.day = NEW.day AND NEW.seq = head.entries + 1 AND NEW.prev = head.digest THEN
        UPDATE audit_heads SET entries = NEW.seq, digest = NEW.digest WHERE day = NEW.day;
    ELSIF NEW.seq = 1 AND (head.day IS NULL OR NEW.day > head.day)
        AND NEW.prev = coalesce(head.digest, decode(repeat('00', 32), 'hex')) THEN
        INSERT INTO audit_heads (day, entries, digest) VALUES (NEW.day, 1, NEW.digest);
    ELSE
        RAISE EXCEPTION 'audit entry % % does not continue the chain', NEW.day, NEW.seq USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_entries_append BEFORE INSERT ON audit_entries FOR EACH ROW EXECUTE FUNCTION audit_append();

-- Only audit_entries' own trigger moves a head, and only forwards.
-- +goose StatementBegin
CREATE FUNCTION audit_head_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 OR (TG_OP = 'UPDATE' AND (NEW.day <> OLD.day OR NEW.entries <> OLD.entries + 1)) THEN
        RAISE EXCEPTION 'audit_heads follows audit_entries and nothing else' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_heads_guard BEFORE INSERT OR UPDATE ON audit_heads FOR EACH ROW EXECUTE FUNCTION audit_head_guard();
CREATE TRIGGER audit_heads_kept BEFORE DELETE OR TRUNCATE ON audit_heads FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Entries leave only as the whole of an archive, while audit_remove names it.
-- +goose StatementBegin
CREATE FUNCTION audit_removing() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT nullif(current_setting('minping.audit_removing', true), '')::bigint
$$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION audit_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM audit_archives a
        WHERE a.id = audit_removing() AND a.removed_at IS NULL AND OLD.day BETWEEN a.first_day AND a.last_day) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'audit_entries is never changed or deleted' USING ERRCODE = 'restrict_violation';
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION audit_entries_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM audit_entries e JOIN audit_archives a ON e.day BETWEEN a.first_day AND a.last_day
        WHERE a.id = audit_removing()) THEN
        RAISE EXCEPTION 'an archive is removed as a whole' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_entries_guard BEFORE DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION audit_entry_guard();
CREATE TRIGGER audit_entries_whole AFTER DELETE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_whole();
CREATE TRIGGER audit_entries_kept BEFORE UPDATE OR TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- An archive is the oldest days that are online, whole, as they are, and at least six months old.
-- +goose StatementBegin
CREATE FUNCTION audit_archive_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    n bigint; oldest date; first_prev bytea; last_digest bytea;
BEGIN
    SELECT count(*), min(e.day) INTO n, oldest FROM audit_entries e WHERE e.day <= NEW.last_day;
    SELECT e.prev INTO first_prev FROM audit_entries e ORDER BY e.day, e.seq LIMIT 1;
    SELECT e.digest INTO last_digest FROM audit_entries e WHERE e.day <= NEW.last_day ORDER BY e.day DESC, e.seq DESC LIMIT 1;
    IF n = 0 OR NEW.entries <> n OR NEW.first_day <> oldest OR NEW.prev <> first_prev OR NEW.last <> last_digest
        OR NEW.removed_at IS NOT NULL
        OR NEW.last_day >= ((now() AT TIME ZONE 'Asia/Shanghai') - interval '6 months')::date THEN
        RAISE EXCEPTION 'not the archive of the oldest days' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION audit_archive_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.id = audit_removing() AND OLD.removed_at IS NULL AND NEW.removed_at IS NOT NULL
        AND (NEW.id, NEW.first_day, NEW.last_day, NEW.entries, NEW.prev, NEW.last, NEW.file_digest, NEW.at)
          = (OLD.id, OLD.first_day, OLD.last_day, OLD.entries, OLD.prev, OLD.last, OLD.file_digest, OLD.at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'audit_archives is never changed or deleted' USING ERRCODE = 'restrict_violation';
END $$;
-- +goose StatementEnd
CREATE TRIGGER audit_archives_check BEFORE INSERT ON audit_archives FOR EACH ROW EXECUTE FUNCTION audit_archive_check();
CREATE TRIGGER audit_archives_guard BEFORE UPDATE ON audit_archives FOR EACH ROW EXECUTE FUNCTION audit_archive_guard();
CREATE TRIGGER audit_archives_kept BEFORE DELETE OR TRUNCATE ON audit_archives FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The one way out: takes an archive's days off the table and gives how many entries went.
-- +goose StatementBegin
CREATE FUNCTION audit_remove(archive bigint, removed timestamptz) RETURNS bigint LANGUAGE plpgsql
    SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    a audit_archives%ROWTYPE; n bigint;
BEGIN
    SELECT r.id, r.first_day, r.last_day, r.entries INTO a.id, a.first_day, a.last_day, a.entries FROM audit_archives r
        WHERE r.id = archive AND r.removed_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no such archive to remove' USING ERRCODE = 'restrict_violation';
    END IF;
    PERFORM set_config('minping.audit_removing', archive::text, true);
    DELETE FROM audit_entries e WHERE e.day BETWEEN a.first_day AND a.last_day;
    GET DIAGNOSTICS n = ROW_COUNT;
    IF n <> a.entries THEN
        RAISE EXCEPTION 'the archive does not hold what is online' USING ERRCODE = 'restrict_violation';
    END IF;
    UPDATE audit_archives SET removed_at = removed WHERE id = archive;
    PERFORM set_config('minping.audit_removing', '', true);
    RETURN n;
END $$;
-- +goose StatementEnd

-- Refusals hold in replication mode too; and not even the owner has the right to rewrite.
ALTER TABLE audit_entries ENABLE ALWAYS TRIGGER audit_entries_guard;
ALTER TABLE audit_entries ENABLE ALWAYS TRIGGER audit_entries_whole;
ALTER TABLE audit_entries ENABLE ALWAYS TRIGGER audit_entries_kept;
REVOKE UPDATE, TRUNCATE ON audit_entries FROM PUBLIC, CURRENT_USER;
REVOKE DELETE, TRUNCATE ON audit_heads, audit_archives FROM PUBLIC, CURRENT_USER;
REVOKE ALL ON FUNCTION audit_remove(bigint, timestamptz) FROM PUBLIC;

-- +goose Down
DROP TABLE audit_entries, audit_archives;
DROP FUNCTION audit_head();
DROP TABLE audit_heads;
DROP FUNCTION audit_append();
DROP FUNCTION audit_head_guard();
DROP FUNCTION audit_entry_guard();
DROP FUNCTION audit_entries_whole();
DROP FUNCTION audit_archive_check();
DROP FUNCTION audit_archive_guard();
DROP FUNCTION audit_remove(bigint, timestamptz);
DROP FUNCTION audit_removing();
