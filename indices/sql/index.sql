-- Counts of the ratings of each unit of a level over a period.
-- in:  $1 level; $2, $3 first and last whole month before the whole years; $4, $5 head days; $6, $7 tail days (null = none);
--      $8 channel, $9 stratum ('' = any), $10 version (0 = any); $11 whether suspects count;
--      $12 within unit (0 = all); $13 unit ids (null = all);
--      $14 every office, or $15 offices and divisions in scope; $16, $17 first and last day of the period;
--      $18, $19 first and last whole month after the whole years; $20, $21 whole years (null = none).
-- out: one row per unit that was open in the period, has ratings in it, or was asked for by id.
-- The lateral query is one index range per unit and grain, so it reads only the asked
-- units' rows for each channel and stratum: one a year, at most 22 edge months, and at most 60 edge days.
SELECT u.id, u.kind, u.code, u.name, u.name_en,
       coalesce(c.n1, 0) AS n1, coalesce(c.n2, 0) AS n2, coalesce(c.n3, 0) AS n3,
       coalesce(c.n4, 0) AS n4, coalesce(c.n5, 0) AS n5, coalesce(c.suspect, 0) AS suspect
FROM units u
CROSS JOIN LATERAL (
    SELECT sum(n1) FILTER (WHERE counts) AS n1, sum(n2) FILTER (WHERE counts) AS n2,
           sum(n3) FILTER (WHERE counts) AS n3, sum(n4) FILTER (WHERE counts) AS n4,
           sum(n5) FILTER (WHERE counts) AS n5,
           sum(n1 + n2 + n3 + n4 + n5) FILTER (WHERE standing = 'suspect') AS suspect
    {{counted over the period}}
) c
WHERE u.kind = $1
  AND ($14 OR u.office_id = ANY ($15::bigint[]) OR u.id = ANY ($15::bigint[]))
  AND ($13::bigint[] IS NULL OR u.id = ANY ($13))
  AND ($12::bigint = 0 OR $12 IN (u.id, u.office_id, u.division_id, u.hall_id)
       OR EXISTS (SELECT 1 FROM units t WHERE t.id = $12 AND t.kind = 'city'))
  AND ($13 IS NOT NULL OR c.n1 IS NOT NULL OR c.suspect IS NOT NULL
       OR ((u.opened_on IS NULL OR u.opened_on <= $17::date) AND (u.closed_on IS NULL OR u.closed_on >= $16::date)))
ORDER BY u.code COLLATE "C"
