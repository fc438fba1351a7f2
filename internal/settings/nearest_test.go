package settings

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"minping/complaints/workday"
)

// tall is a setting of the desk's shape: a category lies under others.
func tall() []Definition {
	return []Definition{{Key: "test.tall", Group: "test", Type: Int, Unit: UnitDay, Default: "0", Min: 0, Max: 1e6, Propose: PermOperate,
		Dims: []Dim{{Name: "category", Number: true}, {Name: "office", Number: true}, {Name: "kind", Values: []string{"a", "b"}}, {Name: "urgency", Values: []string{"x", "y"}}}}}
}

// TestTheMostSpecificHolds: whatever is set for whatever scopes, what holds is what a
// plain reading of the rule says: most conditions, then the dimension named first,
// then the nearest category.
func TestTheMostSpecificHolds(t *testing.T) {
	t.Parallel()
	order := []string{"category", "office", "kind", "urgency"}
	rapid.Check(t, func(t *rapid.T) {
		values := map[string]string{}
		choices := map[string][]string{"category": {"", "1", "2", "3", "9"}, "office": {"", "5", "6"}, "kind": {"", "a", "b"}, "urgency": {"", "x", "y"}}
		var scopes []Scope
		for range rapid.IntRange(0, 12).Draw(t, "scopes") {
			var s Scope
			for _, dim := range order {
				if v := rapid.SampledFrom(choices[dim]).Draw(t, dim); v != "" {
					s = append(s, Pair{dim, v})
				}
			}
			if _, twice := values["test.tall@"+s.String()]; !twice {
				scopes = append(scopes, ReadScope(s.String()))
				values["test.tall@"+s.String()] = strconv.Itoa(len(scopes))
			}
		}
		set, err := Fixed(values, tall())
		if err != nil {
			t.Fatal(err)
		}
		// Category 3 lies under 2, and 2 under 1.
		facts := []Pair{{"category", "3"}, {"category", "2"}, {"category", "1"}, {"office", "5"}, {"kind", "a"}, {"urgency", "y"}}
		want, best := "0", -1
		for i, s := range scopes {
			fits, score := true, len(s)*1000
			for _, p := range s {
				at := slices.Index(facts, p)
				fits = fits && at >= 0
				score += 100 >> slices.Index(order, p.Name) // the first named dimension outweighs all behind it
				if p.Name == "category" {
					score -= at // nearer is better; less than any dimension's worth
				}
			}
			if fits && score > best {
				want, best = strconv.Itoa(i+1), score
			}
		}
		if got, _ := set.At("test.tall", time.Now(), facts...); got.Text() != want {
			t.Fatalf("%v\nfor %v: %s, want %s", values, facts, got.Text(), want)
		}
	})
}

func TestTypedSpansAndHours(t *testing.T) {
	t.Parallel()
	limited := Definition{Key: "a.b", Group: "g", Type: Span, Default: "3wd", Min: 1, Max: 30, Clocks: []Clock{Workdays, Days}, Propose: PermOperate}
	free := Definition{Key: "a.c", Group: "g", Type: Span, Default: "90wmin", Min: 1, Max: 2, Propose: PermOperate}
	hours := Definition{Key: "a.d", Group: "g", Type: Hours, Default: "09:00-12:00,13:30-17:00", Propose: PermOperate}
	floored := Definition{Key: "a.e", Group: "g", Type: Int, Default: "184", Min: 184, Max: 1096, Floor: "settings.floor.network_log", Propose: PermOperate}
	if _, err := NewSet([]Definition{limited, free, hours, floored}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		d           Definition
		typed, want string // want: as kept, or the key of the complaint
	}{
		{limited, "７wd", "7wd"}, {limited, "30d", "30d"}, {limited, "31d", "settings.span.most"}, {limited, "24h", "settings.span.clock"},
		{limited, "0wd", "settings.span.least"}, {limited, "wd", "fault.field.number"}, {limited, "1.5wd", "fault.field.number"}, {limited, "999999999d", "fault.field.number"},
		{free, "48h", "48h"}, {free, "49h", "settings.span.most"}, {free, "960wmin", "960wmin"}, {free, "961wmin", "settings.span.most"}, {free, "2880min", "2880min"},
		{hours, "9：00－12：00、13:30～17:30", "09:00-12:00,13:30-17:30"}, {hours, "8:30-24:00", "08:30-24:00"}, {hours, "09:00-12:00", "09:00-12:00"},
		{hours, "13:00-17:00,09:00-12:00", "settings.hours.wrong"}, {hours, "09:00-12:00,11:00-13:00", "settings.hours.wrong"}, {hours, "09:00-09:00", "settings.hours.wrong"},
		{hours, "09:00-24:01", "settings.hours.wrong"}, {hours, "25:00-26:00", "settings.hours.wrong"}, {hours, "", "settings.hours.wrong"}, {hours, "9-12", "settings.hours.wrong"},
		{hours, "09:00-12:00\x00", "settings.hours.wrong"}, {hours, "-09:00-12:00", "settings.hours.wrong"},
		{hours, "00:00-01:00,02:00-03:00,04:00-05:00,06:00-07:00,08:00-09:00,10:00-11:00,12:00-13:00,14:00-15:00,16:00-17:00", "settings.hours.wrong"},
		{floored, "184", "184"}, {floored, "183", "settings.floor.network_log"}, {floored, "1097", "fault.field.most"},
	} {
		v, err := tt.d.typed(tt.typed)
		got := v.Text()
		if err != nil {
			got, _ = tt.d.complaint(err)
		}
		if got != tt.want {
			t.Errorf("%s %q: %s, want %s", tt.d.Type, tt.typed, got, tt.want)
		}
	}
}

func FuzzReadHours(f *testing.F) {
	for _, s := range []string{"09:00-12:00,13:30-17:00", "9：00至12：00", "24:00-24:00", ",,,", "0:00-24:00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text, err := readHours(s)
		if err != nil {
			return
		}
		if again, err := readHours(text); err != nil || again != text || len(text) > 100 {
			t.Errorf("%q: %q, again %q, %v", s, text, again, err)
		}
	})
}

// TestOfficeHoursOverTime: a day has the hours that hold when it begins.
func TestOfficeHoursOverTime(t *testing.T) {
	t.Parallel()
	table := []Definition{{Key: "office.hours", Group: "g", Type: Hours, Default: "09:00-12:00,13:30-17:00", Propose: PermOperate}}
	set, err := NewSet(table)
	if err != nil {
		t.Fatal(err)
	}
	day := func(s string) workday.Day {
		d, err := workday.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	summer, noon, winter := "09:00-12:00,14:00-18:00", "10:00-16:00", "09:00-12:00,13:00-17:00"
	mark := set.Mark()
	set.put(rows{values: []valueRow{
		{ID: 1, Key: "office.hours", Value: &summer, From: day("2027-06-01").Start()},
		{ID: 2, Key: "office.hours", Value: &noon, From: day("2027-07-05").Start().Add(12 * time.Hour)},
		{ID: 3, Key: "office.hours", Value: &winter, From: day("2027-10-01").Start()},
		{ID: 4, Key: "office.hours", From: day("2028-01-01").Start()}, // unset: the default again
	}})
	if set.Mark() == mark {
		t.Error("no other mark")
	}
	h := set.Handles()
	hours, err := h.Hours("office.hours").All()
	if err != nil || h.Err() != nil {
		t.Fatal(err, h.Err())
	}
	w := workday.NewClock(workday.Builtin(), hours)
	for at, want := range map[string]string{"2020-03-02": "17:00", "2027-05-31": "17:00", "2027-06-01": "18:00", "2027-07-05": "18:00", "2027-07-06": "16:00", "2027-10-08": "17:00", "2028-01-03": "17:00"} {
		if got := w.Close(day(at)).Format("15:04"); got != want {
			t.Errorf("%s closes at %s, want %s", at, got, want)
		}
	}
	if n := len(hours.Schedules()); n != 5 {
		t.Errorf("%d schedules", n)
	}
}
