package audit

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
	"minping/internal/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

var (
	root    = actor.System("test")
	auditor = actor.Actor{Account: 7, Name: "审计员", Grants: []actor.Grant{{Permissions: map[actor.Permission]bool{mayRead: true, mayArchive: true}}}}
	start   = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
)

func open(t *testing.T) (*Service, *sqlx.DB) {
	t.Helper()
	db := pgtest.New(t)
	s, err := New(Config{DB: db, Key: bytes.Repeat([]byte("k"), 32), Now: func() time.Time { return start.AddDate(0, 8, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	return s, db
}

func benchDB(b *testing.B) *sqlx.DB {
	b.Helper()
	return pgtest.New(b)
}

func record(t *testing.T, db *sqlx.DB, e Entry) {
	t.Helper()
	if err := pg.InTx(t.Context(), db, func(tx *sqlx.Tx) error { return Record(t.Context(), tx, e) }); err != nil {
		t.Fatal(err)
	}
}

func grantAt(at time.Time) Entry {
	return Entry{At: at, By: actor.Actor{Account: 3, Name: "王敏"}, Source: "net:0011223344556677", Action: RoleGrant,
		Object: Object{"account", "12"}, Place: actor.Place{Office: 4}, Detail: Detail{"role": "brand", "unit": int64(4)}}
}

// threeDays fills a chain of 4 + 3 + 2 entries.
func threeDays(t *testing.T, db *sqlx.DB) {
	t.Helper()
	for day, n := range []int{4, 3, 2} {
		for i := range n {
			record(t, db, grantAt(start.AddDate(0, 0, day*2).Add(time.Duration(i)*time.Minute)))
		}
	}
}

func whole(t *testing.T, s *Service, kept ...Head) Report {
	t.Helper()
	r, err := s.Verify(t.Context(), kept...)
	if err != nil {
		t.Fatal(err)
	}
	if r.FirstBroken != nil {
		t.Fatal(r.FirstBroken)
	}
	return r
}

func wantBroken(t *testing.T, s *Service, want string, kept ...Head) {
	t.Helper()
	r, err := s.Verify(t.Context(), kept...)
	if err != nil {
		t.Fatal(err)
	}
	if r.FirstBroken == nil || r.FirstBroken.Error() != "audit chain broken at "+want {
		t.Errorf("found %v, want %s", r.FirstBroken, want)
	}
}

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if f, ok := fault.As(err); !ok || f.Kind != kind {
		t.Errorf("got %v, want a fault of kind %d", err, kind)
	}
}

func count(t *testing.T, db *sqlx.DB) int {
	t.Helper()
	var n int
	if err := db.Get(&n, `SELECT count(*) FROM audit_entries`); err != nil {
		t.Fatal(err)
	}
	return n
}
