package web

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"math/bits"
	"strconv"
	"strings"
	"testing"
	"time"
)

// work does what the browser's script does.
func work(c Challenge) string {
	var numbers []string
	for piece := range ChallengePieces {
		for n := uint64(0); ; n++ {
			number := strconv.FormatUint(n, 36)
			sum := sha256.Sum256([]byte(c.Token + strconv.Itoa(piece) + number))
			if bits.LeadingZeros64(binary.BigEndian.Uint64(sum[:])) >= c.Bits {
				numbers = append(numbers, number)
				break
			}
		}
	}
	return strings.Join(numbers, ".")
}

type desk struct {
	*Challenges
	at time.Time
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	d := &desk{at: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	var err error
	if d.Challenges, err = NewChallenges([]byte("0123456789abcdef"), func() time.Time { return d.at }); err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *desk) issue(t testing.TB, v Visit, hard bool) Challenge {
	t.Helper()
	c, err := d.Issue(v, hard)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func aForm(n byte) Visit { return Visit{Code: "win00001", Form: [16]byte{n}} }

func TestWorkPassesOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.issue(t, aForm(1), false)
	if len(c.Token) != tokenLength || c.Bits != 14 || len(c.Token)+1+8 > 55 {
		t.Errorf("%+v", c)
	}
	solution := work(c)
	for name, v := range map[string]Visit{"another form": aForm(2), "another code": {Code: "win00002", Form: [16]byte{1}}} {
		if p, _ := d.Judge(v, c.Token, solution); p != ProofNone {
			t.Errorf("%s: %v", name, p)
		}
	}
	if p, _ := d.Judge(aForm(1), c.Token, solution); p != ProofWork {
		t.Errorf("right: %v", p)
	}
	if p, _ := d.Judge(aForm(1), c.Token, solution); p != ProofNone {
		t.Errorf("again: %v", p)
	}
	if hard := d.issue(t, aForm(1), true); hard.Bits != 16 {
		t.Errorf("hard: %d bits", hard.Bits)
	}
}

func TestWrongSolutions(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.issue(t, aForm(1), false)
	right := work(c)
	parts := strings.Split(right, ".")
	for _, wrong := range []string{"", ".", "...", "0.0.0.0", right + ".0", right + ".", parts[0], strings.Join(parts[:3], "."),
		strings.Join([]string{parts[1], parts[0], parts[2], parts[3]}, "."), strings.Repeat("9", 60), "00000000" + right, "\x00.\x00.\x00.\x00"} {
		if p, left := d.Judge(aForm(1), c.Token, wrong); p != ProofNone || left == nil || left.Token != c.Token {
			t.Errorf("%q: %v, left %+v", wrong, p, left)
		}
	}
	d.at = d.at.Add(challengeLife)
	if p, left := d.Judge(aForm(1), c.Token, right); p != ProofNone || left != nil {
		t.Errorf("expired: %v %+v", p, left)
	}
}

func TestWaitingPassesOnceAfterItsTime(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.issue(t, aForm(1), false)
	d.at = d.at.Add(5 * time.Second)
	if p, left := d.Judge(aForm(1), c.Token, ""); p != ProofNone || left == nil || left.Token != c.Token || left.Wait != 15*time.Second {
		t.Errorf("too early: %v, left %+v", p, left)
	}
	d.at = d.at.Add(15 * time.Second)
	if p, _ := d.Judge(aForm(1), c.Token, ""); p != ProofWait {
		t.Errorf("in time: %v", p)
	}
	if p, _ := d.Judge(aForm(1), c.Token, ""); p != ProofNone {
		t.Errorf("again: %v", p)
	}
}

func TestChallengeWhenTheClockGoesBackwards(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	c := d.issue(t, aForm(1), false)
	d.at = d.at.Add(-time.Hour)
	_, left := d.Judge(aForm(1), c.Token, "")
	if left == nil || left.Wait > challengeWait {
		t.Errorf("asked to wait %+v", left)
	}
	if p, _ := d.Judge(aForm(1), c.Token, work(c)); p != ProofWork {
		t.Errorf("work done: %v", p)
	}
}

func TestKeysOfChallenges(t *testing.T) {
	t.Parallel()
	if _, err := NewChallenges([]byte("short"), nil); err == nil {
		t.Error("a short key is taken")
	}
	d := newDesk(t)
	other, err := NewChallenges([]byte("fedcba9876543210"), func() time.Time { return d.at })
	if err != nil {
		t.Fatal(err)
	}
	c := d.issue(t, aForm(1), false)
	if p, left := other.Judge(aForm(1), c.Token, work(c)); p != ProofNone || left != nil {
		t.Error("a token of another key is taken")
	}
}

func TestUsedTokensAreBounded(t *testing.T) {
	t.Parallel()
	u := newUsedTokens(1000)
	now := time.Unix(0, 0)
	var token [8]byte
	for i := range 1_000_000 {
		binary.BigEndian.PutUint64(token[:], uint64(i))
		if !u.first(token, now) {
			t.Fatal("a fresh token is taken for a used one")
		}
	}
	if n := u.size(); n > 1000 {
		t.Errorf("%d tokens are held", n)
	}
	if u.first(token, now) {
		t.Error("a used token is taken again")
	}
}

// FuzzChallenge: nothing but our own token for this form gets through.
func FuzzChallenge(f *testing.F) {
	d := newDesk(f)
	c := Challenge{Bits: pieceBits} // the same in every process that fuzzes
	c.Token = d.sign(token{bits: pieceBits, ready: d.at.Add(challengeWait).Unix(), expires: d.at.Add(challengeLife).Unix()}, aForm(1))
	right := work(c)
	for _, token := range []string{"", c.Token, c.Token[:45], c.Token + "A", strings.ToLower(c.Token), strings.Repeat("A", tokenLength),
		c.Token[:45] + "=", base64.StdEncoding.EncodeToString(make([]byte, 34))} {
		f.Add(token, right)
		f.Add(token, "")
	}
	f.Fuzz(func(t *testing.T, token, solution string) {
		d := newDesk(t)
		d.at = d.at.Add(challengeWait)
		p, left := d.Judge(aForm(1), token, solution)
		if token != c.Token && (p != ProofNone || left != nil) {
			t.Errorf("%q %q: %v", token, solution, p)
		}
		if p == ProofWork && solution != right && !solved(token, solution, 14) {
			t.Errorf("%q passes as work", solution)
		}
	})
}

func BenchmarkJudge(b *testing.B) {
	d := newDesk(b)
	c := d.issue(b, aForm(1), false)
	right := work(c)
	b.ReportAllocs()
	for b.Loop() {
		d.Judge(aForm(1), c.Token, right)
	}
}
