-- +goose Up
-- How much was served 办件量: what a response rate is counted against.

CREATE TABLE service_counts (
    window_id   bigint NOT NULL CONSTRAINT service_counts_window_id_fk REFERENCES units (id),
    day         date NOT NULL CONSTRAINT service_counts_day_check CHECK (day BETWEEN '2000-01-01' AND '2100-12-31'),
    served      int NOT NULL CONSTRAINT service_counts_served_check CHECK (served BETWEEN 0 AND 100000),
    called      int CONSTRAINT service_counts_called_check CHECK (called BETWEEN 0 AND 100000),
    division_id bigint,
    office_id   bigint NOT NULL,
    hall_id     bigint,
    source      text NOT NULL CONSTRAINT service_counts_source_check CHECK (source IN ('file', 'api', 'demo')),
    updated_at  timestamptz NOT NULL,
    CONSTRAINT service_counts_pkey PRIMARY KEY (window_id, day)
);
CREATE INDEX service_counts_day_idx ON service_counts (day);
COMMENT ON COLUMN service_counts.served IS 'cases 办件 or visits served on the day, each of which could have been rated once';
COMMENT ON COLUMN service_counts.called IS 'tickets 取号 called by the queue, where there is one';
COMMENT ON COLUMN service_counts.office_id IS 'parents as they were when the day was first told, as with ratings';

CREATE TABLE service_rollups (
    unit_id   bigint NOT NULL CONSTRAINT service_rollups_unit_id_fk REFERENCES units (id),
    grain     "char" NOT NULL CONSTRAINT service_rollups_grain_check CHECK (grain IN ('d', 'm')),
    starts_on date NOT NULL,
    served    bigint NOT NULL,
    CONSTRAINT service_rollups_pkey PRIMARY KEY (unit_id, grain, starts_on)
);

-- What other domains may read.
CREATE VIEW service_facts AS SELECT unit_id, grain, starts_on, served FROM service_rollups;

-- +goose Down
DROP VIEW service_facts;
DROP TABLE service_rollups, service_counts;
