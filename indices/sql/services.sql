-- How many were served at each unit of a level over a period.
-- in:  $1 level; $2, $3 first and last whole month; $4, $5 head days; $6, $7 tail days (null = none); $8 unit ids.
-- out: one row per unit that anything was told of.
SELECT unit_id, sum(served)::bigint AS served
FROM (
    SELECT f.unit_id, f.served FROM service_facts f WHERE f.unit_id = ANY ($8::bigint[]) AND f.grain = 'm' AND f.starts_on BETWEEN $2::date AND $3::date
    UNION ALL
    SELECT f.unit_id, f.served FROM service_facts f WHERE f.unit_id = ANY ($8::bigint[]) AND f.grain = 'd' AND f.starts_on BETWEEN $4::date AND $5::date
    UNION ALL
    SELECT f.unit_id, f.served FROM service_facts f WHERE f.unit_id = ANY ($8::bigint[]) AND f.grain = 'd' AND f.starts_on BETWEEN $6::date AND $7::date
) r
JOIN units u ON u.id = r.unit_id AND u.kind = $1
GROUP BY unit_id
