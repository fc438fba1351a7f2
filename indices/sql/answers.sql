-- How often each answer was given at one unit over a period.
-- in:  $1 unit; $2 … $7 months, head days, tail days (null = none); $8 channel, $9 stratum ('' = any),
--      $10 version (0 = any); $11 whether suspects count; $12 whether reason tags are asked for, or questions.
-- out: one row per question and value; question 0 is the reason tags, its value the tag's code.
SELECT question_id, value, sum(n) AS n
FROM (
    SELECT question_id, value, channel, stratum, version_id, standing, n
    FROM answer_counts
    WHERE unit_id = $1 AND grain = 'm' AND starts_on BETWEEN $2::date AND $3::date
    UNION ALL
    SELECT question_id, value, channel, stratum, version_id, standing, n
    FROM answer_counts
    WHERE unit_id = $1 AND grain = 'd' AND starts_on BETWEEN $4::date AND $5::date
    UNION ALL
    SELECT question_id, value, channel, stratum, version_id, standing, n
    FROM answer_counts
    WHERE unit_id = $1 AND grain = 'd' AND starts_on BETWEEN $6::date AND $7::date
) r
WHERE (question_id = 0) = $12
  AND (standing = 'clear' OR $11 AND standing = 'suspect')
  AND ($8 = '' OR channel = $8) AND ($9 = '' OR stratum = $9) AND ($10::int = 0 OR version_id = $10)
GROUP BY question_id, value
ORDER BY question_id, value
