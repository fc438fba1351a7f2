package settings

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestScopes(t *testing.T) {
	t.Parallel()
	s, _, c := open(t)
	h := s.Set().Handles()
	limit := h.Span("test.limit")
	for scope, value := range map[string]string{"": "6wd", "kind=complaint": "7wd", "office=12": "15d", "kind=complaint,urgency=urgent": "2h", "office=12,urgency=urgent": "30min"} {
		must(t, s, all(1), Change{Key: "test.limit", Scope: ReadScope(scope), Value: value})
	}
	c.pass(time.Second)
	for facts, want := range map[string]string{"": "6wd", "kind=report": "6wd", "kind=complaint": "7wd", "kind=complaint,urgency=normal": "7wd",
		"kind=complaint,office=12": "15d", "kind=complaint,office=12,urgency=urgent": "30min", "kind=complaint,office=13,urgency=urgent": "2h"} {
		if got := limit.At(c.Now(), ReadScope(facts)...); got.String() != want {
			t.Errorf("%s: %s, want %s", facts, got, want)
		}
	}
	must(t, s, all(1), Change{Key: "test.limit", Scope: ReadScope("office=12"), Unset: true})
	c.pass(time.Second)
	if got := limit.At(c.Now(), ReadScope("kind=complaint,office=12")...); got.String() != "7wd" {
		t.Errorf("unset: %s", got)
	}
	if o, err := s.List(t.Context(), all(1)); err != nil || o.Settings[5].Scopes != 3 || o.Settings[5].Value.Text() != "6wd" {
		t.Errorf("%+v, %v", o.Settings[5], err)
	}
}

// TestRestart: values outlive the program; those of an unknown key are neither read
// nor lost, and a program with another default changes the future only.
func TestRestart(t *testing.T) {
	t.Parallel()
	s, db, c := open(t)
	if err := s.NoteDefaults(t.Context()); err != nil {
		t.Fatal(err)
	}
	must(t, s, all(1), Change{Key: "test.weight", Value: "0.25"})
	must(t, s, all(1), Change{Key: "test.how", Value: "b"})
	c.pass(time.Hour)
	between := c.Now()
	c.pass(time.Hour)
	older := table()[:2] // does not know weight and how
	older[1].Default, older[1].Max = "1200s", 25
	for range 2 { // a second start notes nothing
		s = openOn(t, db, c, older)
		if err := s.NoteDefaults(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	o, err := s.List(t.Context(), all(1))
	if err != nil || len(o.Unknown) != 2 || o.Unknown[0].Key != "test.weight" || o.Unknown[0].Text != "0.25" {
		t.Errorf("%+v, %v", o.Unknown, err)
	}
	was, _ := s.Set().At("test.lock", between)
	is, _ := s.Set().At("test.lock", c.Now())
	if was.Text() != "900s" || is.Text() != "1200s" {
		t.Errorf("the past is %s, now is %s", was.Text(), is.Text())
	}
	d, err := s.Get(t.Context(), all(1), "test.lock")
	if err != nil || len(d.History) != 2 || !d.Since.Default || !d.Since.From.Equal(c.Now()) {
		t.Errorf("%+v, %v", d, err)
	}
	var told int
	if err := db.Get(&told, `SELECT count(*) FROM audit_entries WHERE action = 'setting.change' AND actor_name = 'program test'`); err != nil || told != 1 {
		t.Errorf("%d in the audit chain, %v", told, err)
	}
	s = openOn(t, db, c, table())
	if v, _ := s.Set().At("test.weight", c.Now()); v.Text() != "0.25" {
		t.Errorf("lost: %s", v.Text())
	}
	// A value beyond today's limits was allowed once and stays.
	narrow := table()
	narrow[2].Max, narrow[4].Choices = 0.5, []string{"a", "c"}
	narrow[2].Min = 0.3
	s = openOn(t, db, c, narrow)
	if v, _ := s.Set().At("test.weight", c.Now()); v.Text() != "0.25" {
		t.Errorf("outside the limits: %s", v.Text())
	}
	if o, err := s.List(t.Context(), all(1)); err != nil || o.Settings[4].Value.Text() != "a" || len(o.Unknown) != 1 || o.Unknown[0].Text != "b" {
		t.Errorf("unreadable: %+v, %v", o, err)
	}
}

// TestAnotherNodeHears by what the database notes, without the first one's help.
func TestAnotherNodeHears(t *testing.T) {
	t.Parallel()
	s, db, c := open(t)
	other := openOn(t, db, c, table())
	must(t, s, all(1), Change{Key: "test.on", Value: "false"})
	h := other.Set().Handles()
	on := h.Bool("test.on")
	c.pass(time.Second)
	if !on.At(c.Now()) {
		t.Error("read without being told")
	}
	if err := other.Reload(t.Context()); err != nil || on.At(c.Now()) {
		t.Errorf("told and not read, %v", err)
	}
}

// op is one thing that somebody does in the property test below.
type op struct {
	Kind, Key, Value string
	After            int // hours ahead of now
	Pass             int // minutes that pass before
}

// TestAsOfEqualsANaiveModel: whatever is proposed, approved, rejected, withdrawn and
// changed, reading as of any instant is what a plain list of values says, and what
// was once in force stays in force at its instant.
func TestAsOfEqualsANaiveModel(t *testing.T) {
	t.Parallel()
	s, _, c := open(t)
	type line struct {
		from  time.Time
		value string
	}
	model := map[string][]line{"test.rank": {{time.Time{}, "5"}}, "test.weight": {{time.Time{}, "0.5"}}}
	asOf := func(key string, at time.Time) string {
		best := model[key][0]
		for _, l := range model[key][1:] {
			if !l.from.After(at) && !l.from.Before(best.from) {
				best = l
			}
		}
		return best.value
	}
	seen := map[string]map[time.Time]string{"test.rank": {}, "test.weight": {}}
	rapid.Check(t, func(rt *rapid.T) {
		o := op{Kind: rapid.SampledFrom([]string{"change", "propose+approve", "propose+reject", "propose+withdraw", "propose+expire"}).Draw(rt, "kind"),
			After: rapid.IntRange(0, 48).Draw(rt, "after"), Pass: rapid.IntRange(1, 900).Draw(rt, "pass")}
		c.pass(time.Duration(o.Pass) * time.Minute)
		o.Key, o.Value = "test.rank", strconv.Itoa(rapid.IntRange(0, 60).Draw(rt, "value"))
		if o.Kind == "change" {
			o.Key, o.Value = "test.weight", strings.TrimSuffix("0."+strconv.Itoa(rapid.IntRange(1, 9).Draw(rt, "value")), ".0")
		}
		from := c.Now().Add(time.Duration(o.After)*time.Hour + time.Minute)
		if o.Kind == "change" && o.After == 0 {
			from = time.Time{}
		}
		p, err := s.Change(t.Context(), all(1), Change{Key: o.Key, Value: o.Value, From: from, Reason: "模型"})
		if err != nil {
			if asOf(o.Key, from) != o.Value && !from.IsZero() || from.IsZero() && asOf(o.Key, c.Now()) != o.Value {
				rt.Fatalf("%+v: %v", o, err)
			}
		} else {
			done := o.Kind == "change"
			switch o.Kind {
			case "propose+approve":
				_, err = s.Approve(t.Context(), all(2), p.Proposal)
				done = true
			case "propose+reject":
				_, err = s.Reject(t.Context(), all(2), p.Proposal, "不")
			case "propose+withdraw":
				_, err = s.Withdraw(t.Context(), all(1), p.Proposal)
			case "propose+expire":
				c.pass(50 * time.Hour)
			}
			if err != nil {
				rt.Fatal(err)
			}
			if done {
				model[o.Key] = append(model[o.Key], line{p.From, o.Value})
			}
		}
		for key, past := range seen {
			for at, want := range past {
				if v, _ := s.Set().At(key, at); v.Text() != want {
					rt.Fatalf("%s as of %s was %s and is %s", key, at, want, v.Text())
				}
			}
			at := c.Now().Add(-time.Duration(rapid.IntRange(0, 5000).Draw(rt, "back")) * time.Minute)
			v, _ := s.Set().At(key, at)
			if v.Text() != asOf(key, at) {
				rt.Fatalf("%s as of %s: %s, the model says %s", key, at, v.Text(), asOf(key, at))
			}
			past[at] = v.Text()
			ahead := c.Now().Add(time.Duration(rapid.IntRange(0, 5000).Draw(rt, "ahead")) * time.Minute)
			if v, _ := s.Set().At(key, ahead); v.Text() != asOf(key, ahead) {
				rt.Fatalf("%s as of %s: %s, the model says %s", key, ahead, v.Text(), asOf(key, ahead))
			}
		}
	})
	if err := s.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestDefinitionsThatCannotBeMeant(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*Definition){
		"key": func(d *Definition) { d.Key = "Lock" }, "group": func(d *Definition) { d.Group = "" }, "nobody": func(d *Definition) { d.Propose = "" },
		"type": func(d *Definition) { d.Type = "money" }, "default": func(d *Definition) { d.Default = "061" }, "beyond": func(d *Definition) { d.Default = "61" },
		"dimension": func(d *Definition) { d.Dims = []Dim{{Name: "office"}} }, "duration": func(d *Definition) { d.Type, d.Default, d.Unit = Duration, "5s", Plain },
	} {
		d := table()[0]
		spoil(&d)
		if _, err := NewSet([]Definition{d}); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if _, err := NewSet(table(), table()); err == nil {
		t.Error("twice: taken")
	}
	set, err := NewSet(table())
	if err != nil {
		t.Fatal(err)
	}
	h := set.Handles()
	h.Int("test.lock")
	h.Int("test.nothing")
	if err := h.Err(); err == nil || !strings.Contains(err.Error(), "test.lock") || !strings.Contains(err.Error(), "test.nothing") {
		t.Errorf("%v", err)
	}
}

func TestValuesReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		d := rapid.SampledFrom(table()).Draw(rt, "definition")
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`-?[0-9]{1,4}(\.[0-9]{1,3})?(s|wd|d|h|min)?`)).Draw(rt, "text")
		v, err := d.typed(text)
		if err != nil {
			return
		}
		again, ok := d.Parse(v.Text())
		if !ok || again != v {
			rt.Fatalf("%q is kept as %q, which reads as %+v, not %+v", text, v.Text(), again, v)
		}
		if typed, err := d.typed(d.Input(v)); err != nil || typed != v {
			rt.Fatalf("%q is shown as %q: %v", text, d.Input(v), err)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	set, err := NewSet(table())
	if err != nil {
		b.Fatal(err)
	}
	h := set.Handles()
	lock, now := h.Duration("test.lock"), time.Now()
	b.ReportAllocs()
	for b.Loop() {
		if lock.At(now) == 0 {
			b.Fatal("nothing")
		}
	}
}
