-- +goose Up
-- What a methodology says beyond the five levels: weights, adjustments, cut points, how ranks are drawn.
ALTER TABLE methodologies ADD COLUMN terms jsonb NOT NULL DEFAULT '{
    "strata": {}, "channels": {}, "trim": 5,
    "trust_from": 6, "favourable_from": 4,
    "brand": {"satisfaction": 0.4, "image": 0.25, "trust": 0.2, "loyalty": 0.15},
    "social": {"satisfaction": 0.4, "response": 0.1, "solved": 0.2, "satisfied": 0.1, "rectified": 0.1, "equity": 0.05, "coverage": 0.05}, "covered": 0.7,
    "person_from": 50, "peers_from": 3, "draws": 10000, "ends": 3
}';
ALTER TABLE methodologies ALTER COLUMN terms DROP DEFAULT;
ALTER TABLE methodologies ADD CONSTRAINT methodologies_terms_check CHECK (jsonb_typeof(terms) = 'object');
COMMENT ON COLUMN methodologies.terms IS 'indices.Terms';

-- +goose Down
ALTER TABLE methodologies DROP COLUMN terms;
