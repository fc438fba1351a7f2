package accounts

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
	"minping/internal/pgtest"
)

// told keeps what the audit was told.
type told struct {
	mu     sync.Mutex
	events []AuditEvent
}

func (l *told) tell(_ context.Context, q pg.Querier, e AuditEvent) error {
	if _, ok := q.(*sqlx.Tx); !ok {
		return errors.New("outside a transaction")
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, e)
	return nil
}

// last gives the last event of an action as "action outcome reason".
func (l *told) last(action string) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := len(l.events) - 1; i >= 0; i-- {
		if e := l.events[i]; e.Action == action {
			return strings.TrimSpace(e.Outcome + " " + e.Detail["method"] + " " + e.Detail["reason"])
		}
	}
	return ""
}

func openKeys(t *testing.T) (*Service, *sqlx.DB, *clock, *told) {
	t.Helper()
	db, c, l := pgtest.New(t), &clock{now: time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)}, &told{}
	return keyNode(t, db, c, l), db, c, l
}

func keyNode(t *testing.T, db *sqlx.DB, c *clock, l *told) *Service {
	t.Helper()
	seal, err := NewSealer(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Config{DB: db, Now: c.Now, SecondFactor: true, Seal: seal, BaseURL: "https://pj.example.gov.cn", Audit: l.tell})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// withKey registers a key at the gate and gives it with its recovery codes.
func withKey(t *testing.T, s *Service, a Account) (*softKey, []string) {
	t.Helper()
	by, k := actor.Actor{Account: a.ID}, newSoftKey(t)
	options, ceremony, err := s.BeginPasskey(t.Context(), by)
	if err != nil {
		t.Fatal(err)
	}
	codes, done, err := s.AddPasskey(t.Context(), by, NewPasskey{Name: "手机", Response: k.create(options), Ceremony: ceremony, First: true})
	if err != nil || done.Next != GateOpen || len(codes) != 10 {
		t.Fatalf("add passkey: %+v, %d codes, %v", done, len(codes), err)
	}
	return k, codes
}

func factorAnswer(t *testing.T, s *Service, a Account, k *softKey) PasskeyAnswer {
	t.Helper()
	options, ceremony, err := s.BeginFactor(t.Context(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	return PasskeyAnswer{k.get(options), ceremony}
}

func entryAnswer(t *testing.T, s *Service, k *softKey) PasskeyAnswer {
	t.Helper()
	options, ceremony, err := s.BeginEntry()
	if err != nil {
		t.Fatal(err)
	}
	return PasskeyAnswer{k.get(options), ceremony}
}

func TestPasskeyAsSecondFactorAndAlone(t *testing.T) {
	t.Parallel()
	s, _, c, _ := openKeys(t)
	a := create(t, s, "wangmin")
	k, codes := withKey(t, s, a)
	in, err := s.SignIn(t.Context(), "wangmin", goodPassword, From{})
	if err != nil || in.Next != GateCode {
		t.Fatalf("an account with a passkey alone: %+v, %v", in, err)
	}
	if out, err := s.PassPasskey(t.Context(), a.ID, factorAnswer(t, s, a, k), ""); err != nil || out.Next != GateOpen || out.Stamp != in.Stamp {
		t.Errorf("second factor: %+v, %v", out, err)
	}
	if out, err := s.EnterByPasskey(t.Context(), entryAnswer(t, s, k), "here"); err != nil || out.ID != a.ID || out.Next != GateOpen {
		t.Errorf("alone: %+v, %v", out, err)
	}
	if out, err := s.PassCode(t.Context(), a.ID, codes[0], From{}); err != nil || out.Next != GateOpen {
		t.Errorf("recovery code of an account without TOTP: %v", err)
	}
	_, err = s.PassCode(t.Context(), a.ID, "123456", From{})
	wantKind(t, err, fault.Invalid, "accounts.factor.wrong")
	c.pass(100 * 24 * time.Hour)
	if out, err := s.EnterByPasskey(t.Context(), entryAnswer(t, s, k), ""); err != nil || out.Next != GateOpen {
		t.Errorf("an expired password, which was not used: %+v, %v", out, err)
	}
	if out, err := s.PassPasskey(t.Context(), a.ID, factorAnswer(t, s, a, k), ""); err != nil || out.Next != GatePassword {
		t.Errorf("an expired password, which was used: %+v, %v", out, err)
	}
}

func TestPasskeysThatAreRefused(t *testing.T) {
	t.Parallel()
	s, db, c, l := openKeys(t)
	a, b := create(t, s, "wangmin"), create(t, s, "lijun")
	k, _ := withKey(t, s, a)
	other, _ := withKey(t, s, b)
	alter := func(change func(k *softKey)) *softKey {
		copied := *k
		change(&copied)
		return &copied
	}
	again := factorAnswer(t, s, a, k)
	if _, err := s.PassPasskey(t.Context(), a.ID, again, ""); err != nil {
		t.Fatal(err)
	}
	entered := entryAnswer(t, s, k)
	if _, err := s.EnterByPasskey(t.Context(), entered, ""); err != nil {
		t.Fatal(err)
	}
	late := factorAnswer(t, s, a, k)
	late.Ceremony.Until = c.Now().Unix()
	crossed := entryAnswer(t, s, k)
	crossed.Ceremony = factorAnswer(t, s, a, k).Ceremony
	for name, tt := range map[string]struct {
		answer PasskeyAnswer
		reason string
	}{
		"repeated":              {again, "repeated"},
		"another account's key": {factorAnswer(t, s, a, other), "answer"},
		"not yet its holder's":  {factorAnswer(t, s, a, newSoftKey(t)), "answer"},
		"too late":              {late, "answer"},
		"another challenge":     {crossed, "answer"},
		"another site":          {factorAnswer(t, s, a, alter(func(k *softKey) { k.rp = "evil.example" })), "answer"},
		"another origin":        {factorAnswer(t, s, a, alter(func(k *softKey) { k.origin = "https://evil.example" })), "answer"},
		"nobody present":        {factorAnswer(t, s, a, alter(func(k *softKey) { k.flags = 0 })), "answer"},
		"counted back":          {factorAnswer(t, s, a, alter(func(k *softKey) { k.count = 0 })), "count"},
		"the same count":        {factorAnswer(t, s, a, alter(func(k *softKey) { k.count = 2 })), "count"},
		"no JSON":               {PasskeyAnswer{"\x00{", factorAnswer(t, s, a, k).Ceremony}, "answer"},
		"empty":                 {PasskeyAnswer{"", factorAnswer(t, s, a, k).Ceremony}, "answer"},
	} {
		_, err := s.PassPasskey(t.Context(), a.ID, tt.answer, "")
		wantKind(t, err, fault.Invalid, "passkey.refused")
		if got := l.last("signin.refused"); got != "refused passkey "+tt.reason {
			t.Errorf("%s: the audit says %q", name, got)
		}
	}
	for name, answer := range map[string]PasskeyAnswer{
		"repeated": entered, "no verified holder": entryAnswer(t, s, alter(func(k *softKey) { k.flags = 1 })),
		"unknown": entryAnswer(t, s, newSoftKey(t)), "another handle": entryAnswer(t, s, alter(func(k *softKey) { k.handle = other.handle })),
		"as a second factor": factorAnswer(t, s, a, k), "nothing": {},
	} {
		if _, err := s.EnterByPasskey(t.Context(), answer, ""); err == nil {
			t.Errorf("alone, %s: taken", name)
		} else {
			wantKind(t, err, fault.Invalid, "passkey.refused")
		}
	}
	k.count += 100
	if _, err := db.Exec(`UPDATE accounts SET locked_until = $1 WHERE id = $2`, c.Now().Add(time.Minute), a.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := s.EnterByPasskey(t.Context(), entryAnswer(t, s, k), ""); err != nil {
		t.Errorf("guesses at the password hold a passkey up: %v", err)
	}
	var locked bool
	if err := db.Get(&locked, `SELECT locked_until > $1 FROM accounts WHERE id = $2`, c.Now(), a.ID); err != nil || !locked {
		t.Errorf("the lock that strangers caused is %v, %v: they would guess on", locked, err)
	}
	if err := s.Disable(t.Context(), root, a.ID); err != nil {
		t.Fatal(err)
	}
	_, err := s.EnterByPasskey(t.Context(), entryAnswer(t, s, k), "")
	wantKind(t, err, fault.Invalid, "passkey.refused")
}

// One answer brought by many requests at once, on two nodes, is taken once.
func TestParallelAnswersAreTakenOnce(t *testing.T) {
	t.Parallel()
	s, db, c, l := openKeys(t)
	nodes := []*Service{s, keyNode(t, db, c, l)}
	a := create(t, s, "wangmin")
	k, _ := withKey(t, s, a)
	never := newSoftKey(t) // a kind that does not count, as synced passkeys
	never.count = 0
	by := actor.Actor{Account: a.ID}
	options, ceremony, err := s.BeginPasskey(t.Context(), by)
	if err != nil {
		t.Fatal(err)
	}
	if codes, _, err := s.AddPasskey(t.Context(), by, NewPasskey{Name: "云端", Response: never.create(options), Ceremony: ceremony, Password: goodPassword}); err != nil || len(codes) != 0 {
		t.Fatalf("a second key: %v, %v", codes, err)
	}
	for name, key := range map[string]*softKey{"counting": k, "not counting": never} {
		factor, entry := factorAnswer(t, s, a, key), entryAnswer(t, s, key)
		for step, try := range map[string]func(s *Service) error{
			"factor": func(s *Service) error { _, err := s.PassPasskey(t.Context(), a.ID, factor, ""); return err },
			"entry":  func(s *Service) error { _, err := s.EnterByPasskey(t.Context(), entry, ""); return err },
		} {
			if step == "factor" && key == k {
				factor = factorAnswer(t, s, a, key) // the count of the other order
			} else if step == "entry" {
				entry = entryAnswer(t, s, key)
			}
			var taken atomic.Int32
			var wg sync.WaitGroup
			start := make(chan struct{})
			for i := range 16 {
				wg.Go(func() {
					<-start
					if try(nodes[i%2]) == nil {
						taken.Add(1)
					}
				})
			}
			close(start)
			wg.Wait()
			if taken.Load() != 1 {
				t.Errorf("%s, %s: taken %d times", name, step, taken.Load())
			}
		}
	}
}

func TestRemovingPasskeys(t *testing.T) {
	t.Parallel()
	s, db, _, l := openKeys(t)
	a := create(t, s, "wangmin")
	k, codes := withKey(t, s, a)
	by := actor.Actor{Account: a.ID}
	w, err := s.Open(t.Context(), Visit{Account: a.ID, Method: "passkey"})
	if err != nil || len(w.Notices) != 1 || w.Notices[0].Kind != NoticePasskeyAdded {
		t.Fatalf("open: %+v, %v", w, err)
	}
	own, err := s.Security(t.Context(), by)
	if err != nil || len(own.Passkeys) != 1 || own.Enrolled || own.CodesLeft != 10 {
		t.Fatalf("%+v, %v", own, err)
	}
	id := own.Passkeys[0].ID
	_, err = s.RemovePasskey(t.Context(), by, Removal{ID: id, Password: "Wrong-guess-1", Session: w.Session})
	wantKind(t, err, fault.Invalid, "accounts.password.wrong")
	other := create(t, s, "lijun")
	_, err = s.RemovePasskey(t.Context(), actor.Actor{Account: other.ID}, Removal{ID: id, Password: goodPassword})
	wantKind(t, err, fault.NotFound, "passkey.none")
	late := factorAnswer(t, s, a, k)
	out, err := s.RemovePasskey(t.Context(), by, Removal{ID: id, Password: goodPassword, Session: w.Session})
	if err != nil || out.Next != GateEnrol {
		t.Fatalf("the last factor: %+v, %v", out, err)
	}
	wantKind(t, s.Alive(t.Context(), a.ID, w.Session), fault.Unauthorized, "fault.session.ended")
	if got := l.last("passkey.remove"); got != "done" {
		t.Errorf("the audit says %q", got)
	}
	_, err = s.PassPasskey(t.Context(), a.ID, late, "")
	wantKind(t, err, fault.Invalid, "passkey.refused")
	_, err = s.PassCode(t.Context(), a.ID, codes[1], From{})
	wantKind(t, err, fault.Invalid, "accounts.factor.wrong")
	if in, err := s.SignIn(t.Context(), "wangmin", goodPassword, From{}); err != nil || in.Next != GateEnrol {
		t.Errorf("then: %+v, %v", in, err)
	}
	withKey(t, s, a)
	if err := s.ResetFactor(t.Context(), root, a.ID, "手机遗失，本人到场"); err != nil {
		t.Fatal(err)
	}
	var left int
	if err := db.Get(&left, `SELECT count(*) FROM account_passkeys WHERE account_id = $1`, a.ID); err != nil || left != 0 {
		t.Errorf("after the reset %d keys are left, %v", left, err)
	}
}

func TestRegisteringPasskeys(t *testing.T) {
	t.Parallel()
	s, _, _, _ := openKeys(t)
	a, b := create(t, s, "wangmin"), create(t, s, "lijun")
	k, _ := withKey(t, s, a)
	by := actor.Actor{Account: a.ID}
	try := func(by actor.Actor, key *softKey, alter func(*NewPasskey)) error {
		options, ceremony, err := s.BeginPasskey(t.Context(), by)
		if err != nil {
			t.Fatal(err)
		}
		in := NewPasskey{Name: "办公电脑", Response: key.create(options), Ceremony: ceremony, Password: goodPassword}
		alter(&in)
		_, _, err = s.AddPasskey(t.Context(), by, in)
		return err
	}
	wantKind(t, try(by, newSoftKey(t), func(in *NewPasskey) { in.First = true }), fault.Conflict, "accounts.factor.enrolled")
	wantKind(t, try(by, newSoftKey(t), func(in *NewPasskey) { in.Password = "Wrong-guess-1" }), fault.Invalid, "accounts.password.wrong")
	for _, name := range []string{"", " ", strings.Repeat("长", 41), "a\x00b", "\xff"} {
		wantKind(t, try(by, newSoftKey(t), func(in *NewPasskey) { in.Name = name }), fault.Invalid, "passkey.name")
	}
	wantKind(t, try(by, newSoftKey(t), func(in *NewPasskey) { in.Name = "手机" }), fault.Invalid, "passkey.name_taken")
	wantKind(t, try(by, newSoftKey(t), func(in *NewPasskey) { in.Ceremony.Purpose = forFactor }), fault.Invalid, "passkey.unproved")
	wantKind(t, try(by, newSoftKey(t), func(in *NewPasskey) { in.Ceremony.Account = b.ID }), fault.Invalid, "passkey.unproved")
	wantKind(t, try(actor.Actor{Account: b.ID}, k, func(in *NewPasskey) { in.First = true }), fault.Invalid, "passkey.known")
	for i := range passkeysMax - 1 {
		if err := try(by, newSoftKey(t), func(in *NewPasskey) { in.Name = strings.Repeat("钥", i+1) }); err != nil {
			t.Fatal(err)
		}
	}
	_, _, err := s.BeginPasskey(t.Context(), by)
	wantKind(t, err, fault.Conflict, "passkey.enough")
}

func TestWherePasskeysWork(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	for address, want := range map[string]string{
		"https://pj.example.gov.cn": "", "https://pj.example.gov.cn:8443": "", "http://localhost:8080": "", "http://a.localhost": "",
		"http://pj.example.gov.cn": "passkey.off.plain", "http://127.0.0.1:8080": "passkey.off.number", "https://10.0.0.1": "passkey.off.number",
		"https://[::1]:8080": "passkey.off.number", "": "passkey.off.plain",
	} {
		s, err := New(Config{DB: db, BaseURL: address})
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		if s.rp.why != want {
			t.Errorf("%s: %q, want %q", address, s.rp.why, want)
		}
		if _, _, err := s.BeginEntry(); err == nil {
			t.Errorf("%s: without second factors a ceremony begins", address)
		}
	}
}
