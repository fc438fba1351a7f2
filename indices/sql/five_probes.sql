-- What visitors of other offices answered about each office; doubtful ratings' answers are in no count.
-- in:  $1 unit ids; $2 … $7 months, head days, tail days (null = none); $8 channel, $9 stratum ('' = any).
-- out: one row per office that was asked about.
SELECT unit_id, sum(asked) AS asked, sum(yes) AS yes, sum(no) AS no, sum(unsure) AS unsure, sum(declined) AS declined,
       sum(e0) AS e0, sum(e1) AS e1, sum(e2) AS e2, sum(e3) AS e3, sum(e4) AS e4, sum(e5) AS e5
FROM (
    SELECT unit_id, channel, stratum, asked, yes, no, unsure, declined, e0, e1, e2, e3, e4, e5
    FROM probe_counts
    WHERE unit_id = ANY ($1::bigint[]) AND grain = 'm' AND starts_on BETWEEN $2::date AND $3::date
    UNION ALL
    SELECT unit_id, channel, stratum, asked, yes, no, unsure, declined, e0, e1, e2, e3, e4, e5
    FROM probe_counts
    WHERE unit_id = ANY ($1::bigint[]) AND grain = 'd' AND starts_on BETWEEN $4::date AND $5::date
    UNION ALL
    SELECT unit_id, channel, stratum, asked, yes, no, unsure, declined, e0, e1, e2, e3, e4, e5
    FROM probe_counts
    WHERE unit_id = ANY ($1::bigint[]) AND grain = 'd' AND starts_on BETWEEN $6::date AND $7::date
) r
WHERE ($8 = '' OR channel = $8) AND ($9 = '' OR stratum = $9)
GROUP BY unit_id
HAVING sum(asked) > 0
ORDER BY unit_id
