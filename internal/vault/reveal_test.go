package vault_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
	"minping/internal/pgtest"
	"minping/internal/vault"
)

func person(account int64, name string, office int64, permissions ...actor.Permission) actor.Actor {
	set := map[actor.Permission]bool{}
	for _, p := range permissions {
		set[p] = true
	}
	return actor.Actor{Account: account, Name: name, Grants: []actor.Grant{{Permissions: set, Office: office}}}
}

func openings(t *testing.T, v *vault.Vault, f vault.Filter) []vault.Opening {
	t.Helper()
	list, err := v.Openings(t.Context(), person(9, "审计", 0, "audit:read"), f)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestRevealRefuses(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	v := open(t, db, oldLine)
	id := put(t, db, v, zhang())
	handler := person(7, "王办", 3, vault.OpenPermission)
	good := "电话回访核实"
	for _, c := range []struct {
		name string
		by   actor.Actor
		r    vault.Request
		want fault.Kind
	}{
		{"citizen", actor.Actor{}, vault.Request{Record: id, Reason: good}, fault.Forbidden},
		{"no permission", person(8, "李", 0, "case:read"), vault.Request{Record: id, Reason: good}, fault.Forbidden},
		{"another office", handler, vault.Request{Record: id, At: actor.Place{Office: 4}, Reason: good}, fault.Forbidden},
		{"no reason", handler, vault.Request{Record: id, At: actor.Place{Office: 3}}, fault.Invalid},
		{"four characters", handler, vault.Request{Record: id, At: actor.Place{Office: 3}, Reason: "电话回访"}, fault.Invalid},
		{"marks and spaces", handler, vault.Request{Record: id, At: actor.Place{Office: 3}, Reason: "。。 。。 ！！回访"}, fault.Invalid},
		{"letters of several runes", handler, vault.Request{Record: id, At: actor.Place{Office: 3}, Reason: "e\u0301e\u0301e\u0301"}, fault.Invalid},
		{"unreadable", handler, vault.Request{Record: id, At: actor.Place{Office: 3}, Reason: good + "\x00"}, fault.Invalid},
		{"unknown", handler, vault.Request{Record: vault.ID{1}, At: actor.Place{Office: 3}, Reason: good}, fault.NotFound},
	} {
		got, err := v.Reveal(t.Context(), c.by, c.r)
		if err == nil || fault.KindOf(err) != c.want || !got.Empty() {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if list := openings(t, v, vault.Filter{}); len(list) > 0 {
		t.Errorf("refusals were written down as openings: %+v", list)
	}
}

func TestRevealIsWrittenDownAndCounted(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	at := noon
	var told []vault.Opening
	v, err := vault.Open(t.Context(), vault.Config{DB: db, Keys: ring(t, oldLine), Now: func() time.Time { return at },
		OnOpen: func(_ context.Context, _ *sqlx.Tx, o vault.Opening) error { told = append(told, o); return nil }})
	if err != nil {
		t.Fatal(err)
	}
	first, second := put(t, db, v, zhang()), put(t, db, v, zhang())
	wang, li := person(7, "王办", 3, vault.OpenPermission), person(8, "李办", 0, vault.OpenPermission)
	for _, o := range []struct {
		by actor.Actor
		id vault.ID
	}{{wang, first}, {wang, first}, {wang, second}, {li, second}} {
		c, err := v.Reveal(t.Context(), o.by, vault.Request{Record: o.id, At: actor.Place{Office: 3}, Reason: "  电话回访核实 "})
		if err != nil || c.Phone.Reveal() != "138 0000 1234" {
			t.Fatal(err)
		}
		at = at.Add(time.Hour)
	}
	list := openings(t, v, vault.Filter{})
	if len(list) != 4 || len(told) != 4 || list[0].Name != "李办" || list[0].Reason != "电话回访核实" || list[3].Office != 3 || list[3].ID != told[0].ID {
		t.Errorf("written down: %+v\ntold: %+v", list, told)
	}
	account := int64(7)
	for n, f := range map[int]vault.Filter{2: {Record: &second}, 3: {Account: &account}, 1: {From: noon.Add(time.Hour), To: noon.Add(2 * time.Hour)}} {
		if got := openings(t, v, f); len(got) != n {
			t.Errorf("%+v: %d openings, want %d", f, len(got), n)
		}
	}
	if page := openings(t, v, vault.Filter{Before: list[1].ID, Limit: 1}); len(page) != 1 || page[0].ID != list[2].ID {
		t.Errorf("second page: %+v", page)
	}
	counts, err := v.OpeningsPerPerson(t.Context(), person(9, "审计", 0, "audit:read"), vault.Filter{})
	if err != nil || len(counts) != 2 || counts[0].Account != 7 || counts[0].Openings != 3 || counts[0].Records != 2 || counts[1].Openings != 1 {
		t.Errorf("per person: %+v, %v", counts, err)
	}
	for _, by := range []actor.Actor{wang, person(9, "审计", 3, "audit:read")} {
		_, listed := v.Openings(t.Context(), by, vault.Filter{})
		_, counted := v.OpeningsPerPerson(t.Context(), by, vault.Filter{})
		if fault.KindOf(listed) != fault.Forbidden || fault.KindOf(counted) != fault.Forbidden {
			t.Errorf("%s may audit: %v, %v", by.Name, listed, counted)
		}
	}
	if _, err := db.Exec(`DELETE FROM vault_openings`); err == nil {
		t.Error("openings can be deleted")
	}
}

// TestHookRefuses: what the audit chain does not take is not opened.
func TestHookRefuses(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	full := errors.New("chain is broken")
	v, err := vault.Open(t.Context(), vault.Config{DB: db, Keys: ring(t, oldLine),
		OnOpen: func(context.Context, *sqlx.Tx, vault.Opening) error { return full }})
	if err != nil {
		t.Fatal(err)
	}
	c, err := reveal(t.Context(), v, put(t, db, v, zhang()))
	if !errors.Is(err, full) || !c.Empty() || len(openings(t, v, vault.Filter{})) > 0 {
		t.Errorf("%v", err)
	}
}

func TestReasonsTellNobodysNumber(t *testing.T) {
	t.Parallel()
	for reason, fine := range map[string]bool{
		"核实差评情况并回访": true, "办件2026-0381回访核实": true,
		"回访13800001234": false, "回访138 0000 1234": false, "回访１３８００００１２３４": false, "打0536-8789123联系": false,
		"写信到 li@example.com": false, "身份证370700199001011212": false,
	} {
		if _, err := vault.CheckReason(reason); (err == nil) != fine {
			t.Errorf("%s: %v", reason, err)
		}
	}
}

// TestEraseWaitsForAnOpening: whoever is shown a contact has the opening written
// down before an erasure that comes meanwhile; after it nobody is shown anything.
func TestEraseWaitsForAnOpening(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	inside, goOn := make(chan struct{}), make(chan struct{})
	v, err := vault.Open(t.Context(), vault.Config{DB: db, Keys: ring(t, oldLine), OnOpen: func(context.Context, *sqlx.Tx, vault.Opening) error {
		close(inside)
		<-goOn
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	id := put(t, db, v, zhang())
	opened, erased := make(chan error, 1), make(chan error, 1)
	go func() { _, err := reveal(t.Context(), v, id); opened <- err }()
	<-inside
	go func() {
		erased <- pg.InTx(t.Context(), db, func(tx *sqlx.Tx) error { return v.Erase(t.Context(), tx, id) })
	}()
	waiting := func() (n int) {
		if err := db.Get(&n, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for waiting() == 0 {
		select {
		case err := <-erased:
			t.Fatalf("erased under the reader's eyes: %v", err)
		default:
		}
	}
	close(goOn)
	if err := <-opened; err != nil {
		t.Error(err)
	}
	if err := <-erased; err != nil {
		t.Error(err)
	}
	if _, err := reveal(t.Context(), v, id); fault.KindOf(err) != fault.Gone {
		t.Errorf("after the erasure: %v", err)
	}
}

func TestOpeningsPerMonth(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	v := open(t, db, oldLine)
	id := put(t, db, v, zhang())
	caller := person(7, "回访员", 0, vault.OpenPermission)
	for range 2 {
		if _, err := v.Reveal(t.Context(), caller, vault.Request{Record: id, Reason: "核对联系方式", Purpose: "callback"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := reveal(t.Context(), v, id); err != nil { // the program's own
		t.Fatal(err)
	}
	counter := actor.Actor{Account: 9, Grants: []actor.Grant{{Permissions: map[actor.Permission]bool{vault.CountPermission: true}}}}
	got, err := v.OpeningsPerMonth(t.Context(), counter, vault.Filter{People: true})
	if err != nil || len(got) != 1 || got[0].Month != "2026-03" || got[0].Openings != 2 || got[0].Records != 1 || got[0].Account != caller.Account {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := v.Openings(t.Context(), counter, vault.Filter{}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("who may count reads reasons: %v", err)
	}
	if _, err := v.OpeningsPerMonth(t.Context(), actor.Actor{Account: 8}, vault.Filter{}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("anybody counts: %v", err)
	}
}
