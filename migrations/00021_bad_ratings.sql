-- +goose Up
-- Bad ratings that no case answers yet: filled by the statement that stores them,
-- emptied by whoever opened their cases. No key and no index: few rows, and each
-- costs the storing of a rating next to nothing.
CREATE TABLE bad_ratings (
    rating_id  bigint NOT NULL,
    visited_on date NOT NULL
) WITH (autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0);

-- Ratings that a reviewer took out of the figures. The rating stays as it was;
-- its counts move to the standing 'quarantined', so that both totals are there.
CREATE TABLE rating_exclusions (
    rating_id  bigint NOT NULL,
    visited_on date NOT NULL,
    reason     text NOT NULL CONSTRAINT rating_exclusions_reason_check CHECK (reason ~ '^[a-z_]{1,40}$'),
    office_id  bigint,
    standing   text NOT NULL CONSTRAINT rating_exclusions_standing_check CHECK (standing IN ('clear', 'suspect')),
    excluded_by text NOT NULL,
    excluded_at timestamptz NOT NULL,
    restored_at timestamptz,
    CONSTRAINT rating_exclusions_pkey PRIMARY KEY (rating_id, excluded_at)
);
CREATE UNIQUE INDEX rating_exclusions_rating_id_key ON rating_exclusions (rating_id) WHERE restored_at IS NULL;
CREATE INDEX rating_exclusions_office_id_idx ON rating_exclusions (office_id, excluded_at);
COMMENT ON COLUMN rating_exclusions.standing IS 'what the rating counted as before, and will again if restored';

CREATE VIEW exclusion_facts AS
    SELECT rating_id, visited_on, reason, office_id, standing, excluded_at, restored_at FROM rating_exclusions;

-- +goose Down
DROP VIEW exclusion_facts;
DROP TABLE rating_exclusions, bad_ratings;
