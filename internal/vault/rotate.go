package vault

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/internal/pg"
)

// Rotation says how to bring stored keys and records to the current master key.
type Rotation struct {
	Batch int // keys or records in one transaction; 0 = 100
	// Reencrypt also replaces the data keys that were born under another master
	// key and encrypts their records anew. Without it only the data keys are
	// encrypted anew, which is enough unless the old master key may be known to others.
	Reencrypt bool
	Progress  func(Progress) // called after each transaction; may be nil
}

// Progress is what a rotation has done so far.
type Progress struct {
	Rewrapped   int // keys encrypted anew
	Reencrypted int // records encrypted anew
	Dropped     int // data keys that nothing needs any more, removed
	Remaining   int // records still to be encrypted anew, as counted at the start
}

const (
	usualBatch = 100
	// patience is how often keys are looked at again that a running program goes on using.
	patience = 5
)

// Rotate does it while reads and writes go on. It may be stopped at any point
// and run again, by several programs at once; what is done is not done twice.
// A record that cannot be decrypted does not stop it: the others are done, and
// the error names the broken ones, whose keys stay.
func (v *Vault) Rotate(ctx context.Context, r Rotation) (Progress, error) {
	if r.Batch <= 0 {
		r.Batch = usualBatch
	}
	if r.Progress == nil {
		r.Progress = func(Progress) {}
	}
	run := &rotating{v: v, r: r, keys: *v.keys.Load()}
	if err := run.rewrap(ctx); err != nil || !r.Reencrypt {
		return run.done, err
	}
	err := run.reencrypt(ctx)
	return run.done, err
}

type rotating struct {
	v      *Vault
	r      Rotation
	keys   Keyring
	done   Progress
	broken []ID
}

// rewrap encrypts data keys and the index key anew. It takes a lock that
// neither readers nor writers of records wait for.
func (g *rotating) rewrap(ctx context.Context) error {
	for {
		var rows []keyRow
		err := pg.InTx(ctx, g.v.db, func(tx *sqlx.Tx) (err error) {
			if rows, err = lockStaleKeys(ctx, tx, g.keys.Current(), g.r.Batch); err != nil {
				return err
			}
			for _, row := range rows {
				if err := g.rewrapOne(ctx, tx, row); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || len(rows) == 0 {
			return err
		}
		g.done.Rewrapped += len(rows)
		g.r.Progress(g.done)
	}
}

func (g *rotating) rewrapOne(ctx context.Context, tx *sqlx.Tx, row keyRow) error {
	raw, err := g.keys.unwrap(row)
	if err != nil {
		return err
	}
	row, err = g.keys.wrap(row.Kind, row.ID, raw)
	if err != nil {
		return err
	}
	return updateWrapped(ctx, tx, row)
}

// reencrypt empties the old data keys and removes them. First it passes over
// records that somebody is changing, then it waits for those; what a
// transaction wrote meanwhile under an old key is met in another round.
func (g *rotating) reencrypt(ctx context.Context) (err error) {
	if g.done.Remaining, err = countOldRecords(ctx, g.v.db, g.keys.Current()); err != nil {
		return err
	}
	for range patience {
		old, err := selectOldKeys(ctx, g.v.db, g.keys.Current())
		if err != nil {
			return err
		}
		for _, p := range []pass{{old, false, g.r.Batch}, {old, true, 1}} {
			if err := g.pass(ctx, p); err != nil {
				return err
			}
		}
		left, err := g.drop(ctx, old)
		if err != nil {
			return err
		}
		if left == 0 {
			return nil
		}
		if len(g.broken) > 0 {
			return fmt.Errorf("vault: %d records cannot be decrypted and stay as they are: %v", len(g.broken), g.broken[:min(len(g.broken), 20)])
		}
	}
	return fmt.Errorf("vault: a running program goes on encrypting under a master key older than %s: give it the new key ring, then run this again", g.keys.Current())
}

// pass is one way over all records of some data keys.
type pass struct {
	old   []uuid.UUID
	wait  bool // for records that somebody is changing, instead of passing them over
	batch int
}

func (g *rotating) pass(ctx context.Context, p pass) error {
	g.broken = nil
	for after, more := (ID{}), len(p.old) > 0; more; {
		var n int
		err := pg.InTx(ctx, g.v.db, func(tx *sqlx.Tx) error {
			rows, err := lockOldRecords(ctx, tx, p, after)
			if err != nil || len(rows) == 0 {
				more = false
				return err
			}
			after = rows[len(rows)-1].ID
			n, err = g.reencryptRows(ctx, tx, rows)
			return err
		})
		if err != nil {
			return err
		}
		g.done.Reencrypted += n
		g.done.Remaining = max(g.done.Remaining-n, 0)
		if n > 0 {
			g.r.Progress(g.done)
		}
	}
	return nil
}

func (g *rotating) reencryptRows(ctx context.Context, tx *sqlx.Tx, rows []recordRow) (n int, err error) {
	key, err := g.v.dataKey(ctx, tx)
	if err != nil {
		return 0, err
	}
	for _, row := range rows {
		text, err := g.v.decryptText(row)
		if err != nil {
			if !slices.Contains(g.broken, row.ID) {
				g.broken = append(g.broken, row.ID)
			}
			continue
		}
		if err := key.sealInto(&row, text); err != nil {
			return 0, err
		}
		if err := updateCiphertext(ctx, tx, row); err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// drop removes the old data keys that no record needs, and tells how many are left.
func (g *rotating) drop(ctx context.Context, old []uuid.UUID) (left int, err error) {
	for _, id := range old {
		var gone bool
		err := pg.InTx(ctx, g.v.db, func(tx *sqlx.Tx) (err error) {
			gone, err = deleteUnusedKey(ctx, tx, id)
			return err
		})
		if err != nil {
			return 0, err
		}
		if !gone {
			left++
			continue
		}
		g.v.forget(id)
		g.done.Dropped++
		g.r.Progress(g.done)
	}
	return left, nil
}
