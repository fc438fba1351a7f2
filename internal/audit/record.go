package audit

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/pg"
)

// nowWithin is how long RecordNow may take.
const nowWithin = 20 * time.Second

// Record adds an entry in the caller's transaction (READ COMMITTED, pg.InTx's), so that the
// change and its entry are stored together. Call it last: until the commit nobody
// else can record. ErrMisuse where the entry is not one of the registry's.
func Record(ctx context.Context, tx *sqlx.Tx, e Entry) error {
	if e.Source == "" {
		e.Source = sourceOf(ctx)
	}
	s, err := e.stored()
	if err != nil {
		return err
	}
	head, err := lockHead(ctx, tx)
	if err != nil {
		return fmt.Errorf("audit %s: %w", e.Action, err)
	}
	if s, err = s.after(head); err != nil {
		return fmt.Errorf("audit %s: %w", e.Action, err)
	}
	if err := insertEntry(ctx, tx, s); err != nil {
		return fmt.Errorf("audit %s: %w", e.Action, err)
	}
	return nil
}

// RecordNow adds an entry in a transaction of its own, for refusals: what was
// refused is rolled back. It ends even if the caller's request does not wait for
// it. Never call it inside a transaction that has recorded: it would wait for that one.
func RecordNow(ctx context.Context, db *sqlx.DB, e Entry) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), nowWithin)
	defer cancel()
	return pg.InTx(ctx, db, func(tx *sqlx.Tx) error { return Record(ctx, tx, e) })
}

// after puts an entry behind the head of the chain.
func (s Stored) after(h Head) (Stored, error) {
	s.Day, s.Seq, s.Prev = dayOf(s.At), 1, h.Digest
	if !s.Day.After(h.Day) && h.Seq > 0 {
		s.Day, s.Seq = h.Day, h.Seq+1
	}
	var err error
	s.Digest, err = s.digest()
	return s, err
}
