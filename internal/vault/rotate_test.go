package vault_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jmoiron/sqlx"

	"minping/internal/pg"
	"minping/internal/pgtest"
	"minping/internal/vault"
)

func TestRewrap(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	id := put(t, db, open(t, db, oldLine), zhang())
	v := open(t, db, oldLine, newLine)
	if u, err := v.Unneeded(t.Context()); err != nil || len(u) > 0 {
		t.Fatalf("unneeded before: %v, %v", u, err)
	}
	p, err := v.Rotate(t.Context(), vault.Rotation{Batch: 1})
	if err != nil || p != (vault.Progress{Rewrapped: 2}) {
		t.Fatalf("%+v, %v", p, err)
	}
	if p, err = v.Rotate(t.Context(), vault.Rotation{}); err != nil || p != (vault.Progress{}) {
		t.Errorf("again: %+v, %v", p, err)
	}
	if u, err := v.Unneeded(t.Context()); err != nil || !slices.Equal(u, []string{"2025a"}) {
		t.Errorf("unneeded after: %v, %v", u, err)
	}
	v = open(t, db, newLine) // the old key is gone
	if c, err := reveal(t.Context(), v, id); err != nil || c.Name.Reveal() != "张三" {
		t.Errorf("without the old key: %v", err)
	}
	if ids, err := v.Find(t.Context(), db, vault.Phone, "13800001234"); err != nil || len(ids) != 1 {
		t.Errorf("the index lost the number: %v, %v", ids, err)
	}
}

// TestReencryptWhileEverybodyWrites rotates twice, stopped once in the middle, while eight programs' worth of writers go on.
func TestReencryptWhileEverybodyWrites(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	old := open(t, db, oldLine)
	for i := range 60 {
		put(t, db, old, vault.Contact{Phone: vault.Hide(fmt.Sprintf("1390000%04d", i))})
	}
	v := open(t, db, oldLine, newLine)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var writers sync.WaitGroup
	last := make([]map[vault.ID]string, 8)
	for w := range 8 {
		last[w] = map[vault.ID]string{}
		writers.Add(1)
		go func() {
			defer writers.Done()
			write(ctx, t, writer{db, v, w, last[w]})
		}()
	}
	interrupted, cancel := context.WithCancel(t.Context())
	_, err := v.Rotate(interrupted, vault.Rotation{Batch: 5, Reencrypt: true, Progress: func(p vault.Progress) {
		if p.Reencrypted >= 20 {
			cancel()
		}
	}})
	cancel()
	if !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	two := make(chan error, 2)
	for range 2 {
		go func() {
			_, err := v.Rotate(t.Context(), vault.Rotation{Batch: 7, Reencrypt: true})
			two <- err
		}()
	}
	if err := errors.Join(<-two, <-two); err != nil {
		t.Errorf("rotate: %v", err)
	}
	stop()
	writers.Wait()
	checkRotated(t, db, last)
}

type writer struct {
	db   *sqlx.DB
	v    *vault.Vault
	n    int
	last map[vault.ID]string
}

// write puts, replaces and reads records until ctx ends, twelve rounds at most.
func write(ctx context.Context, t *testing.T, w writer) {
	for i := 0; i < 12 && ctx.Err() == nil; i++ {
		phone := fmt.Sprintf("137%04d%04d", w.n, i)
		var id vault.ID
		err := pg.InTx(t.Context(), w.db, func(tx *sqlx.Tx) (err error) {
			id, err = w.v.Put(t.Context(), tx, vault.Entry{Kind: "contact", Contact: vault.Contact{Phone: vault.Hide(phone)}})
			return err
		})
		if err == nil && i%2 == 1 {
			phone = fmt.Sprintf("136%04d%04d", w.n, i)
			err = pg.InTx(t.Context(), w.db, func(tx *sqlx.Tx) error {
				return w.v.Replace(t.Context(), tx, id, vault.Contact{Phone: vault.Hide(phone)})
			})
		}
		if err == nil {
			var ids []vault.ID
			if ids, err = w.v.Find(t.Context(), w.db, vault.Phone, "1390000"+fmt.Sprintf("%04d", i)); len(ids) != 1 {
				t.Errorf("reader found %v", ids)
			} else if err == nil {
				_, err = w.v.Masked(t.Context(), w.db, ids)
			}
		}
		if err != nil {
			t.Errorf("writer %d: %v", w.n, err)
			return
		}
		w.last[id] = phone
	}
}

// checkRotated opens every record with the new key alone.
func checkRotated(t *testing.T, db *sqlx.DB, last []map[vault.ID]string) {
	t.Helper()
	v := open(t, db, newLine)
	var ids []vault.ID
	if err := db.Select(&ids, `SELECT id FROM vault_records`); err != nil {
		t.Fatal(err)
	}
	written := 60
	for _, records := range last {
		written += len(records)
		for id, phone := range records {
			if c, err := reveal(t.Context(), v, id); err != nil || c.Phone.Reveal() != phone {
				t.Errorf("record %s: %v, or another contact than the last one written", id, err)
			}
		}
	}
	if m, err := v.Masked(t.Context(), db, ids); err != nil || len(m) != written {
		t.Errorf("%d records readable of %d: %v", len(m), written, err)
	}
	var old int
	if err := db.Get(&old, `SELECT count(*) FROM vault_keys WHERE kind <> 'canary' AND '2025a' IN (kek_id, CASE kind WHEN 'data' THEN born_kek END)`); err != nil || old != 0 {
		t.Errorf("%d keys of the old master key left, %v", old, err)
	}
}

// TestReencryptGoesAroundABrokenRecord: one record beyond help does not keep the others on an old key.
func TestReencryptGoesAroundABrokenRecord(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	v := open(t, db, oldLine)
	broken, good := put(t, db, v, zhang()), put(t, db, v, zhang())
	must(t, db, `UPDATE vault_records SET nonce = set_bit(nonce, 0, 1 - get_bit(nonce, 0)) WHERE id = $1`, broken)
	v = open(t, db, oldLine, newLine)
	p, err := v.Rotate(t.Context(), vault.Rotation{Reencrypt: true})
	if err == nil || !strings.Contains(err.Error(), broken.String()) || strings.Contains(err.Error(), good.String()) || p.Reencrypted != 1 || p.Dropped != 0 {
		t.Errorf("%+v, %v", p, err)
	}
	if err := v.Erase(t.Context(), db, broken); err != nil {
		t.Fatal(err)
	}
	if p, err = v.Rotate(t.Context(), vault.Rotation{Reencrypt: true}); err != nil || p.Dropped != 1 {
		t.Errorf("after erasing it: %+v, %v", p, err)
	}
}

// TestReencryptMeetsWhatATransactionStillHolds: a program that has not heard of
// the new key has a record in an open transaction, under a data key that is
// about to be removed.
func TestReencryptMeetsWhatATransactionStillHolds(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	old := open(t, db, oldLine)
	put(t, db, old, zhang())
	v := open(t, db, oldLine, newLine)
	tx, err := db.BeginTxx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	id, err := old.Put(t.Context(), tx, vault.Entry{Kind: "contact", Contact: zhang()})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := v.Rotate(t.Context(), vault.Rotation{Reencrypt: true})
		done <- err
	}()
	for waiting := 0; waiting == 0; {
		const q = `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
		if err := db.Get(&waiting, q); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if _, err := reveal(t.Context(), open(t, db, newLine), id); err != nil {
		t.Error(err)
	}
	var keys int
	if err := db.Get(&keys, `SELECT count(*) FROM vault_keys WHERE kind = 'data' AND born_kek = '2025a'`); err != nil || keys != 0 {
		t.Errorf("%d old data keys left, %v", keys, err)
	}
}
