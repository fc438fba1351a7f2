-- Stores ratings and moves every rollup they touch, in one statement.
-- in:  $1 the city's unit id; $2 … $27 one array per column, one element per rating; nested lists
--      (tags, questions, values, signals) travel as array literals; $26 the cool-down in seconds.
--      No submission_id may stand twice in one call.
-- out: the submission_ids that were new; the others were stored before and nothing happened for them.
-- Every slice the ratings fall into must exist (rating_slice); one that does not breaks
-- rating_rollups' NOT NULL and stores nothing.
-- Bad ratings 差评 are put down in bad_ratings as well, from where their cases are opened;
-- those taken over from another system are not: what came of them happened there.
-- Rows are written in one global order (submissions by id; rollups from windows up
-- to the city, then by key), so that concurrent writers never deadlock, and the
-- city's rows, which every writer wants, are locked last and shortest.
WITH input AS (
    SELECT nextval('ratings_id_seq') AS id, nullif(device_or_empty, '') AS device, t.* FROM unnest($2::uuid[], $3::text[], $4::date[], $5::timestamptz[], $6::bigint[],
        $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::int[], $12::text[], $13::text[],
        $14::smallint[], $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::text[],
        $21::boolean[], $22::int[], $23::bytea[], $24::text[], $25::text[], $26::int[], $27::text[])
    AS t (submission_id, receipt, visited_on, received_at, unit_id,
        window_id, division_id, office_id, hall_id, version_id, channel, stratum,
        level, tags, question_ids, answer_values, texts, comment, language,
        elder, seconds, device_or_empty, signals, service, cool_seconds, form_id)
), fresh AS (
    INSERT INTO submissions (submission_id, receipt, visited_on, rating_id, form_id)
    SELECT submission_id, receipt, visited_on, id, nullif(form_id, '')::uuid FROM input ORDER BY submission_id
    ON CONFLICT (submission_id) DO NOTHING
    RETURNING submission_id
), judged AS MATERIALIZED (
    SELECT i.*, i.signals::text[] || CASE WHEN i.device IS NOT NULL AND i.channel <> 'import' AND EXISTS (
            SELECT 1 FROM ratings r
            WHERE r.device = i.device AND r.unit_id = i.unit_id
              AND r.visited_on >= i.visited_on - 1 AND r.visited_on <= i.visited_on + 1
              AND r.received_at > i.received_at - i.cool_seconds * interval '1 second' AND r.received_at <= i.received_at
              AND NOT 'repeat' = ANY (i.signals::text[])
        ) THEN '{repeat}'::text[] ELSE '{}'::text[] END AS all_signals
    FROM input i JOIN fresh USING (submission_id)
), stored AS (
    INSERT INTO ratings (id, visited_on, received_at, submission_id, unit_id, window_id, division_id, office_id, hall_id,
        version_id, channel, stratum, level, tags, question_ids, answer_values, texts, service, comment,
        language, elder, seconds, device, signals, standing)
    SELECT id, visited_on, received_at, submission_id, unit_id, nullif(window_id, 0), nullif(division_id, 0),
        nullif(office_id, 0), nullif(hall_id, 0), version_id, channel, stratum, level, tags::smallint[],
        question_ids::int[], answer_values::smallint[], nullif(texts, '')::jsonb, nullif(service, ''), nullif(comment, ''),
        language, elder, nullif(seconds, -1), device, all_signals,
        CASE WHEN all_signals = '{}' THEN 'clear' ELSE 'suspect' END
    FROM judged
    RETURNING id, visited_on, window_id, division_id, office_id, hall_id, version_id, channel, stratum,
        level, tags, question_ids, answer_values, standing
), told AS (
    INSERT INTO bad_ratings (rating_id, visited_on)
    SELECT id, visited_on FROM stored WHERE level <= 2 AND channel <> 'import'
), sliced AS MATERIALIZED (
    SELECT c.id AS slice_id, s.visited_on, date_trunc('month', s.visited_on)::date AS month_on,
        date_trunc('year', s.visited_on)::date AS year_on, s.level,
        s.tags, s.question_ids, s.answer_values,
        ARRAY[s.window_id, s.division_id, s.office_id, s.hall_id, $1::bigint] AS units
    FROM stored s
    LEFT JOIN rating_slices c USING (channel, stratum, version_id, standing)
), counted AS (
    INSERT INTO rating_rollups (unit_id, grain, starts_on, slice_id, n1, n2, n3, n4, n5)
    SELECT u.unit_id, g.grain, CASE g.grain WHEN 'd' THEN s.visited_on WHEN 'm' THEN s.month_on ELSE s.year_on END, s.slice_id,
        count(*) FILTER (WHERE level = 1), count(*) FILTER (WHERE level = 2), count(*) FILTER (WHERE level = 3),
        count(*) FILTER (WHERE level = 4), count(*) FILTER (WHERE level = 5)
    FROM sliced s, unnest(s.units) WITH ORDINALITY u (unit_id, rank), (VALUES ('d'::"char"), ('m'), ('y')) g (grain)
    WHERE u.unit_id IS NOT NULL
    GROUP BY u.rank, 1, 2, 3, 4
    ORDER BY u.rank, 1, 2, 3, 4
    ON CONFLICT (unit_id, grain, starts_on, slice_id) DO UPDATE SET
        n1 = rating_rollups.n1 + excluded.n1, n2 = rating_rollups.n2 + excluded.n2, n3 = rating_rollups.n3 + excluded.n3,
        n4 = rating_rollups.n4 + excluded.n4, n5 = rating_rollups.n5 + excluded.n5
), marks AS (
    SELECT s.slice_id, s.visited_on, s.month_on, s.units, 0 AS question_id, tag AS value
    FROM sliced s, unnest(s.tags) tag
    UNION ALL
    SELECT s.slice_id, s.visited_on, s.month_on, s.units, a.question_id, a.value
    FROM sliced s, unnest(s.question_ids, s.answer_values) a (question_id, value)
), answered AS (
    INSERT INTO answer_rollups (unit_id, grain, starts_on, question_id, value, slice_id, n)
    SELECT u.unit_id, g.grain, CASE g.grain WHEN 'd' THEN m.visited_on ELSE m.month_on END, m.question_id, m.value, m.slice_id, count(*)
    FROM marks m, unnest(m.units) WITH ORDINALITY u (unit_id, rank), (VALUES ('d'::"char"), ('m')) g (grain)
    WHERE u.unit_id IS NOT NULL
    GROUP BY u.rank, 1, 2, 3, 4, 5, 6
    ORDER BY u.rank, 1, 2, 3, 4, 5, 6
    ON CONFLICT (unit_id, grain, starts_on, question_id, value, slice_id) DO UPDATE SET
        n = answer_rollups.n + excluded.n
)
SELECT submission_id FROM fresh
