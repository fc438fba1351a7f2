package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/surveys"
)

//go:embed sql/draw.sql
var drawSQL string

// Two years of ratings end yesterday.
const cityDays = 730

func citySize() size { return size{offices: 40, divisions: 150, halls: 12, windows: 600} }

// buildCity fills an empty database with a city of n ratings and its rollups.
func buildCity(ctx context.Context, s *stage, db *sqlx.DB, r *report) error {
	if err := found(ctx, db, citySize()); err != nil {
		return err
	}
	conn, err := db.Connx(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // goes back to a pool of ours
	for _, q := range []string{`SET work_mem = '768MB'`, `SET maintenance_work_mem = '768MB'`, `SET max_parallel_workers_per_gather = 0`} {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("prepare filling: %w", err)
		}
	}
	began := time.Now()
	fill, how := fillCounts, "ratings drawn and counted, rollups written from the counts; there is not one rating row, so nothing but rollups can answer"
	if s.rows {
		fill, how = fillRows, "every rating a row, rollups by the program's own rebuild"
	}
	if err := fill(ctx, conn, s.ratings); err != nil {
		return err
	}
	if s.rows {
		if err := rebuild(ctx, db, r); err != nil {
			return err
		}
	}
	if _, err := conn.ExecContext(ctx, `VACUUM (ANALYZE) rating_rollups`); err != nil {
		return fmt.Errorf("analyze: %w", err)
	}
	var counted, rows float64
	const check = `SELECT sum(n1 + n2 + n3 + n4 + n5), (SELECT count(*) FROM rating_rollups)
		FROM rating_rollups r JOIN units u ON u.id = r.unit_id AND u.kind = 'city' WHERE r.grain = 'm'`
	if err := conn.QueryRowxContext(ctx, check).Scan(&counted, &rows); err != nil {
		return fmt.Errorf("check the city: %w", err)
	}
	if int(counted) != s.ratings {
		return fmt.Errorf("the city counts %.0f ratings, not %d", counted, s.ratings)
	}
	r.set("city_ratings", counted)
	r.set("city_rollup_rows", rows)
	r.set("city_build_seconds", time.Since(began).Seconds())
	r.note("city of %.0f ratings, %.0f rollup rows, built in %.0f s (%s)", counted, rows, time.Since(began).Seconds(), how)
	return nil
}

// fillRows stores every rating.
func fillRows(ctx context.Context, conn *sqlx.Conn, n int) error {
	say("storing %d ratings", n)
	const partitions = `SELECT ensure_rating_partitions(current_date - $1::int - 1, current_date)`
	if _, err := conn.ExecContext(ctx, partitions, cityDays); err != nil {
		return fmt.Errorf("make partitions: %w", err)
	}
	q := `INSERT INTO ratings (visited_on, received_at, submission_id, unit_id, window_id, division_id, office_id, hall_id,
			version_id, channel, stratum, level, standing)
		SELECT visited_on, visited_on + interval '2 hours', gen_random_uuid(), window_id, window_id, division_id, office_id, hall_id,
			1, channel, stratum, level, standing FROM (` + drawSQL + `) d`
	if _, err := conn.ExecContext(ctx, q, n, cityDays); err != nil {
		return fmt.Errorf("store ratings: %w", err)
	}
	return nil
}

func rebuild(ctx context.Context, db *sqlx.DB, r *report) (err error) {
	say("rebuilding rollups")
	s, err := surveys.New(ctx, surveys.Config{DB: db, Log: slog.New(slog.DiscardHandler), Now: time.Now,
		Calendar: workday.Builtin(), DeviceKey: make([]byte, 32)})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Stop(ctx)) }()
	began := time.Now()
	err = s.Rebuild(ctx)
	r.set("rebuild_seconds", time.Since(began).Seconds())
	r.note("the program's rebuild of all rollups took %.0f s", time.Since(began).Seconds())
	return err
}

// fillCounts counts drawn ratings by window and day and writes every level's
// rollups from that, days in the order of time, as they would have come.
func fillCounts(ctx context.Context, conn *sqlx.Conn, n int) error {
	say("counting %d ratings", n)
	cells := `CREATE TEMP TABLE cells AS SELECT c.*, s.id AS slice_id FROM (SELECT window_id, division_id, office_id, hall_id, visited_on, channel, stratum, standing,
			(count(*) FILTER (WHERE level = 1))::int AS n1, (count(*) FILTER (WHERE level = 2))::int AS n2,
			(count(*) FILTER (WHERE level = 3))::int AS n3, (count(*) FILTER (WHERE level = 4))::int AS n4,
			(count(*) FILTER (WHERE level = 5))::int AS n5
		FROM (` + drawSQL + `) d GROUP BY 1, 2, 3, 4, 5, 6, 7, 8) c JOIN rating_slices s USING (channel, stratum, standing) WHERE s.version_id = 1`
	// CREATE TABLE AS takes no parameters of a prepared statement; both are numbers of ours.
	cells = replaceNumbers(cells, n, cityDays)
	const into = `INSERT INTO rating_rollups (unit_id, grain, starts_on, slice_id, n1, n2, n3, n4, n5) `
	above := func(unit string) string {
		return into + `SELECT ` + unit + `, 'd', visited_on, slice_id, sum(n1), sum(n2), sum(n3), sum(n4), sum(n5)
			FROM cells GROUP BY 1, visited_on, slice_id ORDER BY visited_on`
	}
	const slices = `SELECT count(rating_slice(channel, stratum, 1, standing)) FROM unnest('{desk,ticket,sms,web}'::text[]) channel,
		unnest('{unstated,public,society,grassroots}'::text[]) stratum, unnest('{clear,suspect}'::text[]) standing`
	for _, q := range []string{slices, cells,
		`ALTER TABLE rating_rollups DROP CONSTRAINT rating_rollups_pkey`,
		into + `SELECT window_id, 'd', visited_on, slice_id, n1, n2, n3, n4, n5 FROM cells ORDER BY visited_on`,
		above(`division_id`), above(`office_id`), above(`hall_id`), above(`(SELECT id FROM units WHERE kind = 'city')`),
		into + `SELECT unit_id, 'm', date_trunc('month', starts_on)::date, slice_id, sum(n1), sum(n2), sum(n3), sum(n4), sum(n5)
			FROM rating_rollups GROUP BY 1, 3, slice_id ORDER BY 3`,
		into + `SELECT unit_id, 'y', date_trunc('year', starts_on)::date, slice_id, sum(n1), sum(n2), sum(n3), sum(n4), sum(n5)
			FROM rating_rollups WHERE grain = 'm' GROUP BY 1, 3, slice_id ORDER BY 3`,
		`ALTER TABLE rating_rollups ADD CONSTRAINT rating_rollups_pkey
			PRIMARY KEY (unit_id, grain, starts_on, slice_id)`,
		`DROP TABLE cells`,
	} {
		began := time.Now()
		if _, err := conn.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("write rollups: %w", err)
		}
		say("%.40s… %.1f s", q, time.Since(began).Seconds())
	}
	return nil
}
