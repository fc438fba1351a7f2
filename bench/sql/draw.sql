-- Draws ratings: $1 how many; $2 days back from yesterday.
-- out: one row per rating: its window and the units above it, its day, channel,
-- stratum, standing and level. Everything comes from one hash of its number, so
-- that every run draws the same city. Two thirds at the desk, most raters content.
SELECT g.i, w.id AS window_id, w.division_id, w.office_id, w.hall_id, current_date - 1 - (((g.h >> 16) & 65535) % $2::int)::int AS visited_on,
    CASE WHEN (g.h >> 32) & 255 < 170 THEN 'desk' WHEN (g.h >> 32) & 255 < 220 THEN 'ticket'
         WHEN (g.h >> 32) & 255 < 245 THEN 'sms' ELSE 'web' END AS channel,
    CASE WHEN (g.h >> 40) & 255 < 150 THEN 'unstated' WHEN (g.h >> 40) & 255 < 220 THEN 'public'
         WHEN (g.h >> 40) & 255 < 245 THEN 'society' ELSE 'grassroots' END AS stratum,
    CASE WHEN (g.h >> 48) & 127 = 0 THEN 'suspect' ELSE 'clear' END AS standing,
    CASE WHEN (g.h >> 55) & 255 < 160 THEN 5 WHEN (g.h >> 55) & 255 < 215 THEN 4 WHEN (g.h >> 55) & 255 < 240 THEN 3
         WHEN (g.h >> 55) & 255 < 249 THEN 2 ELSE 1 END AS level
FROM (SELECT i, hashint8extended(i, 20261123) AS h FROM generate_series(1, $1::bigint) i) g
JOIN (SELECT id, division_id, office_id, hall_id, row_number() OVER (ORDER BY id) - 1 AS place
      FROM units WHERE kind = 'window') w ON w.place = (g.h & 65535) % (SELECT count(*) FROM units WHERE kind = 'window')
