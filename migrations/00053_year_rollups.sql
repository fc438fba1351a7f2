-- +goose Up
-- Years are counted as well: 2,000 windows over a year read 12 times as many rows from months.
ALTER TABLE rating_rollups DROP CONSTRAINT rating_rollups_grain_check;
ALTER TABLE rating_rollups ADD CONSTRAINT rating_rollups_grain_check CHECK (grain IN ('d', 'm', 'y'));
INSERT INTO rating_rollups (unit_id, grain, starts_on, slice_id, n1, n2, n3, n4, n5)
SELECT unit_id, 'y', date_trunc('year', starts_on)::date, slice_id, sum(n1), sum(n2), sum(n3), sum(n4), sum(n5)
FROM rating_rollups WHERE grain = 'm' GROUP BY 1, 3, 4 ORDER BY 1, 3, 4;

-- +goose Down
DELETE FROM rating_rollups WHERE grain = 'y';
ALTER TABLE rating_rollups DROP CONSTRAINT rating_rollups_grain_check;
ALTER TABLE rating_rollups ADD CONSTRAINT rating_rollups_grain_check CHECK (grain IN ('d', 'm'));
