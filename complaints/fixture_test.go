package complaints

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
	"minping/internal/pgtest"
	"minping/internal/vault"
)

// town is two offices with a window each in one hall, a third office, and people.
type town struct {
	db      *sqlx.DB
	s       *Service
	mu      sync.Mutex
	clock   time.Time
	tax     int64 // offices
	health  int64
	police  int64
	window  int64 // of the tax office
	hall    int64
	ruled   []Ruled
	contact int

	desk, handler, second, chief, other, callerA, callerB, reviewer, committee, discipline, manager actor.Actor
}

// permissions of the roles, as accounts hands them out; its own test holds them to the table there.
var (
	handles = []actor.Permission{PermFile, PermRead, PermTriage, PermDispatch, PermHandle, PermReply, PermExtend, PermMerge}
	leads   = append(append([]actor.Permission{}, handles...), PermAppeal, PermSupervise)
)

func newTown(t testing.TB) *town {
	t.Helper()
	o := &town{db: pgtest.New(t), clock: china(t, "2026-11-02 10:00")}
	id := func(kind, code string, office, hall any) int64 {
		var n int64
		if err := o.db.Get(&n, `INSERT INTO units (kind, code, name, office_id, hall_id) VALUES ($1, $2, $2, $3, $4) RETURNING id`, kind, code, office, hall); err != nil {
			t.Fatal(err)
		}
		return n
	}
	o.hall = id("hall", "H", nil, nil)
	o.tax, o.health, o.police = id("office", "tax", nil, nil), id("office", "health", nil, nil), id("office", "police", nil, nil)
	o.window = id("window", "W", o.tax, o.hall)
	person := func(name string, at actor.Grant, permissions ...actor.Permission) actor.Actor {
		a := actor.Actor{Name: name}
		if err := o.db.Get(&a.Account, `INSERT INTO accounts (username, display_name, password_hash) VALUES ($1, $1, 'x') RETURNING id`, name); err != nil {
			t.Fatal(err)
		}
		at.Permissions = map[actor.Permission]bool{}
		for _, p := range permissions {
			at.Permissions[p] = true
		}
		a.Grants = []actor.Grant{at}
		return a
	}
	city, tax, health := actor.Grant{}, actor.Grant{Office: o.tax}, actor.Grant{Office: o.health}
	o.desk = person("desk", city, handles...)
	o.handler, o.second, o.chief = person("handler", tax, handles...), person("second", tax, handles...), person("chief", tax, leads...)
	o.other = person("other", health, handles...)
	o.callerA, o.callerB = person("caller.a", city, PermFile, PermRead, PermCallback), person("caller.b", city, PermFile, PermRead, PermCallback)
	o.reviewer = person("reviewer", city, PermRead, PermReview)
	o.committee = person("committee", city, PermRead, PermDispatch, PermSupervise, PermTerminate)
	o.discipline = person("discipline", city, PermDiscipline)
	o.manager = person("manager", actor.Grant{Hall: o.hall}, PermFile, PermRead)
	o.s = o.service(t, nil)
	return o
}

func (o *town) service(t testing.TB, clock func() *workday.Clock) *Service {
	s, err := New(Config{DB: o.db, Now: o.now, Clock: clock, PINKey: []byte("0123456789abcdef"),
		PutContact: func(context.Context, pg.Querier, string, vault.Contact) (uuid.UUID, error) {
			o.contact++
			return uuid.New(), nil
		},
		Exclude: func(_ context.Context, r Ruled) error { o.ruled = append(o.ruled, r); return nil }})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (o *town) now() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.clock
}

func (o *town) at(t testing.TB, s string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.clock = china(t, s)
}

func (o *town) count(t testing.TB, query string, args ...any) int {
	t.Helper()
	var n int
	if err := o.db.Get(&n, query, args...); err != nil {
		t.Fatal(err)
	}
	return n
}

func filing(unit int64) Filing {
	return Filing{Submission: uuid.New(), Channel: ByWeb, Kind: Complaint, Unit: unit, Body: "窗口上班时间没有人，等了一上午"}
}

// file files and gives the ticket.
func (o *town) file(t testing.TB, in Filing) (ID, Ticket) {
	t.Helper()
	got, err := o.s.File(t.Context(), actor.Actor{}, in)
	if err != nil {
		t.Fatal(err)
	}
	return got.ID, Ticket{Receipt: got.Receipt, PIN: got.PIN}
}

// taken is a case that the tax office's handler has in hand.
func (o *town) taken(t testing.TB) (ID, Ticket) {
	t.Helper()
	id, ticket := o.file(t, filing(o.window))
	ok(t)(o.s.Dispatch(t.Context(), o.desk, id, Dispatching{Office: o.tax}))
	ok(t)(o.s.Acknowledge(t.Context(), o.handler, id, 0))
	ok(t)(o.s.Start(t.Context(), o.handler, id, 0))
	return id, ticket
}

func (o *town) replied(t testing.TB) (ID, Ticket) {
	t.Helper()
	id, ticket := o.taken(t)
	ok(t)(o.s.Reply(t.Context(), o.handler, id, Replying{Body: "已经改正，谢谢您的意见。"}))
	return id, ticket
}

func ok(t testing.TB) func(Case, error) Case {
	return func(c Case, err error) Case {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
}

func wants(t testing.TB, err error, kind fault.Kind, key string) {
	t.Helper()
	f, is := fault.As(err)
	if !is || f.Kind != kind || key != "" && f.Key != key && (len(f.Fields) == 0 || f.Fields[0].Key != key) {
		t.Errorf("got %v, want %v %s", err, kind, key)
	}
}

// sound is what must hold at the end of every test: rows are what events say, the chain is whole.
func (o *town) sound(t testing.TB) {
	t.Helper()
	report, err := o.s.Verify(t.Context())
	if err != nil || len(report.Differences) > 0 {
		t.Errorf("verify: %v, %v", report.Differences, err)
	}
	if n := o.count(t, `SELECT count(*)::int FROM cases c WHERE NOT EXISTS (SELECT 1 FROM audit_entries a WHERE a.object_kind = 'case' AND a.object_id = c.id::text) AND c.channel <> 'import' AND c.split_from IS NULL`); n > 0 {
		t.Errorf("%d cases of which the audit chain knows nothing", n)
	}
	var wrong []string
	if err := o.db.Select(&wrong, `SELECT case_id || ':' || account_id FROM case_parts GROUP BY case_id, account_id HAVING count(*) > 1`); err != nil || len(wrong) > 0 {
		t.Errorf("two parts in one case: %v %v", wrong, err)
	}
}

var _ = fmt.Sprint
