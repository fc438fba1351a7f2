package complaints

import (
	"context"
	"math"

	"github.com/jmoiron/sqlx"

	"minping/complaints/alike"
	"minping/internal/pg"
)

// groupBatch is how many cases are grouped in one transaction.
const groupBatch = 20

// group looks for the topics of cases that were read, in the order in which they came in.
func (s *Service) group(ctx context.Context) error {
	for {
		n := 0
		err := pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
			mine, err := lockTakeIn(ctx, tx)
			if err != nil || !mine {
				return err
			}
			rows, err := selectUngrouped(ctx, tx, groupBatch)
			if err != nil {
				return err
			}
			n = len(rows)
			for _, row := range rows {
				if row.Groups {
					if err := s.joinTopic(ctx, tx, row.sketchRow); err != nil {
						return err
					}
				}
				if err := setGrouped(ctx, tx, row.Case); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || n == 0 {
			return err
		}
	}
}

// joinTopic puts a case into the topic of the earlier case that it is most like, or
// makes one of both; where none is like enough it stays alone.
func (s *Service) joinTopic(ctx context.Context, tx *sqlx.Tx, row sketchRow) error {
	if in, err := inTopic(ctx, tx, row.Case); err != nil || in {
		return err
	}
	cases, err := selectCasesWith(ctx, tx, row.Terms)
	if err != nil {
		return err
	}
	this := row.sketch()
	near, err := selectGrouped(ctx, tx, row, alike.Telling(this.Vector, cases, similarBudget))
	if err != nil {
		return err
	}
	var best groupedRow
	likeness := 0.0
	for _, n := range near {
		if l := alike.Likeness(this, n.sketch()); l >= alike.Together && l > likeness {
			best, likeness = n, l
		}
	}
	if likeness == 0 {
		return nil
	}
	if best.Topic == 0 {
		if best.Topic, err = insertTopic(ctx, tx, s.now()); err != nil {
			return err
		}
		if err := insertTopicCase(ctx, tx, best.Topic, best.sketchRow, 0); err != nil {
			return err
		}
	}
	return insertTopicCase(ctx, tx, best.Topic, row, int(math.Round(100*likeness)))
}
