-- The answer rollups as the ratings themselves give them: $1 is the city's unit id; question 0 = reason tags.
SELECT u.unit_id, g.grain::"char" AS grain,
    CASE g.grain WHEN 'd' THEN s.visited_on ELSE date_trunc('month', s.visited_on)::date END AS starts_on,
    v.question_id, v.value, s.channel, s.stratum, s.version_id, s.standing, count(*)::int AS n
FROM ratings s
CROSS JOIN LATERAL (
    SELECT 0, tag FROM unnest(s.tags) tag
    UNION ALL
    SELECT question_id, value FROM unnest(s.question_ids, s.answer_values) p (question_id, value)
) v (question_id, value)
CROSS JOIN LATERAL (VALUES (s.window_id), (s.division_id), (s.office_id), (s.hall_id), ($1::bigint)) u (unit_id)
CROSS JOIN (VALUES ('d'), ('m')) g (grain)
WHERE u.unit_id IS NOT NULL
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
