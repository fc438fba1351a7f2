-- +goose Up
CREATE EXTENSION IF NOT EXISTS btree_gist;

-- Every place a rating can belong to: the city, an office 机关, a division 处室,
-- a hall 大厅, a service window 窗口. One id space, so that rollups, codes and
-- scopes speak of any of them alike.
CREATE TABLE units (
    id          bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT units_pkey PRIMARY KEY,
    kind        text NOT NULL CONSTRAINT units_kind_check CHECK (kind IN ('city', 'office', 'division', 'hall', 'window')),
    code        text NOT NULL CONSTRAINT units_code_check CHECK (code <> '' AND length(code) <= 64),
    name        text NOT NULL CONSTRAINT units_name_check CHECK (name <> '' AND length(name) <= 200),
    name_en     text NOT NULL DEFAULT '',
    office_id   bigint CONSTRAINT units_office_id_fk REFERENCES units (id),
    division_id bigint CONSTRAINT units_division_id_fk REFERENCES units (id),
    hall_id     bigint CONSTRAINT units_hall_id_fk REFERENCES units (id),
    opened_on   date,
    closed_on   date,
    -- offices
    office_type   text NOT NULL DEFAULT '',
    district      text NOT NULL DEFAULT '',
    brand_name    text NOT NULL DEFAULT '',
    brand_promise text NOT NULL DEFAULT '',
    -- halls
    address       text NOT NULL DEFAULT '',
    -- windows: what the sign above it says, e.g. "A12"
    number        text NOT NULL DEFAULT '',
    updated_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT units_kind_code_key UNIQUE (kind, code),
    CONSTRAINT units_period_check CHECK (closed_on IS NULL OR opened_on IS NULL OR closed_on >= opened_on),
    CONSTRAINT units_parents_check CHECK (CASE kind
        WHEN 'division' THEN office_id IS NOT NULL AND division_id IS NULL AND hall_id IS NULL
        WHEN 'window'   THEN office_id IS NOT NULL
        ELSE office_id IS NULL AND division_id IS NULL AND hall_id IS NULL END)
);
CREATE INDEX units_office_id_idx ON units (office_id);
CREATE INDEX units_hall_id_idx ON units (hall_id);
COMMENT ON COLUMN units.closed_on IS 'last day in service; a closed unit keeps its ratings and its place in past periods';
CREATE UNIQUE INDEX units_city_key ON units (kind) WHERE kind = 'city';
INSERT INTO units (kind, code, name, name_en) VALUES ('city', 'city', '全市', 'The city');

CREATE TABLE staff (
    id          bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT staff_pkey PRIMARY KEY,
    staff_no    text NOT NULL CONSTRAINT staff_staff_no_key UNIQUE CONSTRAINT staff_staff_no_check CHECK (staff_no <> '' AND length(staff_no) <= 32),
    name        text NOT NULL CONSTRAINT staff_name_check CHECK (name <> '' AND length(name) <= 100),
    office_id   bigint NOT NULL CONSTRAINT staff_office_id_fk REFERENCES units (id),
    division_id bigint CONSTRAINT staff_division_id_fk REFERENCES units (id),
    joined_on   date,
    left_on     date,
    CONSTRAINT staff_period_check CHECK (left_on IS NULL OR joined_on IS NULL OR left_on >= joined_on)
);

-- Who sat at which window, from–to (both days included); open end = still there.
CREATE TABLE duties (
    id        bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT duties_pkey PRIMARY KEY,
    staff_id  bigint NOT NULL CONSTRAINT duties_staff_id_fk REFERENCES staff (id),
    window_id bigint NOT NULL CONSTRAINT duties_window_id_fk REFERENCES units (id),
    from_on   date NOT NULL,
    to_on     date,
    CONSTRAINT duties_period_check CHECK (to_on IS NULL OR to_on >= from_on),
    CONSTRAINT duties_staff_id_window_id_from_on_key UNIQUE (staff_id, window_id, from_on),
    CONSTRAINT duties_overlap_excl EXCLUDE USING gist
        (staff_id WITH =, window_id WITH =, daterange(from_on, to_on, '[]') WITH &&)
);
CREATE INDEX duties_window_id_idx ON duties (window_id, from_on);

-- A division has one chief 处长 at a time; a chief's figures are the division's during the tenure only.
CREATE TABLE chief_tenures (
    id          bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT chief_tenures_pkey PRIMARY KEY,
    division_id bigint NOT NULL CONSTRAINT chief_tenures_division_id_fk REFERENCES units (id),
    staff_id    bigint NOT NULL CONSTRAINT chief_tenures_staff_id_fk REFERENCES staff (id),
    from_on     date NOT NULL,
    to_on       date,
    CONSTRAINT chief_tenures_period_check CHECK (to_on IS NULL OR to_on >= from_on),
    CONSTRAINT chief_tenures_division_id_from_on_key UNIQUE (division_id, from_on),
    CONSTRAINT chief_tenures_overlap_excl EXCLUDE USING gist
        (division_id WITH =, daterange(from_on, to_on, '[]') WITH &&)
);

-- +goose Down
DROP TABLE chief_tenures, duties, staff, units;
