-- Counts of one unit's ratings over a period, cut up by day, channel or stratum.
-- in:  $1 unit; $2 … $7 months, head days, tail days (null = none); $8 channel, $9 stratum ('' = any),
--      $10 version (0 = any); $11 whether suspects count; $12 the cut: channel, stratum, or cell = start|channel|stratum.
-- out: one row per part that has ratings; the start of a whole month is its first day.
SELECT CASE $12 WHEN 'channel' THEN channel WHEN 'stratum' THEN stratum ELSE to_char(starts_on, 'YYYY-MM-DD') || '|' || channel || '|' || stratum END AS part,
       coalesce(sum(n1) FILTER (WHERE counts), 0) AS n1, coalesce(sum(n2) FILTER (WHERE counts), 0) AS n2,
       coalesce(sum(n3) FILTER (WHERE counts), 0) AS n3, coalesce(sum(n4) FILTER (WHERE counts), 0) AS n4,
       coalesce(sum(n5) FILTER (WHERE counts), 0) AS n5,
       coalesce(sum(n1 + n2 + n3 + n4 + n5) FILTER (WHERE standing = 'suspect'), 0) AS suspect
FROM (
    SELECT starts_on, channel, stratum, version_id, standing, n1, n2, n3, n4, n5, $11 OR standing = 'clear' AS counts
    FROM rating_counts
    WHERE unit_id = $1 AND grain = 'm' AND starts_on BETWEEN $2::date AND $3::date
    UNION ALL
    SELECT starts_on, channel, stratum, version_id, standing, n1, n2, n3, n4, n5, $11 OR standing = 'clear'
    FROM rating_counts
    WHERE unit_id = $1 AND grain = 'd' AND starts_on BETWEEN $4::date AND $5::date
    UNION ALL
    SELECT starts_on, channel, stratum, version_id, standing, n1, n2, n3, n4, n5, $11 OR standing = 'clear'
    FROM rating_counts
    WHERE unit_id = $1 AND grain = 'd' AND starts_on BETWEEN $6::date AND $7::date
) r
WHERE standing <> 'quarantined' AND ($8 = '' OR channel = $8)
  AND ($9 = '' OR stratum = $9) AND ($10::int = 0 OR version_id = $10)
GROUP BY part
ORDER BY part
