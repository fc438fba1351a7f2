package complaints

import (
	"context"
	"fmt"
	"time"

	"minping/internal/pg"
)

// CallbackTry is one try to ask a citizen.
type CallbackTry struct {
	Round     int       `db:"round"`
	At        time.Time `db:"at"`
	Way       string    `db:"way"`
	Caller    int64     `db:"caller_id"` // 0: the citizen's own answer
	Contacted bool      `db:"contacted"`
	Solved    *bool     `db:"solved"`
	Satisfied int       `db:"satisfied"`
	Remark    string    `db:"remark"`
}

func insertCallback(ctx context.Context, q pg.Querier, id ID, round int, e Event, o Outcome) error {
	const query = `INSERT INTO case_callbacks (case_id, round, at, way, caller_id, contacted, solved, satisfied, remark)
		VALUES ($1, $2, $3, $4, nullif($5::bigint, 0), $6, $7, nullif($8::int, 0), $9)`
	if _, err := q.ExecContext(ctx, query, id, round, e.At, o.Way, e.Account, o.Contacted, e.Detail.Solved, e.Detail.Satisfied, o.Remark); err != nil {
		return fmt.Errorf("store callback of case %d: %w", id, err)
	}
	return nil
}

func selectCallbacks(ctx context.Context, q pg.Querier, id ID) ([]CallbackTry, error) {
	const query = `SELECT round, at, way, coalesce(caller_id, 0) AS caller_id, contacted, solved, coalesce(satisfied, 0) AS satisfied, remark
		FROM case_callbacks WHERE case_id = $1 ORDER BY id`
	var list []CallbackTry
	if err := q.SelectContext(ctx, &list, query, id); err != nil {
		return nil, fmt.Errorf("callbacks of case %d: %w", id, err)
	}
	return list, nil
}
