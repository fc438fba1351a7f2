-- The rating rollups as the ratings themselves give them: $1 is the city's unit id.
SELECT u.unit_id, g.grain::"char" AS grain,
    CASE g.grain WHEN 'd' THEN s.visited_on WHEN 'm' THEN date_trunc('month', s.visited_on)::date ELSE date_trunc('year', s.visited_on)::date END AS starts_on,
    s.channel, s.stratum, s.version_id, s.standing,
    count(*) FILTER (WHERE s.level = 1)::int AS n1, count(*) FILTER (WHERE s.level = 2)::int AS n2,
    count(*) FILTER (WHERE s.level = 3)::int AS n3, count(*) FILTER (WHERE s.level = 4)::int AS n4,
    count(*) FILTER (WHERE s.level = 5)::int AS n5
FROM ratings s
CROSS JOIN LATERAL (VALUES (s.window_id), (s.division_id), (s.office_id), (s.hall_id), ($1::bigint)) u (unit_id)
CROSS JOIN (VALUES ('d'), ('m'), ('y')) g (grain)
WHERE u.unit_id IS NOT NULL
GROUP BY 1, 2, 3, 4, 5, 6, 7
