-- Ratings of each office, and those among them that a review excluded.
-- in:  $1, $2 first and last day of the visits; $3 within unit (0 = every office).
-- out: one row per office that was rated: all ratings that came in, whatever their standing, and the excluded ones.
SELECT u.id, u.kind, u.code, u.name, u.name_en,
       (SELECT coalesce(sum(c.n1 + c.n2 + c.n3 + c.n4 + c.n5), 0) FROM rating_counts c WHERE c.unit_id = u.id AND c.grain = 'd' AND c.starts_on BETWEEN $1::date AND $2::date)::bigint AS rated,
       (SELECT count(*) FROM exclusion_facts x WHERE x.office_id = u.id AND x.restored_at IS NULL AND x.visited_on BETWEEN $1::date AND $2::date)::bigint AS excluded
FROM units u
WHERE u.kind = 'office' AND ($3::bigint = 0 OR u.id = $3)
ORDER BY u.code COLLATE "C"
