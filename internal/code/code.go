package code

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// Alphabet is the symbols by rising value: digits and lower-case letters less
// 0, 1, i, l and o. Their number, 31, is a prime.
const Alphabet = "23456789abcdefghjkmnpqrstuvwxyz"

// The check symbol follows the pure systems of ISO/IEC 7064 (check characters):
// a code a₁…aₘ is sound where Σ aᵢ·rᵐ⁻ⁱ ≡ 1 (mod M), here with M = 31, r = 3.
// M is prime and no weight is 0, so a change of one symbol always shows; the
// weights of neighbours differ, so their exchange always shows. 3 is a primitive
// root of 31: its first 30 powers all differ, hence so does the exchange of any
// two symbols less than 30 places apart. Other errors pass once in 31.
const (
	modulus = len(Alphabet)
	radix   = 3
	sound   = 1
)

// MaxLength is the length of the longest code, its check symbol included.
const MaxLength = 64

// Errors of Check.
var (
	ErrAlphabet = errors.New("code: symbol outside the alphabet")
	ErrCheck    = errors.New("code: check symbol does not match")
)

// ErrLength is the error of New for a number of symbols out of range.
var ErrLength = errors.New("code: length out of range")

// New makes a code of n random symbols, drawn from r, and their check symbol.
// r is crypto/rand.Reader but in tests.
func New(r io.Reader, n int) (string, error) {
	if n < 1 || n >= MaxLength {
		return "", fmt.Errorf("%w: %d random symbols", ErrLength, n)
	}
	symbols, err := draw(r, n)
	if err != nil {
		return "", err
	}
	return string(append(symbols, checkSymbol(symbols))), nil
}

// maxRounds bounds the draws from a source that yields nothing usable. A sound
// source fails a round at 1 in 32 per symbol: 64 rounds never happen.
const maxRounds = 64

// draw takes five bits of each byte and rejects 31, the one value of 32 that
// stands for no symbol: a remainder instead would favour the first symbol.
func draw(r io.Reader, n int) ([]byte, error) {
	symbols := make([]byte, 0, n+1)
	buffer := make([]byte, n)
	for range maxRounds {
		wanted := buffer[:n-len(symbols)]
		if _, err := io.ReadFull(r, wanted); err != nil {
			return nil, fmt.Errorf("code: read random bytes: %w", err)
		}
		for _, b := range wanted {
			if v := int(b & 31); v < modulus {
				symbols = append(symbols, Alphabet[v])
			}
		}
		if len(symbols) == n {
			return symbols, nil
		}
	}
	return nil, errors.New("code: the source of random bytes is broken")
}

// checkSymbol is the symbol that makes the sum sound; its own weight is 1.
func checkSymbol(symbols []byte) byte {
	sum := 0
	for _, s := range symbols {
		sum = (sum*radix + strings.IndexByte(Alphabet, s)) % modulus
	}
	return Alphabet[(sound-sum*radix%modulus+modulus)%modulus]
}

// Check tells whether s, as Normalize gives it, is a sound code: ErrAlphabet
// where a symbol is none of ours, ErrCheck where the check symbol does not match
// or s is too short or too long to be a code. The errors do not repeat s, which
// may be a secret receipt.
func Check(s string) error {
	sum, length := 0, 0
	for _, r := range s {
		v := strings.IndexRune(Alphabet, r)
		if v < 0 {
			return fmt.Errorf("%w: number %d", ErrAlphabet, length+1)
		}
		sum = (sum*radix + v) % modulus
		length++
	}
	if length < 2 || length > MaxLength || sum != sound {
		return ErrCheck
	}
	return nil
}

// Valid tells whether Check finds no fault.
func Valid(s string) bool { return Check(s) == nil }
