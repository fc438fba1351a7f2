-- Takes the counts of a rating's reason tags and answers out of one slice and into
-- another; parameters and order as move_rating.sql.
INSERT INTO answer_rollups (unit_id, grain, starts_on, question_id, value, slice_id, n)
SELECT u.unit_id, g.grain, CASE g.grain WHEN 'd' THEN r.visited_on ELSE date_trunc('month', r.visited_on)::date END, v.question_id, v.value, m.slice_id, sum(m.n)::int
FROM ratings r
CROSS JOIN LATERAL (
    SELECT 0, tag FROM unnest(r.tags) tag
    UNION ALL
    SELECT question_id, value FROM unnest(r.question_ids, r.answer_values) p (question_id, value)
) v (question_id, value)
CROSS JOIN LATERAL unnest(ARRAY[r.window_id, r.division_id, r.office_id, r.hall_id, $1::bigint]) WITH ORDINALITY u (unit_id, rank)
CROSS JOIN (VALUES ('d'::"char"), ('m')) g (grain) CROSS JOIN (VALUES ($4::int, -1), ($5::int, 1)) m (slice_id, n)
WHERE r.visited_on = $2::date AND r.id = $3 AND u.unit_id IS NOT NULL
GROUP BY u.rank, 1, 2, 3, 4, 5, 6
ORDER BY u.rank, 1, 2, 3, 4, 5, 6
ON CONFLICT (unit_id, grain, starts_on, question_id, value, slice_id) DO UPDATE SET n = answer_rollups.n + excluded.n
