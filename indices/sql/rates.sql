-- What the three rates 三率 of each unit of a level are counted from.
-- in:  $1 level; $2, $3 from and before which instant; $4 kind of case ('' = any); $5 within unit (0 = all);
--      $6 every office, or $7 offices and divisions in scope; $8, $9 first and last day of the period; $10 now.
-- out: one row per unit that was open in the period or has something to count.
-- orders, responded: orders whose time to be signed for is over, and those signed for in time whose citizen
-- does not say that nobody got in touch. heard … contradicted: answers of citizens about replies.
WITH lies AS (
    SELECT CASE WHEN EXISTS (SELECT 1 FROM units WHERE id = $5::bigint AND kind = 'city') THEN 0 ELSE $5::bigint END AS within
), given AS (
    SELECT CASE $1::text WHEN 'office' THEN office_id WHEN 'division' THEN division_id WHEN 'hall' THEN hall_id WHEN 'window' THEN unit_id ELSE 0 END AS unit,
           count(*) AS orders,
           count(*) FILTER (WHERE taken_at IS NOT NULL AND taken_in_time AND responded IS NOT FALSE) AS responded
    FROM order_facts, lies
    WHERE dispatched_at >= $2 AND dispatched_at < $3 AND ($4::text = '' OR kind = $4)
      AND (taken_in_time IS NOT NULL AND (taken_at IS NOT NULL OR NOT taken_in_time) OR due_clock = 'acknowledge' AND due_at < $10::timestamptz)
      AND (within = 0 OR within IN (office_id, division_id, hall_id, unit_id))
    GROUP BY 1
), asked AS (
    SELECT CASE $1::text WHEN 'office' THEN office_id WHEN 'division' THEN division_id WHEN 'hall' THEN hall_id WHEN 'window' THEN unit_id ELSE 0 END AS unit,
           count(*) AS heard, count(*) FILTER (WHERE solved) AS solved,
           count(satisfied) AS said, count(*) FILTER (WHERE satisfied >= 4) AS satisfied, count(*) FILTER (WHERE satisfied >= 3) AS content,
           count(*) FILTER (WHERE contradicted) AS contradicted
    FROM closing_facts, lies
    WHERE at >= $2 AND at < $3 AND ($4::text = '' OR kind = $4) AND (within = 0 OR within IN (office_id, division_id, hall_id, unit_id))
    GROUP BY 1
)
SELECT u.id, u.kind, u.code, u.name, u.name_en, coalesce(g.orders, 0) AS orders, coalesce(g.responded, 0) AS responded,
       coalesce(a.heard, 0) AS heard, coalesce(a.solved, 0) AS solved, coalesce(a.said, 0) AS said,
       coalesce(a.satisfied, 0) AS satisfied, coalesce(a.content, 0) AS content, coalesce(a.contradicted, 0) AS contradicted
FROM units u CROSS JOIN lies
LEFT JOIN given g ON g.unit = CASE $1::text WHEN 'city' THEN 0 ELSE u.id END
LEFT JOIN asked a ON a.unit = CASE $1::text WHEN 'city' THEN 0 ELSE u.id END
WHERE u.kind = $1
  AND ($6 OR u.office_id = ANY ($7::bigint[]) OR u.id = ANY ($7::bigint[]))
  AND (within = 0 OR within IN (u.id, u.office_id, u.division_id, u.hall_id))
  AND (g.unit IS NOT NULL OR a.unit IS NOT NULL
       OR ((u.opened_on IS NULL OR u.opened_on <= $9::date) AND (u.closed_on IS NULL OR u.closed_on >= $8::date)))
ORDER BY u.code COLLATE "C"
