package accounts

import (
	"slices"
	"sync"
	"testing"
	"time"

	"minping/internal/actor"
	"minping/internal/fault"
)

func TestScopeOfActors(t *testing.T) {
	t.Parallel()
	s, db, _ := open(t)
	tax := unit(t, db, "office", "tax", nil)
	police := unit(t, db, "office", "police", nil)
	hall := unit(t, db, "hall", "hall-1", nil)
	a := create(t, s, "wangmin", RoleAt{OfficeLeader, tax}, RoleAt{HallManager, hall})
	by, err := s.ActorOf(t.Context(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if by.Account != a.ID || by.Name != "王敏" {
		t.Errorf("actor %+v", by)
	}
	for _, tt := range []struct {
		p    actor.Permission
		at   actor.Place
		want bool
	}{
		{"index:internal", actor.Place{Office: tax}, true},
		{"index:internal", actor.Place{Office: police}, false},
		{"index:internal", actor.Place{}, false},
		{"publication:write", actor.Place{Hall: hall, Office: police}, true},
		{"index:internal", actor.Place{Hall: hall, Office: police}, false},
		{"directory:write", actor.Place{Office: tax}, false},
	} {
		if got := by.Can(tt.p, tt.at); got != tt.want {
			t.Errorf("%s at %+v: %v", tt.p, tt.at, got)
		}
	}
}

func TestRolesEndWithTheirDay(t *testing.T) {
	t.Parallel()
	s, _, now := open(t)
	a := create(t, s, "wangmin", RoleAt{Role: Brand})
	can := func() bool {
		by, err := s.ActorOf(t.Context(), a.ID)
		if err != nil {
			t.Fatal(err)
		}
		return by.Citywide("ticket:write")
	}
	if !can() {
		t.Fatal("the role is not held")
	}
	if err := s.Withdraw(t.Context(), root, a.ID, RoleAt{Role: Brand}); err != nil {
		t.Fatal(err)
	}
	if can() {
		t.Error("a withdrawn role is still held")
	}
	wantKind(t, s.Withdraw(t.Context(), root, a.ID, RoleAt{Role: Brand}), fault.NotFound, "accounts.role.not_held")
	now.pass(24 * time.Hour)
	for range 2 { // twice is the same as once
		if err := s.Grant(t.Context(), root, a.ID, RoleAt{Role: Brand}); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := s.Get(t.Context(), root, a.ID); err != nil || !can() || len(got.Roles) != 1 {
		t.Errorf("granted again: %+v, %v", got.Roles, err)
	}
	now.pass(-24 * time.Hour)
	if can() {
		t.Error("a role is held before its first day")
	}
}

func TestThreeAdministratorsAreThreePeople(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	for _, first := range separated {
		a := create(t, s, "a-"+string(first), RoleAt{Role: first})
		for _, second := range separated {
			err := s.Grant(t.Context(), root, a.ID, RoleAt{Role: second})
			if second == first {
				if err != nil {
					t.Errorf("%s again: %v", first, err)
				}
				continue
			}
			wantKind(t, err, fault.Conflict, "accounts.role.separated")
		}
	}
	_, err := s.Create(t.Context(), root, NewAccount{Username: "both", DisplayName: "甲", Password: goodPassword,
		Roles: []RoleAt{{Role: SystemAdmin}, {Role: AuditAdmin}}})
	wantKind(t, err, fault.Conflict, "accounts.role.separated")
	if _, err := s.SignIn(t.Context(), "both", goodPassword, From{}); err == nil {
		t.Error("a refused account was made all the same")
	}
}

func TestSeparationHoldsAgainstRacingGrants(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	a := create(t, s, "racer")
	var wg sync.WaitGroup
	for i := range 9 {
		wg.Go(func() { _ = s.Grant(t.Context(), root, a.ID, RoleAt{Role: separated[i%3]}) })
	}
	wg.Wait()
	got, err := s.Get(t.Context(), root, a.ID)
	if err != nil || len(got.Roles) != 1 {
		t.Errorf("holds %+v, %v", got.Roles, err)
	}
}

func TestGrantRefuses(t *testing.T) {
	t.Parallel()
	s, db, _ := open(t)
	tax := unit(t, db, "office", "tax", nil)
	division := unit(t, db, "division", "tax-1", tax)
	a := create(t, s, "wangmin")
	sec := create(t, s, "secadmin", RoleAt{Role: SecurityAdmin})
	by, err := s.ActorOf(t.Context(), sec.ID)
	if err != nil {
		t.Fatal(err)
	}
	wantKind(t, s.Grant(t.Context(), by, a.ID, RoleAt{Brand, division}), fault.Invalid, "accounts.role.unit")
	wantKind(t, s.Grant(t.Context(), by, a.ID, RoleAt{Committee, tax}), fault.Invalid, "accounts.role.unit")
	wantKind(t, s.Grant(t.Context(), by, a.ID, RoleAt{Handler, 987654}), fault.Invalid, "accounts.role.unit")
	wantKind(t, s.Grant(t.Context(), by, a.ID, RoleAt{"king", 0}), fault.Invalid, "fault.field.choice")
	wantKind(t, s.Grant(t.Context(), by, 987654, RoleAt{Handler, tax}), fault.NotFound, "accounts.unknown")
	wantKind(t, s.Grant(t.Context(), by, sec.ID, RoleAt{Handler, tax}), fault.Forbidden, "accounts.role.self")
	wantKind(t, s.Grant(t.Context(), actor.Actor{}, a.ID, RoleAt{Handler, tax}), fault.Forbidden, "fault.forbidden")
	if err := s.Grant(t.Context(), by, a.ID, RoleAt{Handler, tax}); err != nil {
		t.Error(err)
	}
}

func TestDisabledAccountIsNobody(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	a := create(t, s, "wangmin", RoleAt{Role: Brand})
	if err := s.Disable(t.Context(), root, a.ID); err != nil {
		t.Fatal(err)
	}
	_, err := s.ActorOf(t.Context(), a.ID)
	wantKind(t, err, fault.Unauthorized, "accounts.signin.wrong")
	_, err = s.SignIn(t.Context(), "wangmin", goodPassword, From{})
	wantKind(t, err, fault.Unauthorized, "accounts.signin.wrong")
	if err := s.Enable(t.Context(), root, a.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SignIn(t.Context(), "wangmin", goodPassword, From{}); err != nil {
		t.Error(err)
	}
	_, err = s.ActorOf(t.Context(), 987654)
	wantKind(t, err, fault.NotFound, "accounts.unknown")
}

func TestCreateRefuses(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	create(t, s, "wangmin")
	for name, tt := range map[string]struct {
		n    NewAccount
		kind fault.Kind
		key  string
	}{
		"a taken name": {NewAccount{Username: "WangMin", DisplayName: "乙", Password: goodPassword}, fault.Conflict, "accounts.username.taken"},
		"a bad name":   {NewAccount{Username: "王敏", DisplayName: "乙", Password: goodPassword}, fault.Invalid, "accounts.username.shape"},
		"no name":      {NewAccount{Username: "liwei", DisplayName: " ", Password: goodPassword}, fault.Invalid, "accounts.display_name.length"},
		"a password":   {NewAccount{Username: "liwei", DisplayName: "乙", Password: "x"}, fault.Invalid, "accounts.password.short"},
	} {
		_, err := s.Create(t.Context(), root, tt.n)
		t.Run(name, func(t *testing.T) { wantKind(t, err, tt.kind, tt.key) })
	}
}

// No role is all-powerful, and what the three administrators may do differs.
func TestTableOfRoles(t *testing.T) {
	t.Parallel()
	for _, r := range Roles() {
		p := r.Permissions()
		if slices.Contains(p, "account:write") && (slices.Contains(p, "audit:read") || slices.Contains(p, "directory:write")) {
			t.Errorf("%s administers accounts and more", r)
		}
		if slices.Contains(p, "index:committee") && r != Committee {
			t.Errorf("%s sees committee-only figures", r)
		}
		if !slices.Contains(p, "directory:read") || !r.Over("city") {
			t.Errorf("%s cannot see the directory or be held citywide", r)
		}
	}
}

// A brand team of one office writes no survey of the city's and hands out no tickets
// for its own windows; the city's brand team does.
func TestSomePermissionsAreCitywideOnly(t *testing.T) {
	t.Parallel()
	s, db, _ := open(t)
	office := unit(t, db, "office", "tax", nil)
	of := func(username string, at RoleAt) actor.Actor {
		t.Helper()
		by, err := s.ActorOf(t.Context(), create(t, s, username, at).ID)
		if err != nil {
			t.Fatal(err)
		}
		return by
	}
	city, part := of("pinpai", RoleAt{Role: Brand}), of("pinpai-tax", RoleAt{Role: Brand, Unit: office})
	leader := of("lingdao", RoleAt{Role: OfficeLeader, Unit: office})
	for _, p := range []actor.Permission{"survey:write", "ticket:write"} {
		if !city.Citywide(p) || part.Anywhere(p) || leader.Anywhere(p) {
			t.Errorf("%s: city %v, office %v, leader %v", p, city.Citywide(p), part.Anywhere(p), leader.Anywhere(p))
		}
	}
	if at := (actor.Place{Office: office}); !part.Can("publication:write", at) || !part.Can("survey:read", at) {
		t.Error("the rest of the role is gone")
	}
	if reach := Brand.Explain("office"); slices.Contains(reach.Does, "ticket:write") || slices.Contains(reach.DoesCitywide, "survey:write") {
		t.Errorf("the words promise what the role does not hold: %+v", reach)
	}
}
