package figures

import (
	"strconv"

	"minping/indices"
	"minping/server/web"
)

// Number is one figure in words and as a bar.
type Number struct {
	Label string
	Hint  string
	Value string // "86.4" or "93.5%"
	Range string // the interval, "84.9–87.8"
	Bar   Bar
	Shown bool
	Main  bool
}

// Bar is where an interval lies on its track, in hundredths of the width.
type Bar struct {
	X, Width, At string
	Shown        bool
}

// Scale is the stretch of values that a track covers.
type Scale struct{ From, To float64 }

// Full is the scale of satisfaction.
func Full() Scale { return Scale{0, 100} }

// Shares is the scale of rates.
func Shares() Scale { return Scale{0, 1} }

// Bar places a figure on the scale.
func (s Scale) Bar(f *indices.Figure) Bar {
	if f == nil || s.To <= s.From {
		return Bar{}
	}
	low, high, at := s.place(f.Low), s.place(f.High), s.place(f.Value)
	return Bar{X: attr(low), Width: attr(max(high-low, 0.8)), At: attr(min(at, 99.2)), Shown: true}
}

func (s Scale) place(v float64) float64 {
	return min(max((v-s.From)/(s.To-s.From)*100, 0), 100)
}

// attr writes a number for an SVG attribute.
func attr(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) }

// Points writes a figure on 0–100 with one decimal.
func Points(p web.Page, f *indices.Figure) (value, interval string) {
	if f == nil {
		return "—", ""
	}
	return p.Fix(f.Value, 1), p.Fix(f.Low, 1) + "–" + p.Fix(f.High, 1)
}

// Rate writes a share as a percentage with one decimal.
func Rate(p web.Page, f *indices.Figure) (value, interval string) {
	if f == nil {
		return "—", ""
	}
	return p.Percent(f.Value), p.Fix(f.Low*100, 1) + "–" + p.Percent(f.High)
}

func points(p web.Page, label, hint string, f *indices.Figure) Number {
	n := Number{Label: p.T(label), Hint: p.T(hint), Shown: f != nil, Bar: Full().Bar(f)}
	n.Value, n.Range = Points(p, f)
	return n
}

func rate(p web.Page, label, hint string, f *indices.Figure) Number {
	n := Number{Label: p.T(label), Hint: p.T(hint), Shown: f != nil, Bar: Shares().Bar(f)}
	n.Value, n.Range = Rate(p, f)
	return n
}
