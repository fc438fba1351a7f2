package code_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"minping/internal/code"
)

// source is a seeded stream of bytes, so that a failure repeats.
func source(seed byte) io.Reader { return rand.NewChaCha8([32]byte{seed}) }

func newCode(t testing.TB, r io.Reader, n int) string {
	t.Helper()
	s, err := code.New(r, n)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAlphabet(t *testing.T) {
	t.Parallel()
	if len(code.Alphabet) != 31 {
		t.Fatalf("%d symbols: not the prime that the check symbol relies on", len(code.Alphabet))
	}
	for i, r := range code.Alphabet {
		if strings.ContainsRune("01ilo", r) || strings.IndexRune(code.Alphabet, r) != i {
			t.Errorf("%c looks like another symbol, or stands twice", r)
		}
	}
}

// By hand: a b c have the values 8 9 10; 8·27 + 9·9 + 10·3 = 327 ≡ 17 (mod 31),
// and 17 + 15 = 32 ≡ 1, so the check symbol is the one of value 15: h.
func TestCheckWorkedExample(t *testing.T) {
	t.Parallel()
	if err := code.Check("abch"); err != nil {
		t.Error(err)
	}
	got, err := code.New(bytes.NewReader([]byte{8, 9 + 32, 10 + 64}), 3)
	if err != nil || got != "abch" {
		t.Errorf("New = %q, %v; want abch", got, err)
	}
}

func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]error{
		"": code.ErrCheck, "3": code.ErrCheck, "2222": code.ErrCheck, "abcj": code.ErrCheck,
		strings.Repeat("2", 64) + "3": code.ErrCheck,
		"abc0":                        code.ErrAlphabet, "ABCH": code.ErrAlphabet, "ab-ch": code.ErrAlphabet,
		"评价":     code.ErrAlphabet,
		"ab\xff": code.ErrAlphabet, "demo0001": code.ErrAlphabet,
	} {
		if err := code.Check(s); !errors.Is(err, want) || code.Valid(s) {
			t.Errorf("Check(%q) = %v, want %v", s, err, want)
		}
	}
}

func TestNewGivesSoundCodes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, code.MaxLength-1).Draw(t, "n")
		s, err := code.New(source(rapid.Byte().Draw(t, "seed")), n)
		if err != nil || len(s) != n+1 || !code.Valid(s) {
			t.Fatalf("%q, %v", s, err)
		}
	})
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for _, n := range []int{-1, 0, code.MaxLength} {
		if s, err := code.New(source(1), n); !errors.Is(err, code.ErrLength) || s != "" {
			t.Errorf("%d symbols: %q, %v", n, s, err)
		}
	}
	if s, err := code.New(bytes.NewReader([]byte{1, 2}), 3); !errors.Is(err, io.ErrUnexpectedEOF) || s != "" {
		t.Errorf("a source that ends: %q, %v", s, err)
	}
	if s, err := code.New(bytes.NewReader(bytes.Repeat([]byte{31}, 1<<12)), 10); err == nil || s != "" {
		t.Errorf("a source of rejected bytes only: %q, %v", s, err)
	}
}

// Every change of one symbol of a code, to every other symbol.
func TestEverySubstitutionShows(t *testing.T) {
	t.Parallel()
	r := source(2)
	for n := 1; n < code.MaxLength; n++ {
		s := newCode(t, r, n)
		for i := range s {
			for _, other := range []byte(code.Alphabet) {
				changed := s[:i] + string(other) + s[i+1:]
				if changed != s && code.Valid(changed) {
					t.Fatalf("%s passes for %s", changed, s)
				}
			}
		}
	}
}

// Every exchange of two unlike symbols less than 30 places apart, which takes
// in every exchange of neighbours.
func TestEveryTranspositionShows(t *testing.T) {
	t.Parallel()
	r := source(3)
	for n := 1; n < code.MaxLength; n++ {
		for range 20 {
			s := newCode(t, r, n)
			for i := range s {
				for j := i + 1; j < min(len(s), i+30); j++ {
					changed := []byte(s)
					changed[i], changed[j] = s[j], s[i]
					if s[i] != s[j] && code.Valid(string(changed)) {
						t.Fatalf("%s passes for %s", changed, s)
					}
				}
			}
		}
	}
}

// Every pair of neighbours there can be, at every place of a code of ten.
func TestEveryPairOfNeighboursShows(t *testing.T) {
	t.Parallel()
	base := newCode(t, source(4), 10)
	for i := range len(base) - 2 {
		for _, a := range []byte(code.Alphabet) {
			for _, b := range []byte(code.Alphabet) {
				body := base[:i] + string(a) + string(b) + base[i+2:len(base)-1]
				last := soundEnding(t, body)
				if changed := base[:i] + string(b) + string(a) + base[i+2:len(base)-1] + last; a != b && code.Valid(changed) {
					t.Fatalf("%s passes for %s%s", changed, body, last)
				}
			}
		}
	}
}

// soundEnding finds the check symbol of body by trial, and that there is one only.
func soundEnding(t *testing.T, body string) string {
	t.Helper()
	var found []string
	for _, c := range code.Alphabet {
		if code.Valid(body + string(c)) {
			found = append(found, string(c))
		}
	}
	if len(found) != 1 {
		t.Fatalf("%s has %d check symbols", body, len(found))
	}
	return found[0]
}

// Pearson's χ² of 31 symbols has 30 degrees of freedom: 59.7 is passed by chance
// once in a thousand (printed tables). A remainder in place of the rejection
// would double the first symbol and give thousands.
func TestSymbolsAreEven(t *testing.T) {
	t.Parallel()
	const codes, n = 4000, 20
	r, counts, places := source(5), map[byte]float64{}, map[byte]float64{}
	for range codes {
		s := newCode(t, r, n)
		for i := range n {
			counts[s[i]]++
		}
		places[s[n]]++
	}
	if got := chiSquare(counts, codes*n); got > 59.7 {
		t.Errorf("random symbols: χ² %.1f", got)
	}
	if got := chiSquare(places, codes); got > 59.7 {
		t.Errorf("check symbols: χ² %.1f", got)
	}
}

func chiSquare(counts map[byte]float64, total float64) float64 {
	want, sum := total/float64(len(code.Alphabet)), 0.
	for _, s := range []byte(code.Alphabet) {
		sum += (counts[s] - want) * (counts[s] - want) / want
	}
	return sum
}
