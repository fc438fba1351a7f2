-- +goose Up
-- What cases are searched by. The words are cut by the program, in the transaction
-- that adds them; where a case lies and stands follows by the triggers below, whoever
-- changes it. One row per case.
CREATE TABLE case_search (
    case_id bigint NOT NULL CONSTRAINT case_search_pkey PRIMARY KEY CONSTRAINT case_search_case_id_fk REFERENCES cases (id),
    turn    bigint NOT NULL,
    version smallint NOT NULL DEFAULT 0,
    marks   tsvector NOT NULL,
    words   tsvector NOT NULL DEFAULT ''
) WITH (fillfactor = 85);
COMMENT ON TABLE case_search IS 'verify proves that it is what cases and case_messages say';
COMMENT ON COLUMN case_search.turn IS 'place in the order of results: live cases by what is due, then finished ones, the newest first';
COMMENT ON COLUMN case_search.version IS 'of the cutting of words; 0: not cut yet, a job does it';
COMMENT ON COLUMN case_search.marks IS 'where it lies and stands, as words that nobody can type: @o12 has it, @u12 has or had it, @h hall, @d division, @w place, @k kind, @c category, @a handler, @s state, @x sealed';
COMMENT ON COLUMN case_search.words IS 'of title, body and public messages; with ~ before them those of private notes';

-- +goose StatementBegin
CREATE FUNCTION case_turn(state text, due_at timestamptz, received_at timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN state IN ('closed', 'excluded', 'routed_out', 'refused', 'merged', 'terminated', 'withdrawn')
        THEN 4611686018427387904 - (extract(epoch FROM received_at) * 1000000)::bigint
        ELSE coalesce((extract(epoch FROM due_at) * 1000000)::bigint, 2305843009213693952) END
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION case_marks(c cases) RETURNS tsvector LANGUAGE sql STABLE AS $$
    SELECT array_to_tsvector(array_remove(ARRAY['@k' || c.kind, '@a' || coalesce(c.handler_id, 0),
            '@s' || CASE WHEN c.state IN ('closed', 'excluded', 'routed_out', 'refused', 'merged', 'terminated', 'withdrawn') THEN c.state ELSE 'live' END,
            '@o' || c.office_id, '@h' || c.hall_id, '@d' || c.division_id, '@w' || c.unit_id, '@c' || c.category_id, CASE WHEN c.sealed THEN '@x' END], NULL)
        || ARRAY(SELECT DISTINCT '@u' || u.unit_id FROM case_units u WHERE u.case_id = c.id))
$$;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE FUNCTION case_search_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'case_units' THEN
        UPDATE case_search s SET marks = case_marks(c) FROM cases c WHERE c.id = NEW.case_id AND s.case_id = c.id AND s.marks <> case_marks(c);
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO case_search (case_id, turn, marks) VALUES (NEW.id, case_turn(NEW.state, NEW.due_at, NEW.received_at), case_marks(NEW));
    ELSE
        UPDATE case_search s SET turn = case_turn(NEW.state, NEW.due_at, NEW.received_at), marks = case_marks(NEW)
            WHERE s.case_id = NEW.id AND (s.turn, s.marks) IS DISTINCT FROM (case_turn(NEW.state, NEW.due_at, NEW.received_at), case_marks(NEW));
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd

INSERT INTO case_search (case_id, turn, marks) SELECT c.id, case_turn(c.state, c.due_at, c.received_at), case_marks(c) FROM cases c ORDER BY c.id;
CREATE TRIGGER cases_search AFTER INSERT OR UPDATE ON cases FOR EACH ROW EXECUTE FUNCTION case_search_follow();
CREATE TRIGGER case_units_search AFTER INSERT OR UPDATE ON case_units FOR EACH ROW EXECUTE FUNCTION case_search_follow();
CREATE INDEX case_search_words_idx ON case_search USING gin ((words || marks)) WITH (fastupdate = off);
CREATE INDEX case_search_version_idx ON case_search (version, case_id);
-- The order of results, over the city and over each part of it that somebody may read.
CREATE INDEX cases_turn_idx ON cases (case_turn(state, due_at, received_at), id);
CREATE INDEX cases_office_id_turn_idx ON cases (office_id, case_turn(state, due_at, received_at), id);
CREATE INDEX cases_hall_id_turn_idx ON cases (hall_id, case_turn(state, due_at, received_at), id) WHERE hall_id IS NOT NULL;
CREATE INDEX cases_division_id_turn_idx ON cases (division_id, case_turn(state, due_at, received_at), id) WHERE division_id IS NOT NULL;
CREATE INDEX cases_sealed_turn_idx ON cases (case_turn(state, due_at, received_at), id) WHERE sealed;
CREATE INDEX case_units_tie_idx ON case_units (unit_id, case_id) WHERE role <> 'lead';

-- Views of the queue that somebody keeps, and which one opens first.
CREATE TABLE desk_views (
    id         bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT desk_views_pkey PRIMARY KEY,
    account_id bigint NOT NULL CONSTRAINT desk_views_account_id_fk REFERENCES accounts (id),
    name       text NOT NULL CONSTRAINT desk_views_name_check CHECK (name <> '' AND char_length(name) <= 60),
    filter     jsonb NOT NULL CONSTRAINT desk_views_filter_check CHECK (jsonb_typeof(filter) = 'object'),
    CONSTRAINT desk_views_account_id_name_key UNIQUE (account_id, name)
);
CREATE TABLE desk_choices (
    account_id bigint NOT NULL CONSTRAINT desk_choices_pkey PRIMARY KEY CONSTRAINT desk_choices_account_id_fk REFERENCES accounts (id),
    first_view text NOT NULL CONSTRAINT desk_choices_first_view_check CHECK (first_view ~ '^[a-z0-9_]{1,30}$')
);
COMMENT ON COLUMN desk_choices.first_view IS 'name of a view that everybody has, or the number of one of desk_views';

-- Who has a case open. Worth nothing after a minute or two, so it is not logged.
CREATE UNLOGGED TABLE case_presences (
    case_id    bigint NOT NULL,
    account_id bigint NOT NULL,
    until      timestamptz NOT NULL,
    CONSTRAINT case_presences_pkey PRIMARY KEY (case_id, account_id)
);
CREATE INDEX case_presences_until_idx ON case_presences (until);

-- +goose Down
DROP TABLE case_presences, desk_choices, desk_views;
DROP INDEX case_units_tie_idx, cases_sealed_turn_idx, cases_division_id_turn_idx, cases_hall_id_turn_idx, cases_office_id_turn_idx, cases_turn_idx;
DROP TRIGGER case_units_search ON case_units;
DROP TRIGGER cases_search ON cases;
DROP TABLE case_search;
DROP FUNCTION case_search_follow();
DROP FUNCTION case_marks(cases);
DROP FUNCTION case_turn(text, timestamptz, timestamptz);
