-- The day rows of every unit from gathered_answers: $1 is the city's unit id.
INSERT INTO answer_rollups (unit_id, grain, starts_on, question_id, value, slice_id, n)
SELECT u.unit_id, 'd', g.visited_on, g.question_id, g.value, g.slice_id, sum(g.n)
FROM gathered_answers g
CROSS JOIN LATERAL (VALUES (g.window_id), (g.division_id), (g.office_id), (g.hall_id), ($1::bigint)) u (unit_id)
WHERE u.unit_id IS NOT NULL
GROUP BY 1, 3, 4, 5, 6
ORDER BY 1, 3, 4, 5, 6
