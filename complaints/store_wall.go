package complaints

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"minping/complaints/workday"
)

// watched is the rule of readable for the monitor, which shows nothing sealed: $1
// all, $2 offices, $3 halls, $4 divisions, $5 account, $6 own offices.
const watched = `NOT c.sealed AND ($1 OR c.office_id = ANY($2::bigint[]) OR c.hall_id = ANY($3::bigint[]) OR c.division_id = ANY($4::bigint[])
		OR EXISTS (SELECT 1 FROM case_units u WHERE u.case_id = c.id AND u.unit_id = ANY($2::bigint[])))
	AND NOT EXISTS (SELECT 1 FROM case_bars b WHERE b.case_id = c.id AND (b.account_id = $5 OR b.unit_id = ANY($6::bigint[])))`

// red: level 3, or the limit that runs is used up twice, which the case was told
// after its deadline. $7 is now.
const red = `(c.level = 3 OR c.due_at < $7 AND EXISTS (SELECT 1 FROM case_notices n
		WHERE n.case_id = c.id AND n.clock = c.due_clock AND n.percent >= 200 AND n.send_at > c.due_at))`

type wallQuery struct {
	tx       *sqlx.Tx
	reach    reach
	now      time.Time
	midnight time.Time
}

func (q wallQuery) args(more ...any) []any {
	r := q.reach
	return append([]any{r.all, pq.Int64Array(r.offices), pq.Int64Array(r.halls), pq.Int64Array(r.divisions), r.account, pq.Int64Array(r.own), q.now}, more...)
}

func (q wallQuery) draw(ctx context.Context, w *Wall) error {
	for _, step := range []func(context.Context, *Wall) error{q.count, q.flow, q.lists} {
		if err := step(ctx, w); err != nil {
			return err
		}
	}
	return nil
}

// count goes over the live cases once: in all, by hall and by office.
func (q wallQuery) count(ctx context.Context, w *Wall) error {
	const query = `WITH mine AS (
			SELECT c.state, coalesce(c.hall_id, 0) AS hall_id, coalesce(c.office_id, 0) AS office_id,
				c.level >= 2 AS ordered, coalesce(c.due_at < $7, false) AS overdue, coalesce(c.due_at >= $7 AND c.due_at < $9, false) AS today, coalesce(` + red + `, false) AS red
			FROM cases c WHERE c.state = ANY($8::text[]) AND ` + watched + `)
		SELECT CASE WHEN grouping(hall_id) = 0 THEN 'hall' WHEN grouping(office_id) = 0 THEN 'office' WHEN grouping(state) = 0 THEN 'state' ELSE '' END AS of,
			coalesce(state, '') AS state, coalesce(hall_id, office_id, 0) AS unit_id, count(*)::int AS live, (count(*) FILTER (WHERE overdue))::int AS overdue,
			(count(*) FILTER (WHERE today))::int AS today, (count(*) FILTER (WHERE red))::int AS red, (count(*) FILTER (WHERE ordered))::int AS ordered
		FROM mine GROUP BY GROUPING SETS ((), (state), (hall_id), (office_id)) ORDER BY live DESC, unit_id`
	var rows []struct {
		Of      string `db:"of"`
		State   State  `db:"state"`
		Ordered int    `db:"ordered"`
		WallLoad
	}
	if err := q.tx.SelectContext(ctx, &rows, query, q.args(pq.Array(live), q.midnight)...); err != nil {
		return fmt.Errorf("count for the monitor: %w", err)
	}
	for _, row := range rows {
		switch {
		case row.Of == "":
			w.Pressing, w.Ordered = row.Pressing, row.Ordered
		case row.Of == "state":
			*w.place(row.State) += row.Live
		case row.Unit == 0:
		case row.Of == "hall":
			w.Halls = append(w.Halls, row.WallLoad)
		default:
			w.Offices = append(w.Offices, row.WallLoad)
		}
	}
	return nil
}

// place is the stage at which a state is counted.
func (w *Wall) place(s State) *int {
	switch s {
	case Received, Triaged:
		return &w.Fresh
	case Dispatched:
		return &w.Unsaid
	case Waiting:
		return &w.Asking
	case Replied, InCallback:
		return &w.Heard
	case RatingReview:
		return &w.Judged
	}
	return &w.Working
}

// flow is what came and went today.
func (q wallQuery) flow(ctx context.Context, w *Wall) error {
	const query = `SELECT (SELECT count(*)::int FROM cases c WHERE c.received_at >= $8 AND c.received_at <= $7 AND ` + watched + `) AS filed,
		(SELECT count(*)::int FROM cases c WHERE c.closed_at >= $8 AND c.closed_at <= $7 AND c.state <> ALL($9::text[]) AND ` + watched + `) AS ended`
	var row struct {
		Filed int `db:"filed"`
		Ended int `db:"ended"`
	}
	if err := q.tx.GetContext(ctx, &row, query, q.args(workday.Of(q.now).Start(), pq.Array(live))...); err != nil {
		return fmt.Errorf("today's flow for the monitor: %w", err)
	}
	w.Filed, w.Ended = row.Filed, row.Ended
	return nil
}

// lists names what presses most.
func (q wallQuery) lists(ctx context.Context, w *Wall) error {
	const columns = `SELECT c.id, c.kind, c.state, coalesce(c.office_id, 0) AS office_id, coalesce(c.hall_id, 0) AS hall_id, c.level, c.due_at, c.due_clock FROM cases c`
	const reds = columns + ` WHERE c.state = ANY($8::text[]) AND (c.level = 3 OR c.due_at < $7) AND ` + watched + ` AND ` + red + `
		ORDER BY coalesce(c.due_at, 'infinity'), c.id LIMIT $9`
	if err := q.tx.SelectContext(ctx, &w.Reds, reds, q.args(pq.Array(live), wallRows)...); err != nil {
		return fmt.Errorf("red cases for the monitor: %w", err)
	}
	const orders = columns + ` WHERE c.state = ANY($8::text[]) AND c.level >= 2 AND c.due_at IS NOT NULL AND ` + watched + ` AND $7::timestamptz IS NOT NULL
		ORDER BY c.level DESC, c.due_at, c.id LIMIT $9`
	if err := q.tx.SelectContext(ctx, &w.Orders, orders, q.args(pq.Array(live), wallRows)...); err != nil {
		return fmt.Errorf("supervised cases for the monitor: %w", err)
	}
	return nil
}
