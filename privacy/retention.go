package privacy

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/pg"
)

// Keeper ends one kind of thing. Count tells how many are over; End ends at most
// so many of them in one transaction of its own and tells how many it ended.
type Keeper struct {
	Count func(ctx context.Context, before time.Time) (int, error)
	End   func(ctx context.Context, before time.Time, batch int) (int, error)
}

// Over is what a rule has or would have ended.
type Over struct {
	Rule   Rule
	Before time.Time
	Count  int
}

const endBatch = 200

// Due counts what is over, by rule, and changes nothing.
func (s *Service) Due(ctx context.Context, keepers map[string]Keeper) ([]Over, error) {
	var list []Over
	now := s.Now()
	for _, r := range s.Rules() {
		k, ok := keepers[r.Kind]
		if !ok {
			return nil, fmt.Errorf("retention: nobody keeps %q", r.Kind)
		}
		o := Over{Rule: r, Before: r.Before(now)}
		var err error
		if o.Count, err = k.Count(ctx, o.Before); err != nil {
			return nil, err
		}
		list = append(list, o)
	}
	return list, nil
}

// End ends what is over, rule by rule, in batches; stopped half-way it leaves
// nothing half ended and goes on when it is run again. The chain is told of each
// rule that ended something.
func (s *Service) End(ctx context.Context, keepers map[string]Keeper, said func(Over)) ([]Over, error) {
	var list []Over
	for _, r := range s.Rules() {
		k, ok := keepers[r.Kind]
		if !ok {
			return nil, fmt.Errorf("retention: nobody keeps %q", r.Kind)
		}
		o := Over{Rule: r, Before: r.Before(s.Now())}
		err := o.end(ctx, k)
		if told := s.tell(context.WithoutCancel(ctx), o); err == nil {
			err = told
		}
		if err != nil {
			return list, fmt.Errorf("retention of %s: %w", r.Kind, err)
		}
		said(o)
		list = append(list, o)
	}
	return list, nil
}

func (o *Over) end(ctx context.Context, k Keeper) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := k.End(ctx, o.Before, endBatch)
		o.Count += n
		if err != nil || n == 0 {
			return err
		}
	}
}

func (s *Service) tell(ctx context.Context, o Over) error {
	if o.Count == 0 {
		return nil
	}
	return pg.InTx(ctx, s.DB, func(tx *sqlx.Tx) error {
		return s.record(ctx, tx, doing{by: actor.System("retention"), action: audit.RetentionRun, kind: "retention", id: o.Rule.Kind,
			detail: audit.Detail{"kind": o.Rule.Kind, "removed": o.Count, "before": o.Before.UTC().Format(time.RFC3339)}})
	})
}

// Keepers are those of what this package owns, and of records of the vault.
func (s *Service) Keepers() map[string]Keeper {
	keep := func(count string, end func(context.Context, time.Time, int) (int, error)) Keeper {
		return Keeper{Count: func(ctx context.Context, before time.Time) (int, error) { return countOver(ctx, s.DB, count, before) }, End: end}
	}
	run := func(query string) func(context.Context, time.Time, int) (int, error) {
		return func(ctx context.Context, before time.Time, batch int) (int, error) {
			return endOver(ctx, s.DB, query, before, batch)
		}
	}
	return map[string]Keeper{
		"contact": keep(countContacts, s.endContacts),
		"orphan":  keep(countOrphans, s.eraseRecords(selectOrphans)),
		"sms":     keep(countSMS, s.eraseRecords(selectSMS)),
		"proof":   keep(countProofRows, run(deleteProofs)),
		"request": keep(countRequests, run(cutRequests)),
	}
}

// endContacts erases each contact with its link in one transaction.
func (s *Service) endContacts(ctx context.Context, before time.Time, batch int) (n int, err error) {
	err = pg.InTx(ctx, s.DB, func(tx *sqlx.Tx) error {
		rows, err := lockOldContacts(ctx, tx, before, batch)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if err := s.erase(ctx, tx, row, erasure{by: "retention", quiet: true}); err != nil {
				return err
			}
		}
		n = len(rows)
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// eraseRecords erases records of the vault that a query finds.
func (s *Service) eraseRecords(query string) func(context.Context, time.Time, int) (int, error) {
	return func(ctx context.Context, before time.Time, batch int) (n int, err error) {
		var ids []uuid.UUID
		err = pg.InTx(ctx, s.DB, func(tx *sqlx.Tx) error {
			if ids, err = selectOver(ctx, tx, query, before, batch); err != nil {
				return err
			}
			for _, id := range ids {
				if err := s.Vault.Erase(ctx, tx, id); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return 0, err
		}
		return len(ids), nil
	}
}
