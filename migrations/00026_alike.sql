-- +goose Up
-- What is alike among cases: their words and places, topics, what was learned of
-- categories, and templates for replies. All but topics, votes and templates is computed from
-- cases and can be thrown away: the job reads again what case_unread names.

-- Cases whose words, seal or category changed and that the job has not read since. No
-- key: whoever changes a case never waits for the job.
CREATE TABLE case_unread (
    id      bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT case_unread_pkey PRIMARY KEY,
    case_id bigint NOT NULL
) WITH (autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);

-- +goose StatementBegin
CREATE FUNCTION note_unread() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO case_unread (case_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER cases_unread_new AFTER INSERT ON cases FOR EACH ROW EXECUTE FUNCTION note_unread();
-- A category counts as confirmed once the case is beyond "received".
CREATE TRIGGER cases_unread_changed AFTER UPDATE OF title, body, sealed, category_id, state ON cases FOR EACH ROW
    WHEN (OLD.title <> NEW.title OR OLD.body <> NEW.body OR OLD.sealed <> NEW.sealed OR OLD.category_id IS DISTINCT FROM NEW.category_id
        OR NEW.category_id IS NOT NULL AND (OLD.state = 'received') <> (NEW.state = 'received'))
    EXECUTE FUNCTION note_unread();
INSERT INTO case_unread (case_id) SELECT id FROM cases WHERE NOT sealed ORDER BY received_at, id;

-- Every word of the cases that were read, and in how many it stands.
CREATE TABLE lexicon (
    id    int GENERATED ALWAYS AS IDENTITY CONSTRAINT lexicon_pkey PRIMARY KEY,
    word  text NOT NULL CONSTRAINT lexicon_word_key UNIQUE CONSTRAINT lexicon_word_check CHECK (word <> '' AND char_length(word) <= 64),
    cases int NOT NULL DEFAULT 0 CONSTRAINT lexicon_cases_check CHECK (cases >= 0)
);
CREATE INDEX lexicon_unused_idx ON lexicon (id) WHERE cases = 0;
CREATE TABLE lexicon_total (
    one   boolean CONSTRAINT lexicon_total_pkey PRIMARY KEY DEFAULT true CONSTRAINT lexicon_total_one_check CHECK (one),
    cases int NOT NULL DEFAULT 0 CONSTRAINT lexicon_total_cases_check CHECK (cases >= 0)
);
INSERT INTO lexicon_total DEFAULT VALUES;

-- A case as it is compared with others. Sealed cases have none.
CREATE TABLE case_sketches (
    case_id     bigint CONSTRAINT case_sketches_pkey PRIMARY KEY CONSTRAINT case_sketches_case_id_fk REFERENCES cases (id),
    words       int[] NOT NULL,
    counts      smallint[] NOT NULL,
    terms       int[] NOT NULL,
    weights     smallint[] NOT NULL,
    weighed_at  int NOT NULL,
    places      text[] NOT NULL,
    districts   text[] NOT NULL,
    category_id int CONSTRAINT case_sketches_category_id_fk REFERENCES categories (id),
    received_at timestamptz NOT NULL,
    grouped     boolean NOT NULL DEFAULT false,
    CONSTRAINT case_sketches_counts_check CHECK (cardinality(words) = cardinality(counts)),
    CONSTRAINT case_sketches_weights_check CHECK (cardinality(terms) = cardinality(weights))
);
CREATE INDEX case_sketches_terms_idx ON case_sketches USING gin (terms) WITH (fastupdate = off);
CREATE INDEX case_sketches_weighed_at_idx ON case_sketches (weighed_at);
CREATE INDEX case_sketches_grouped_idx ON case_sketches (received_at, case_id) WHERE NOT grouped;
COMMENT ON COLUMN case_sketches.grouped IS 'the job has looked for its topic';
COMMENT ON COLUMN case_sketches.words IS 'lexicon.id of every word, counts: how much each counts';
COMMENT ON COLUMN case_sketches.terms IS 'the words that tell most, ascending; weights: of a vector of length 32767';
COMMENT ON COLUMN case_sketches.weighed_at IS 'lexicon_total.cases when it was weighed; weighed anew when that has doubled';
COMMENT ON COLUMN case_sketches.category_id IS 'the confirmed category that this case was counted for';

-- What words say of a category: its names and known words (prior), and its confirmed cases.
CREATE TABLE category_words (
    word_id     int NOT NULL CONSTRAINT category_words_word_id_fk REFERENCES lexicon (id),
    category_id int NOT NULL CONSTRAINT category_words_category_id_fk REFERENCES categories (id),
    prior       real NOT NULL DEFAULT 0,
    learned     double precision NOT NULL DEFAULT 0,
    CONSTRAINT category_words_pkey PRIMARY KEY (word_id, category_id)
);
CREATE INDEX category_words_category_id_idx ON category_words (category_id);
CREATE TABLE category_profiles (
    category_id int CONSTRAINT category_profiles_pkey PRIMARY KEY CONSTRAINT category_profiles_category_id_fk REFERENCES categories (id),
    cases       int NOT NULL DEFAULT 0 CONSTRAINT category_profiles_cases_check CHECK (cases >= 0),
    norm        double precision NOT NULL,
    weighed_at  int NOT NULL
);

-- Messages about the same thing 热点.
CREATE TABLE topics (
    id       bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT topics_pkey PRIMARY KEY,
    made_at  timestamptz NOT NULL,
    name     text NOT NULL DEFAULT '' CONSTRAINT topics_name_check CHECK (char_length(name) <= 100),
    named_by bigint CONSTRAINT topics_named_by_fk REFERENCES accounts (id)
);
COMMENT ON COLUMN topics.name IS 'given by a person; empty: its words are shown';
CREATE TABLE topic_cases (
    case_id     bigint CONSTRAINT topic_cases_pkey PRIMARY KEY CONSTRAINT topic_cases_case_id_fk REFERENCES cases (id),
    topic_id    bigint NOT NULL CONSTRAINT topic_cases_topic_id_fk REFERENCES topics (id),
    likeness    smallint NOT NULL CONSTRAINT topic_cases_likeness_check CHECK (likeness BETWEEN 0 AND 100),
    received_at timestamptz NOT NULL,
    taken_out_by bigint CONSTRAINT topic_cases_taken_out_by_fk REFERENCES accounts (id)
);
CREATE INDEX topic_cases_topic_id_idx ON topic_cases (topic_id);
CREATE INDEX topic_cases_received_at_idx ON topic_cases (received_at);
COMMENT ON COLUMN topic_cases.likeness IS 'percent, to the case that brought it into the topic';
COMMENT ON COLUMN topic_cases.taken_out_by IS 'a person said it is about something else; the job leaves it alone from then on';

-- How many agreed with a message where people could say so (other portals; imported).
CREATE TABLE case_votes (
    case_id bigint CONSTRAINT case_votes_pkey PRIMARY KEY CONSTRAINT case_votes_case_id_fk REFERENCES cases (id),
    agree   int NOT NULL CONSTRAINT case_votes_agree_check CHECK (agree >= 0),
    against int NOT NULL CONSTRAINT case_votes_against_check CHECK (against >= 0)
);

-- Templates for replies 答复模板.
CREATE TABLE reply_templates (
    id          bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT reply_templates_pkey PRIMARY KEY,
    office_id   bigint CONSTRAINT reply_templates_office_id_fk REFERENCES units (id),
    kind        text CONSTRAINT reply_templates_kind_check CHECK (kind IN ('complaint', 'consultation', 'suggestion', 'request', 'praise', 'bad_rating')),
    category_id int CONSTRAINT reply_templates_category_id_fk REFERENCES categories (id),
    title       text NOT NULL CONSTRAINT reply_templates_title_check CHECK (title <> '' AND char_length(title) <= 200),
    body        text NOT NULL CONSTRAINT reply_templates_body_check CHECK (body <> '' AND char_length(body) <= 20000),
    version     int NOT NULL CONSTRAINT reply_templates_version_check CHECK (version > 0),
    retired     boolean NOT NULL DEFAULT false,
    changed_at  timestamptz NOT NULL,
    changed_by  text NOT NULL
);
CREATE UNIQUE INDEX reply_templates_title_key ON reply_templates (coalesce(office_id, 0), title) WHERE NOT retired;
COMMENT ON COLUMN reply_templates.office_id IS 'null: for the whole city';
COMMENT ON COLUMN reply_templates.category_id IS 'this category and those below it; null: any';
CREATE TABLE reply_template_versions (
    template_id bigint NOT NULL CONSTRAINT reply_template_versions_template_id_fk REFERENCES reply_templates (id),
    version     int NOT NULL,
    kind        text,
    category_id int,
    title       text NOT NULL,
    body        text NOT NULL,
    retired     boolean NOT NULL,
    at          timestamptz NOT NULL,
    account_id  bigint,
    account_name text NOT NULL,
    CONSTRAINT reply_template_versions_pkey PRIMARY KEY (template_id, version)
);
CREATE TRIGGER reply_template_versions_kept BEFORE UPDATE OR DELETE ON reply_template_versions FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TABLE reply_template_uses (
    template_id bigint NOT NULL CONSTRAINT reply_template_uses_template_id_fk REFERENCES reply_templates (id),
    case_id     bigint NOT NULL CONSTRAINT reply_template_uses_case_id_fk REFERENCES cases (id),
    seq         int NOT NULL,
    version     int NOT NULL,
    at          timestamptz NOT NULL,
    CONSTRAINT reply_template_uses_pkey PRIMARY KEY (template_id, case_id, seq)
);
CREATE TRIGGER reply_template_uses_kept BEFORE UPDATE OR DELETE ON reply_template_uses FOR EACH ROW EXECUTE FUNCTION refuse_change();
COMMENT ON TABLE reply_template_uses IS 'replies that were sent after a template was put into them; seq: the event of the reply';

-- +goose Down
DROP TABLE reply_template_uses, reply_template_versions, reply_templates, case_votes, topic_cases, topics, category_profiles, category_words,
    case_sketches, lexicon_total, lexicon;
DROP TRIGGER cases_unread_new ON cases;
DROP TRIGGER cases_unread_changed ON cases;
DROP FUNCTION note_unread();
DROP TABLE case_unread;
