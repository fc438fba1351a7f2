package settings

import (
	"os"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// table has one setting of each kind that matters.
func table() []Definition {
	return []Definition{
		{Key: "test.rank", Group: "test", Type: Int, Unit: UnitWorkday, Default: "5", Min: 0, Max: 60, Rank: true, Propose: PermPropose},
		{Key: "test.lock", Group: "test", Type: Duration, Unit: UnitMinute, Default: "900s", Min: 5, Max: 1440, Propose: PermSecure},
		{Key: "test.weight", Group: "test", Type: Decimal, Unit: Plain, Default: "0.5", Min: 0, Max: 1, Propose: PermOperate},
		{Key: "test.on", Group: "test", Type: Bool, Default: "true", Propose: PermOperate},
		{Key: "test.how", Group: "test", Type: Choice, Choices: []string{"a", "b"}, Default: "a", Propose: PermOperate},
		{Key: "test.limit", Group: "test", Type: Span, Default: "5wd", Min: 1, Max: 60, Propose: PermOperate,
			Dims: []Dim{{Name: "office", Number: true}, {Name: "kind", Values: []string{"complaint", "report"}}, {Name: "urgency", Values: []string{"normal", "urgent"}}}},
	}
}

// clock is ahead of the machine's, which the database compares with, and moves by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func open(t *testing.T) (*Service, *sqlx.DB, *clock) {
	t.Helper()
	db, c := pgtest.New(t), &clock{now: time.Now().Add(time.Hour).Truncate(time.Microsecond)}
	return openOn(t, db, c, table()), db, c
}

func openOn(t *testing.T, db *sqlx.DB, c *clock, definitions []Definition) *Service {
	t.Helper()
	set, err := NewSet(definitions)
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(t.Context(), Config{DB: db, Set: set, Now: c.Now, Program: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// person may do everything with settings; who they are is what differs.
func person(account int64, permissions ...actor.Permission) actor.Actor {
	set := map[actor.Permission]bool{PermRead: true}
	for _, p := range permissions {
		set[p] = true
	}
	return actor.Actor{Account: account, Name: []string{"无名", "张伟", "李娜", "王敏"}[account%4], Grants: []actor.Grant{{Permissions: set}}}
}

func all(account int64) actor.Actor {
	return person(account, PermPropose, PermApprove, PermOperate, PermSecure)
}

func wantKind(t *testing.T, err error, kind fault.Kind, key string) {
	t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Kind != kind {
		t.Fatalf("got %v, want a fault of kind %d", err, kind)
	}
	got := f.Key
	if len(f.Fields) > 0 {
		got = f.Fields[0].Name + " " + f.Fields[0].Key
	}
	if got != key {
		t.Fatalf("got %s, want %s", got, key)
	}
}

func must(t *testing.T, s *Service, by actor.Actor, c Change) Plan {
	t.Helper()
	if c.Reason == "" {
		c.Reason = "试运行后调整"
	}
	p, err := s.Change(t.Context(), by, c)
	if err != nil {
		t.Fatalf("%+v: %v", c, err)
	}
	return p
}
