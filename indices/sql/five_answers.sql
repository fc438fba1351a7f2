-- How often each point was given to the questions on trust and loyalty, for many units at once.
-- in:  $1 unit ids; $2 … $7 months, head days, tail days (null = none); $8 channel, $9 stratum ('' = any),
--      $10 version (0 = any); $11 whether suspects count.
-- out: one row per unit, question and value.
SELECT r.unit_id, q.feeds, q.id AS question_id, r.value, sum(r.n) AS n
FROM questions q
CROSS JOIN LATERAL (
    SELECT unit_id, value, channel, stratum, version_id, standing, n
    FROM answer_counts
    WHERE unit_id = ANY ($1::bigint[]) AND question_id = q.id AND grain = 'm' AND starts_on BETWEEN $2::date AND $3::date
    UNION ALL
    SELECT unit_id, value, channel, stratum, version_id, standing, n
    FROM answer_counts
    WHERE unit_id = ANY ($1::bigint[]) AND question_id = q.id AND grain = 'd' AND starts_on BETWEEN $4::date AND $5::date
    UNION ALL
    SELECT unit_id, value, channel, stratum, version_id, standing, n
    FROM answer_counts
    WHERE unit_id = ANY ($1::bigint[]) AND question_id = q.id AND grain = 'd' AND starts_on BETWEEN $6::date AND $7::date
) r
WHERE q.kind = 'scale10' AND q.feeds IN ('trust', 'loyalty')
  AND (r.standing = 'clear' OR $11 AND r.standing = 'suspect')
  AND ($8 = '' OR r.channel = $8) AND ($9 = '' OR r.stratum = $9) AND ($10::int = 0 OR r.version_id = $10)
GROUP BY r.unit_id, q.feeds, q.id, r.value
ORDER BY r.unit_id, q.id, r.value
