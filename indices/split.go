package indices

import (
	"time"

	"minping/internal/fault"
)

// Run is a run of days, both ends included; the zero Run is empty.
type Run struct{ From, To time.Time }

// Empty tells whether there is no day in the run.
func (r Run) Empty() bool { return r.From.IsZero() }

// Split says which rollups make up a period: monthly rows for its whole months,
// daily rows for the days before and after them. A period without a whole month
// is all Head.
type Split struct{ Head, Months, Tail Run }

// Split cuts the period into whole months and edge days.
func (p Period) Split() Split {
	first := startOf(p.from, Month)
	if first.Before(p.from) {
		first = first.AddDate(0, 1, 0)
	}
	end := startOf(p.to.AddDate(0, 0, 1), Month) // the day after the last whole month
	if !first.Before(end) {
		return Split{Head: Run{p.from, p.to}}
	}
	s := Split{Months: Run{first, end.AddDate(0, 0, -1)}}
	if p.from.Before(first) {
		s.Head = Run{p.from, first.AddDate(0, 0, -1)}
	}
	if !end.After(p.to) {
		s.Tail = Run{end, p.to}
	}
	return s
}

// Yearly cuts the whole months of a split again: whole years, and the months before and after them.
func (s Split) Yearly() (before, years, after Run) {
	if s.Months.Empty() {
		return before, years, after
	}
	first := startOf(s.Months.From, Year)
	if first.Before(s.Months.From) {
		first = first.AddDate(1, 0, 0)
	}
	end := startOf(s.Months.To.AddDate(0, 0, 1), Year) // the day after the last whole year
	if !first.Before(end) {
		return s.Months, years, after
	}
	years = Run{first, end.AddDate(0, 0, -1)}
	if s.Months.From.Before(first) {
		before = Run{s.Months.From, first.AddDate(0, 0, -1)}
	}
	if !end.After(s.Months.To) {
		after = Run{end, s.Months.To}
	}
	return before, years, after
}

// byDays reads a period from daily rows alone, for weeks and days do not keep to months.
func (p Period) byDays() Split { return Split{Head: Run{p.from, p.to}} }

// maxBuckets keeps a trend readable, and its query short.
const maxBuckets = 800

// Buckets cuts the period at the bounds of calendar units; what the period's
// ends cut off is a FROM..TO. Invalid, naming the field "grain", for an unknown
// grain or more than 800 buckets.
func (p Period) Buckets(g Grain) ([]Period, error) {
	switch g {
	case Day, Week, Month, Quarter, Year:
	default:
		return nil, badChoice("grain", string(g))
	}
	var buckets []Period
	for day := p.from; !day.After(p.to); {
		if len(buckets) == maxBuckets {
			return nil, fault.Fielded(fault.Field{Name: "grain", Key: "indices.fault.buckets",
				Args: map[string]any{"Value": string(g), "Max": maxBuckets}})
		}
		b := Containing(day, g).cut(p)
		buckets = append(buckets, b)
		day = b.to.AddDate(0, 0, 1)
	}
	return buckets, nil
}

// cut is the part of a calendar unit that lies in a period.
func (p Period) cut(in Period) Period {
	if p.from.Before(in.from) {
		p.from, p.grain = in.from, ""
	}
	if p.to.After(in.to) {
		p.to, p.grain = in.to, ""
	}
	return p
}

func badChoice(field, value string) error {
	return fault.Fielded(fault.Field{Name: field, Key: "indices.fault.choice", Args: map[string]any{"Value": value}})
}
