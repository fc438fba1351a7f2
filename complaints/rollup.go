package complaints

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"minping/internal/pg"
)

// FoldCounts adds what changed about the three rates to their sums by month and year, and
// tells how many changes that were. Whoever reads, reads both, so nothing is seen of it
// but that reading stays short. It may run on several nodes at once; one of them does it.
func (s *Service) FoldCounts(ctx context.Context) (n int, err error) {
	err = pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		mine, err := lockRollups(ctx, tx)
		if err != nil || !mine {
			return err
		}
		n, err = foldChanges(ctx, tx)
		return err
	})
	return n, err
}

// CountDifference is a sum of the three rates that is not what cases and answers say.
type CountDifference struct {
	What   string `db:"what"`
	Grain  string `db:"grain"`
	Starts string `db:"starts_on"`
	Kind   string `db:"kind"`
	Office int64  `db:"office_id"`
	Unit   int64  `db:"unit_id"`
	Kept   string `db:"kept"`
	Counts string `db:"counts"`
}

// String reads like "rates m 2026-11-01 orders of complaint at office 3, window 7: kept {12,9}, counted {12,10}".
func (d CountDifference) String() string {
	what := "orders"
	if d.What == "a" {
		what = "answers"
	}
	return fmt.Sprintf("rates %s %s %s of %s at office %d, unit %d: kept %s, counted %s", d.Grain, d.Starts, what, d.Kind, d.Office, d.Unit, d.Kept, d.Counts)
}

// VerifyCounts counts all orders and answers anew, in one snapshot, and compares them
// with the sums that the three rates are made of.
func (s *Service) VerifyCounts(ctx context.Context) (rows int, differ []CountDifference, err error) {
	err = pg.InSnapshot(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		rows, differ, err = compareCounts(ctx, tx)
		return err
	})
	return rows, differ, err
}
