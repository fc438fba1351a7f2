package redact

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"unicode"
)

// realMessages are messages to the mayors of a province, published with parts made
// anonymous; where they lie beside the repository the figures of docs/desk.md are
// computed anew. Of the labels only positions and a digest are kept here, no words.
var realMessages = "../../../shared/data/complaints-with-replies.csv"

// labelled is a message somebody read. Spans: from, to in characters, and N a whole or
// given name, T a surname with a title, P a number, A an address with a house number.
type labelled struct {
	Message int
	Digest  string `json:"sha256"`
	Spans   [][3]any
}

func labels(t *testing.T) (list []labelled, texts map[int]string) {
	raw, err := os.ReadFile("testdata/labels.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Fatal(err)
	}
	path := realMessages
	if dir := os.Getenv("MINPING_TEST_DATA"); dir != "" {
		path = filepath.Join(dir, filepath.Base(path))
	}
	if raw, err = os.ReadFile(path); err != nil {
		t.Skip("the real messages are not here: ", err)
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	texts = map[int]string{}
	for _, r := range rows[1:] {
		n, _ := strconv.Atoi(r[0])
		texts[n] = r[2] + "\n" + r[4]
	}
	return list, texts
}

type score struct{ found, all, right, proposed int }

// wilson is the 95 % interval of a share.
func wilson(k, n int) (lo, hi float64) {
	if n == 0 {
		return 0, 1
	}
	const z = 1.959964
	p, m := float64(k)/float64(n), float64(n)
	mid, half := (p+z*z/(2*m))/(1+z*z/m), z/(1+z*z/m)*math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return mid - half, mid + half
}

func TestOnRealMessages(t *testing.T) {
	list, texts := labels(t)
	scores := map[string]*score{"N": {}, "T": {}, "A": {}, "P": {}, "names": {}}
	for _, l := range list {
		text := texts[l.Message]
		if sum := sha256.Sum256([]byte(text)); hex.EncodeToString(sum[:]) != l.Digest {
			t.Fatalf("message %d is not the one that was read", l.Message)
		}
		at := make([]int, 0, len(text)+1) // character → byte
		for i := range text {
			at = append(at, i)
		}
		at = append(at, len(text))
		got := Find(text)
		for _, s := range l.Spans {
			kind := s[2].(string)
			from, to := at[int(s[0].(float64))], at[int(s[1].(float64))]
			scores[kind].all++
			if covered(text, from, to, got) {
				scores[kind].found++
			} else if testing.Verbose() {
				t.Logf("message %d: a %s at %d is not found", l.Message, kind, from)
			}
		}
		for _, g := range got {
			s := scores[map[Kind]string{Name: "names", Address: "A"}[g.Kind]]
			if s == nil {
				s = scores["P"]
			}
			s.proposed++
			for _, w := range l.Spans {
				if from, to := at[int(w[0].(float64))], at[int(w[1].(float64))]; from < g.End && g.Start < to {
					s.right++
					break
				}
			}
		}
	}
	for _, want := range []struct {
		what           string
		recall, precis float64 // floors a little under what docs/desk.md says
	}{{"N", 0.80, 0}, {"T", 0.95, 0}, {"A", 0.95, 0.90}, {"P", 0.9, 0}, {"names", 0, 0.70}} {
		s := scores[want.what]
		lo, hi := wilson(s.found, s.all)
		plo, phi := wilson(s.right, s.proposed)
		t.Logf("%-5s recall %d/%d (%.0f–%.0f %%), precision %d/%d (%.0f–%.0f %%)", want.what, s.found, s.all, lo*100, hi*100, s.right, s.proposed, plo*100, phi*100)
		if s.all > 0 && float64(s.found) < want.recall*float64(s.all) || float64(s.right) < want.precis*float64(s.proposed) {
			t.Errorf("%s got worse", want.what)
		}
	}
}

// covered tells whether nothing but marks between words of a label stays readable.
func covered(text string, from, to int, got []Span) bool {
	for i, r := range text[from:to] {
		if unicode.IsPunct(r) {
			continue
		}
		in := false
		for _, g := range got {
			in = in || g.Start <= from+i && from+i < g.End
		}
		if !in {
			return false
		}
	}
	return true
}
