package complaints

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"minping/internal/fault"
	"minping/internal/pg"
)

const caseColumns = `c.id, c.seq, c.channel, c.identity, c.title, c.body, c.kind, c.urgency, coalesce(c.category_id, 0) AS category_id, c.state, c.sealed,
	coalesce(c.unit_id, 0) AS unit_id, coalesce(c.hall_id, 0) AS hall_id, coalesce(c.division_id, 0) AS division_id,
	coalesce((SELECT d.office_id FROM units d WHERE d.id = c.division_id), 0) AS division_office_id,
	coalesce(c.office_id, 0) AS office_id, coalesce(c.first_office_id, 0) AS first_office_id, coalesce(c.handler_id, 0) AS handler_id,
	c.level, c.round, c.returned, c.extended, coalesce(c.merged_into, 0) AS merged_into, coalesce(c.split_from, 0) AS split_from,
	c.disposition, c.contacted, c.solved, c.responded, coalesce(c.satisfied, 0) AS satisfied, coalesce(c.follow_up, 0) AS follow_up,
	coalesce(c.rating_id, 0) AS rating_id, coalesce(c.rating_day::text, '') AS rating_day, coalesce(c.rating_level, 0) AS rating_level,
	c.received_at, c.dispatched_at, c.taken_at, c.taken_in_time, c.first_reply_at, c.replied_at, c.replied_in_time, c.closed_at,
	c.due_at, c.due_clock, coalesce(c.unnoticed, 0) AS unnoticed, c.wake_at`

func lockCase(ctx context.Context, q pg.Querier, id ID) (Case, error) {
	const query = `SELECT ` + caseColumns + ` FROM cases c WHERE c.id = $1 FOR UPDATE`
	return oneCase(ctx, q, query, id)
}

func selectCase(ctx context.Context, q pg.Querier, id ID) (Case, error) {
	const query = `SELECT ` + caseColumns + ` FROM cases c WHERE c.id = $1`
	return oneCase(ctx, q, query, id)
}

func oneCase(ctx context.Context, q pg.Querier, query string, id ID) (Case, error) {
	var c Case
	err := q.GetContext(ctx, &c, query, id)
	if pg.None(err) {
		return c, unknown()
	}
	if err != nil {
		return c, fmt.Errorf("read case %d: %w", id, err)
	}
	return c, nil
}

type eventRow struct {
	CaseID  ID        `db:"case_id"`
	Seq     int       `db:"seq"`
	At      time.Time `db:"at"`
	Action  Action    `db:"action"`
	From    State     `db:"from_state"`
	To      State     `db:"to_state"`
	Who     Who       `db:"who"`
	Account int64     `db:"account_id"`
	Name    string    `db:"account_name"`
	Detail  []byte    `db:"detail"`
}

const eventColumns = `case_id, seq, at, action, from_state, to_state, who, coalesce(account_id, 0) AS account_id, account_name, detail`

func (r eventRow) event() (Event, error) {
	e := Event{Seq: r.Seq, At: r.At.UTC(), Action: r.Action, From: r.From, To: r.To, Who: r.Who, Account: r.Account, Name: r.Name}
	if err := json.Unmarshal(r.Detail, &e.Detail); err != nil {
		return e, fmt.Errorf("read event %d of case %d: %w", r.Seq, r.CaseID, err)
	}
	return e, nil
}

func selectEvents(ctx context.Context, q pg.Querier, id ID) ([]Event, error) {
	const query = `SELECT ` + eventColumns + ` FROM case_events WHERE case_id = $1 ORDER BY seq`
	var rows []eventRow
	if err := q.SelectContext(ctx, &rows, query, id); err != nil {
		return nil, fmt.Errorf("read events of case %d: %w", id, err)
	}
	events := make([]Event, 0, len(rows))
	for _, r := range rows {
		e, err := r.event()
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, nil
}

func insertEvent(ctx context.Context, q pg.Querier, id ID, e Event) error {
	const query = `INSERT INTO case_events (case_id, seq, at, action, from_state, to_state, who, account_id, account_name, detail)
		VALUES ($1, $2, $3, $4, $5, $6, $7, nullif($8::bigint, 0), $9, $10)`
	detail, err := json.Marshal(e.Detail)
	if err != nil {
		return fmt.Errorf("write event of case %d: %w", id, err)
	}
	if _, err := q.ExecContext(ctx, query, id, e.Seq, e.At, string(e.Action), string(e.From), string(e.To), string(e.Who), e.Account, e.Name, string(detail)); err != nil {
		return fmt.Errorf("store event %d of case %d: %w", e.Seq, id, err)
	}
	return nil
}

// updateCase writes what the events say; the row is locked.
func updateCase(ctx context.Context, q pg.Querier, c *Case, now time.Time) error {
	const query = `UPDATE cases SET seq = $2, state = $3, kind = $4, urgency = $5, sealed = $6, office_id = nullif($7::bigint, 0),
		first_office_id = nullif($8::bigint, 0), handler_id = nullif($9::bigint, 0), level = $10, round = $11, returned = $12, extended = $13,
		merged_into = nullif($14::bigint, 0), disposition = $15, contacted = $16, solved = $17, satisfied = nullif($18::int, 0), follow_up = nullif($19::int, 0),
		dispatched_at = $20, taken_at = $21, taken_in_time = $22, first_reply_at = $23, replied_at = $24, replied_in_time = $25, closed_at = $26,
		due_at = $27, due_clock = $28, unnoticed = nullif($29::int, 0), wake_at = $30, changed_at = $31, category_id = nullif($32::int, 0), responded = $33
		WHERE id = $1`
	if _, err := q.ExecContext(ctx, query, c.ID, c.Seq, string(c.State), string(c.Kind), string(c.Urgency), c.Sealed, c.Office,
		c.First, c.Handler, c.Level, c.Round, c.Returned, c.Extended, c.MergedInto, string(c.Disposition), c.Contacted, c.Solved, c.Satisfied, c.FollowUp,
		c.DispatchedAt, c.TakenAt, c.TakenInTime, c.FirstReplyAt, c.RepliedAt, c.RepliedInTime, c.ClosedAt,
		c.DueAt, string(c.DueClock), c.Unnoticed, c.WakeAt, now, c.Category, c.Responded); err != nil {
		return fmt.Errorf("write case %d: %w", c.ID, err)
	}
	return nil
}

func insertMessage(ctx context.Context, q pg.Querier, id ID, m Message) (int64, error) {
	const query = `INSERT INTO case_messages (case_id, at, audience, side, purpose, account_id, account_name, body)
		VALUES ($1, $2, $3, $4, $5, nullif($6::bigint, 0), $7, $8) RETURNING id`
	var made int64
	if err := q.GetContext(ctx, &made, query, id, m.At, string(m.Audience), string(m.Side), m.Purpose, m.Account, m.Name, m.Body); err != nil {
		return 0, fmt.Errorf("store message of case %d: %w", id, err)
	}
	return made, nil
}

func selectMessages(ctx context.Context, q pg.Querier, id ID, private bool) ([]Message, error) {
	const query = `SELECT id, at, audience, side, purpose, coalesce(account_id, 0) AS account_id, account_name, body
		FROM case_messages WHERE case_id = $1 AND ($2 OR audience = 'public') ORDER BY id`
	var list []Message
	if err := q.SelectContext(ctx, &list, query, id, private); err != nil {
		return nil, fmt.Errorf("read messages of case %d: %w", id, err)
	}
	return list, nil
}

// setUnit says which part an office has in a case; the former lead stays as one
// that had it.
func setUnit(ctx context.Context, q pg.Querier, id ID, unit int64, role string, now time.Time) error {
	if role == "lead" {
		const former = `UPDATE case_units SET role = 'former' WHERE case_id = $1 AND role = 'lead' AND unit_id <> $2`
		if _, err := q.ExecContext(ctx, former, id, unit); err != nil {
			return fmt.Errorf("units of case %d: %w", id, err)
		}
	}
	if unit == 0 {
		return nil
	}
	const query = `INSERT INTO case_units (case_id, unit_id, role, since) VALUES ($1, $2, $3, $4)
		ON CONFLICT (case_id, unit_id) DO UPDATE SET role = excluded.role, since = excluded.since
		WHERE case_units.role <> 'lead'`
	if _, err := q.ExecContext(ctx, query, id, unit, role, now); err != nil {
		return fmt.Errorf("units of case %d: %w", id, err)
	}
	return nil
}

// takePart notes which part an account plays in a case; false where it plays another.
// Forbidden for whoever was rated or is accused in it.
func takePart(ctx context.Context, q pg.Querier, id ID, account int64, part string, now time.Time) (bool, error) {
	if yes, err := concerned(ctx, q, id, account); err != nil {
		return false, err
	} else if yes {
		return false, fault.New(fault.Forbidden, "complaints.concerned")
	}
	const insert = `INSERT INTO case_parts (case_id, account_id, part, since) VALUES ($1, $2, $3, $4) ON CONFLICT (case_id, account_id) DO NOTHING`
	if _, err := q.ExecContext(ctx, insert, id, account, part, now); err != nil {
		return false, fmt.Errorf("part in case %d: %w", id, err)
	}
	const query = `SELECT part FROM case_parts WHERE case_id = $1 AND account_id = $2`
	var plays string
	if err := q.GetContext(ctx, &plays, query, id, account); err != nil {
		return false, fmt.Errorf("part in case %d: %w", id, err)
	}
	return plays == part, nil
}

type unitRow struct {
	ID       int64  `db:"id"`
	Kind     string `db:"kind"`
	Office   int64  `db:"office_id"`
	Division int64  `db:"division_id"`
	Hall     int64  `db:"hall_id"`
	Closed   bool   `db:"closed"`
}

func selectUnit(ctx context.Context, q pg.Querier, id int64, today string) (unitRow, error) {
	const query = `SELECT id, kind, CASE kind WHEN 'office' THEN id ELSE coalesce(office_id, 0) END AS office_id,
		CASE kind WHEN 'division' THEN id ELSE coalesce(division_id, 0) END AS division_id,
		CASE kind WHEN 'hall' THEN id ELSE coalesce(hall_id, 0) END AS hall_id, coalesce(closed_on < $2::date, false) AS closed
		FROM units WHERE id = $1`
	var u unitRow
	if err := q.GetContext(ctx, &u, query, id, today); err != nil {
		return u, fmt.Errorf("read unit %d: %w", id, err)
	}
	return u, nil
}
