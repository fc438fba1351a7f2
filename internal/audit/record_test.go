package audit

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/fault"
	"minping/internal/pg"
)

func TestRecordAndItsChangeAreOne(t *testing.T) {
	t.Parallel()
	s, db := open(t)
	ctx := WithSource(t.Context(), FromCommand)
	failed := errors.New("the change failed")
	err := pg.InTx(ctx, db, func(tx *sqlx.Tx) error {
		return errors.Join(Record(ctx, tx, Entry{At: start, By: root, Action: SignOut}), failed)
	})
	if !errors.Is(err, failed) || count(t, db) != 0 {
		t.Fatalf("%d entries of a transaction that failed, %v", count(t, db), err)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	if err := RecordNow(gone, db, Entry{At: start, Action: SignInRefused, Outcome: Refused, Detail: Detail{"reason": "wrong"}}); err != nil {
		t.Fatalf("a refusal whose caller went away: %v", err)
	}
	p, err := s.Search(t.Context(), root, Filter{}, Cursor{}, 0)
	if err != nil || len(p.Entries) != 1 || p.Entries[0].Source != FromCommand || p.Entries[0].Outcome != Refused || p.Entries[0].ActorID != nil {
		t.Fatalf("%+v, %v", p, err)
	}
	if err := RecordNow(ctx, db, Entry{At: start, Action: SignOut, Detail: Detail{"name": "x"}}); !errors.Is(err, ErrMisuse) {
		t.Errorf("%v, want ErrMisuse", err)
	}
	whole(t, s)
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	s, db := open(t)
	const workers, each = 16, 50
	var wg sync.WaitGroup
	begin := time.Now()
	for w := range workers {
		wg.Go(func() {
			for i := range each {
				// Some days later and earlier at once: the chain's day only grows.
				at := start.Add(time.Duration((w%3)*12+i/10) * time.Hour)
				if err := RecordNow(t.Context(), db, grantAt(at)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	t.Logf("%d entries in %v", workers*each, time.Since(begin))
	// Whoever came first decides on which days the others fall; this one is later than all.
	if err := RecordNow(t.Context(), db, grantAt(start.AddDate(0, 0, 9))); err != nil {
		t.Fatal(err)
	}
	if r := whole(t, s); r.Entries != workers*each+1 || r.Days < 2 {
		t.Errorf("%+v", r)
	}
}

func TestDatabaseRefuses(t *testing.T) {
	t.Parallel()
	s, db := open(t)
	threeDays(t, db)
	for _, q := range []string{
		`UPDATE audit_entries SET actor_name = 'x'`,
		`DELETE FROM audit_entries`,
		`DELETE FROM audit_entries WHERE day = '2026-03-06' AND seq = 2`,
		`TRUNCATE audit_entries`,
		`SET LOCAL session_replication_role = replica; DELETE FROM audit_entries`,
		`SET LOCAL minping.audit_removing = '1'; DELETE FROM audit_entries`,
		`INSERT INTO audit_entries SELECT day, seq + 5, at, actor_id, actor_name, source, action, object_kind, object_id,
			office_id, hall_id, outcome, detail, prev, digest FROM audit_entries WHERE seq = 1`,
		`UPDATE audit_heads SET entries = entries + 1`, `DELETE FROM audit_heads`, `TRUNCATE audit_heads`,
		`INSERT INTO audit_heads VALUES ('2026-04-01', 1, decode(repeat('00', 32), 'hex'))`,
		`INSERT INTO audit_archives (first_day, last_day, entries, prev, last, file_digest, at)
			SELECT '2026-03-02', '2026-03-02', 3, prev, digest, digest, at FROM audit_entries WHERE day = '2026-03-02' AND seq = 1`,
		`SELECT audit_remove(1, now())`,
	} {
		tx := db.MustBegin()
		_, err := tx.ExecContext(t.Context(), q)
		if err == nil || !strings.Contains(err.Error(), "audit") && !strings.Contains(err.Error(), "archive") {
			t.Errorf("%s: %v", q, err)
		}
		_ = tx.Rollback()
	}
	if r := whole(t, s); r.Entries != 9 || r.Days != 3 {
		t.Errorf("%+v", r)
	}
}

func TestOwnerWithoutSuperpowersMayNotRewrite(t *testing.T) {
	t.Parallel()
	_, db := open(t)
	var may bool
	const q = `SELECT bool_or(p.privilege_type IN ('UPDATE', 'TRUNCATE')) FROM pg_class c, aclexplode(c.relacl) p
		WHERE c.relname = 'audit_entries' AND p.grantee IN (0, c.relowner)`
	if err := db.Get(&may, q); err != nil || may {
		t.Errorf("the owner or everybody may rewrite: %v, %v", may, err)
	}
}

func TestSearchPages(t *testing.T) {
	t.Parallel()
	s, db := open(t)
	threeDays(t, db)
	record(t, db, Entry{At: start.AddDate(0, 0, 4), By: auditor, Action: SignOut})
	var got []Cursor
	for below := (Cursor{}); ; {
		p, err := s.Search(t.Context(), auditor, Filter{}, below, 3)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range p.Entries {
			got = append(got, Cursor{e.Day, e.Seq})
		}
		if below = p.Next; below.Seq == 0 {
			break
		}
	}
	if len(got) != 11 { // the search itself is one
		t.Fatalf("%d entries on all pages", len(got))
	}
	for i := 1; i < len(got); i++ {
		if a, b := got[i-1], got[i]; !b.Day.Before(a.Day) && (!b.Day.Equal(a.Day) || b.Seq >= a.Seq) {
			t.Errorf("%v comes after %v", b, a)
		}
	}
	day := func(text string) time.Time { d, _ := time.Parse(time.DateOnly, text); return d }
	for _, c := range []struct {
		filter Filter
		want   int
	}{
		{Filter{From: day("2026-03-04"), To: day("2026-03-31")}, 6}, {Filter{To: day("2026-03-04")}, 7}, {Filter{From: day("2026-03-04"), To: day("2026-03-04")}, 3},
		{Filter{Actor: 7, Action: "signout."}, 1}, {Filter{Action: "role."}, 9}, {Filter{Action: "role.withdraw"}, 0}, {Filter{ObjectKind: "account", ObjectID: "12"}, 9},
		{Filter{Office: 4}, 9}, {Filter{Outcome: Refused}, 0}, {Filter{Source: "net:0011223344556677"}, 9}, {Filter{Query: "审计", To: day("2026-03-31")}, 1},
		{Filter{Query: " BRAND ", Action: "role.grant"}, 9}, {Filter{Query: "%", Action: "role."}, 0}, {Filter{Name: "王敏"}, 9},
		{Filter{Name: "王敏", Outcome: Refused}, 0}, {Filter{ObjectKind: "account"}, 9}, {Filter{Hall: 4}, 0}, {Filter{Office: 4, Actor: 3, Action: "role."}, 9},
	} {
		p, err := s.Search(t.Context(), auditor, c.filter, Cursor{}, 100)
		if err != nil || len(p.Entries) != c.want {
			t.Errorf("%+v: %d entries, want %d, %v", c.filter, len(p.Entries), c.want, err)
		}
	}
	other := auditor
	other.Grants = nil
	_, err := s.Search(t.Context(), other, Filter{}, Cursor{}, 3)
	wantKind(t, err, fault.Forbidden)
}
