-- +goose Up
-- What the three rates are counted from, summed by month and year: a year of a million cases
-- would otherwise be read row by row each time somebody looks. A change of a case adds a row
-- to case_changes, in the same transaction; it locks nothing, so cases that change together
-- never wait for each other. From time to time the rows are added up into case_rollups.
-- Both together are what order_facts and closing_facts say at that moment; verify proves it.
CREATE TABLE case_rollups (
    what         "char" NOT NULL CONSTRAINT case_rollups_what_check CHECK (what IN ('o', 'a')),
    grain        "char" NOT NULL CONSTRAINT case_rollups_grain_check CHECK (grain IN ('m', 'y')),
    starts_on    date NOT NULL,
    kind         text NOT NULL,
    office_id    bigint NOT NULL,
    division_id  bigint NOT NULL,
    hall_id      bigint NOT NULL,
    unit_id      bigint NOT NULL,
    n            bigint NOT NULL,
    responded    bigint NOT NULL,
    solved       bigint NOT NULL,
    said         bigint NOT NULL,
    satisfied    bigint NOT NULL,
    content      bigint NOT NULL,
    contradicted bigint NOT NULL,
    CONSTRAINT case_rollups_pkey PRIMARY KEY (grain, starts_on, what, kind, office_id, division_id, hall_id, unit_id)
);
COMMENT ON TABLE case_rollups IS 'summed orders and answers of cases; a number of a place that is 0 means none';
COMMENT ON COLUMN case_rollups.what IS 'o: orders whose signing is decided, by the day they were given; a: answers of citizens about replies, by the day they were given';
COMMENT ON COLUMN case_rollups.division_id IS 'of orders the division that the case is about, whoever has the case: readers ask for it only where its own office has it';

CREATE TABLE case_changes (
    id           bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT case_changes_pkey PRIMARY KEY,
    what         "char" NOT NULL CONSTRAINT case_changes_what_check CHECK (what IN ('o', 'a')),
    starts_on    date NOT NULL,
    kind         text NOT NULL,
    office_id    bigint NOT NULL,
    division_id  bigint NOT NULL,
    hall_id      bigint NOT NULL,
    unit_id      bigint NOT NULL,
    n            bigint NOT NULL,
    responded    bigint NOT NULL,
    solved       bigint NOT NULL,
    said         bigint NOT NULL,
    satisfied    bigint NOT NULL,
    content      bigint NOT NULL,
    contradicted bigint NOT NULL
);
COMMENT ON TABLE case_changes IS 'what is not in case_rollups yet; starts_on is the first of a month; numbers may be negative';

CREATE VIEW case_counts AS
    SELECT what, grain, starts_on, kind, office_id, division_id, hall_id, unit_id, n, responded, solved, said, satisfied, content, contradicted FROM case_rollups
    UNION ALL
    SELECT c.what, g.grain, CASE g.grain WHEN 'm' THEN c.starts_on ELSE date_trunc('year', c.starts_on)::date END, c.kind, c.office_id, c.division_id, c.hall_id,
        c.unit_id, c.n, c.responded, c.solved, c.said, c.satisfied, c.content, c.contradicted
    FROM case_changes c CROSS JOIN (VALUES ('m'::"char"), ('y'::"char")) g (grain);
COMMENT ON VIEW case_counts IS 'orders and answers by month and year, exact at every moment; several rows may be about the same';

-- What rows of cases and of case_callbacks count for: the same conditions as in the two views.
-- +goose StatementBegin
CREATE FUNCTION cases_counted_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO case_changes (what, starts_on, kind, office_id, division_id, hall_id, unit_id, n, responded, solved, said, satisfied, content, contradicted)
    SELECT 'o', date_trunc('month', dispatched_at AT TIME ZONE 'Asia/Shanghai')::date, kind, office_id, coalesce(division_id, 0), coalesce(hall_id, 0), coalesce(unit_id, 0),
        sum(1), sum(1 * (taken_at IS NOT NULL AND taken_in_time AND responded IS NOT FALSE)::int), 0, 0, 0, 0, 0
    FROM added
    WHERE NOT sealed AND merged_into IS NULL AND channel <> 'import' AND office_id IS NOT NULL AND dispatched_at IS NOT NULL
        AND taken_in_time IS NOT NULL AND (taken_at IS NOT NULL OR NOT taken_in_time)
    GROUP BY 1, 2, 3, 4, 5, 6, 7;
    RETURN NULL;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION cases_counted_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO case_changes (what, starts_on, kind, office_id, division_id, hall_id, unit_id, n, responded, solved, said, satisfied, content, contradicted)
    SELECT 'o', date_trunc('month', dispatched_at AT TIME ZONE 'Asia/Shanghai')::date, kind, office_id, coalesce(division_id, 0), coalesce(hall_id, 0), coalesce(unit_id, 0),
        sum(sign), sum(sign * (taken_at IS NOT NULL AND taken_in_time AND responded IS NOT FALSE)::int), 0, 0, 0, 0, 0
    FROM (SELECT 1 AS sign, a.* FROM added a UNION ALL SELECT -1, r.* FROM removed r) c
    WHERE NOT sealed AND merged_into IS NULL AND channel <> 'import' AND office_id IS NOT NULL AND dispatched_at IS NOT NULL
        AND taken_in_time IS NOT NULL AND (taken_at IS NOT NULL OR NOT taken_in_time)
    GROUP BY 1, 2, 3, 4, 5, 6, 7
    HAVING sum(sign) <> 0 OR sum(sign * (taken_at IS NOT NULL AND taken_in_time AND responded IS NOT FALSE)::int) <> 0;
    IF EXISTS (SELECT 1 FROM added a JOIN removed r ON r.id = a.id WHERE r.sealed <> a.sealed) THEN -- answers leave the figures and return with their case
    INSERT INTO case_changes (what, starts_on, kind, office_id, division_id, hall_id, unit_id, n, responded, solved, said, satisfied, content, contradicted)
    SELECT 'a', date_trunc('month', b.at AT TIME ZONE 'Asia/Shanghai')::date, b.kind, b.office_id, coalesce(b.division_id, 0), coalesce(b.hall_id, 0), coalesce(b.unit_id, 0),
        sum(CASE WHEN a.sealed THEN -1 ELSE 1 END), 0, sum(CASE WHEN a.sealed THEN -1 ELSE 1 END * b.solved::int), sum(CASE WHEN a.sealed THEN -1 ELSE 1 END * (b.satisfied IS NOT NULL)::int), sum(CASE WHEN a.sealed THEN -1 ELSE 1 END * coalesce(b.satisfied >= 4, false)::int),
        sum(CASE WHEN a.sealed THEN -1 ELSE 1 END * coalesce(b.satisfied >= 3, false)::int), sum(CASE WHEN a.sealed THEN -1 ELSE 1 END * coalesce((b.claimed AND NOT b.solved) OR b.responded IS FALSE, false)::int)
    FROM added a JOIN removed r ON r.id = a.id AND r.sealed <> a.sealed JOIN case_callbacks b ON b.case_id = a.id
    WHERE b.contacted AND b.office_id IS NOT NULL AND b.kind IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5, 6, 7;
    END IF;
    RETURN NULL;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION case_callbacks_counted_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO case_changes (what, starts_on, kind, office_id, division_id, hall_id, unit_id, n, responded, solved, said, satisfied, content, contradicted)
    SELECT 'a', date_trunc('month', b.at AT TIME ZONE 'Asia/Shanghai')::date, b.kind, b.office_id, coalesce(b.division_id, 0), coalesce(b.hall_id, 0), coalesce(b.unit_id, 0),
        sum(1), 0, sum(1 * b.solved::int), sum(1 * (b.satisfied IS NOT NULL)::int), sum(1 * coalesce(b.satisfied >= 4, false)::int),
        sum(1 * coalesce(b.satisfied >= 3, false)::int), sum(1 * coalesce((b.claimed AND NOT b.solved) OR b.responded IS FALSE, false)::int)
    FROM added b JOIN cases c ON c.id = b.case_id
    WHERE b.contacted AND b.office_id IS NOT NULL AND b.kind IS NOT NULL AND NOT c.sealed
    GROUP BY 1, 2, 3, 4, 5, 6, 7;
    RETURN NULL;
END $$;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE FUNCTION case_callbacks_counted_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO case_changes (what, starts_on, kind, office_id, division_id, hall_id, unit_id, n, responded, solved, said, satisfied, content, contradicted)
    SELECT 'a', date_trunc('month', b.at AT TIME ZONE 'Asia/Shanghai')::date, b.kind, b.office_id, coalesce(b.division_id, 0), coalesce(b.hall_id, 0), coalesce(b.unit_id, 0),
        sum(sign), 0, sum(sign * b.solved::int), sum(sign * (b.satisfied IS NOT NULL)::int), sum(sign * coalesce(b.satisfied >= 4, false)::int),
        sum(sign * coalesce(b.satisfied >= 3, false)::int), sum(sign * coalesce((b.claimed AND NOT b.solved) OR b.responded IS FALSE, false)::int)
    FROM (SELECT 1 AS sign, a.* FROM added a UNION ALL SELECT -1, r.* FROM removed r) b JOIN cases c ON c.id = b.case_id
    WHERE b.contacted AND b.office_id IS NOT NULL AND b.kind IS NOT NULL AND NOT c.sealed
    GROUP BY 1, 2, 3, 4, 5, 6, 7;
    RETURN NULL;
END $$;
-- +goose StatementEnd

INSERT INTO case_changes (what, starts_on, kind, office_id, division_id, hall_id, unit_id, n, responded, solved, said, satisfied, content, contradicted)
SELECT 'o', date_trunc('month', dispatched_at AT TIME ZONE 'Asia/Shanghai')::date, kind, office_id, coalesce(division_id, 0), coalesce(hall_id, 0), coalesce(unit_id, 0),
    sum(1), sum(1 * (taken_at IS NOT NULL AND taken_in_time AND responded IS NOT FALSE)::int), 0, 0, 0, 0, 0
FROM cases
WHERE NOT sealed AND merged_into IS NULL AND channel <> 'import' AND office_id IS NOT NULL AND dispatched_at IS NOT NULL
    AND taken_in_time IS NOT NULL AND (taken_at IS NOT NULL OR NOT taken_in_time)
GROUP BY 1, 2, 3, 4, 5, 6, 7;
INSERT INTO case_changes (what, starts_on, kind, office_id, division_id, hall_id, unit_id, n, responded, solved, said, satisfied, content, contradicted)
SELECT 'a', date_trunc('month', b.at AT TIME ZONE 'Asia/Shanghai')::date, b.kind, b.office_id, coalesce(b.division_id, 0), coalesce(b.hall_id, 0), coalesce(b.unit_id, 0),
    sum(1), 0, sum(1 * b.solved::int), sum(1 * (b.satisfied IS NOT NULL)::int), sum(1 * coalesce(b.satisfied >= 4, false)::int),
    sum(1 * coalesce(b.satisfied >= 3, false)::int), sum(1 * coalesce((b.claimed AND NOT b.solved) OR b.responded IS FALSE, false)::int)
FROM case_callbacks b JOIN cases c ON c.id = b.case_id
WHERE b.contacted AND b.office_id IS NOT NULL AND b.kind IS NOT NULL AND NOT c.sealed
GROUP BY 1, 2, 3, 4, 5, 6, 7;

CREATE TRIGGER cases_counted_insert AFTER INSERT ON cases REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION cases_counted_new();
CREATE TRIGGER cases_counted_update AFTER UPDATE ON cases REFERENCING OLD TABLE AS removed NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION cases_counted_anew();
CREATE TRIGGER case_callbacks_counted_insert AFTER INSERT ON case_callbacks REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION case_callbacks_counted_new();
CREATE TRIGGER case_callbacks_counted_update AFTER UPDATE ON case_callbacks REFERENCING OLD TABLE AS removed NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION case_callbacks_counted_anew();

-- Orders that nobody has signed for yet are counted as soon as their time is over, which no event tells.
CREATE INDEX cases_unsigned_idx ON cases (due_at) WHERE due_clock = 'acknowledge' AND due_at IS NOT NULL;

-- +goose Down
DROP INDEX cases_unsigned_idx;
DROP TRIGGER case_callbacks_counted_update ON case_callbacks;
DROP TRIGGER case_callbacks_counted_insert ON case_callbacks;
DROP TRIGGER cases_counted_update ON cases;
DROP TRIGGER cases_counted_insert ON cases;
DROP FUNCTION case_callbacks_counted_anew();
DROP FUNCTION case_callbacks_counted_new();
DROP FUNCTION cases_counted_anew();
DROP FUNCTION cases_counted_new();
DROP VIEW case_counts;
DROP TABLE case_changes;
DROP TABLE case_rollups;
