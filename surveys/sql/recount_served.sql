-- The sums of service counts as the days give them.
-- in:  $1 the city.
-- out: one row per unit, grain and start.
SELECT u.unit_id, g.grain, CASE g.grain WHEN 'd' THEN c.day ELSE date_trunc('month', c.day)::date END AS starts_on, sum(c.served)::bigint AS served
FROM service_counts c
CROSS JOIN LATERAL (VALUES (c.window_id), (c.division_id), (c.office_id), (c.hall_id), ($1::bigint)) u (unit_id)
CROSS JOIN (VALUES ('d'::"char"), ('m'::"char")) g (grain)
WHERE u.unit_id IS NOT NULL
GROUP BY 1, 2, 3
