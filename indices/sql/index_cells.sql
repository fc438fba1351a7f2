-- As index.sql, with the same parameters, apart by channel and stratum: one row per unit and cell that has ratings.
SELECT u.id, c.channel, c.stratum,
       coalesce(c.n1, 0) AS n1, coalesce(c.n2, 0) AS n2, coalesce(c.n3, 0) AS n3,
       coalesce(c.n4, 0) AS n4, coalesce(c.n5, 0) AS n5, coalesce(c.suspect, 0) AS suspect
FROM units u
CROSS JOIN LATERAL (
    SELECT channel, stratum, sum(n1) FILTER (WHERE counts) AS n1, sum(n2) FILTER (WHERE counts) AS n2,
           sum(n3) FILTER (WHERE counts) AS n3, sum(n4) FILTER (WHERE counts) AS n4,
           sum(n5) FILTER (WHERE counts) AS n5,
           sum(n1 + n2 + n3 + n4 + n5) FILTER (WHERE standing = 'suspect') AS suspect
    {{counted over the period}}
    GROUP BY channel, stratum
) c
WHERE u.kind = $1
  AND ($14 OR u.office_id = ANY ($15::bigint[]) OR u.id = ANY ($15::bigint[]))
  AND ($13::bigint[] IS NULL OR u.id = ANY ($13))
  AND ($12::bigint = 0 OR $12 IN (u.id, u.office_id, u.division_id, u.hall_id)
       OR EXISTS (SELECT 1 FROM units t WHERE t.id = $12 AND t.kind = 'city'))
  AND $16::date <= $17::date -- both are sent as to index.sql
