package publish

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/complaints"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pgtest"
)

// town is two offices, the people of one, and somebody of the other.
type town struct {
	db          *sqlx.DB
	desk        *complaints.Service
	s           *Service
	clock       time.Time
	tax, health int64

	dispatcher, handler, second, chief, leader, other, committee, discipline, privacy actor.Actor
}

const question = "我叫王小明，电话13812345678，办理落户时窗口的刘芳女士让我跑了三趟，请问户口迁移需要哪些材料？"

func newTown(t testing.TB) *town {
	t.Helper()
	o := &town{db: pgtest.New(t), clock: time.Date(2026, 11, 2, 2, 0, 0, 0, time.UTC)}
	now := func() time.Time { return o.clock }
	var err error
	if o.desk, err = complaints.New(complaints.Config{DB: o.db, Now: now, PINKey: []byte("0123456789abcdef")}); err != nil {
		t.Fatal(err)
	}
	o.s = New(Config{DB: o.db, Now: now, Desk: o.desk})
	for _, u := range []struct {
		code string
		id   *int64
	}{{"tax", &o.tax}, {"health", &o.health}} {
		if err := o.db.Get(u.id, `INSERT INTO units (kind, code, name) VALUES ('office', $1, $1) RETURNING id`, u.code); err != nil {
			t.Fatal(err)
		}
	}
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
	handles := []actor.Permission{complaints.PermRead, complaints.PermTriage, complaints.PermDispatch, complaints.PermHandle, complaints.PermReply}
	leads := append(append([]actor.Permission{}, handles...), PermPublish)
	tax, health := actor.Grant{Office: o.tax}, actor.Grant{Office: o.health}
	o.dispatcher = person("desk", actor.Grant{}, handles...)
	o.handler, o.second = person("handler", tax, handles...), person("second", tax, handles...)
	o.chief, o.leader = person("chief", tax, leads...), person("leader", tax, leads...)
	o.other = person("other", health, leads...)
	o.committee = person("committee", actor.Grant{}, complaints.PermRead, PermPublish)
	o.discipline = person("discipline", actor.Grant{}, complaints.PermDiscipline)
	o.privacy = person("privacy", actor.Grant{}, permPrivacy)
	return o
}

// closed is a consultation that the tax office's handler answered, and its ticket.
func (o *town) closed(t testing.TB) (complaints.ID, complaints.Ticket) {
	t.Helper()
	filed, err := o.desk.File(t.Context(), actor.Actor{}, complaints.Filing{Submission: uuid.New(), Channel: complaints.ByWeb, Kind: complaints.Consultation, Body: question})
	ok(t, err)
	id := filed.ID
	_, err = o.desk.Dispatch(t.Context(), o.dispatcher, id, complaints.Dispatching{Office: o.tax})
	ok(t, err)
	_, err = o.desk.Acknowledge(t.Context(), o.handler, id, 0)
	ok(t, err)
	_, err = o.desk.Reply(t.Context(), o.handler, id, complaints.Replying{Body: "王小明您好：请带身份证和户口簿，咨询电话85912345，联系人陈红。"})
	ok(t, err)
	ticket := complaints.Ticket{Receipt: filed.Receipt, PIN: filed.PIN}
	_, err = o.desk.Rate(t.Context(), ticket, complaints.Outcome{Solved: true, Satisfied: 5})
	ok(t, err)
	return id, ticket
}

// submitted is a closed case of which everything is decided.
func (o *town) submitted(t testing.TB) (complaints.ID, complaints.Ticket, int) {
	t.Helper()
	id, ticket := o.closed(t)
	ok(t, o.s.SaveDraft(t.Context(), o.second, Drafting{Case: id, All: Hide, Submit: true}))
	return id, ticket, 1
}

func (o *town) published(t testing.TB) (complaints.ID, complaints.Ticket, int64) {
	t.Helper()
	id, ticket, seq := o.submitted(t)
	number, err := o.s.Publish(t.Context(), o.chief, id, seq)
	ok(t, err)
	return id, ticket, number
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wants(t testing.TB, err error, kind fault.Kind, key string) {
	t.Helper()
	f, is := fault.As(err)
	if !is || f.Kind != kind || key != "" && f.Key != key && (len(f.Fields) == 0 || f.Fields[0].Key != key) {
		t.Errorf("got %v, want %v %s", err, kind, key)
	}
}

func (o *town) audited(t testing.TB, action string) int {
	t.Helper()
	var n int
	if err := o.db.Get(&n, `SELECT count(*)::int FROM audit_entries WHERE action = $1`, action); err != nil {
		t.Fatal(err)
	}
	return n
}
