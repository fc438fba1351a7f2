-- What the panel answered in closed waves whose last day lies in a period.
-- in:  $1, $2 first and last day.
-- out: one row per person and office.
SELECT wave_id, respondent, unit_id, panel_group, age_band, coalesce(heard, '') AS heard, esteem, overall, expected, ideal, trust, reuse, recommend, cooperate
FROM panel_facts
WHERE ends_on BETWEEN $1::date AND $2::date
ORDER BY wave_id, respondent, unit_id
