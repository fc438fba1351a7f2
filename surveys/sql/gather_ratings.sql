-- Counts the ratings of each window, day and slice once, into a table of the transaction.
CREATE TEMP TABLE gathered_ratings ON COMMIT DROP AS
SELECT s.window_id, s.division_id, s.office_id, s.hall_id, s.visited_on, c.id AS slice_id,
    count(*) FILTER (WHERE s.level = 1)::int AS n1, count(*) FILTER (WHERE s.level = 2)::int AS n2,
    count(*) FILTER (WHERE s.level = 3)::int AS n3, count(*) FILTER (WHERE s.level = 4)::int AS n4,
    count(*) FILTER (WHERE s.level = 5)::int AS n5
FROM ratings s JOIN rating_slices c USING (channel, stratum, version_id, standing)
GROUP BY 1, 2, 3, 4, 5, 6
