-- +goose Up
-- What explains a line and what it is held against: events, targets; and how far a brand has come.

CREATE TABLE unit_events (
    id           bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT unit_events_pkey PRIMARY KEY,
    unit_id      bigint NOT NULL CONSTRAINT unit_events_unit_id_fk REFERENCES units (id),
    kind         text NOT NULL CONSTRAINT unit_events_kind_check CHECK (kind IN ('campaign', 'scandal', 'reform', 'other')),
    from_on      date NOT NULL CONSTRAINT unit_events_from_on_check CHECK (from_on BETWEEN '2000-01-01' AND '2100-12-31'),
    to_on        date NOT NULL,
    title        text NOT NULL CONSTRAINT unit_events_title_check CHECK (title <> ''),
    entered_at   timestamptz NOT NULL,
    entered_by   bigint,
    entered_name text NOT NULL,
    removed_at   timestamptz,
    removed_name text,
    CONSTRAINT unit_events_to_on_check CHECK (to_on BETWEEN from_on AND from_on + 366),
    CONSTRAINT unit_events_removed_at_check CHECK ((removed_at IS NULL) = (removed_name IS NULL))
);
CREATE INDEX unit_events_unit_id_idx ON unit_events (unit_id, from_on);
CREATE UNIQUE INDEX unit_events_title_key ON unit_events (unit_id, from_on, to_on, title) WHERE removed_at IS NULL;
COMMENT ON TABLE unit_events IS 'what may explain a change of the figures; of an office, a hall, or the whole city';
COMMENT ON COLUMN unit_events.removed_at IS 'taken off the line again; the row stays';

CREATE TABLE unit_targets (
    id       bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT unit_targets_pkey PRIMARY KEY,
    unit_id  bigint NOT NULL CONSTRAINT unit_targets_unit_id_fk REFERENCES units (id),
    year     int NOT NULL CONSTRAINT unit_targets_year_check CHECK (year BETWEEN 2000 AND 2100),
    value    numeric(4, 1) NOT NULL CONSTRAINT unit_targets_value_check CHECK (value BETWEEN 0 AND 100),
    from_on  date NOT NULL,
    reason   text NOT NULL CONSTRAINT unit_targets_reason_check CHECK (reason <> ''),
    set_at   timestamptz NOT NULL,
    set_by   bigint,
    set_name text NOT NULL,
    CONSTRAINT unit_targets_from_on_check CHECK (extract(year FROM from_on) = year)
);
CREATE INDEX unit_targets_unit_id_idx ON unit_targets (unit_id, year);
COMMENT ON TABLE unit_targets IS 'satisfaction an office means to reach in a year; only added to: what holds on a day is the row set last of those with the latest from_on';

CREATE TABLE brand_stages (
    id         bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT brand_stages_pkey PRIMARY KEY,
    office_id  bigint NOT NULL CONSTRAINT brand_stages_office_id_fk REFERENCES units (id),
    stage      text NOT NULL CONSTRAINT brand_stages_stage_check CHECK (stage IN ('founding', 'growing', 'mature', 'model')),
    from_on    date NOT NULL CONSTRAINT brand_stages_from_on_check CHECK (from_on BETWEEN '2000-01-01' AND '2100-12-31'),
    founded_on date CONSTRAINT brand_stages_founded_on_check CHECK (founded_on BETWEEN '1949-10-01' AND from_on),
    reason     text NOT NULL CONSTRAINT brand_stages_reason_check CHECK (reason <> ''),
    set_at     timestamptz NOT NULL,
    set_by     bigint,
    set_name   text NOT NULL
);
CREATE INDEX brand_stages_office_id_idx ON brand_stages (office_id, from_on);
COMMENT ON TABLE brand_stages IS 'stage of an office''s brand from a day on; only added to. founded_on: of the brand, as it was told last';

-- +goose Down
DROP TABLE brand_stages, unit_targets, unit_events;
