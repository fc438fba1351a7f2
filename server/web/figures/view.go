package figures

import (
	"minping/indices"
	"minping/server/web"
)

// Standing is the state of figures in words. Class is "ok", "insufficient",
// "suppressed" or "none".
type Standing struct{ Class, Text, Note string }

// StandingOf words a state.
func StandingOf(p web.Page, f indices.Figures) Standing {
	s := Standing{Class: string(f.State)}
	switch f.State {
	case indices.None:
		s.Text, s.Note = p.T("figures.state.none"), p.T("figures.state.none_note")
	case indices.Suppressed:
		s.Text, s.Note = p.T("figures.state.suppressed", "Below", f.Below), p.T("figures.state.suppressed_note", "Below", f.Below)
	case indices.Insufficient:
		s.Text, s.Note = p.T("figures.state.insufficient"), p.T("figures.state.insufficient_note")
	case indices.OK:
		s.Text = p.T("figures.state.ok")
	}
	return s
}

// View is the headline of one unit and period.
type View struct {
	P        web.Page
	Shown    bool
	Standing Standing
	Count    string // n
	NEff     string // effective n; empty where it equals n
	Formula  string
	Numbers  []Number
	Levels   []LevelRow
}

// LevelRow is one of the five levels.
type LevelRow struct {
	Level        int
	Text         string
	Count, Share string
	Bar          Bar
	Raw          int64
	RawShare     float64
}

// LevelKeys are the messages of the levels 1–5.
func LevelKeys() [5]string {
	return [5]string{"figures.level.1", "figures.level.2", "figures.level.3", "figures.level.4", "figures.level.5"}
}

// NewView words figures.
func NewView(p web.Page, f indices.Figures) View {
	v := View{P: p, Shown: f.Shown(), Standing: StandingOf(p, f), Count: f.CountText(), Formula: f.Formula}
	if !v.Shown {
		return v
	}
	v.Count = p.Num(f.N)
	if f.NEff+0.5 < float64(f.N) {
		v.NEff = p.Fix(f.NEff, 0)
	}
	sat := points(p, "figures.sat", "figures.sat_hint", f.Sat)
	sat.Main = true
	v.Numbers = []Number{sat,
		rate(p, "figures.good", "figures.good_hint", f.Good),
		rate(p, "figures.top2", "figures.top2_hint", f.TopTwo),
		rate(p, "figures.bad", "figures.bad_hint", f.Bad)}
	keys := LevelKeys()
	for level := 5; level >= 1; level-- {
		n := f.Levels[level-1]
		share := float64(n) / float64(f.N)
		v.Levels = append(v.Levels, LevelRow{Level: level, Text: p.T(keys[level-1]), Count: p.Num(n), Share: p.Percent(share),
			Bar: Bar{Width: attr(share * 100), Shown: true}, Raw: n, RawShare: share * 100})
	}
	return v
}
