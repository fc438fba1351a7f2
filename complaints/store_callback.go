package complaints

import (
	"context"
	"fmt"
	"time"

	"minping/internal/pg"
)

// CallbackTry is one try to ask a citizen.
type CallbackTry struct {
	Round     int        `db:"round"`
	At        time.Time  `db:"at"`
	Way       string     `db:"way"`
	Caller    int64      `db:"caller_id"` // 0: the citizen's own answer
	Contacted bool       `db:"contacted"`
	Solved    *bool      `db:"solved"`
	Satisfied int        `db:"satisfied"`
	Remark    string     `db:"remark"`
	Responded *bool      `db:"responded"` // did the office get in touch, by the citizen's word
	Missed    Miss       `db:"missed"`
	Again     *time.Time `db:"again_at"` // asked to be called then
}

// insertCallback stores a try with whose reply it was about: was is how the case stood before.
func insertCallback(ctx context.Context, q pg.Querier, c *Case, was *Flow, e Event, o Outcome) error {
	const query = `INSERT INTO case_callbacks (case_id, round, at, way, caller_id, contacted, solved, satisfied, remark, responded, missed, again_at,
			kind, office_id, hall_id, unit_id, handler_id, claimed, division_id)
		VALUES ($1, $2, $3, $4, nullif($5::bigint, 0), $6, $7, nullif($8::int, 0), $9, $10, nullif($11, ''), $12,
			$13, nullif($14::bigint, 0), nullif($15::bigint, 0), nullif($16::bigint, 0), nullif($17::bigint, 0), $18,
			(SELECT id FROM units WHERE id = $19 AND office_id = $14))`
	if _, err := q.ExecContext(ctx, query, c.ID, was.Round, e.At, o.Way, e.Account, o.Contacted, e.Detail.Solved, e.Detail.Satisfied, o.Remark,
		o.Responded, string(o.Missed), moment(o.Again), string(was.Kind), was.Office, c.Hall, c.Unit, was.Handler, was.Disposition != Explained, c.Division); err != nil {
		return fmt.Errorf("store callback of case %d: %w", c.ID, err)
	}
	return nil
}

func selectCallbacks(ctx context.Context, q pg.Querier, id ID) ([]CallbackTry, error) {
	const query = `SELECT round, at, way, coalesce(caller_id, 0) AS caller_id, contacted, solved, coalesce(satisfied, 0) AS satisfied, remark,
			responded, coalesce(missed, '') AS missed, again_at
		FROM case_callbacks WHERE case_id = $1 ORDER BY id`
	var list []CallbackTry
	if err := q.SelectContext(ctx, &list, query, id); err != nil {
		return nil, fmt.Errorf("callbacks of case %d: %w", id, err)
	}
	return list, nil
}
