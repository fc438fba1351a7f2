-- Counts the tags and answers of each window, day and slice once, into a table of the transaction; question 0 = reason tags.
CREATE TEMP TABLE gathered_answers ON COMMIT DROP AS
SELECT s.window_id, s.division_id, s.office_id, s.hall_id, s.visited_on, c.id AS slice_id, v.question_id, v.value, count(*)::int AS n
FROM ratings s JOIN rating_slices c USING (channel, stratum, version_id, standing)
CROSS JOIN LATERAL (
    SELECT 0, tag FROM unnest(s.tags) tag
    UNION ALL
    SELECT question_id, value FROM unnest(s.question_ids, s.answer_values) p (question_id, value)
) v (question_id, value)
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
