-- Replies of each person that were asked about, and those that citizens contradict 办结失实.
-- in:  $1, $2 from and before which instant; $3 kind of case ('' = any); $4 every office, or $5 offices; $6 fewest replies shown.
-- out: one row per account, the most contradicted first.
SELECT handler_id AS account, count(*) AS heard, count(*) FILTER (WHERE contradicted) AS contradicted
FROM closing_facts
WHERE at >= $1 AND at < $2 AND ($3::text = '' OR kind = $3) AND handler_id IS NOT NULL AND ($4 OR office_id = ANY ($5::bigint[]))
GROUP BY handler_id
HAVING count(*) >= $6::int
ORDER BY count(*) FILTER (WHERE contradicted)::numeric / count(*) DESC, handler_id
