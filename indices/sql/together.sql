-- Which answers were given together at one unit over a period, and how often.
-- in:  $1 kind and $2 id of the unit; $3, $4 first and last day; $5 the questions asked about;
--      $6 channel, $7 stratum ('' = any), $8 version (0 = any); $9 whether suspects count.
-- out: one row per level and set of answers that has one of the questions.
SELECT level, question_ids, answer_values, count(*) AS n
FROM rating_facts
WHERE visited_on BETWEEN $3::date AND $4::date
  AND ($1::text <> 'office' OR office_id = $2::bigint) AND ($1 <> 'division' OR division_id = $2)
  AND ($1 <> 'hall' OR hall_id = $2) AND ($1 <> 'window' OR window_id = $2)
  AND question_ids && $5::int[]
  AND (standing = 'clear' OR $9 AND standing = 'suspect')
  AND ($6 = '' OR channel = $6) AND ($7 = '' OR stratum = $7) AND ($8::int = 0 OR version_id = $8)
GROUP BY level, question_ids, answer_values
ORDER BY level, question_ids, answer_values
