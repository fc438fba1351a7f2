package accounts

import (
	"bytes"
	"context"
	"encoding/base32"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/pquerna/otp/totp"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
	"minping/internal/pgtest"
)

// openFactor is the service with the second factor on, over its own database.
func openFactor(t *testing.T) (*Service, *sqlx.DB, *clock) {
	t.Helper()
	db := pgtest.New(t)
	c := &clock{now: time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)}
	return node(t, db, c), db, c
}

func node(t *testing.T, db *sqlx.DB, c *clock) *Service {
	t.Helper()
	seal, err := NewSealer(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Config{DB: db, Now: c.Now, SecondFactor: true, Seal: seal})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// enrolled sets an account's factor up and gives its secret and recovery codes.
func enrolled(t *testing.T, s *Service, c *clock, a Account) (secret string, codes []string) {
	t.Helper()
	by := actor.Actor{Account: a.ID}
	set, err := s.Enrol(t.Context(), by)
	if err != nil {
		t.Fatal(err)
	}
	again, err := s.Enrol(t.Context(), by)
	if err != nil || again != set {
		t.Fatalf("a reload shows another secret: %v", err)
	}
	secret = strings.ReplaceAll(set.Secret, " ", "")
	codes, confirmed, err := s.ConfirmEnrolment(t.Context(), by, Confirmation{Code: codeOf(t, secret, c.Now())})
	if err != nil || confirmed.Next != GateOpen || confirmed.Stamp == a.Stamp {
		t.Fatalf("confirm: %+v, %v", confirmed, err)
	}
	c.pass(2 * time.Minute) // past the code that was used
	return secret, codes
}

func codeOf(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return code
}

func TestTheSecretIsSealedAndBoundToItsAccount(t *testing.T) {
	t.Parallel()
	s, db, c := openFactor(t)
	a, b := create(t, s, "wangmin"), create(t, s, "lijun")
	secret, _ := enrolled(t, s, c, a)
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil || len(raw) != totpSecret {
		t.Fatalf("secret of %d bytes, %v", len(raw), err)
	}
	var sealed []byte
	if err := db.Get(&sealed, `SELECT secret FROM account_totp WHERE account_id = $1`, a.ID); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, raw) || bytes.Contains(sealed, []byte(secret)) {
		t.Error("the secret lies open in the database")
	}
	if _, err := s.cfg.Seal.Open(sealed, boundTo(b.ID)); err == nil {
		t.Error("it opens for another account")
	}
	if plain, err := s.cfg.Seal.Open(sealed, boundTo(a.ID)); err != nil || !bytes.Equal(plain, raw) {
		t.Errorf("it does not open for its own: %v", err)
	}
	sealed[len(sealed)-1] ^= 1
	if _, err := s.cfg.Seal.Open(sealed, boundTo(a.ID)); err == nil {
		t.Error("it opens although it was changed")
	}
}

func TestCodeWithinOneStepAndOnlyOnce(t *testing.T) {
	t.Parallel()
	s, _, c := openFactor(t)
	a := create(t, s, "wangmin")
	secret, _ := enrolled(t, s, c, a)
	for _, tt := range []struct {
		name  string
		drift time.Duration
		want  bool
	}{{"two steps late", -60 * time.Second, false}, {"one step late", -30 * time.Second, true}, {"now", 0, true}, {"now again", 0, false},
		{"one step early", 30 * time.Second, true}, {"now, after the later one", 0, false}, {"two steps early", 60 * time.Second, false}} {
		_, err := s.PassCode(t.Context(), a.ID, codeOf(t, secret, c.Now().Add(tt.drift)), From{})
		if (err == nil) != tt.want {
			t.Errorf("%s: %v", tt.name, err)
		}
		if err != nil {
			wantKind(t, err, fault.Invalid, "accounts.factor.wrong")
		}
	}
	c.pass(lockFor)
	spaced := codeOf(t, secret, c.Now())
	if _, err := s.PassCode(t.Context(), a.ID, spaced[:3]+" "+spaced[3:], From{}); err != nil {
		t.Errorf("with a space: %v", err)
	}
}

// The same code brought by many requests at once, on two nodes, is taken once.
func TestParallelCodesAreTakenOnce(t *testing.T) {
	t.Parallel()
	s, db, c := openFactor(t)
	other := node(t, db, c)
	a := create(t, s, "wangmin")
	secret, codes := enrolled(t, s, c, a)
	for name, code := range map[string]string{"totp": codeOf(t, secret, c.Now()), "recovery": codes[0]} {
		var taken atomic.Int32
		var wg sync.WaitGroup
		start := make(chan struct{})
		for i := range 16 {
			on := []*Service{s, other}[i%2]
			wg.Go(func() {
				<-start
				ok, err := on.useCode(context.Background(), a.ID, code)
				if err != nil {
					t.Error(err)
				}
				if ok {
					taken.Add(1)
				}
			})
		}
		close(start)
		wg.Wait()
		if taken.Load() != 1 {
			t.Errorf("%s code was taken %d times", name, taken.Load())
		}
	}
}

func TestRecoveryCodes(t *testing.T) {
	t.Parallel()
	s, db, c := openFactor(t)
	a := create(t, s, "wangmin")
	_, codes := enrolled(t, s, c, a)
	if len(codes) != recoveryCodes || len(slices.Compact(slices.Sorted(slices.Values(codes)))) != recoveryCodes {
		t.Fatalf("%v", codes)
	}
	var open int
	plain := strings.ReplaceAll(codes[0], "-", "")
	if err := db.Get(&open, `SELECT count(*) FROM account_recovery_codes WHERE position($1::bytea IN digest) > 0`, []byte(plain)); err != nil || open != 0 {
		t.Errorf("a code lies open: %d, %v", open, err)
	}
	typed := strings.ToUpper(strings.ReplaceAll(codes[0], "-", " "))
	if _, err := s.PassCode(t.Context(), a.ID, typed, From{}); err != nil {
		t.Errorf("typed as %q: %v", typed, err)
	}
	_, err := s.PassCode(t.Context(), a.ID, codes[0], From{})
	wantKind(t, err, fault.Invalid, "accounts.factor.wrong")
	by := actor.Actor{Account: a.ID}
	if own, err := s.Security(t.Context(), by); err != nil || own.CodesLeft != recoveryCodes-1 || !own.Enrolled {
		t.Errorf("%+v, %v", own, err)
	}
	renewed, err := s.RenewRecoveryCodes(t.Context(), by, goodPassword)
	if err != nil || slices.Contains(renewed, codes[1]) {
		t.Fatalf("renew: %v", err)
	}
	if _, err := s.PassCode(t.Context(), a.ID, codes[1], From{}); err == nil {
		t.Error("an old code works after renewal")
	}
	if _, err := s.PassCode(t.Context(), a.ID, renewed[9], From{}); err != nil {
		t.Error(err)
	}
}

// Knowing the password does not make room for more guesses at the code.
func TestWrongCodesLockAlthoughThePasswordIsRight(t *testing.T) {
	t.Parallel()
	s, _, c := openFactor(t)
	a := create(t, s, "wangmin")
	secret, _ := enrolled(t, s, c, a)
	for range lockAfter {
		got, err := s.SignIn(t.Context(), "wangmin", goodPassword, From{})
		if err != nil || got.Next != GateCode {
			t.Fatalf("%+v, %v", got, err)
		}
		_, err = s.PassCode(t.Context(), a.ID, "000000", From{})
		wantKind(t, err, fault.Invalid, "accounts.factor.wrong")
	}
	_, err := s.PassCode(t.Context(), a.ID, codeOf(t, secret, c.Now()), From{})
	wantKind(t, err, fault.Invalid, "accounts.factor.wrong")
	_, err = s.SignIn(t.Context(), "wangmin", goodPassword, From{})
	wantKind(t, err, fault.Unauthorized, "accounts.signin.wrong")
	c.pass(lockFor)
	if _, err := s.PassCode(t.Context(), a.ID, codeOf(t, secret, c.Now()), From{}); err != nil {
		t.Errorf("after the lock: %v", err)
	}
}

func TestResetFactor(t *testing.T) {
	t.Parallel()
	s, _, c := openFactor(t)
	a, officer := create(t, s, "wangmin"), create(t, s, "anquan", RoleAt{Role: SecurityAdmin})
	before := a.Stamp
	enrolled(t, s, c, a)
	by, _, err := s.Who(t.Context(), officer.ID)
	if err != nil {
		t.Fatal(err)
	}
	const reason = "手机遗失，已当面核验身份"
	wantKind(t, s.ResetFactor(t.Context(), by, a.ID, reason), fault.Forbidden, "fault.forbidden") // two people do, see reset_test.go
	wantKind(t, s.ResetFactor(t.Context(), root, a.ID, "  丢了 "), fault.Invalid, "accounts.factor.reason")
	if err := s.ResetFactor(t.Context(), root, a.ID, reason); err != nil {
		t.Fatal(err)
	}
	wantKind(t, s.ResetFactor(t.Context(), root, a.ID, reason), fault.NotFound, "accounts.factor.none")
	got, err := s.SignIn(t.Context(), "wangmin", goodPassword, From{})
	if err != nil || got.Next != GateEnrol || got.Stamp == before {
		t.Errorf("after the reset: %+v, %v", got, err)
	}
	w, err := s.Open(t.Context(), Visit{Account: a.ID})
	if err != nil || len(w.Notices) != 1 || w.Notices[0].Reason != reason || w.Notices[0].Kind != NoticeFactorReset {
		t.Errorf("the holder is told %+v, %v", w.Notices, err)
	}
	if w, err = s.Open(t.Context(), Visit{Account: a.ID}); err != nil || len(w.Notices) != 0 {
		t.Errorf("told again: %+v, %v", w.Notices, err)
	}
}

// Two set-ups confirmed at once: one stands, with its recovery codes.
func TestParallelConfirmations(t *testing.T) {
	t.Parallel()
	s, _, c := openFactor(t)
	a := create(t, s, "wangmin")
	by := actor.Actor{Account: a.ID}
	set, err := s.Enrol(t.Context(), by)
	if err != nil {
		t.Fatal(err)
	}
	code := codeOf(t, strings.ReplaceAll(set.Secret, " ", ""), c.Now())
	var done atomic.Int32
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			if _, _, err := s.ConfirmEnrolment(t.Context(), by, Confirmation{Code: code}); err == nil {
				done.Add(1)
			} else if fault.KindOf(err) != fault.Conflict && fault.KindOf(err) != fault.Invalid {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if done.Load() != 1 {
		t.Errorf("%d confirmations went through", done.Load())
	}
}

func TestAuditIsToldAndNeverOfSecrets(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	var mu sync.Mutex
	var told []AuditEvent
	s, err := New(Config{DB: db, Audit: func(_ context.Context, _ pg.Querier, e AuditEvent) error {
		mu.Lock()
		defer mu.Unlock()
		told = append(told, e)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	a := create(t, s, "wangmin")
	for range lockAfter {
		_, _ = s.SignIn(t.Context(), "wangmin", "Geheim-guess-1", From{})
	}
	_, _ = s.SignIn(t.Context(), "MyPassword-typed-here", "x", From{})
	if _, err := s.Open(t.Context(), Visit{Account: a.ID, Method: "password"}); err != nil {
		t.Fatal(err)
	}
	var actions []string
	for _, e := range told {
		actions = append(actions, e.Action)
		for _, v := range e.Detail {
			if strings.Contains(v, "uess") || strings.Contains(v, "yped") {
				t.Errorf("%+v holds what was typed", e)
			}
		}
	}
	want := []string{"account.create", "signin.refused", "signin.refused", "signin.refused", "signin.refused", "signin.refused", "signin.locked", "signin.refused", "signin.done"}
	if !slices.Equal(actions, want) || told[7].Account != 0 || told[1].Account != a.ID {
		t.Errorf("told %v", actions)
	}
}
