package brand

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"minping/internal/fault"
	"minping/internal/pg"
)

const unitColumns = `SELECT id, kind, CASE kind WHEN 'office' THEN id ELSE coalesce(office_id, 0) END AS office_id, coalesce(hall_id, 0) AS hall_id FROM units WHERE id = $1`

func selectUnit(ctx context.Context, q pg.Querier, id int64) (Unit, error) {
	return oneUnit(ctx, q, unitColumns, id)
}

// lockUnit holds the unit's row until the transaction ends.
func lockUnit(ctx context.Context, q pg.Querier, id int64) (Unit, error) {
	return oneUnit(ctx, q, unitColumns+` FOR NO KEY UPDATE`, id)
}

func oneUnit(ctx context.Context, q pg.Querier, query string, id int64) (Unit, error) {
	var u Unit
	err := q.GetContext(ctx, &u, query, id)
	if pg.None(err) {
		return u, unknownUnit()
	}
	if err != nil {
		return u, fmt.Errorf("find unit: %w", err)
	}
	return u, nil
}

// selectEvents gives what is pinned to a unit, its office, its hall and the city, and
// touches the days from–to.
func selectEvents(ctx context.Context, q pg.Querier, u Unit, from, to time.Time) ([]Event, error) {
	const query = `SELECT e.id, e.unit_id, u.kind AS place, e.kind, e.from_on, e.to_on, e.title, e.entered_at, e.entered_name
		FROM unit_events e JOIN units u ON u.id = e.unit_id
		WHERE e.removed_at IS NULL AND (u.kind = 'city' OR u.id IN ($1, $2, $3)) AND e.from_on <= $5::date AND e.to_on >= $4::date
		ORDER BY e.from_on DESC, e.id DESC`
	var list []Event
	if err := q.SelectContext(ctx, &list, query, u.ID, u.Office, u.Hall, dayText(from), dayText(to)); err != nil {
		return nil, fmt.Errorf("list events: %w", err)
	}
	return list, nil
}

func insertEvent(ctx context.Context, q pg.Querier, e *Event, account int64) error {
	const query = `INSERT INTO unit_events (unit_id, kind, from_on, to_on, title, entered_at, entered_by, entered_name)
		VALUES ($1, $2, $3, $4, $5, $6, nullif($7::bigint, 0), $8) RETURNING id`
	err := q.GetContext(ctx, &e.ID, query, e.Unit, string(e.Kind), dayText(e.From), dayText(e.To), e.Title, e.At, account, e.By)
	if pg.Broken(err) == "unit_events_title_key" {
		return fault.Fielded(fault.Field{Name: "title", Key: "brand.fault.twice"})
	}
	if err != nil {
		return fmt.Errorf("store event: %w", err)
	}
	return nil
}

func lockEvent(ctx context.Context, q pg.Querier, id int64) (Event, error) {
	const query = `SELECT e.id, e.unit_id, u.kind AS place, e.kind, e.from_on, e.to_on, e.title, e.entered_at, e.entered_name
		FROM unit_events e JOIN units u ON u.id = e.unit_id WHERE e.id = $1 AND e.removed_at IS NULL FOR UPDATE OF e`
	var e Event
	err := q.GetContext(ctx, &e, query, id)
	if pg.None(err) {
		return e, fault.New(fault.NotFound, "brand.fault.event")
	}
	if err != nil {
		return e, fmt.Errorf("read event %d: %w", id, err)
	}
	return e, nil
}

func removeEvent(ctx context.Context, q pg.Querier, id int64, at time.Time, name string) error {
	const query = `UPDATE unit_events SET removed_at = $2, removed_name = $3 WHERE id = $1`
	if _, err := q.ExecContext(ctx, query, id, at, name); err != nil {
		return fmt.Errorf("take event %d off: %w", id, err)
	}
	return nil
}

func selectTargets(ctx context.Context, q pg.Querier, unit int64) ([]Target, error) {
	const query = `SELECT unit_id, year, value, from_on, reason, set_at, set_name FROM unit_targets
		WHERE unit_id = $1 ORDER BY year DESC, from_on DESC, id DESC`
	var list []Target
	if err := q.SelectContext(ctx, &list, query, unit); err != nil {
		return nil, fmt.Errorf("list targets: %w", err)
	}
	return list, nil
}

func insertTarget(ctx context.Context, q pg.Querier, t Target, account int64) error {
	const query = `INSERT INTO unit_targets (unit_id, year, value, from_on, reason, set_at, set_by, set_name)
		VALUES ($1, $2, $3, $4, $5, $6, nullif($7::bigint, 0), $8)`
	if _, err := q.ExecContext(ctx, query, t.Unit, t.Year, t.Value, dayText(t.From), t.Reason, t.At, account, t.By); err != nil {
		return fmt.Errorf("store target: %w", err)
	}
	return nil
}

func selectSteps(ctx context.Context, q pg.Querier, offices []int64) (map[int64][]Step, error) {
	const query = `SELECT office_id, stage, from_on, founded_on, reason, set_at, set_name FROM brand_stages
		WHERE office_id = ANY ($1) ORDER BY office_id, from_on DESC, id DESC`
	var list []Step
	if err := q.SelectContext(ctx, &list, query, pq.Array(offices)); err != nil {
		return nil, fmt.Errorf("list stages of brands: %w", err)
	}
	by := map[int64][]Step{}
	for _, st := range list {
		by[st.Office] = append(by[st.Office], st)
	}
	return by, nil
}

func insertStep(ctx context.Context, q pg.Querier, st Step, account int64) error {
	const query = `INSERT INTO brand_stages (office_id, stage, from_on, founded_on, reason, set_at, set_by, set_name)
		VALUES ($1, $2, $3, $4, $5, $6, nullif($7::bigint, 0), $8)`
	var founded any
	if st.Founded != nil {
		founded = dayText(*st.Founded)
	}
	if _, err := q.ExecContext(ctx, query, st.Office, string(st.Stage), dayText(st.From), founded, st.Reason, st.At, account, st.By); err != nil {
		return fmt.Errorf("store stage of a brand: %w", err)
	}
	return nil
}
