package accounts

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
)

const (
	lostReason  = "本人到场，已核对工作证"
	newSecret   = "Laoshan-2031-ok"
	wrongReason = "未见到本人，不予确认"
)

// people are those who take part in a reset.
type people struct {
	*Service
	t                     *testing.T
	db                    *sqlx.DB
	clock                 *clock
	holder                Account
	asks, confirms, other actor.Actor // secadmin, auditadmin, a second secadmin
}

func resetPeople(t *testing.T) people {
	t.Helper()
	s, db, c := openFactor(t)
	p := people{Service: s, t: t, db: db, clock: c, holder: create(t, s, "wangmin", RoleAt{Role: Handler})}
	p.asks, p.confirms = administrator(t, s, "anquan", SecurityAdmin), administrator(t, s, "shenji", AuditAdmin)
	p.other = administrator(t, s, "anquan2", SecurityAdmin)
	return p
}

func (p people) ask(kind ResetKind) Half {
	p.t.Helper()
	h, err := p.AskReset(p.t.Context(), p.asks, ResetWish{p.holder.ID, kind, lostReason})
	if err != nil {
		p.t.Fatal(err)
	}
	return h
}

func (p people) confirm(id int64) Half {
	p.t.Helper()
	h, err := p.ConfirmReset(p.t.Context(), p.confirms, id)
	if err != nil {
		p.t.Fatal(err)
	}
	return h
}

func (p people) use(first, second string) error {
	_, err := p.UseReset(p.t.Context(), ResetUse{First: first, Second: second, Password: newSecret})
	return err
}

func (p people) owner() actor.Actor { return actor.Actor{Account: p.holder.ID} }

func TestResetNeedsTwoPeopleAndTheHolder(t *testing.T) {
	t.Parallel()
	p := resetPeople(t)
	enrolled(t, p.Service, p.clock, p.holder)
	_, before, err := p.Who(t.Context(), p.holder.ID)
	if err != nil {
		t.Fatal(err)
	}
	first := p.ask(ResetOfPassword)
	wantKind(t, p.use(first.Code, first.Code), fault.Invalid, "accounts.reset.wrong")
	if _, err := p.SignIn(t.Context(), "wangmin", goodPassword, From{}); err != nil {
		t.Fatalf("asking has changed something: %v", err)
	}
	second := p.confirm(first.Reset)
	if first.Code == second.Code || first.Name != "王敏" || second.Kind != ResetOfPassword {
		t.Fatalf("halves %+v, %+v", first, second)
	}
	if _, err := p.SignIn(t.Context(), "wangmin", goodPassword, From{}); err != nil {
		t.Fatalf("confirming has changed something: %v", err)
	}
	for _, alone := range [][2]string{{first.Code, first.Code}, {second.Code, second.Code}, {first.Code, ""}} {
		wantKind(t, p.use(alone[0], alone[1]), fault.Invalid, "accounts.reset.wrong")
	}
	typed := strings.ToLower(strings.ReplaceAll(second.Code, "-", " "))
	in, err := p.UseReset(t.Context(), ResetUse{First: typed, Second: first.Code, Password: newSecret}) // in whichever order
	if err != nil || in.ID != p.holder.ID || in.Next != GateCode || in.Stamp == before {
		t.Fatalf("used: %+v, %v", in, err)
	}
	if _, err := p.SignIn(t.Context(), "wangmin", goodPassword, From{}); err == nil {
		t.Error("the old password still works")
	}
	wantKind(t, p.use(first.Code, second.Code), fault.Invalid, "accounts.reset.wrong")
	w, err := p.Open(t.Context(), Visit{Account: p.holder.ID})
	if err != nil {
		t.Fatal(err)
	}
	var kinds []NoticeKind
	for _, n := range w.Notices {
		kinds = append(kinds, n.Kind)
	}
	if len(kinds) != 3 || kinds[0] != NoticeResetAsked || kinds[1] != NoticeResetConfirmed || kinds[2] != NoticePasswordReset {
		t.Errorf("the holder is told %v", kinds)
	}
}

func TestFactorResetNeedsThePasswordToo(t *testing.T) {
	t.Parallel()
	p := resetPeople(t)
	_, err := p.AskReset(t.Context(), p.asks, ResetWish{p.holder.ID, ResetOfFactor, lostReason})
	wantKind(t, err, fault.Conflict, "accounts.factor.none")
	enrolled(t, p.Service, p.clock, p.holder)
	first := p.ask(ResetOfFactor)
	second := p.confirm(first.Reset)
	wantKind(t, p.use(first.Code, second.Code), fault.Invalid, "accounts.reset.wrong") // it sets no password
	use := ResetUse{First: first.Code, Second: second.Code}
	_, err = p.UseFactorReset(t.Context(), p.asks, use)
	wantKind(t, err, fault.Invalid, "accounts.reset.wrong") // another's
	_, err = p.UseFactorReset(t.Context(), actor.Actor{}, use)
	wantKind(t, err, fault.Unauthorized, "fault.session.ended")
	in, err := p.UseFactorReset(t.Context(), p.owner(), use)
	if err != nil || in.Next != GateEnrol {
		t.Fatalf("used: %+v, %v", in, err)
	}
	if got, err := p.SignIn(t.Context(), "wangmin", goodPassword, From{}); err != nil || got.Next != GateEnrol {
		t.Errorf("the next sign-in: %+v, %v", got, err)
	}
}

func TestNobodyConfirmsAlone(t *testing.T) {
	t.Parallel()
	p := resetPeople(t)
	ctx := t.Context()
	r := p.ask(ResetOfPassword)
	_, err := p.ConfirmReset(ctx, p.asks, r.Reset)
	wantKind(t, err, fault.Forbidden, "accounts.reset.same_person")
	wantKind(t, p.RefuseReset(ctx, p.asks, r.Reset, wrongReason), fault.Forbidden, "accounts.reset.same_person")
	wantKind(t, p.EndReset(ctx, p.other, r.Reset), fault.NotFound, "accounts.reset.unknown")
	_, err = p.ConfirmReset(ctx, p.owner(), r.Reset)
	wantKind(t, err, fault.Forbidden, "fault.forbidden")
	_, err = p.ConfirmReset(ctx, actor.System("test"), r.Reset)
	wantKind(t, err, fault.Unauthorized, "fault.session.ended")
	_, err = p.ConfirmReset(ctx, p.confirms, 999)
	wantKind(t, err, fault.NotFound, "accounts.reset.unknown")
	_, err = p.AskReset(ctx, p.asks, ResetWish{p.holder.ID, ResetOfPassword, lostReason})
	wantKind(t, err, fault.Conflict, "accounts.reset.open")
	_, err = p.AskReset(ctx, p.asks, ResetWish{p.asks.Account, ResetOfPassword, lostReason})
	wantKind(t, err, fault.Forbidden, "accounts.role.self")
	for _, reason := range []string{"", "短", strings.Repeat("长", 201), "零宽\u200b字符理由"} {
		if _, err = p.AskReset(ctx, p.other, ResetWish{p.holder.ID, ResetOfPassword, reason}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("reason %q: %v", reason, err)
		}
	}
	// An administrator's own account is reset by others, never with their own answer.
	own, err := p.AskReset(ctx, p.asks, ResetWish{p.confirms.Account, ResetOfPassword, lostReason})
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.ConfirmReset(ctx, p.confirms, own.Reset)
	wantKind(t, err, fault.Forbidden, "accounts.reset.own")
	if _, err := p.ConfirmReset(ctx, p.other, own.Reset); err != nil {
		t.Errorf("a second security administrator: %v", err)
	}
}

// A security administrator cannot be both people by making the second one.
func TestPuppetsDoNotConfirm(t *testing.T) {
	t.Parallel()
	p := resetPeople(t)
	ctx := t.Context()
	puppet := func(maker actor.Actor, username string, role Role) actor.Actor {
		t.Helper()
		inv, err := p.Invite(ctx, maker, NewInvited{Username: username, DisplayName: "新人", Terms: []Term{{Role: role, From: day(t, "2026-03-02")}}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Accept(ctx, inv.Code, newSecret, ""); err != nil {
			t.Fatal(err)
		}
		by, err := p.ActorOf(ctx, inv.Account)
		if err != nil {
			t.Fatal(err)
		}
		return by
	}
	child := puppet(p.asks, "kuilei1", SecurityAdmin)
	grandchild := puppet(child, "kuilei2", AuditAdmin)
	sibling := puppet(p.asks, "kuilei3", AuditAdmin)
	r := p.ask(ResetOfPassword)
	for name, by := range map[string]actor.Actor{"child": child, "grandchild": grandchild} {
		_, err := p.ConfirmReset(ctx, by, r.Reset)
		t.Run(name, func(t *testing.T) { wantKind(t, err, fault.Forbidden, "accounts.reset.same_origin") })
	}
	if err := p.EndReset(ctx, p.asks, r.Reset); err != nil {
		t.Fatal(err)
	}
	r, err := p.AskReset(ctx, child, ResetWish{p.holder.ID, ResetOfPassword, lostReason})
	if err != nil {
		t.Fatal(err)
	}
	for name, by := range map[string]actor.Actor{"maker": p.asks, "sibling": sibling} {
		_, err := p.ConfirmReset(ctx, by, r.Reset)
		t.Run(name, func(t *testing.T) { wantKind(t, err, fault.Forbidden, "accounts.reset.same_origin") })
	}
	if _, err := p.ConfirmReset(ctx, p.confirms, r.Reset); err != nil {
		t.Errorf("an auditor of another origin: %v", err)
	}
}

// Two answers at once: one stands. Two uses at once: one stands.
func TestParallelResets(t *testing.T) {
	t.Parallel()
	p := resetPeople(t)
	r := p.ask(ResetOfPassword)
	var asked, confirmed, used atomic.Int32
	var second atomic.Value
	var wg sync.WaitGroup
	for range 4 {
		for _, by := range []actor.Actor{p.confirms, p.other} {
			wg.Go(func() {
				if h, err := p.ConfirmReset(t.Context(), by, r.Reset); err == nil {
					confirmed.Add(1)
					second.Store(h.Code)
				} else if fault.KindOf(err) != fault.Conflict {
					t.Errorf("confirm: %v", err)
				}
			})
		}
		wg.Go(func() {
			if _, err := p.AskReset(t.Context(), p.other, ResetWish{p.holder.ID, ResetOfPassword, lostReason}); err == nil {
				asked.Add(1)
			}
		})
	}
	wg.Wait()
	if confirmed.Load() != 1 || asked.Load() != 0 {
		t.Fatalf("%d confirmations, %d second requests", confirmed.Load(), asked.Load())
	}
	for range 4 {
		wg.Go(func() {
			if p.use(r.Code, second.Load().(string)) == nil {
				used.Add(1)
			}
		})
	}
	wg.Wait()
	if used.Load() != 1 {
		t.Errorf("used %d times", used.Load())
	}
}

// Who holds one half cannot search for the other.
func TestHalvesCannotBeSearched(t *testing.T) {
	t.Parallel()
	p := resetPeople(t)
	r := p.ask(ResetOfPassword)
	second := p.confirm(r.Reset)
	for range resetTries - 1 {
		wantKind(t, p.use(r.Code, "ABCDE-FGHJK"), fault.Invalid, "accounts.reset.wrong")
	}
	// A password that the rules refuse is no wrong half.
	for range resetTries {
		_, err := p.UseReset(t.Context(), ResetUse{First: r.Code, Second: second.Code, Password: "short"})
		wantKind(t, err, fault.Invalid, "accounts.password.short")
	}
	wantKind(t, p.use(r.Code, "ABCDE-FGHJK"), fault.Invalid, "accounts.reset.wrong")
	wantKind(t, p.use(r.Code, second.Code), fault.Invalid, "accounts.reset.wrong")
	list, err := p.Resets(t.Context(), p.confirms, p.holder.ID)
	if err != nil || len(list) != 1 || list[0].State != ResetLapsed {
		t.Fatalf("after five wrong halves: %+v, %v", list, err)
	}
	p.ask(ResetOfPassword) // and a new one may be asked for
}

func TestResetsEnd(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(p people, first, second Half) error{
		"stopped by the holder": func(p people, r, _ Half) error { return p.EndReset(t.Context(), p.owner(), r.Reset) },
		"withdrawn":             func(p people, r, _ Half) error { return p.EndReset(t.Context(), p.asks, r.Reset) },
		"too old":               func(p people, _, _ Half) error { p.clock.pass(resetLasts); return nil },
		"the holder has left":   func(p people, _, _ Half) error { _, err := p.Offboard(t.Context(), root, p.holder.ID); return err },
		"the account is shut":   func(p people, _, _ Half) error { return p.Disable(t.Context(), root, p.holder.ID) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := resetPeople(t)
			first := p.ask(ResetOfPassword)
			second := p.confirm(first.Reset)
			if err := end(p, first, second); err != nil {
				t.Fatal(err)
			}
			wantKind(t, p.use(first.Code, second.Code), fault.Invalid, "accounts.reset.wrong")
		})
	}
	p := resetPeople(t)
	r := p.ask(ResetOfPassword)
	p.clock.pass(resetWaits)
	_, err := p.ConfirmReset(t.Context(), p.confirms, r.Reset)
	wantKind(t, err, fault.Conflict, "accounts.reset.over")
	wantKind(t, p.EndReset(t.Context(), p.asks, r.Reset), fault.Conflict, "accounts.reset.over")
	r = p.ask(ResetOfPassword) // what is too old does not stand in the way
	if err := p.RefuseReset(t.Context(), p.other, r.Reset, wrongReason); err != nil {
		t.Fatal(err)
	}
	if got, err := p.Reset(t.Context(), p.asks, r.Reset); err != nil || got.State != ResetRefused || got.Answer != wrongReason || got.Decider == "" {
		t.Errorf("refused: %+v, %v", got, err)
	}
	_, err = p.ConfirmReset(t.Context(), p.confirms, r.Reset)
	wantKind(t, err, fault.Conflict, "accounts.reset.over")
}

// The two people are the database's business too.
func TestDatabaseKeepsTwoPeopleApart(t *testing.T) {
	t.Parallel()
	p := resetPeople(t)
	r := p.ask(ResetOfPassword)
	for name, query := range map[string]string{
		"one person":      `UPDATE account_resets SET state = 'confirmed', decided_by = requested_by, second_digest = 'x' WHERE id = $1`,
		"nobody":          `UPDATE account_resets SET state = 'confirmed', second_digest = 'x' WHERE id = $1`,
		"the holder":      `UPDATE account_resets SET state = 'confirmed', decided_by = account_id, second_digest = 'x' WHERE id = $1`,
		"without a half":  `UPDATE account_resets SET state = 'confirmed', decided_by = (SELECT id FROM accounts WHERE username = 'shenji') WHERE id = $1`,
		"unconfirmed use": `UPDATE account_resets SET state = 'used', used_at = now(), second_digest = 'x', decided_by = (SELECT id FROM accounts WHERE username = 'shenji') WHERE id = $1`,
		"another account": `UPDATE account_resets SET account_id = (SELECT id FROM accounts WHERE username = 'shenji') WHERE id = $1`,
		"another asker":   `UPDATE account_resets SET requested_by = (SELECT id FROM accounts WHERE username = 'anquan2') WHERE id = $1`,
	} {
		if _, err := p.db.Exec(query, r.Reset); err == nil {
			t.Errorf("%s: the database took it", name)
		}
	}
}

// Every step stands in the audit with who did it; no half of a code does.
func TestResetsAreAudited(t *testing.T) {
	t.Parallel()
	p := resetPeople(t)
	l := &told{}
	p.cfg.Audit = l.tell
	first := p.ask(ResetOfPassword)
	second := p.confirm(first.Reset)
	if err := p.use(first.Code, second.Code); err != nil {
		t.Fatal(err)
	}
	want := []struct {
		action string
		by     int64
	}{{"reset.ask", p.asks.Account}, {"reset.confirm", p.confirms.Account}, {"reset.use", p.holder.ID}}
	if len(l.events) != len(want) {
		t.Fatalf("told %+v", l.events)
	}
	for i, e := range l.events {
		if e.Action != want[i].action || e.By.Account != want[i].by || e.Object != objectOf(p.holder.ID) || e.Detail["reason"] != lostReason || e.Detail["reset_kind"] != "password" {
			t.Errorf("told %+v, want %+v", e, want[i])
		}
		for key, value := range e.Detail {
			if strings.Contains(value, first.Code) || strings.Contains(value, second.Code) {
				t.Errorf("%s: %s tells a code", e.Action, key)
			}
		}
	}
}

func TestRemoveTOTP(t *testing.T) {
	t.Parallel()
	s, _, c, _ := openKeys(t)
	a := create(t, s, "wangmin")
	by := actor.Actor{Account: a.ID}
	_, codes := enrolled(t, s, c, a)
	_, err := s.RemoveTOTP(t.Context(), by, goodPassword, "")
	wantKind(t, err, fault.Conflict, "accounts.factor.only")
	k := newSoftKey(t)
	options, ceremony, err := s.BeginPasskey(t.Context(), by)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.AddPasskey(t.Context(), by, NewPasskey{Name: "手机", Response: k.create(options), Ceremony: ceremony, Password: goodPassword}); err != nil {
		t.Fatal(err)
	}
	_, err = s.RemoveTOTP(t.Context(), by, "Wrong-guess-1", "")
	wantKind(t, err, fault.Invalid, "accounts.password.wrong")
	got, err := s.RemoveTOTP(t.Context(), by, goodPassword, "")
	if err != nil || got.Next != GateOpen {
		t.Fatalf("removed: %+v, %v", got, err)
	}
	_, err = s.RemoveTOTP(t.Context(), by, goodPassword, "")
	wantKind(t, err, fault.NotFound, "accounts.factor.none")
	if f, err := s.Factors(t.Context(), a.ID); err != nil || f.TOTP || !f.Passkey {
		t.Errorf("factors %+v, %v", f, err)
	}
	if in, err := s.PassCode(t.Context(), a.ID, codes[0], From{}); err != nil || in.Next != GateOpen {
		t.Errorf("recovery codes stay: %v", err)
	}
}

func TestRenamePasskey(t *testing.T) {
	t.Parallel()
	s, _, _, _ := openKeys(t)
	a, other := create(t, s, "wangmin"), create(t, s, "lijun")
	withKey(t, s, a)
	by := actor.Actor{Account: a.ID}
	own, err := s.Security(t.Context(), by)
	if err != nil || len(own.Passkeys) != 1 {
		t.Fatalf("%+v, %v", own.Passkeys, err)
	}
	id := own.Passkeys[0].ID
	wantKind(t, s.RenamePasskey(t.Context(), by, id, " "), fault.Invalid, "passkey.name")
	wantKind(t, s.RenamePasskey(t.Context(), by, id, "a\x00b"), fault.Invalid, "passkey.name")
	wantKind(t, s.RenamePasskey(t.Context(), actor.Actor{Account: other.ID}, id, "我的"), fault.NotFound, "passkey.none")
	wantKind(t, s.RenamePasskey(t.Context(), actor.Actor{}, id, "我的"), fault.Unauthorized, "fault.session.ended")
	if err := s.RenamePasskey(t.Context(), by, id, " 办公室电脑 🔑 "); err != nil {
		t.Fatal(err)
	}
	if own, err = s.Security(t.Context(), by); err != nil || own.Passkeys[0].Name != "办公室电脑 🔑" {
		t.Errorf("named %+v, %v", own.Passkeys, err)
	}
}
