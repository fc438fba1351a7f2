-- Takes a rating's counts out of one slice and into another: $1 the city's unit id,
-- $2, $3 day and id of the rating, $4 the slice it leaves, $5 the one it enters.
-- Rows are locked in the order of store_ratings.sql. Rows that end at zero are the caller's to delete.
INSERT INTO rating_rollups (unit_id, grain, starts_on, slice_id, n1, n2, n3, n4, n5)
SELECT u.unit_id, g.grain, CASE g.grain WHEN 'd' THEN r.visited_on WHEN 'm' THEN date_trunc('month', r.visited_on)::date ELSE date_trunc('year', r.visited_on)::date END, m.slice_id,
    m.n * (level = 1)::int, m.n * (level = 2)::int, m.n * (level = 3)::int, m.n * (level = 4)::int, m.n * (level = 5)::int
FROM ratings r, unnest(ARRAY[r.window_id, r.division_id, r.office_id, r.hall_id, $1::bigint]) WITH ORDINALITY u (unit_id, rank),
    (VALUES ('d'::"char"), ('m'), ('y')) g (grain), (VALUES ($4::int, -1), ($5::int, 1)) m (slice_id, n)
WHERE r.visited_on = $2::date AND r.id = $3 AND u.unit_id IS NOT NULL
ORDER BY u.rank, 1, 2, 3, 4
ON CONFLICT (unit_id, grain, starts_on, slice_id) DO UPDATE SET
    n1 = rating_rollups.n1 + excluded.n1, n2 = rating_rollups.n2 + excluded.n2, n3 = rating_rollups.n3 + excluded.n3,
    n4 = rating_rollups.n4 + excluded.n4, n5 = rating_rollups.n5 + excluded.n5
