package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/surveys"
)

// size of a directory.
type size struct{ offices, divisions, halls, windows int }

// found makes a directory in an empty database: divisions belong to offices in
// turn, windows to divisions and halls in turn.
func found(ctx context.Context, db *sqlx.DB, n size) error {
	for _, q := range []struct {
		text string
		args []any
	}{
		{`INSERT INTO units (kind, code, name, name_en, brand_name, brand_promise)
			SELECT 'office', 'o' || i, '市第' || i || '服务局', 'Service Office ' || i, '办得快' || i || '号', '一次办结，超时我负责'
			FROM generate_series(1, $1::int) i`, []any{n.offices}},
		{`INSERT INTO units (kind, code, name, address) SELECT 'hall', 'h' || i, '第' || i || '政务服务大厅', '和平路' || i || '号'
			FROM generate_series(1, $1::int) i`, []any{n.halls}},
		{`INSERT INTO units (kind, code, name, office_id) SELECT 'division', 'd' || i, '业务' || i || '处', o.id
			FROM generate_series(1, $1::int) i JOIN units o ON o.kind = 'office' AND o.code = 'o' || (1 + i % $2::int)`, []any{n.divisions, n.offices}},
		{`INSERT INTO units (kind, code, name, name_en, number, office_id, division_id, hall_id)
			SELECT 'window', 'w' || i, '综合受理' || i || '号窗口', 'Window ' || i, 'A' || i, d.office_id, d.id, h.id
			FROM generate_series(1, $1::int) i JOIN units d ON d.kind = 'division' AND d.code = 'd' || (1 + i % $2::int)
			JOIN units h ON h.kind = 'hall' AND h.code = 'h' || (1 + i % $3::int)`, []any{n.windows, n.divisions, n.halls}},
		{`ANALYZE units`, nil},
	} {
		if _, err := db.ExecContext(ctx, q.text, q.args...); err != nil {
			return fmt.Errorf("make directory: %w", err)
		}
	}
	return nil
}

// publish puts the walk-in survey to every window, as the console does.
func publish(ctx context.Context, db *sqlx.DB) error {
	s, err := surveys.New(ctx, surveys.Config{DB: db, Log: slog.New(slog.DiscardHandler), Now: time.Now,
		Calendar: workday.Builtin(), DeviceKey: make([]byte, 32)})
	if err != nil {
		return err
	}
	defer func() { _ = s.Stop(ctx) }() // nothing was submitted
	var windows []int64
	if err := db.SelectContext(ctx, &windows, `SELECT id FROM units WHERE kind = 'window'`); err != nil {
		return fmt.Errorf("list windows: %w", err)
	}
	_, err = s.Publish(ctx, actor.System("bench"), surveys.PublishInput{VersionID: s.Latest("walk-in").ID, Title: "窗口服务评价",
		Channels: []surveys.Channel{surveys.ChannelDesk}, StartsAt: time.Now().Add(-time.Hour), LateWorkdays: s.LateDays(time.Now()), UnitIDs: windows})
	return err
}

// place is a code and what a rating of it says of where it was given.
type place struct {
	Code     string `db:"code"`
	Window   int64  `db:"window_id"`
	Division int64  `db:"division_id"`
	Office   int64  `db:"office_id"`
	Hall     int64  `db:"hall_id"`
	Version  int    `db:"version_id"`
}

func places(ctx context.Context, db *sqlx.DB) ([]place, error) {
	const q = `SELECT c.code, u.id AS window_id, u.division_id, u.office_id, u.hall_id, p.version_id
		FROM codes c JOIN units u ON u.id = c.unit_id
		JOIN publication_units pu ON pu.unit_id = u.id JOIN publications p ON p.id = pu.publication_id AND p.channel = c.channel
		ORDER BY u.id`
	var list []place
	if err := db.SelectContext(ctx, &list, q); err != nil {
		return nil, fmt.Errorf("list codes: %w", err)
	}
	return list, nil
}

func codesOf(list []place) []string {
	codes := make([]string, len(list))
	for i, p := range list {
		codes[i] = p.Code
	}
	return codes
}
