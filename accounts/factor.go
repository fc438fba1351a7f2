package accounts

import (
	"context"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// TOTP as every authenticator knows it (RFC 6238): SHA-1, six digits, 30 seconds;
// one step of drift either way.
const (
	totpPeriod = 30
	totpDrift  = 1
	totpSecret = 20 // bytes; RFC 4226 §4 recommends 160 bits
)

var base32Plain = base32.StdEncoding.WithPadding(base32.NoPadding)

// Enrolment is what an authenticator is set up with.
type Enrolment struct {
	Secret string // in text, groups of four
	URL    string // otpauth://, for the QR code
}

// Enrol shows the caller a secret for an authenticator; the same one until
// ConfirmEnrolment has seen a code of it. Unauthorized for nobody.
func (s *Service) Enrol(ctx context.Context, by actor.Actor) (Enrolment, error) {
	if err := signedIn(by); err != nil {
		return Enrolment{}, err
	}
	if err := s.factorWanted(); err != nil {
		return Enrolment{}, err
	}
	username, err := s.usernameOf(ctx, by.Account)
	if err != nil {
		return Enrolment{}, err
	}
	sealed, err := s.cfg.Seal.Seal(randomBytes(totpSecret), boundTo(by.Account))
	if err != nil {
		return Enrolment{}, fmt.Errorf("enrol: %w", err)
	}
	if sealed, err = pendingSecret(ctx, s.db, by.Account, sealed); err != nil {
		return Enrolment{}, fmt.Errorf("enrol: %w", err)
	}
	secret, err := s.cfg.Seal.Open(sealed, boundTo(by.Account))
	if err != nil {
		return Enrolment{}, fmt.Errorf("enrol: %w", err)
	}
	return s.enrolment(username, secret), nil
}

func (s *Service) enrolment(username string, secret []byte) Enrolment {
	text := base32Plain.EncodeToString(secret)
	address := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + s.cfg.Issuer + ":" + username,
		RawQuery: "secret=" + text + "&issuer=" + url.QueryEscape(s.cfg.Issuer)}
	return Enrolment{Secret: grouped(text), URL: address.String()}
}

func grouped(text string) string {
	var b strings.Builder
	for i, r := range text {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Confirmation finishes an enrolment. Who replaces an authenticator proves it
// with the password (Replacing); who signs in for the first time just has.
type Confirmation struct {
	Code      string
	Replacing bool
	Password  string
	Session   string // goes on; the account's other sessions end
}

// ConfirmEnrolment makes the shown secret the account's second factor once a code
// proves that an authenticator has it, and gives ten recovery codes, this once,
// and the account with its new stamp and next gate. Invalid with complaints about
// code or current; Conflict where there is an authenticator and Replacing is false.
func (s *Service) ConfirmEnrolment(ctx context.Context, by actor.Actor, in Confirmation) ([]string, Account, error) {
	if err := signedIn(by); err != nil {
		return nil, Account{}, err
	}
	if err := s.factorWanted(); err != nil {
		return nil, Account{}, err
	}
	if in.Replacing {
		username, err := s.usernameOf(ctx, by.Account)
		if err != nil {
			return nil, Account{}, err
		}
		if _, err := s.confirmPassword(ctx, username, in.Password); err != nil {
			return nil, Account{}, err
		}
	}
	f, err := factorOf(ctx, s.db, by.Account)
	if err != nil && !pg.None(err) {
		return nil, Account{}, fmt.Errorf("confirm enrolment: %w", err)
	}
	if f.Secret != nil && !in.Replacing {
		return nil, Account{}, fault.New(fault.Conflict, "accounts.factor.enrolled")
	}
	step, err := s.stepOf(by.Account, f.Pending, in.Code)
	if err != nil {
		return nil, Account{}, err
	}
	if step == 0 {
		return nil, Account{}, fault.Fielded(complain("code", "accounts.factor.unproved"))
	}
	return s.enrol(ctx, by.Account, confirmed{f.Pending, step, in})
}

type confirmed struct {
	pending []byte
	step    int64
	Confirmation
}

func (s *Service) enrol(ctx context.Context, account int64, c confirmed) ([]string, Account, error) {
	codes, err := s.newRecoveryCodes(ctx)
	if err != nil {
		return nil, Account{}, err
	}
	var a credentials
	err = pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if _, err := s.beforeNewFactor(ctx, tx, account, !c.Replacing); err != nil {
			return err
		}
		n, err := confirmFactor(ctx, tx, account, c, s.now())
		if err != nil {
			return fmt.Errorf("enrol: %w", err)
		}
		if n == 0 {
			return fault.New(fault.Conflict, "accounts.factor.race")
		}
		if err := replaceRecovery(ctx, tx, account, codes); err != nil {
			return fmt.Errorf("enrol: %w", err)
		}
		if err := endOtherSessions(ctx, tx, account, c.Session); err != nil {
			return fmt.Errorf("enrol: %w", err)
		}
		if a, err = credentialsOf(ctx, tx, account); err != nil {
			return fmt.Errorf("enrol: %w", err)
		}
		return s.audit(ctx, tx, AuditEvent{Action: "factor.enrol", Account: account})
	})
	if err != nil {
		return nil, Account{}, err
	}
	a.Next = s.next(a, true)
	return codes.shown(), a.Account, nil
}

// PassCode checks the second factor of an account whose password was right.
// code is six digits of the authenticator, or a recovery code. Every refusal is
// the same, counts towards the lock, and a code is taken once, however many
// requests bring it at the same moment: Invalid with a complaint about code.
func (s *Service) PassCode(ctx context.Context, account int64, code string, from From) (Account, error) {
	username, err := s.usernameOf(ctx, account)
	if err != nil {
		return Account{}, err
	}
	done, err := s.door.enter(from.Source)
	if err != nil {
		return Account{}, err
	}
	defer done()
	if err := s.throttle.claim(from.Source, username, s.now()); err != nil {
		return Account{}, err
	}
	leave, err := s.hasher.turn(ctx, username)
	if err != nil {
		return Account{}, err
	}
	defer leave()
	a, err := s.claim(ctx, username, from)
	if err != nil {
		return Account{}, err
	}
	passed := false
	if a.ID != 0 {
		if passed, err = s.useCode(ctx, a.ID, code); err != nil {
			return Account{}, err
		}
	}
	if !passed {
		s.tellLock(a)
		if err := s.refuse(ctx, a, username, refusal{outcomeCode, from.Source}); err != nil {
			return Account{}, err
		}
		return Account{}, fault.Fielded(s.locking(complain("code", "accounts.factor.wrong")))
	}
	a.Next = s.next(a, true)
	s.throttle.succeed(from.Source, username)
	return a.Account, s.forget(ctx, a)
}

// useCode spends a code: the authenticator's by moving the last used time step
// forward, a recovery code by marking it.
func (s *Service) useCode(ctx context.Context, account int64, code string) (bool, error) {
	f, err := factorOf(ctx, s.db, account)
	if pg.None(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("check code: %w", err)
	}
	if plain := recoveryText(code); len(plain) == recoveryLength {
		return s.useRecovery(ctx, account, f, plain)
	}
	step, err := s.stepOf(account, f.Secret, code)
	if err != nil || step == 0 {
		return false, err
	}
	n, err := spendStep(ctx, s.db, account, step)
	if err != nil {
		return false, fmt.Errorf("check code: %w", err)
	}
	return n == 1, nil
}

// stepOf finds the time step of a code; 0 where it is none of now.
func (s *Service) stepOf(account int64, sealed []byte, code string) (int64, error) {
	code = strings.Map(digitsOnly, code)
	if sealed == nil || len(code) != 6 {
		return 0, nil
	}
	secret, err := s.cfg.Seal.Open(sealed, boundTo(account))
	if err != nil {
		return 0, fmt.Errorf("second factor of account %d: %w", account, err)
	}
	text := base32Plain.EncodeToString(secret)
	now, found := s.now().Unix()/totpPeriod, int64(0)
	for step := now - totpDrift; step <= now+totpDrift; step++ {
		want, err := codeAt(text, step)
		if err != nil {
			return 0, err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			found = step
		}
	}
	return found, nil
}

func codeAt(secret string, step int64) (string, error) {
	code, err := hotp.GenerateCodeCustom(secret, uint64(step), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		return "", fmt.Errorf("code of step: %w", err)
	}
	return code, nil
}

// digitsOnly drops the spaces that authenticators show and reads full-width digits.
func digitsOnly(r rune) rune {
	switch {
	case r == ' ' || r == '\u3000' || r == '-':
		return -1
	case r >= '０' && r <= '９':
		return r - '０' + '0'
	}
	return r
}

func (s *Service) factorWanted() error {
	if !s.SecondFactor() {
		return fault.New(fault.Conflict, "accounts.factor.off")
	}
	return nil
}

// boundTo ties a sealed secret to its account: moved to another row, it does not open.
func boundTo(account int64) []byte { return []byte("totp/" + strconv.FormatInt(account, 10)) }
