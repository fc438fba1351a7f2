package indices

import (
	"fmt"
	"testing"

	"minping/internal/fault"
	"pgregory.net/rapid"
)

func TestParsePeriod(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, from, to, previous, lastYear string }{
		{"2026", "2026-01-01", "2026-12-31", "2025", "2025"},
		{"2026-Q1", "2026-01-01", "2026-03-31", "2025-Q4", "2025-Q1"},
		{"2026-Q3", "2026-07-01", "2026-09-30", "2026-Q2", "2025-Q3"},
		{"2024-02", "2024-02-01", "2024-02-29", "2024-01", "2023-02"},
		{"2026-11", "2026-11-01", "2026-11-30", "2026-10", "2025-11"},
		{"2026-W47", "2026-11-16", "2026-11-22", "2026-W46", "2025-W47"},
		{"2026-W53", "2026-12-28", "2027-01-03", "2026-W52", "2025-W52"},
		{"2025-W01", "2024-12-30", "2025-01-05", "2024-W52", "2024-W01"},
		{"2024-02-29", "2024-02-29", "2024-02-29", "2024-02-28", "2023-02-28"},
		{"2026-11-22", "2026-11-22", "2026-11-22", "2026-11-21", "2025-11-22"},
		{"2026-02-01..2026-03-31", "2026-02-01", "2026-03-31", "2025-12-01..2026-01-31", "2025-02-01..2025-03-31"},
		{"2024-02-01..2024-02-29", "2024-02-01", "2024-02-29", "2024-01-01..2024-01-31", "2023-02-01..2023-02-28"},
		{"2026-01-05..2026-01-14", "2026-01-05", "2026-01-14", "2025-12-26..2026-01-04", "2025-01-05..2025-01-14"},
	} {
		t.Run(c.text, func(t *testing.T) {
			t.Parallel()
			p := period(t, c.text)
			previous, _ := p.Previous()
			last, _ := p.SameLastYear()
			got := fmt.Sprint(p, p.From().Format(dayForm), p.To().Format(dayForm), previous, last)
			want := fmt.Sprint(period(t, c.text), c.from, c.to, period(t, c.previous), period(t, c.lastYear))
			if got != want || p.String() != c.text {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestParsePeriodRefusals(t *testing.T) {
	t.Parallel()
	for text, key := range map[string]string{
		"":                       "indices.fault.period",
		"last year":              "indices.fault.period",
		"26":                     "indices.fault.period",
		"2026-13":                "indices.fault.period",
		"2026-00":                "indices.fault.period",
		"2026-Q5":                "indices.fault.period",
		"2026-q1":                "indices.fault.period",
		"2026-W00":               "indices.fault.period",
		"2025-W53":               "indices.fault.period",
		"2026-W54":               "indices.fault.period",
		"2026-02-29":             "indices.fault.period",
		"2026-1":                 "indices.fault.period",
		"2026-11-22T00:00":       "indices.fault.period",
		"+026":                   "indices.fault.period",
		"２０２６":                   "indices.fault.period",
		"..":                     "indices.fault.period_day",
		"2026..2027":             "indices.fault.period_day",
		"2026-01-01..":           "indices.fault.period_day",
		"2026-01-02..2026-01-01": "indices.fault.period_order",
		"1999":                   "indices.fault.period_years",
		"2101-W01":               "indices.fault.period_years",
		"2015-01-01..2026-01-01": "indices.fault.period_long",
	} {
		_, err := ParsePeriod(text)
		f, ok := fault.As(err)
		if !ok || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Name != "period" || f.Fields[0].Key != key {
			t.Errorf("%q: got %v, want %s", text, err, key)
		}
	}
	if _, err := ParsePeriod("2015-01-01..2025-12-31"); err != nil {
		t.Errorf("eleven years must be allowed: %v", err)
	}
}

func TestPreviousStopsAtFirstYear(t *testing.T) {
	t.Parallel()
	p := period(t, "2000")
	if got, ok := p.Previous(); ok {
		t.Errorf("before 2000: got %v", got)
	}
	if got, ok := p.SameLastYear(); ok {
		t.Errorf("a year before 2000: got %v", got)
	}
}

func TestPeriodProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPeriod(t)
		back, err := ParsePeriod(p.String())
		if err != nil || back != p {
			t.Fatalf("%s reads back as %v, %v", p, back, err)
		}
		if previous, ok := p.Previous(); ok && !previous.to.AddDate(0, 0, 1).Equal(p.from) {
			t.Fatalf("%s does not end where %s begins", previous, p)
		}
		if last, ok := p.SameLastYear(); ok && (last.from.Year() < p.from.Year()-2 || !last.from.Before(p.from)) {
			t.Fatalf("%s is not a year before %s", last, p)
		}
	})
}

func TestSplitCoversEachDayOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPeriod(t)
		s := p.Split()
		if !s.Months.Empty() && !(Period{from: s.Months.From, to: s.Months.To}).wholeMonths() {
			t.Fatalf("%s: months %v are not whole", p, s.Months)
		}
		mustTile(t, p, runs(s))
		before, years, after := s.Yearly()
		mustTile(t, p, filled(s.Head, before, years, after, s.Tail))
		if !years.Empty() && (years.From.YearDay() != 1 || years.To.AddDate(0, 0, 1).YearDay() != 1) {
			t.Fatalf("%s: years %v are not whole", p, years)
		}
		if n := (Period{from: s.Head.From, to: s.Head.To}).Days(); !s.Head.Empty() && !s.Months.Empty() && n > 30 {
			t.Fatalf("%s: %d days before the first whole month", p, n)
		}
	})
}

func TestBucketsCoverEachDayOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPeriod(t)
		g := rapid.SampledFrom([]Grain{Day, Week, Month, Quarter, Year}).Draw(t, "grain")
		buckets, err := p.Buckets(g)
		if err != nil {
			if g == Day && p.Days() > maxBuckets {
				return
			}
			t.Fatal(err)
		}
		var pieces []Run
		for _, b := range buckets {
			pieces = append(pieces, Run{b.from, b.to})
			if !startOf(b.from, g).Equal(startOf(b.to, g)) {
				t.Fatalf("%s crosses the bound of a %s", b, g)
			}
		}
		mustTile(t, p, pieces)
	})
}

func TestBucketsNameWholeUnits(t *testing.T) {
	t.Parallel()
	buckets, err := period(t, "2026-08-20..2026-12-31").Buckets(Quarter)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(buckets); got != "[2026-08-20..2026-09-30 2026-Q4]" {
		t.Error(got)
	}
	if _, err := period(t, "2026").Buckets("decade"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("unknown grain: %v", err)
	}
}

type failer interface{ Fatalf(string, ...any) }

// mustTile fails unless the pieces follow each other without gap or overlap from the period's first day to its last.
func mustTile(t failer, p Period, pieces []Run) {
	next := p.from
	for _, r := range pieces {
		if !r.From.Equal(next) || r.To.Before(r.From) {
			t.Fatalf("%s: piece %v..%v does not begin at %v", p, r.From, r.To, next)
		}
		next = r.To.AddDate(0, 0, 1)
	}
	if !next.Equal(p.to.AddDate(0, 0, 1)) {
		t.Fatalf("%s: pieces end before %v", p, next)
	}
}

func runs(s Split) []Run { return filled(s.Head, s.Months, s.Tail) }

// filled leaves out empty runs.
func filled(runs ...Run) []Run {
	var all []Run
	for _, r := range runs {
		if !r.Empty() {
			all = append(all, r)
		}
	}
	return all
}

func drawPeriod(t *rapid.T) Period {
	day := date(2000, 1, 3).AddDate(0, 0, rapid.IntRange(0, 35000).Draw(t, "day"))
	if g := rapid.SampledFrom([]Grain{"", Day, Week, Month, Quarter, Year}).Draw(t, "named"); g != "" {
		return Containing(day, g)
	}
	p, err := Span(day, day.AddDate(0, 0, rapid.IntRange(0, 1500).Draw(t, "length")))
	if err != nil {
		t.Fatalf("drew %v", err)
	}
	return p
}

func period(t interface {
	Helper()
	Fatal(...any)
}, text string) Period {
	t.Helper()
	p, err := ParsePeriod(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
