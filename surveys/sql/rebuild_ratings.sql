-- The day rows of every unit from gathered_ratings: $1 is the city's unit id.
INSERT INTO rating_rollups (unit_id, grain, starts_on, slice_id, n1, n2, n3, n4, n5)
SELECT u.unit_id, 'd', g.visited_on, g.slice_id, sum(g.n1), sum(g.n2), sum(g.n3), sum(g.n4), sum(g.n5)
FROM gathered_ratings g
CROSS JOIN LATERAL (VALUES (g.window_id), (g.division_id), (g.office_id), (g.hall_id), ($1::bigint)) u (unit_id)
WHERE u.unit_id IS NOT NULL
GROUP BY 1, 3, 4
ORDER BY 1, 3, 4
