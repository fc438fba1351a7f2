-- +goose Up
-- The national coded reason tags (domain of GB/T 39734 Annex A). Codes are
-- never deleted: a code that is no longer offered has in_use = false.
CREATE TABLE reason_tags (
    code    smallint CONSTRAINT reason_tags_pkey PRIMARY KEY,
    level   smallint NOT NULL CONSTRAINT reason_tags_level_check CHECK (level BETWEEN 1 AND 5),
    core    boolean NOT NULL,
    text_zh text NOT NULL CONSTRAINT reason_tags_text_zh_check CHECK (text_zh <> ''),
    text_en text NOT NULL CONSTRAINT reason_tags_text_en_check CHECK (text_en <> ''),
    in_use  boolean NOT NULL DEFAULT true
);

-- The question bank. A version takes a copy of what it uses, so a later change
-- of wording here never rewrites what citizens were asked.
CREATE TABLE questions (
    id         int GENERATED ALWAYS AS IDENTITY CONSTRAINT questions_pkey PRIMARY KEY,
    key        text NOT NULL CONSTRAINT questions_key_key UNIQUE CONSTRAINT questions_key_check CHECK (key ~ '^[a-z][a-z0-9_]{0,31}$'),
    kind       text NOT NULL CONSTRAINT questions_kind_check CHECK (kind IN ('level', 'tags', 'scale10', 'single', 'multiple', 'agree', 'text')),
    feeds      text NOT NULL DEFAULT '',
    text_zh    text NOT NULL,
    text_en    text NOT NULL,
    options    jsonb NOT NULL DEFAULT '[]',
    retired_at timestamptz
);
COMMENT ON COLUMN questions.feeds IS 'the index or dimension the answers feed: satisfaction, efficiency, ease, clarity, fairness, attitude, trust, loyalty, reputation, awareness; empty = none';

CREATE TABLE surveys (
    id         int GENERATED ALWAYS AS IDENTITY CONSTRAINT surveys_pkey PRIMARY KEY,
    key        text NOT NULL CONSTRAINT surveys_key_key UNIQUE,
    title_zh   text NOT NULL,
    title_en   text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE survey_versions (
    id           int GENERATED ALWAYS AS IDENTITY CONSTRAINT survey_versions_pkey PRIMARY KEY,
    survey_id    int NOT NULL CONSTRAINT survey_versions_survey_id_fk REFERENCES surveys (id),
    number       int NOT NULL,
    definition   jsonb NOT NULL,
    digest       text NOT NULL,
    published_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT survey_versions_survey_id_number_key UNIQUE (survey_id, number)
);
COMMENT ON TABLE survey_versions IS 'immutable: a change of a survey is a new version';

-- +goose StatementBegin
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is never changed or deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
-- +goose StatementEnd
CREATE TRIGGER survey_versions_immutable BEFORE UPDATE OR DELETE ON survey_versions
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reason_tags_kept BEFORE DELETE ON reason_tags
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- +goose Down
DROP TABLE survey_versions, surveys, questions, reason_tags;
DROP FUNCTION refuse_change();
