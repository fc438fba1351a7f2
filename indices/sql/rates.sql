-- What the three rates 三率 of each unit of a level are counted from.
-- in:  $1 level; $2 kind of case ('' = any); $3 within unit (0 = all); $4 every office, or $5 offices and divisions in scope;
--      $6, $7 first and last day of the period; $8 now. Of the period: $9 years and $10 months (their first days) that are summed
--      already; $11, $12 from and before which instants the rest lies.
-- out: one row per unit that was open in the period or has something to count.
-- orders, responded: orders whose time to be signed for is over, and those signed for in time whose citizen
-- does not say that nobody got in touch. heard … contradicted: answers of citizens about replies.
WITH lies AS (
    SELECT CASE WHEN EXISTS (SELECT 1 FROM units WHERE id = $3::bigint AND kind = 'city') THEN 0 ELSE $3::bigint END AS within
), summed AS (
    SELECT c.what, c.kind, c.office_id, CASE WHEN c.what = 'o' THEN d.id ELSE c.division_id END AS division_id, c.hall_id, c.unit_id,
           c.n, c.responded, c.solved, c.said, c.satisfied, c.content, c.contradicted
    FROM (
        SELECT what, kind, office_id, division_id, hall_id, unit_id, sum(n) AS n, sum(responded) AS responded, sum(solved) AS solved,
               sum(said) AS said, sum(satisfied) AS satisfied, sum(content) AS content, sum(contradicted) AS contradicted
        FROM case_counts
        WHERE (grain = 'y' AND starts_on = ANY ($9::date[]) OR grain = 'm' AND starts_on = ANY ($10::date[])) AND ($2::text = '' OR kind = $2)
        GROUP BY 1, 2, 3, 4, 5, 6
    ) c LEFT JOIN units d ON d.id = c.division_id AND (c.what = 'a' OR d.office_id = c.office_id)
), rest AS (
    SELECT since, before FROM unnest($11::timestamptz[], $12::timestamptz[]) r (since, before)
), facts AS (
    SELECT what, kind, office_id, division_id, hall_id, unit_id, n, responded, solved, said, satisfied, content, contradicted FROM summed
    UNION ALL -- signed for, or not in time, in days that are no whole month of the period
    SELECT 'o', kind, office_id, division_id, hall_id, unit_id, 1, (taken_at IS NOT NULL AND taken_in_time AND responded IS NOT FALSE)::int, 0, 0, 0, 0, 0
    FROM rest JOIN order_facts ON dispatched_at >= since AND dispatched_at < before
    WHERE taken_in_time IS NOT NULL AND (taken_at IS NOT NULL OR NOT taken_in_time) AND ($2::text = '' OR kind = $2)
    UNION ALL
    SELECT 'a', kind, office_id, division_id, hall_id, unit_id, 1, 0, solved::int, (satisfied IS NOT NULL)::int, (satisfied IS NOT NULL AND satisfied >= 4)::int,
           (satisfied IS NOT NULL AND satisfied >= 3)::int, contradicted::int
    FROM rest JOIN closing_facts ON at >= since AND at < before
    WHERE $2::text = '' OR kind = $2
    UNION ALL -- nobody has signed for them yet, and their time is over
    SELECT 'o', kind, office_id, division_id, hall_id, unit_id, 1, 0, 0, 0, 0, 0, 0
    FROM order_facts
    WHERE due_clock = 'acknowledge' AND due_at < $8::timestamptz
          AND (taken_in_time IS NULL OR taken_at IS NULL AND taken_in_time)
          AND (dispatched_at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN $6::date AND $7::date AND ($2::text = '' OR kind = $2)
), counted AS (
    SELECT CASE $1::text WHEN 'office' THEN office_id WHEN 'division' THEN division_id WHEN 'hall' THEN hall_id WHEN 'window' THEN unit_id ELSE 0 END AS unit,
           coalesce(sum(n) FILTER (WHERE what = 'o'), 0) AS orders, sum(responded) AS responded, coalesce(sum(n) FILTER (WHERE what = 'a'), 0) AS heard,
           sum(solved) AS solved, sum(said) AS said, sum(satisfied) AS satisfied, sum(content) AS content, sum(contradicted) AS contradicted
    FROM facts, lies
    WHERE within = 0 OR within IN (office_id, division_id, hall_id, unit_id)
    GROUP BY 1
)
SELECT u.id, u.kind, u.code, u.name, u.name_en, coalesce(c.orders, 0) AS orders, coalesce(c.responded, 0) AS responded,
       coalesce(c.heard, 0) AS heard, coalesce(c.solved, 0) AS solved, coalesce(c.said, 0) AS said,
       coalesce(c.satisfied, 0) AS satisfied, coalesce(c.content, 0) AS content, coalesce(c.contradicted, 0) AS contradicted
FROM units u CROSS JOIN lies
LEFT JOIN counted c ON c.unit = CASE $1::text WHEN 'city' THEN 0 ELSE u.id END
WHERE u.kind = $1
  AND ($4 OR u.office_id = ANY ($5::bigint[]) OR u.id = ANY ($5::bigint[]))
  AND (within = 0 OR within IN (u.id, u.office_id, u.division_id, u.hall_id))
  AND (c.orders > 0 OR c.heard > 0
       OR ((u.opened_on IS NULL OR u.opened_on <= $7::date) AND (u.closed_on IS NULL OR u.closed_on >= $6::date)))
ORDER BY u.code COLLATE "C"
