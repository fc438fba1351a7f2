package demo

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"minping/complaints/workday"
)

var beijing = time.FixedZone("CST", 8*3600)

// monday is a Monday morning.
var monday = time.Date(2026, 11, 23, 10, 15, 0, 0, beijing)

func TestCounts(t *testing.T) {
	t.Parallel()
	d := City(1, monday)
	for _, c := range []struct {
		what           string
		got, low, high int
	}{
		{"offices", len(d.Offices), 40, 40},
		{"divisions", len(d.Divisions), 150, 150},
		{"halls", len(d.Halls), 12, 12},
		{"windows", len(d.Windows), 600, 600},
		{"staff", len(d.Staff), 850, 950},
		{"tenures", len(d.Tenures), 165, 190},
		{"duties", len(d.Duties), 750, 900},
		{"events", len(d.Events), 8, 20},
	} {
		if c.got < c.low || c.got > c.high {
			t.Errorf("%s = %d, want %d to %d", c.what, c.got, c.low, c.high)
		}
	}
	if d.Windows[0].DeskCode != "demo0001" || d.Windows[599].DeskCode != "demo0600" {
		t.Errorf("desk codes run from %s to %s", d.Windows[0].DeskCode, d.Windows[599].DeskCode)
	}
	if !strings.Contains(d.Name, "演示数据") {
		t.Errorf("the city's name %q does not say that it is a demonstration", d.Name)
	}
	if w := d.Windows[d.Padded]; d.Offices[w.Office].Code != "CGJ" {
		t.Errorf("the padded window is %s of %s", w.Code, d.Offices[w.Office].Name)
	}
}

func TestSameSeedSameCity(t *testing.T) {
	t.Parallel()
	opts := cmp.Options{cmpopts.IgnoreUnexported(Data{})}
	if diff := cmp.Diff(City(7, monday), City(7, monday), opts); diff != "" {
		t.Errorf("two cities of one seed differ: %s", diff)
	}
	if cmp.Equal(City(7, monday), City(8, monday), opts) {
		t.Error("two seeds give the same city")
	}
}

func TestCodesAndNamesAreUnique(t *testing.T) {
	t.Parallel()
	d := City(1, monday)
	seen := map[string]bool{}
	once := func(kind, code string) {
		t.Helper()
		if code == "" || seen[kind+code] {
			t.Errorf("%s %q is empty or given twice", kind, code)
		}
		seen[kind+code] = true
	}
	for _, o := range d.Offices {
		once("office code", o.Code)
		once("office", o.Name)
		once("office in English", o.NameEN)
		once("brand", o.Brand)
		once("promise", o.Promise)
	}
	for _, v := range d.Divisions {
		once("division", v.Code)
		once("division of "+d.Offices[v.Office].Code, v.Name)
	}
	for _, h := range d.Halls {
		once("hall code", h.Code)
		once("hall", h.Name)
		once("address", h.Address)
	}
	for _, w := range d.Windows {
		once("window", w.Code)
		once("sign in "+d.Halls[w.Hall].Code, w.Number)
		once("desk", w.DeskCode)
	}
	for _, p := range d.Staff {
		once("staff number", p.Number)
		once("name", p.Name)
	}
}

func TestNoFamousNames(t *testing.T) {
	t.Parallel()
	famous := " " + strings.Join(strings.Fields(taken), " ") + " "
	for _, p := range City(3, monday).Staff {
		if strings.Contains(famous, " "+p.Name+" ") {
			t.Errorf("%s works in the city", p.Name)
		}
	}
}

func TestReferences(t *testing.T) {
	t.Parallel()
	d := City(1, monday)
	without, served := 0, map[int]bool{}
	for _, w := range d.Windows {
		served[w.Office] = true
		switch {
		case w.Division == None:
			without++
		case d.Divisions[w.Division].Office != w.Office:
			t.Errorf("window %s and its division are of two offices", w.Code)
		}
		if w.Name == "" || w.NameEN == "" || w.Hall < 0 || w.Hall >= len(d.Halls) {
			t.Errorf("window %+v is incomplete", w)
		}
	}
	if without == 0 || without > 20 {
		t.Errorf("%d windows have no division", without)
	}
	if len(served) != len(d.Offices) {
		t.Errorf("%d of %d offices have a window", len(served), len(d.Offices))
	}
	for _, p := range d.Staff {
		if p.Division != None && d.Divisions[p.Division].Office != p.Office {
			t.Errorf("%s and their division are of two offices", p.Number)
		}
		if !p.Left.IsZero() && p.Left.Before(p.Joined) {
			t.Errorf("%s left before joining", p.Number)
		}
	}
}

func TestDutiesAndTenures(t *testing.T) {
	t.Parallel()
	d := City(1, monday)
	staffed := map[int]bool{}
	for _, duty := range d.Duties {
		staffed[duty.Window] = true
		p, w := d.Staff[duty.Person], d.Windows[duty.Window]
		if p.Office != w.Office || duty.From.Before(p.Joined) || !duty.To.IsZero() && duty.To.Before(duty.From) || duty.From.Before(w.Opened) {
			t.Errorf("duty %v of %s at %s cannot be", duty, p.Number, w.Code)
		}
		if !p.Left.IsZero() && (duty.To.IsZero() || duty.To.After(p.Left)) {
			t.Errorf("%s is on duty after leaving", p.Number)
		}
	}
	if len(staffed) != len(d.Windows) {
		t.Errorf("%d of %d windows have staff", len(staffed), len(d.Windows))
	}
	byDivision, changed := map[int][]Tenure{}, 0
	for _, one := range d.Tenures {
		for _, other := range byDivision[one.Division] {
			if overlap(one, other) {
				t.Errorf("division %d has two chiefs at once: %v, %v", one.Division, one, other)
			}
			changed++
		}
		byDivision[one.Division] = append(byDivision[one.Division], one)
		if !one.To.IsZero() && one.To.Before(one.From) {
			t.Errorf("tenure %v ends before it begins", one)
		}
	}
	if len(byDivision) != len(d.Divisions) || changed < 15 {
		t.Errorf("%d divisions have a chief, %d changed theirs", len(byDivision), changed)
	}
}

func overlap(a, b Tenure) bool {
	ends := func(t Tenure) workday.Day {
		if t.To.IsZero() {
			return workday.Day{Year: 9999}
		}
		return t.To
	}
	return !a.From.After(ends(b)) && !b.From.After(ends(a))
}
