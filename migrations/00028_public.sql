-- +goose Up
-- What of the desk everybody may read 公开: answered cases with persons hidden in
-- them, and the base of questions and answers 问答库.

-- A case on its way to the public: which parts are to be hidden. The words themselves stay where they are.
CREATE TABLE release_drafts (
    case_id       bigint NOT NULL CONSTRAINT release_drafts_pkey PRIMARY KEY CONSTRAINT release_drafts_case_id_fk REFERENCES cases (id),
    seq           int NOT NULL,
    state         text NOT NULL CONSTRAINT release_drafts_state_check CHECK (state IN ('draft', 'submitted')),
    source_digest bytea NOT NULL,
    marks         jsonb NOT NULL,
    author_id     bigint NOT NULL CONSTRAINT release_drafts_author_id_fk REFERENCES accounts (id),
    author_name   text NOT NULL,
    remark        text NOT NULL DEFAULT '' CONSTRAINT release_drafts_remark_check CHECK (char_length(remark) <= 2000),
    changed_at    timestamptz NOT NULL
);
CREATE INDEX release_drafts_state_idx ON release_drafts (state, changed_at, case_id);
COMMENT ON COLUMN release_drafts.source_digest IS 'of the words that marks count in; when they changed, the draft is made anew';
COMMENT ON COLUMN release_drafts.marks IS 'per part of the case: from, to in bytes, what it is, found by the program or by a person, hidden or kept or not decided';
COMMENT ON COLUMN release_drafts.author_id IS 'who changed it last; somebody else publishes it';
COMMENT ON COLUMN release_drafts.remark IS 'why the second look sent it back';

-- What was published: a copy of its own, never computed from the case.
CREATE TABLE published_replies (
    id            bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT published_replies_pkey PRIMARY KEY,
    case_id       bigint NOT NULL CONSTRAINT published_replies_case_id_fk REFERENCES cases (id),
    state         text NOT NULL CONSTRAINT published_replies_state_check CHECK (state IN ('shown', 'objected', 'withdrawn')),
    kind          text NOT NULL,
    office_id     bigint NOT NULL CONSTRAINT published_replies_office_id_fk REFERENCES units (id),
    category_id   int CONSTRAINT published_replies_category_id_fk REFERENCES categories (id),
    title         text NOT NULL,
    question      text NOT NULL,
    answer        text NOT NULL,
    search        tsvector NOT NULL,
    received_on   date NOT NULL,
    answered_on   date NOT NULL,
    hidden        int NOT NULL,
    author_id     bigint NOT NULL CONSTRAINT published_replies_author_id_fk REFERENCES accounts (id),
    author_name   text NOT NULL,
    publisher_id  bigint NOT NULL CONSTRAINT published_replies_publisher_id_fk REFERENCES accounts (id),
    publisher_name text NOT NULL,
    published_at  timestamptz NOT NULL,
    withdrawn_at  timestamptz,
    withdrawn_by  text,
    withdrawn_why text CONSTRAINT published_replies_withdrawn_why_check CHECK (char_length(withdrawn_why) <= 2000),
    CONSTRAINT published_replies_publisher_check CHECK (author_id <> publisher_id),
    CONSTRAINT published_replies_withdrawn_check CHECK ((state = 'withdrawn') = (withdrawn_at IS NOT NULL))
);
CREATE UNIQUE INDEX published_replies_case_id_key ON published_replies (case_id) WHERE state <> 'withdrawn';
CREATE INDEX published_replies_case_id_idx ON published_replies (case_id);
CREATE INDEX published_replies_shown_idx ON published_replies (answered_on DESC, id DESC) WHERE state = 'shown';
CREATE INDEX published_replies_office_id_idx ON published_replies (office_id, answered_on DESC, id DESC) WHERE state = 'shown';
CREATE INDEX published_replies_search_idx ON published_replies USING gin (search);
COMMENT ON COLUMN published_replies.id IS 'its address: /replies/{id}';
COMMENT ON COLUMN published_replies.hidden IS 'how many parts were hidden';

-- The citizen's objection to the publication, once.
CREATE TABLE reply_objections (
    reply_id   bigint NOT NULL CONSTRAINT reply_objections_pkey PRIMARY KEY CONSTRAINT reply_objections_reply_id_fk REFERENCES published_replies (id),
    at         timestamptz NOT NULL,
    reason     text NOT NULL CONSTRAINT reply_objections_reason_check CHECK (char_length(reason) <= 2000),
    outcome    text CONSTRAINT reply_objections_outcome_check CHECK (outcome IN ('upheld', 'rejected')),
    answer     text CONSTRAINT reply_objections_answer_check CHECK (char_length(answer) <= 2000),
    decided_at timestamptz,
    account_id bigint CONSTRAINT reply_objections_account_id_fk REFERENCES accounts (id),
    account_name text,
    CONSTRAINT reply_objections_decided_check CHECK ((outcome IS NULL) = (decided_at IS NULL) AND (outcome IS NULL) = (answer IS NULL))
);
COMMENT ON COLUMN reply_objections.answer IS 'told to the citizen';

-- Words once published are never changed; they may only go, and with them what finds them.
-- +goose StatementBegin
CREATE FUNCTION published_reply_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.case_id, NEW.kind, NEW.office_id, NEW.received_on, NEW.answered_on, NEW.hidden, NEW.author_id, NEW.publisher_id, NEW.published_at)
        IS DISTINCT FROM (OLD.case_id, OLD.kind, OLD.office_id, OLD.received_on, OLD.answered_on, OLD.hidden, OLD.author_id, OLD.publisher_id, OLD.published_at)
        OR (NEW.title, NEW.question, NEW.answer) IS DISTINCT FROM (OLD.title, OLD.question, OLD.answer)
            AND NOT (NEW.title = '' AND NEW.question = '' AND NEW.answer = '' AND NEW.state = 'withdrawn')
        OR OLD.state = 'withdrawn' AND NEW.state <> 'withdrawn' THEN
        RAISE EXCEPTION 'a published reply is never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER published_replies_kept BEFORE UPDATE ON published_replies FOR EACH ROW EXECUTE FUNCTION published_reply_kept();
CREATE TRIGGER published_replies_stay BEFORE DELETE OR TRUNCATE ON published_replies FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A case that is sealed, or of whose words some were blacked out, is off the page in the
-- same transaction, whoever did it. Blacked out words go from the copy too.
-- +goose StatementBegin
CREATE FUNCTION case_unpublish() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sealed AND NOT OLD.sealed THEN
        UPDATE published_replies SET state = 'withdrawn', withdrawn_at = now(), withdrawn_by = 'system', withdrawn_why = 'sealed'
            WHERE case_id = NEW.id AND state <> 'withdrawn';
        DELETE FROM release_drafts WHERE case_id = NEW.id;
    END IF;
    IF NEW.body IS DISTINCT FROM OLD.body THEN
        UPDATE published_replies SET title = '', question = '', answer = '', search = '',
            withdrawn_by = CASE WHEN state = 'withdrawn' THEN withdrawn_by ELSE 'system' END,
            withdrawn_why = CASE WHEN state = 'withdrawn' THEN withdrawn_why ELSE 'blackout' END,
            withdrawn_at = coalesce(withdrawn_at, now()), state = 'withdrawn'
            WHERE case_id = NEW.id;
        DELETE FROM release_drafts WHERE case_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER cases_unpublish AFTER UPDATE OF sealed, body ON cases FOR EACH ROW
    WHEN (NEW.sealed AND NOT OLD.sealed OR NEW.body IS DISTINCT FROM OLD.body) EXECUTE FUNCTION case_unpublish();

-- Questions and answers. An entry's words are versions that are only added to.
CREATE TABLE qa_entries (
    id          bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT qa_entries_pkey PRIMARY KEY,
    seq         int NOT NULL,
    state       text NOT NULL CONSTRAINT qa_entries_state_check CHECK (state IN ('draft', 'shown', 'retired')),
    office_id   bigint NOT NULL CONSTRAINT qa_entries_office_id_fk REFERENCES units (id),
    category_id int CONSTRAINT qa_entries_category_id_fk REFERENCES categories (id),
    case_id     bigint CONSTRAINT qa_entries_case_id_fk REFERENCES cases (id),
    newest      int NOT NULL,
    version     int NOT NULL DEFAULT 0,
    search      tsvector NOT NULL DEFAULT '',
    review_on   date,
    checked_on  date,
    checker_id  bigint CONSTRAINT qa_entries_checker_id_fk REFERENCES accounts (id),
    checker_name text NOT NULL DEFAULT '',
    stale_since date,
    changed_at  timestamptz NOT NULL,
    CONSTRAINT qa_entries_version_check CHECK (version BETWEEN 0 AND newest AND (state <> 'shown' OR version > 0)),
    CONSTRAINT qa_entries_review_on_check CHECK (state <> 'shown' OR review_on IS NOT NULL)
);
CREATE INDEX qa_entries_office_id_idx ON qa_entries (office_id, id);
CREATE INDEX qa_entries_review_on_idx ON qa_entries (review_on) WHERE state = 'shown';
CREATE INDEX qa_entries_search_idx ON qa_entries USING gin (search);
COMMENT ON COLUMN qa_entries.case_id IS 'the consultation that it came from';
COMMENT ON COLUMN qa_entries.version IS 'the one that is shown; 0: none yet';
COMMENT ON COLUMN qa_entries.newest IS 'greater than version: a change waits for the second person';
COMMENT ON COLUMN qa_entries.review_on IS 'from this day on the answer must be looked at anew';
COMMENT ON COLUMN qa_entries.stale_since IS 'noted by the nightly job, which tells the audit: whoever supervises follows it up';

CREATE TABLE qa_versions (
    entry_id     bigint NOT NULL CONSTRAINT qa_versions_entry_id_fk REFERENCES qa_entries (id),
    number       int NOT NULL CONSTRAINT qa_versions_number_check CHECK (number > 0),
    question     text NOT NULL CONSTRAINT qa_versions_question_check CHECK (question <> '' AND char_length(question) <= 2000),
    answer       text NOT NULL CONSTRAINT qa_versions_answer_check CHECK (answer <> '' AND char_length(answer) <= 20000),
    account_id   bigint NOT NULL CONSTRAINT qa_versions_account_id_fk REFERENCES accounts (id),
    account_name text NOT NULL,
    at           timestamptz NOT NULL,
    CONSTRAINT qa_versions_pkey PRIMARY KEY (entry_id, number)
);
CREATE TRIGGER qa_versions_kept BEFORE UPDATE OR DELETE ON qa_versions FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Every node forgets what it kept of the pages.
-- +goose StatementBegin
CREATE FUNCTION notify_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NOTIFY published;
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER published_replies_notify AFTER INSERT OR UPDATE ON published_replies FOR EACH STATEMENT EXECUTE FUNCTION notify_published();
CREATE TRIGGER qa_entries_notify AFTER INSERT OR UPDATE ON qa_entries FOR EACH STATEMENT EXECUTE FUNCTION notify_published();

-- +goose Down
DROP TRIGGER cases_unpublish ON cases;
DROP TABLE qa_versions, qa_entries, reply_objections, published_replies, release_drafts;
DROP FUNCTION notify_published(), case_unpublish(), published_reply_kept();
