package console

import (
	"strconv"

	"minping/indices"
	"minping/server/web"
)

// quadrantView is awareness × reputation as a drawing that needs no script.
type quadrantView struct {
	P      web.Page
	Any    bool
	Points []quadrantPoint
	Hidden int // offices without both figures
}

// quadrantPoint is one office: a cross of two intervals, in the drawing's units.
type quadrantPoint struct {
	X, Y, X1, X2, Y1, Y2 string
	Label, Title         string
	LabelX, LabelY       string
	Own                  bool
}

// The plot within the drawing.
const (
	plotFrom, plotTo = 46, 506
)

// newQuadrant places offices by the order of the list; own is drawn last and by its name.
func newQuadrant(p web.Page, list []indices.Brand, own int64) quadrantView {
	v := quadrantView{P: p}
	var mine *quadrantPoint
	for i, b := range list {
		aware, praise := b.At(indices.KeyAwareness), b.At(indices.KeyReputation)
		if !aware.Shown() || !praise.Shown() {
			v.Hidden++
			continue
		}
		at := func(f float64) float64 { return plotFrom + f/100*(plotTo-plotFrom) }
		down := func(f float64) float64 { return plotTo - f/100*(plotTo-plotFrom) }
		pt := quadrantPoint{X: svg(at(aware.Figure.Value)), Y: svg(down(praise.Figure.Value)), X1: svg(at(aware.Figure.Low)), X2: svg(at(aware.Figure.High)),
			Y1: svg(down(praise.Figure.Low)), Y2: svg(down(praise.Figure.High)), Label: strconv.Itoa(i + 1), LabelX: svg(at(aware.Figure.Value) + 7), LabelY: svg(down(praise.Figure.Value) - 6)}
		pt.Title = p.T("brand.quadrant.point", "Name", b.Unit.Title(p.Lang), "Aware", p.Fix(aware.Figure.Value, 1), "Praise", p.Fix(praise.Figure.Value, 1))
		if pt.Own = b.Unit.ID == own; pt.Own {
			pt.Label = ""
			mine = &pt
			continue
		}
		if own != 0 {
			pt.Label = ""
		}
		v.Points = append(v.Points, pt)
	}
	if mine != nil {
		v.Points = append(v.Points, *mine)
	}
	v.Any = len(v.Points) > 0
	return v
}

func svg(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }
