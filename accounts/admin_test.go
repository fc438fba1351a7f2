package accounts

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

func day(t *testing.T, text string) workday.Day {
	t.Helper()
	d, err := workday.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// administrator is somebody holding a role, as services know them.
func administrator(t *testing.T, s *Service, username string, role Role) actor.Actor {
	t.Helper()
	by, err := s.ActorOf(t.Context(), create(t, s, username, RoleAt{Role: role}).ID)
	if err != nil {
		t.Fatal(err)
	}
	return by
}

func invite(t *testing.T, s *Service, username string, terms ...Term) Invitation {
	t.Helper()
	inv, err := s.Invite(t.Context(), root, NewInvited{Username: username, DisplayName: "王芳", Terms: terms})
	if err != nil {
		t.Fatalf("invite %s: %v", username, err)
	}
	return inv
}

// The database itself keeps administrators' roles apart, whoever writes.
func TestSeparationInTheDatabase(t *testing.T) {
	t.Parallel()
	s, db, _ := open(t)
	city, err := unitOf(t.Context(), db, 0, "2026-03-02")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		one, other         Role
		from, to           string
		constraint, second string
	}{
		"two administrators":            {SystemAdmin, SecurityAdmin, "2026-03-31", "", "account_roles_separation_excl", ""},
		"an administrator and business": {AuditAdmin, Brand, "2026-02-01", "2026-03-01", "account_roles_separation_excl", ""},
		"business and an administrator": {Handler, SystemAdmin, "2026-03-31", "2026-03-31", "account_roles_separation_excl", ""},
		"one after the other":           {SystemAdmin, SecurityAdmin, "2026-04-01", "", "", ""},
		"withdrawn before it began":     {SystemAdmin, SecurityAdmin, "2026-03-15", "2026-03-14", "", ""},
		"the same role twice":           {Brand, Brand, "2026-03-20", "", "account_roles_overlap_excl", ""},
		"two of business":               {Brand, Quality, "2026-03-01", "", "", ""},
		"an unknown role":               {Brand, "king", "2027-01-01", "", "account_roles_role_check", ""},
		"an end long before":            {Brand, Quality, "2027-01-01", "2026-01-01", "account_roles_period_check", ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := create(t, s, "u-"+strings.ReplaceAll(name, " ", "-")[:min(len(name), 30)])
			const q = `INSERT INTO account_roles (account_id, role, unit_id, from_on, to_on) VALUES ($1, $2, $3, $4::date, nullif($5, '')::date)`
			if _, err := db.ExecContext(t.Context(), q, a.ID, c.one, city.ID, "2026-03-01", "2026-03-31"); err != nil {
				t.Fatal(err)
			}
			_, err := db.ExecContext(t.Context(), q, a.ID, c.other, city.ID, c.from, c.to)
			if got := pg.Broken(err); got != c.constraint || err != nil && c.constraint == "" {
				t.Errorf("broke %q, want %q: %v", got, c.constraint, err)
			}
		})
	}
	if _, err := db.ExecContext(t.Context(), `UPDATE account_roles SET to_on = NULL WHERE role = 'sysadmin' AND to_on = '2026-03-31'
		AND EXISTS (SELECT 1 FROM account_roles r WHERE r.account_id = account_roles.account_id AND r.from_on = '2026-04-01')`); pg.Broken(err) != "account_roles_separation_excl" {
		t.Errorf("a role grew into another: %v", err)
	}
}

func TestEveryRoleIsKnownToTheDatabase(t *testing.T) {
	t.Parallel()
	s, db, _ := open(t)
	for _, r := range Roles() {
		create(t, s, "a-"+strings.ReplaceAll(string(r), "_", "-"), RoleAt{Role: r})
		_, err := db.ExecContext(t.Context(), `INSERT INTO api_keys (name, digest, role, unit_id, expires_at)
			SELECT $1, $2, $1, id, now() FROM units WHERE kind = 'city'`, r, []byte(r))
		if (err != nil) != r.Administers() {
			t.Errorf("a key as %s: %v", r, err)
		}
	}
	for _, r := range Roles() {
		for _, p := range r.Permissions() {
			if !slices.Contains(Permissions(), p) {
				t.Errorf("%s may %s, which no words are for: add it to described", r, p)
			}
		}
	}
}

// Two administrators at once, through services and straight into the table.
func TestTwoAdministratorsCannotTogetherBreakSeparation(t *testing.T) {
	t.Parallel()
	s, db, _ := open(t)
	one, two := administrator(t, s, "sec-1", SecurityAdmin), administrator(t, s, "sec-2", SecurityAdmin)
	for round := range 5 {
		a := create(t, s, "racer"+string(rune('a'+round)))
		var done atomic.Int32
		var wg sync.WaitGroup
		for i, r := range []Role{SystemAdmin, SecurityAdmin, SystemAdmin, SecurityAdmin} {
			by := []actor.Actor{one, two}[i%2]
			wg.Go(func() {
				err := s.GrantTerm(context.Background(), by, a.ID, Term{Role: r, From: day(t, "2026-04-01")})
				switch fault.KindOf(err) {
				case fault.Conflict:
				default:
					if err != nil {
						t.Error(err)
						return
					}
					done.Add(1)
				}
			})
		}
		for _, r := range []string{"sysadmin", "auditadmin"} {
			wg.Go(func() {
				_, err := db.Exec(`INSERT INTO account_roles (account_id, role, unit_id, from_on) SELECT $1, $2, id, '2026-04-02' FROM units WHERE kind = 'city'`, a.ID, r)
				if err == nil {
					done.Add(1)
				}
			})
		}
		wg.Wait()
		var roles []string
		if err := db.Select(&roles, `SELECT DISTINCT role FROM account_roles WHERE account_id = $1`, a.ID); err != nil {
			t.Fatal(err)
		}
		if len(roles) != 1 || done.Load() != 1 {
			t.Errorf("holds %v after %d successes", roles, done.Load())
		}
	}
}

// A role begins and ends at midnight in Shanghai, without waiting, and a session
// does not keep what is over.
func TestRolesTurnAtMidnightInShanghai(t *testing.T) {
	t.Parallel()
	s, db, now := open(t) // 2026-03-02 09:00 in Shanghai
	old, next := unit(t, db, "office", "old", nil), unit(t, db, "office", "next", nil)
	a := create(t, s, "mover", RoleAt{Handler, old})
	if err := s.GrantTerm(t.Context(), root, a.ID, Term{Role: Handler, Unit: next, From: day(t, "2026-03-10")}); err != nil {
		t.Fatal(err)
	}
	p, err := s.Person(t.Context(), root, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	first := slices.IndexFunc(p.Roles, func(h Held) bool { return h.Unit == old })
	if err := s.EndTerm(t.Context(), root, a.ID, p.Roles[first].ID, day(t, "2026-03-09")); err != nil {
		t.Fatal(err)
	}
	_, stamp, err := s.Who(t.Context(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		at        string
		old, next bool
	}{
		{"2026-03-09T15:59:59Z", true, false},
		{"2026-03-09T16:00:00Z", false, true},
	} {
		at, _ := time.Parse(time.RFC3339, c.at)
		now.pass(at.Sub(now.Now()))
		by, after, err := s.Who(t.Context(), a.ID)
		if err != nil || after != stamp {
			t.Fatalf("%v, stamp %s and %s", err, stamp, after)
		}
		if by.Can("rating:read", actor.Place{Office: old}) != c.old || by.Can("rating:read", actor.Place{Office: next}) != c.next {
			t.Errorf("%s: %+v", c.at, by.Grants)
		}
	}
}

func TestTermsRefuse(t *testing.T) {
	t.Parallel()
	s, db, _ := open(t)
	shut := unit(t, db, "office", "shut", nil)
	db.MustExec(`UPDATE units SET closed_on = '2026-01-01' WHERE id = $1`, shut)
	a := create(t, s, "wangmin", RoleAt{Role: Brand})
	today := day(t, "2026-03-02")
	for name, c := range map[string]struct {
		t    Term
		kind fault.Kind
		key  string
	}{
		"yesterday":    {Term{Role: Quality, From: day(t, "2026-03-01")}, fault.Invalid, "accounts.role.past"},
		"no day":       {Term{Role: Quality}, fault.Invalid, "fault.field.required"},
		"year 9999":    {Term{Role: Quality, From: day(t, "9999-12-31")}, fault.Invalid, "accounts.role.far"},
		"end of time":  {Term{Role: Quality, From: today, To: day(t, "9999-12-31")}, fault.Invalid, "accounts.role.far"},
		"back to back": {Term{Role: Quality, From: today, To: day(t, "2026-03-01")}, fault.Invalid, "accounts.role.order"},
		"a shut unit":  {Term{Role: Handler, Unit: shut, From: today}, fault.Invalid, "accounts.role.unit_closed"},
		"twice":        {Term{Role: Brand, From: today}, fault.Conflict, "accounts.role.overlap"},
		"within it":    {Term{Role: Brand, From: day(t, "2026-05-01"), To: day(t, "2026-05-02")}, fault.Conflict, "accounts.role.overlap"},
		"separated":    {Term{Role: AuditAdmin, From: day(t, "2026-05-01")}, fault.Conflict, "accounts.role.separated"},
	} {
		t.Run(name, func(t *testing.T) {
			wantKind(t, s.CheckTerm(t.Context(), root, a.ID, c.t), c.kind, c.key)
			wantKind(t, s.GrantTerm(t.Context(), root, a.ID, c.t), c.kind, c.key)
		})
	}
	if err := s.CheckTerm(t.Context(), root, a.ID, Term{Role: Quality, From: today}); err != nil {
		t.Error(err)
	}
	if got, _ := s.Get(t.Context(), root, a.ID); len(got.Roles) != 1 {
		t.Errorf("checking wrote: %+v", got.Roles)
	}
}

func TestOneInvitationIsTakenUpOnce(t *testing.T) {
	t.Parallel()
	s, db, now := open(t)
	inv := invite(t, s, "wangfang", Term{Role: Committee, From: day(t, "2026-03-02")})
	if _, err := s.SignIn(t.Context(), "wangfang", "", From{}); fault.KindOf(err) != fault.Unauthorized {
		t.Errorf("an account without a password: %v", err)
	}
	_, err := s.Accept(t.Context(), inv.Code, "short", "")
	wantKind(t, err, fault.Invalid, "accounts.password.short")
	var done atomic.Int32
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			typed := inv.Code
			if i%2 == 0 {
				typed = " " + strings.ToLower(strings.ReplaceAll(inv.Code, "-", "")) + " "
			}
			a, err := s.Accept(context.Background(), typed, goodPassword, "")
			if err == nil && a.ID == inv.Account {
				done.Add(1)
			} else if fault.KindOf(err) != fault.Invalid {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if done.Load() != 1 {
		t.Fatalf("%d took it up", done.Load())
	}
	if _, err := s.SignIn(t.Context(), "wangfang", goodPassword, From{}); err != nil {
		t.Error(err)
	}
	_, err = s.Accept(t.Context(), inv.Code, goodPassword+"1", "")
	wantKind(t, err, fault.Invalid, "accounts.invite.wrong")
	_, err = s.Reinvite(t.Context(), root, inv.Account)
	wantKind(t, err, fault.Conflict, "accounts.invite.has_password")

	again := invite(t, s, "liwei")
	newer, err := s.Reinvite(t.Context(), root, again.Account)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Accept(t.Context(), again.Code, goodPassword, "")
	wantKind(t, err, fault.Invalid, "accounts.invite.wrong")
	now.pass(7 * 24 * time.Hour)
	_, err = s.Accept(t.Context(), newer.Code, goodPassword, "")
	wantKind(t, err, fault.Invalid, "accounts.invite.wrong")
	third, err := s.Reinvite(t.Context(), root, again.Account)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.RevokeInvitation(t.Context(), root, again.Account); err != nil {
		t.Fatal(err)
	}
	wantKind(t, s.RevokeInvitation(t.Context(), root, again.Account), fault.NotFound, "accounts.invite.none")
	_, err = s.Accept(t.Context(), third.Code, goodPassword, "")
	wantKind(t, err, fault.Invalid, "accounts.invite.wrong")
	var kept int
	if err := db.Get(&kept, `SELECT count(*) FROM account_invitations WHERE encode(digest, 'escape') LIKE '%' || $1 || '%'`, inv.Code[:5]); err != nil || kept != 0 {
		t.Errorf("the code itself is kept: %d, %v", kept, err)
	}
}

func TestOffboardingEndsEverything(t *testing.T) {
	t.Parallel()
	s, db, _ := open(t)
	a := create(t, s, "leaver", RoleAt{Role: Brand})
	later := Term{Role: Quality, From: day(t, "2026-09-01")}
	if err := s.GrantTerm(t.Context(), root, a.ID, later); err != nil {
		t.Fatal(err)
	}
	w, err := s.Open(t.Context(), Visit{Account: a.ID, Device: "mark"})
	if err != nil {
		t.Fatal(err)
	}
	db.MustExec(`INSERT INTO account_totp (account_id, secret, confirmed_at) VALUES ($1, '\x01', now())`, a.ID)
	ended, err := s.Offboard(t.Context(), root, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	if len(ended.Roles) != 2 || ended.Sessions != 1 || !ended.Factor || ended.Invitation {
		t.Errorf("ended %+v", ended)
	}
	wantKind(t, s.Alive(t.Context(), a.ID, w.Session), fault.Unauthorized, "fault.session.ended")
	_, err = s.ActorOf(t.Context(), a.ID)
	wantKind(t, err, fault.Unauthorized, "accounts.signin.wrong")
	wantKind(t, s.Enable(t.Context(), root, a.ID), fault.Conflict, "accounts.left")
	wantKind(t, s.GrantTerm(t.Context(), root, a.ID, later), fault.Conflict, "accounts.left")
	wantKind(t, s.ResetPassword(t.Context(), root, a.ID, goodPassword+"2"), fault.Conflict, "accounts.password.none")
	_, err = s.Offboard(t.Context(), root, a.ID)
	wantKind(t, err, fault.Conflict, "accounts.left")
	inv, err := s.Reinvite(t.Context(), root, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Accept(t.Context(), inv.Code, goodPassword, "")
	wantKind(t, err, fault.Invalid, "accounts.password.used")
	if _, err := s.Accept(t.Context(), inv.Code, goodPassword+"3", ""); err != nil {
		t.Fatal(err)
	}
	p, err := s.Person(t.Context(), root, a.ID)
	if err != nil || p.State(s.now()) != StateActive || p.Security.Enrolled || slices.ContainsFunc(p.Roles, func(h Held) bool { return h.To == nil }) {
		t.Errorf("back: %+v, %v", p, err)
	}
}

// However a grant and an off-boarding meet, nobody who left holds a role.
func TestGrantWhileOffboarding(t *testing.T) {
	t.Parallel()
	s, db, _ := open(t)
	for round := range 6 {
		a := create(t, s, "leaver"+string(rune('a'+round)), RoleAt{Role: Brand})
		var wg sync.WaitGroup
		for _, r := range []Role{Quality, Reviewer, Callback} {
			wg.Go(func() {
				err := s.GrantTerm(context.Background(), root, a.ID, Term{Role: r, From: day(t, "2026-03-02")})
				if err != nil && fault.KindOf(err) != fault.Conflict {
					t.Error(err)
				}
			})
		}
		wg.Go(func() {
			if _, err := s.Offboard(context.Background(), root, a.ID); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
		var open int
		if err := db.Get(&open, `SELECT count(*) FROM account_roles WHERE account_id = $1 AND (to_on IS NULL OR to_on >= '2026-03-02')`, a.ID); err != nil || open != 0 {
			t.Errorf("%d roles are left, %v", open, err)
		}
	}
}

// Who may administer: the security administrator alone, never over themself; the
// audit administrator looks; refusals are told to the audit.
func TestWhoAdministers(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	var mu sync.Mutex
	var told []AuditEvent
	s.cfg.Audit = func(_ context.Context, q pg.Querier, e AuditEvent) error {
		if _, ok := q.(*sqlx.Tx); !ok {
			t.Errorf("%s outside a transaction", e.Action)
		}
		mu.Lock()
		defer mu.Unlock()
		told = append(told, e)
		return nil
	}
	a := create(t, s, "wangmin", RoleAt{Role: Brand})
	term := Term{Role: Quality, From: day(t, "2026-03-02")}
	for _, role := range Roles() {
		by := administrator(t, s, "as-"+strings.ReplaceAll(string(role), "_", "-"), role)
		changes := map[string]func(account int64) error{
			"grant":   func(id int64) error { return s.GrantTerm(t.Context(), by, id, term) },
			"check":   func(id int64) error { return s.CheckTerm(t.Context(), by, id, term) },
			"end":     func(id int64) error { return s.EndTerm(t.Context(), by, id, 1, workday.Day{}) },
			"disable": func(id int64) error { return s.Disable(t.Context(), by, id) },
			"enable":  func(id int64) error { return s.Enable(t.Context(), by, id) },
			"unlock":  func(id int64) error { return s.Unlock(t.Context(), by, id) },
			"leave":   func(id int64) error { _, err := s.Offboard(t.Context(), by, id); return err },
			"again":   func(id int64) error { _, err := s.Reinvite(t.Context(), by, id); return err },
			"revoke":  func(id int64) error { return s.RevokeInvitation(t.Context(), by, id) },
			"details": func(id int64) error { return s.ChangeDetails(t.Context(), by, id, Details{DisplayName: "王敏"}) },
			"reset": func(id int64) error {
				_, err := s.AskReset(t.Context(), by, ResetWish{Account: id, Kind: ResetOfPassword, Reason: "忘记密码，已核对"})
				return err
			},
			"session": func(id int64) error { return s.EndSessionsOf(t.Context(), by, id, "") },
		}
		for name, change := range changes {
			told = nil
			if err := change(by.Account); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s: %s over oneself: %v", role, name, err)
			}
			if len(told) != 1 || told[0].Action != "access.refused" || told[0].Outcome != "refused" || told[0].By.Account != by.Account {
				t.Errorf("%s: %s over oneself was told as %+v", role, name, told)
			}
			if role == SecurityAdmin {
				continue
			}
			if err := change(a.ID); fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s: %s: %v", role, name, err)
			}
		}
		_, _, err := s.Search(t.Context(), by, Filter{})
		_, other := s.Person(t.Context(), by, a.ID)
		if may := role == SecurityAdmin || role == AuditAdmin; (err == nil) != may || (other == nil) != may {
			t.Errorf("%s reads accounts: %v, %v", role, err, other)
		}
		if _, err := s.Invite(t.Context(), by, NewInvited{Username: "x-" + strings.ReplaceAll(string(role), "_", "-"), DisplayName: "某"}); (err == nil) != (role == SecurityAdmin) {
			t.Errorf("%s invites: %v", role, err)
		}
	}
	told = nil
	wantKind(t, s.GrantTerm(t.Context(), root, a.ID, Term{Role: AuditAdmin, From: term.From}), fault.Conflict, "accounts.role.separated")
	if len(told) != 1 || told[0].Detail["reason"] != "accounts.role.separated" {
		t.Errorf("a refused combination was told as %+v", told)
	}
}

func TestSearchAndPerson(t *testing.T) {
	t.Parallel()
	s, db, now := open(t)
	tax := unit(t, db, "office", "tax", nil)
	div := unit(t, db, "division", "tax-1", tax)
	db.MustExec(`INSERT INTO staff (staff_no, name, office_id, left_on) VALUES ('SW001', '李雷', $1, '2026-01-31')`, tax)
	create(t, s, "wangmin", RoleAt{Handler, div})
	locked := create(t, s, "zhangsan")
	db.MustExec(`UPDATE accounts SET locked_until = $2 WHERE id = $1`, locked.ID, now.Now().Add(time.Minute))
	off := create(t, s, "offline")
	if err := s.Disable(t.Context(), root, off.ID); err != nil {
		t.Fatal(err)
	}
	gone := create(t, s, "gone")
	if _, err := s.Offboard(t.Context(), root, gone.ID); err != nil {
		t.Fatal(err)
	}
	inv, err := s.Invite(t.Context(), root, NewInvited{Username: "lilei", DisplayName: "李雷", StaffNo: "SW001"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Invite(t.Context(), root, NewInvited{Username: "lilei2", DisplayName: "李雷", StaffNo: "SW001"})
	wantKind(t, err, fault.Conflict, "accounts.staff.taken")
	_, err = s.Invite(t.Context(), root, NewInvited{Username: "lilei3", DisplayName: "李雷", StaffNo: "nobody"})
	wantKind(t, err, fault.Invalid, "accounts.staff.unknown")
	for name, c := range map[string]struct {
		f    Filter
		want string
	}{
		"all":      {Filter{}, "lilei offline wangmin zhangsan gone"},
		"name":     {Filter{Query: " 李 "}, "lilei"},
		"number":   {Filter{Query: "sw001"}, "lilei"},
		"pattern":  {Filter{Query: "%"}, ""},
		"role":     {Filter{Role: Handler}, "wangmin"},
		"office":   {Filter{Office: tax}, "lilei wangmin"},
		"invited":  {Filter{State: StateInvited}, "lilei"},
		"locked":   {Filter{State: StateLocked}, "zhangsan"},
		"disabled": {Filter{State: StateDisabled}, "offline"},
		"left":     {Filter{State: StateLeft}, "gone"},
		"active":   {Filter{State: StateActive}, "wangmin"},
		"page":     {Filter{Limit: 2, Offset: 2}, "wangmin zhangsan"},
	} {
		list, _, err := s.Search(t.Context(), root, c.f)
		var names []string
		for _, a := range list {
			names = append(names, a.Username)
			if c.f.State != "" && a.State(now.Now()) != c.f.State {
				t.Errorf("%s: %s is %s", name, a.Username, a.State(now.Now()))
			}
		}
		if err != nil || strings.Join(names, " ") != c.want {
			t.Errorf("%s: %v, %v", name, names, err)
		}
	}
	p, err := s.Person(t.Context(), root, inv.Account)
	if err != nil || p.Staff == nil || !p.Staff.Left || p.Staff.Office != "tax" || p.Waiting == nil {
		t.Errorf("%+v, %v", p, err)
	}
	if err := s.ChangeDetails(t.Context(), root, inv.Account, Details{DisplayName: "李蕾"}); err != nil {
		t.Fatal(err)
	}
	if p, err = s.Person(t.Context(), root, inv.Account); err != nil || p.Staff != nil || p.DisplayName != "李蕾" {
		t.Errorf("%+v, %v", p, err)
	}
	wantKind(t, s.ChangeDetails(t.Context(), root, inv.Account, Details{DisplayName: "李\u202e蕾"}), fault.Invalid, "accounts.display_name.strange")
	if err := s.Unlock(t.Context(), root, locked.ID); err != nil {
		t.Error(err)
	}
	wantKind(t, s.Unlock(t.Context(), root, locked.ID), fault.Conflict, "accounts.not_locked")
	_, err = s.Person(t.Context(), root, 987654)
	wantKind(t, err, fault.NotFound, "accounts.unknown")
	if err := db.Get(new(int), `SELECT 1 FROM accounts WHERE staff_id IS NOT NULL`); err != sql.ErrNoRows {
		t.Errorf("still tied: %v", err)
	}
}
