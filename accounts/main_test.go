package accounts

import (
	"context"
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

// clock is an injected time that tests move.
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

// The defaults of the settings, as most tests meet them.
const (
	lockAfter = 5
	lockFor   = 15 * time.Minute
	idleFor   = 15 * time.Minute
)

const goodPassword = "Qingdao-2026-ok"

var root = actor.System("test")

func open(t *testing.T) (*Service, *sqlx.DB, *clock) {
	t.Helper()
	db := pgtest.New(t)
	c := &clock{now: time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)}
	s, err := New(Config{DB: db, Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	return s, db, c
}

func create(t *testing.T, s *Service, username string, roles ...RoleAt) Account {
	t.Helper()
	a, err := s.Create(t.Context(), root, NewAccount{Username: username, DisplayName: "王敏", Password: goodPassword, Roles: roles})
	if err != nil {
		t.Fatalf("create %s: %v", username, err)
	}
	return a
}

// unit adds an office, a division or a hall and gives its id.
func unit(t *testing.T, db *sqlx.DB, kind, code string, office any) int64 {
	t.Helper()
	var id int64
	const q = `INSERT INTO units (kind, code, name, office_id) VALUES ($1, $2, $2, $3) RETURNING id`
	if err := db.GetContext(context.Background(), &id, q, kind, code, office); err != nil {
		t.Fatal(err)
	}
	return id
}

func wantKind(t *testing.T, err error, kind fault.Kind, key string) {
	t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Kind != kind {
		t.Fatalf("got %v, want a fault of kind %d", err, kind)
	}
	if len(f.Fields) > 0 && f.Key == "fault.invalid" {
		if f.Fields[0].Key != key {
			t.Fatalf("complaint %s, want %s", f.Fields[0].Key, key)
		}
		return
	}
	if f.Key != key {
		t.Fatalf("key %s, want %s", f.Key, key)
	}
}
