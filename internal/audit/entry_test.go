package audit

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/emmansun/gmsm/sm3"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"minping/internal/actor"
)

// TestGoldenDigest is the worked example for whoever recomputes a chain elsewhere.
func TestGoldenDigest(t *testing.T) {
	t.Parallel()
	office, account := int64(4), int64(3)
	s := Stored{Day: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC), Seq: 17, At: time.Date(2026, 11, 22, 1, 2, 3, 4000, time.UTC),
		ActorID: &account, ActorName: "王敏", Source: "net:0011223344556677", Action: RoleGrant, ObjectKind: "account", ObjectID: "12",
		OfficeID: &office, Outcome: Done, Detail: json.RawMessage(`{"unit": 4, "role": "brand", "to": "", "from": true}`), Prev: genesis()}
	got, err := s.digest()
	if err != nil {
		t.Fatal(err)
	}
	const want = "525eca1f87a5570050889cb0488a802d2c3aa3ac5131d718409df84e7ab2302f"
	if hex.EncodeToString(got) != want {
		t.Errorf("digest %x, want %s", got, want)
	}
}

// TestEveryFieldIsInTheDigest changes one thing after another.
func TestEveryFieldIsInTheDigest(t *testing.T) {
	t.Parallel()
	base := func() Stored {
		s, err := grantAt(start).stored()
		if err != nil {
			t.Fatal(err)
		}
		s, err = s.after(Head{Digest: genesis()})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	other := int64(99)
	seen := map[string]string{hex.EncodeToString(base().Digest): "nothing"}
	for name, change := range map[string]func(*Stored){
		"day": func(s *Stored) { s.Day = s.Day.AddDate(0, 0, 1) }, "seq": func(s *Stored) { s.Seq++ },
		"at": func(s *Stored) { s.At = s.At.Add(time.Microsecond) }, "actor": func(s *Stored) { s.ActorID = &other },
		"nobody": func(s *Stored) { s.ActorID = nil }, "name": func(s *Stored) { s.ActorName += "x" },
		"source": func(s *Stored) { s.Source = "" }, "action": func(s *Stored) { s.Action = RoleWithdraw },
		"kind": func(s *Stored) { s.ObjectKind, s.ObjectID = "account1", "2" }, "id": func(s *Stored) { s.ObjectID = "13" },
		"office": func(s *Stored) { s.OfficeID = &other }, "hall": func(s *Stored) { s.HallID = &other },
		"outcome": func(s *Stored) { s.Outcome = Refused }, "prev": func(s *Stored) { s.Prev[0] ^= 1 },
		"detail": func(s *Stored) { s.Detail = json.RawMessage(`{"role":"brand","unit":"4"}`) },
		"less":   func(s *Stored) { s.Detail = json.RawMessage(`{"role":"brand"}`) },
	} {
		s := base()
		change(&s)
		sum, err := s.digest()
		if err != nil {
			t.Fatal(err)
		}
		if before, twice := seen[hex.EncodeToString(sum)]; twice {
			t.Errorf("changing %s gives the digest of changing %s", name, before)
		}
		seen[hex.EncodeToString(sum)] = name
	}
}

func TestPersonalDataDoesNotSlipIn(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]Entry{
		"a key not on the list": {At: start, Action: RoleGrant, Detail: Detail{"phone": "x"}},
		"another action's key":  {At: start, Action: SignOut, Detail: Detail{"role": "brand"}},
		"an unknown action":     {At: start, Action: "rating.praise"},
		"a nested value":        {At: start, Action: RoleGrant, Detail: Detail{"role": map[string]any{}}},
		"a fraction":            {At: start, Action: RoleGrant, Detail: Detail{"unit": 0.1}},
		"no value":              {At: start, Action: RoleGrant, Detail: Detail{"unit": nil}},
		"no time":               {Action: RoleGrant},
		"another outcome":       {At: start, Action: RoleGrant, Outcome: "maybe"},
		"an object without end": {At: start, Action: RoleGrant, Object: Object{"account", strings.Repeat("字", 201)}},
		"a source without end":  {At: start, Action: RoleGrant, Source: strings.Repeat("a", 201)},
	} {
		if _, err := e.stored(); !errors.Is(err, ErrMisuse) {
			t.Errorf("%s: %v, want ErrMisuse", name, err)
		}
	}
	for text, want := range map[string]string{
		"请回电13812345678核实": "请回电***核实", "+86 138-1234-5678": "+***", "110105194912310021": "***", "身份证11010519491231002X。": "身份证***。",
		"信箱 li.si@example.cn": "信箱 ***", "0532-85912345": "***", "窗口 12345，2026-11-22，370200": "窗口 12345，2026-11-22，370200",
		"a13812345678f": "a13812345678f",
	} {
		if got := mask(text); got != want {
			t.Errorf("mask(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestStoredIsCutAndStorable(t *testing.T) {
	t.Parallel()
	type role string
	e := grantAt(start)
	e.By.Name, e.Object.ID = strings.Repeat("名", 150), "a\x00b\xff"
	e.Detail = Detail{"role": role("brand"), "unit": int32(5), "from": strings.Repeat("长", 300)}
	s, err := e.stored()
	if err != nil {
		t.Fatal(err)
	}
	if utf8.RuneCountInString(s.ActorName) != maxName || s.ObjectID != "a\ufffdb\ufffd" {
		t.Errorf("name %q, id %q", s.ActorName, s.ObjectID)
	}
	got, err := flat(s.Detail)
	want := map[string]string{"role": "sbrand", "unit": "n5", "from": "s" + strings.Repeat("长", 199) + "…"}
	if err != nil || !cmp.Equal(got, want) {
		t.Errorf("detail %v, %v", got, err)
	}
}

func TestRegistry(t *testing.T) {
	t.Parallel()
	shape := regexp.MustCompile(`^[a-z_]+\.[a-z_]+$`)
	seen := map[Action]bool{}
	for _, a := range Actions() {
		keys, _ := a.Keys()
		if seen[a] || !shape.MatchString(string(a)) || len(keys) > 12 { // 12 values of 200 characters fit the CHECK on detail
			t.Errorf("%s: twice, misshapen, or with too many keys", a)
		}
		seen[a] = true
		slices.Sort(keys)
		if len(slices.Compact(keys)) != len(keys) {
			t.Errorf("%s: a key twice", a)
		}
	}
}

// TestNoTwoListsLookAlike: a digest's input tells where each text ends.
func TestNoTwoListsLookAlike(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOf(rapid.StringOf(rapid.SampledFrom([]rune("a\x00字")))).Draw(t, "texts")
		at := rapid.IntRange(0, len(texts)).Draw(t, "at")
		merged := append(slices.Clone(texts[:at]), strings.Join(texts[at:], ""))
		if slices.Equal(texts, merged) {
			t.Skip("the same list")
		}
		if a, b := sumOf(texts), sumOf(merged); a == b {
			t.Fatalf("%q and %q have one digest", texts, merged)
		}
	})
}

func sumOf(texts []string) string {
	f := fields{sm3.New()}
	f.put(texts...)
	return string(f.Sum(nil))
}

func TestChainDays(t *testing.T) {
	t.Parallel()
	s, err := Entry{At: time.Date(2026, 3, 2, 15, 59, 59, 0, time.UTC), By: actor.Actor{}, Action: SignOut}.stored()
	if err != nil {
		t.Fatal(err)
	}
	if s, _ := s.after(Head{Digest: genesis()}); s.Day.Format(time.DateOnly) != "2026-03-02" || s.Seq != 1 {
		t.Errorf("first: %s %d", s.Day, s.Seq)
	}
	h := Head{Day: time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC), Seq: 4, Digest: genesis()}
	if s, _ := s.after(h); s.Day.Format(time.DateOnly) != "2026-03-03" || s.Seq != 5 {
		t.Errorf("a latecomer stands on %s %d", s.Day, s.Seq)
	}
	back, err := ParseHead(" " + h.String() + "\n")
	if err != nil || !cmp.Equal(back, h) {
		t.Errorf("head %v, %v", back, err)
	}
	for _, bad := range []string{"", "2026-03-03/0/00", "2026-03-03/1/zz", "x/1/00", "2026-03-03/1/00"} {
		if _, err := ParseHead(bad); err == nil {
			t.Errorf("%q is a head", bad)
		}
	}
}
