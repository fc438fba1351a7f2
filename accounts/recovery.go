package accounts

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"
	"golang.org/x/crypto/argon2"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Recovery codes: ten of twelve characters (60 bits) from an alphabet without
// letters that are mistaken for digits (Crockford), shown in groups of four.
const (
	recoveryCodes    = 10
	recoveryLength   = 12
	recoveryAlphabet = "0123456789abcdefghjkmnpqrstvwxyz"
)

// recovery are fresh codes with their digests under one salt, so that a try costs
// one computation however many codes there are.
type recovery struct {
	salt    []byte
	codes   []string
	digests [][]byte
}

func (r recovery) shown() []string {
	out := make([]string, 0, len(r.codes))
	for _, c := range r.codes {
		out = append(out, c[:4]+"-"+c[4:8]+"-"+c[8:])
	}
	return out
}

func (s *Service) newRecoveryCodes(ctx context.Context) (recovery, error) {
	leave, err := s.hasher.enter(ctx, s.hasher.slots)
	if err != nil {
		return recovery{}, err
	}
	defer leave()
	r := recovery{salt: randomBytes(16)}
	for range recoveryCodes {
		code := randomCode()
		r.codes = append(r.codes, code)
		r.digests = append(r.digests, s.hasher.digest(code, r.salt))
	}
	return r, nil
}

// digest works a recovery code as a password is worked.
func (h *hasher) digest(code string, salt []byte) []byte {
	h.worked.Add(1)
	p := h.params
	return argon2.IDKey([]byte(code), salt, p.Iterations, p.Memory, p.Parallelism, p.KeyLength)
}

func randomCode() string {
	raw := randomBytes(recoveryLength)
	for i, b := range raw {
		raw[i] = recoveryAlphabet[b%32]
	}
	return string(raw)
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails since Go 1.24
	return b
}

// recoveryText reads a typed recovery code: case, groups and look-alikes do not matter.
func recoveryText(typed string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case 'o':
			return '0'
		case 'i', 'l':
			return '1'
		}
		if strings.ContainsRune(recoveryAlphabet, r) {
			return r
		}
		return -1
	}, strings.ToLower(typed))
}

func (s *Service) useRecovery(ctx context.Context, account int64, f factorRow, code string) (bool, error) {
	leave, err := s.hasher.enter(ctx, s.hasher.slots)
	if err != nil {
		return false, err
	}
	if f.Salt == nil {
		f.Salt = make([]byte, 16) // the same work where there are no codes
	}
	digest := s.hasher.digest(code, f.Salt)
	leave()
	n, err := spendRecovery(ctx, s.db, account, digest, s.now())
	if err != nil {
		return false, fmt.Errorf("use recovery code: %w", err)
	}
	return n == 1, nil
}

// RenewRecoveryCodes replaces the caller's recovery codes and gives the new ones,
// this once. Invalid with a complaint about current; Conflict without a second factor.
func (s *Service) RenewRecoveryCodes(ctx context.Context, by actor.Actor, password string) ([]string, error) {
	if err := signedIn(by); err != nil {
		return nil, err
	}
	username, err := s.usernameOf(ctx, by.Account)
	if err != nil {
		return nil, err
	}
	if _, err := s.confirmPassword(ctx, username, password); err != nil {
		return nil, err
	}
	codes, err := s.newRecoveryCodes(ctx)
	if err != nil {
		return nil, err
	}
	err = pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if a, err := credentialsOf(ctx, tx, by.Account); pg.None(err) || (err == nil && !a.enrolled()) {
			return fault.New(fault.Conflict, "accounts.factor.none")
		} else if err != nil {
			return fmt.Errorf("renew recovery codes: %w", err)
		}
		if err := replaceRecovery(ctx, tx, by.Account, codes); err != nil {
			return fmt.Errorf("renew recovery codes: %w", err)
		}
		return s.audit(ctx, tx, AuditEvent{Action: "factor.codes", Account: by.Account})
	})
	return codes.shown(), err
}
