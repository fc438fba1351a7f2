package accounts

import (
	"context"
	"fmt"
	"hash/maphash"
	"strings"
	"sync/atomic"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"minping/internal/fault"
)

// The shortest and longest password, in characters.
const (
	passwordMin = 10
	passwordMax = 128
)

// passwordRule checks a new password; "" or the key of the complaint.
// Three of the four classes and ten characters are what 等级保护 assessors ask for.
func (s *Service) passwordRule(password, username string) string {
	switch n := utf8.RuneCountInString(password); {
	case !utf8.ValidString(password):
		return "fault.field.text"
	case n < passwordMin:
		return "accounts.password.short"
	case n > passwordMax:
		return "accounts.password.long"
	case classes(password) < 3:
		return "accounts.password.simple"
	case strings.EqualFold(password, username), len(username) >= 4 && strings.Contains(strings.ToLower(password), username):
		return "accounts.password.name"
	case s.common.bar(password):
		return "accounts.password.common"
	}
	return ""
}

// classes counts lower case, upper case, digits and everything else (signs, 汉字).
func classes(password string) int {
	var lower, upper, digit, other int
	for _, r := range password {
		switch {
		case unicode.IsLower(r):
			lower = 1
		case unicode.IsUpper(r):
			upper = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			other = 1
		}
	}
	return lower + upper + digit + other
}

// hasher works passwords with argon2id (OWASP: 19 MiB, two passes, one lane).
// At most two run at once, so that sign-ins can never take the memory; those who
// wait are counted, and past a limit turned away.
type hasher struct {
	params  *argon2id.Params
	dummy   string
	slots   chan struct{}
	waiting atomic.Int32
	worked  atomic.Int64 // computations so far: what a refusal costs must not tell why
	seed    maphash.Seed
	names   [64]chan struct{} // one attempt at a time per name, see attempt
}

const waitLimit = 100

func newHasher() (*hasher, error) {
	h := &hasher{
		params: &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32},
		slots:  make(chan struct{}, 2),
		seed:   maphash.MakeSeed(),
	}
	for i := range h.names {
		h.names[i] = make(chan struct{}, 1)
	}
	dummy, err := argon2id.CreateHash("nobody has this password", h.params)
	if err != nil {
		return nil, fmt.Errorf("accounts: hash: %w", err)
	}
	h.dummy = dummy
	return h, nil
}

func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	leave, err := h.enter(ctx, h.slots)
	if err != nil {
		return "", err
	}
	defer leave()
	h.worked.Add(1)
	hash, err := argon2id.CreateHash(password, h.params)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

// matches compares; an empty hash (no such account, or locked) takes the same time.
func (h *hasher) matches(ctx context.Context, password, hash string) (bool, error) {
	leave, err := h.enter(ctx, h.slots)
	if err != nil {
		return false, err
	}
	defer leave()
	known := hash != ""
	if !known {
		hash = h.dummy
	}
	h.worked.Add(1)
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("compare password: %w", err)
	}
	return ok && known, nil
}

// turn waits until no other attempt at this name runs here.
func (h *hasher) turn(ctx context.Context, username string) (func(), error) {
	return h.enter(ctx, h.names[maphash.String(h.seed, username)%uint64(len(h.names))])
}

func (h *hasher) enter(ctx context.Context, gate chan struct{}) (func(), error) {
	if h.waiting.Add(1) > waitLimit {
		h.waiting.Add(-1)
		f := fault.New(fault.Busy, "accounts.busy")
		f.RetryAfter = 5 * time.Second
		return nil, f
	}
	defer h.waiting.Add(-1)
	select {
	case gate <- struct{}{}:
		return func() { <-gate }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
