-- +goose Up
-- Formulas are data: which score each level has, what is suppressed, what may be graded.
CREATE TABLE methodologies (
    version        text CONSTRAINT methodologies_pkey PRIMARY KEY,
    effective_from date NOT NULL CONSTRAINT methodologies_effective_from_key UNIQUE,
    scores         double precision[] NOT NULL CONSTRAINT methodologies_scores_check CHECK (array_length(scores, 1) = 5),
    suppress_below int NOT NULL CONSTRAINT methodologies_suppress_below_check CHECK (suppress_below >= 1),
    grade_from     int NOT NULL CONSTRAINT methodologies_grade_from_check CHECK (grade_from >= suppress_below),
    confidence     double precision NOT NULL CONSTRAINT methodologies_confidence_check CHECK (confidence > 0.5 AND confidence < 1),
    note_zh        text NOT NULL,
    note_en        text NOT NULL
);
COMMENT ON COLUMN methodologies.scores IS 'score of levels 1..5, 0–100';
INSERT INTO methodologies VALUES ('sat-1', '2000-01-01', '{0,25,50,75,100}', 5, 30, 0.95,
    '满意度＝25×（五级评价平均分－1）。少于 5 份不显示；有效样本少于 30 份标“样本不足”，不作评定。区间为 95% 置信区间。',
    'Satisfaction = 25 × (mean level − 1). Fewer than 5 ratings are not shown; fewer than 30 effective ratings are marked "sample too small" and not graded. Intervals are 95 % confidence intervals.');
CREATE TRIGGER methodologies_immutable BEFORE UPDATE OR DELETE ON methodologies
    FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- +goose Down
DROP TABLE methodologies;
