-- +goose Up
-- The next version of the formulas: written by one person, adopted by another.
CREATE TABLE methodology_drafts (
    id             bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT methodology_drafts_pkey PRIMARY KEY,
    base           text NOT NULL CONSTRAINT methodology_drafts_base_fk REFERENCES methodologies (version),
    revision       int NOT NULL DEFAULT 1,
    effective_from date,
    scores         double precision[] NOT NULL CONSTRAINT methodology_drafts_scores_check CHECK (array_length(scores, 1) = 5),
    suppress_below int NOT NULL,
    grade_from     int NOT NULL,
    confidence     double precision NOT NULL,
    terms          jsonb NOT NULL CONSTRAINT methodology_drafts_terms_check CHECK (jsonb_typeof(terms) = 'object'),
    reason         text NOT NULL DEFAULT '',
    state          text NOT NULL DEFAULT 'draft'
        CONSTRAINT methodology_drafts_state_check CHECK (state IN ('draft', 'proposed', 'adopted', 'rejected', 'withdrawn')),
    made_by        bigint NOT NULL,
    made_name      text NOT NULL,
    made_at        timestamptz NOT NULL,
    changed_at     timestamptz NOT NULL,
    decided_by     bigint,
    decided_name   text NOT NULL DEFAULT '',
    decided_at     timestamptz,
    decision       text NOT NULL DEFAULT '',
    version        text CONSTRAINT methodology_drafts_version_fk REFERENCES methodologies (version),
    CONSTRAINT methodology_drafts_effective_from_check CHECK (state IN ('draft', 'withdrawn') OR effective_from IS NOT NULL),
    CONSTRAINT methodology_drafts_decided_by_check CHECK (state NOT IN ('adopted', 'rejected') OR (decided_by IS NOT NULL AND decided_by <> made_by)),
    CONSTRAINT methodology_drafts_adopted_check CHECK ((state = 'adopted') = (version IS NOT NULL))
);
CREATE INDEX methodology_drafts_state_idx ON methodology_drafts (state, id);
COMMENT ON COLUMN methodology_drafts.revision IS 'grows with every saving: two windows of a browser cannot overwrite each other';
COMMENT ON COLUMN methodology_drafts.version IS 'the version that it became';

-- +goose Down
DROP TABLE methodology_drafts;
