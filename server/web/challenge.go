package web

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"strings"
	"time"

	"github.com/emmansun/gmsm/sm3"
)

// Proof is what a form shows in place of a budget that is used up.
type Proof int

// The proofs. Waiting is for who has no script: it needs nothing but patience.
const (
	ProofNone Proof = iota
	ProofWork
	ProofWait
)

// A challenge is ChallengePieces small puzzles rather than a large one: the work
// varies less, and progress can be told. Together they are some 2^16 hashes,
// below a second on an old phone; for an address that is challenged on and on,
// 2^18.
const (
	ChallengePieces = 4
	pieceBits       = 14
	hardPieceBits   = 16

	challengeLife = 10 * time.Minute
	challengeWait = 20 * time.Second
)

// Challenges makes and judges proofs of work. A token is signed and needs no
// memory here until it is used; it is good for one form at one code, once.
type Challenges struct {
	key  []byte
	now  func() time.Time
	used *usedTokens
}

// Challenge is one to be shown.
type Challenge struct {
	Token string
	Bits  int           // leading zero bits of each piece's SHA-256
	Wait  time.Duration // after this it passes without work
}

// NewChallenges: key is a secret of this purpose, the same on every node, of at
// least 16 bytes.
func NewChallenges(key []byte, now func() time.Time) (*Challenges, error) {
	if len(key) < 16 {
		return nil, errors.New("challenges: the key is too short")
	}
	if now == nil {
		now = time.Now
	}
	return &Challenges{key: key, now: now, used: newUsedTokens(50_000)}, nil
}

// token is what is signed: a version, these 17 bytes, then 16 of HMAC-SM3.
type token struct {
	bits    byte
	ready   int64 // seconds; from here on no work is asked for
	expires int64
	random  [8]byte
}

const (
	tokenVersion = 1
	tokenBody    = 1 + 1 + 4 + 4 + 8
	tokenSize    = tokenBody + 16
	// tokenLength: with a piece's digit and eight more it fits one block of SHA-256.
	tokenLength = 46
)

// Issue makes a challenge for one form. hard asks for four times the work.
func (c *Challenges) Issue(v Visit, hard bool) (Challenge, error) {
	now := c.now()
	t := token{bits: pieceBits, ready: now.Add(challengeWait).Unix(), expires: now.Add(challengeLife).Unix()}
	if hard {
		t.bits = hardPieceBits
	}
	if _, err := rand.Read(t.random[:]); err != nil {
		return Challenge{}, fmt.Errorf("make challenge: %w", err)
	}
	return Challenge{Token: c.sign(t, v), Bits: int(t.bits), Wait: challengeWait}, nil
}

// Judge reads what a form brings along. Where the token is ours but neither
// solved nor waited for, left is that challenge with the time that remains, to
// be shown again: pressing the button early must not start the wait anew.
func (c *Challenges) Judge(v Visit, text, solution string) (p Proof, left *Challenge) {
	t, ok := c.open(text, v)
	now := c.now()
	if !ok || now.Unix() >= t.expires {
		return ProofNone, nil
	}
	switch {
	case solution != "" && solved(text, solution, int(t.bits)):
		p = ProofWork
	case now.Unix() >= t.ready:
		p = ProofWait
	default:
		wait := min(challengeWait, time.Unix(t.ready, 0).Sub(now))
		return ProofNone, &Challenge{Token: text, Bits: int(t.bits), Wait: wait}
	}
	if !c.used.first(t.random, now) {
		return ProofNone, nil
	}
	return p, nil
}

func (c *Challenges) sign(t token, v Visit) string {
	var b [tokenSize]byte
	b[0], b[1] = tokenVersion, t.bits
	binary.BigEndian.PutUint32(b[2:], uint32(t.ready))
	binary.BigEndian.PutUint32(b[6:], uint32(t.expires))
	copy(b[10:], t.random[:])
	copy(b[tokenBody:], c.mac(b[:tokenBody], v))
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func (c *Challenges) open(text string, v Visit) (token, bool) {
	if len(text) != tokenLength {
		return token{}, false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || b[0] != tokenVersion || !hmac.Equal(b[tokenBody:], c.mac(b[:tokenBody], v)) {
		return token{}, false
	}
	t := token{bits: b[1], ready: int64(binary.BigEndian.Uint32(b[2:])), expires: int64(binary.BigEndian.Uint32(b[6:]))}
	copy(t.random[:], b[10:tokenBody])
	return t, true
}

// mac signs a token together with what it is good for.
func (c *Challenges) mac(body []byte, v Visit) []byte {
	m := hmac.New(sm3.New, c.key)
	m.Write([]byte("rating challenge\x00"))
	m.Write(body)
	m.Write(v.Form[:])
	m.Write([]byte(v.Code))
	return m.Sum(nil)[:16]
}

// solved checks the numbers for all pieces: SHA-256(token, piece, number) begins
// with so many zero bits. Numbers are at most eight characters.
func solved(token, solution string, zeros int) bool {
	if len(solution) > ChallengePieces*9 {
		return false
	}
	numbers := strings.Split(solution, ".")
	if len(numbers) != ChallengePieces {
		return false
	}
	for i, n := range numbers {
		if n == "" || len(n) > 8 {
			return false
		}
		sum := sha256.Sum256([]byte(token + string(rune('0'+i)) + n))
		if bits.LeadingZeros64(binary.BigEndian.Uint64(sum[:])) < zeros {
			return false
		}
	}
	return true
}
