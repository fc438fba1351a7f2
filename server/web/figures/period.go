package figures

import (
	"time"

	"minping/indices"
	"minping/internal/i18n"
	"minping/server/web"
)

// Choice is a link or option; Current marks the one in force.
type Choice struct {
	Text, Value string
	Href        string
	Current     bool
}

// Picker lets the reader change the period. Prev and Next are empty where there
// is nothing to go to; a period that has not begun is never offered.
type Picker struct {
	P          web.Page
	Text       string // the period in words
	Note       string // e.g. that it is not over yet
	Prev, Next string // addresses
	Grains     []Choice
	Recent     []Choice // options of the select, the newest first
	Action     string
	Keep       []Kept // the rest of the state, carried through the form
	From, To   string
	Error      string
	Custom     bool // from–to as typed is what is shown
	Free       bool // any range may be asked for
}

// Kept is a parameter that a form carries along.
type Kept struct{ Name, Value string }

// PickerConfig is what a picker is made of.
type PickerConfig struct {
	Page   web.Page
	Period indices.Period
	Today  time.Time // midnight UTC of the day in Shanghai
	Link   Link
	Grains []indices.Grain
	Free   bool
	Error  string
}

// NewPicker lays out the picker of a page.
func NewPicker(c PickerConfig) Picker {
	p := Picker{P: c.Page, Text: PeriodText(c.Page, c.Period), Action: c.Link.Path, Free: c.Free, Error: c.Error,
		Keep: c.Link.Without("period", "from", "to", "page", "after").Kept(), Custom: c.Period.Grain() == "",
		From: c.Period.From().Format(time.DateOnly), To: c.Period.To().Format(time.DateOnly)}
	link := c.Link.Without("from", "to", "page", "after")
	if !c.Today.After(c.Period.To()) {
		p.Note = c.Page.T("figures.period.running")
	}
	if prev, ok := c.Period.Previous(); ok {
		p.Prev = link.With("period", prev.String())
	}
	if next, ok := Next(c.Period); ok && !next.From().After(c.Today) {
		p.Next = link.With("period", next.String())
	}
	anchor := c.Period.To()
	if anchor.After(c.Today) {
		anchor = c.Today
	}
	for _, g := range c.Grains {
		at := indices.Containing(anchor, g)
		p.Grains = append(p.Grains, Choice{Text: c.Page.T(grainKeys[g]), Href: link.With("period", at.String()), Current: c.Period.Grain() == g})
	}
	p.Recent = recent(c)
	return p
}

var grainKeys = map[indices.Grain]string{
	indices.Day: "figures.grain.day", indices.Week: "figures.grain.week", indices.Month: "figures.grain.month",
	indices.Quarter: "figures.grain.quarter", indices.Year: "figures.grain.year",
}

// recent lists the periods that people ask for: as many months, quarters and
// years as fill a select without scrolling for long.
func recent(c PickerConfig) []Choice {
	count := map[indices.Grain]int{indices.Month: 13, indices.Quarter: 6, indices.Year: 3}
	var list []Choice
	found := c.Period.Grain() == ""
	for _, g := range c.Grains {
		at := indices.Containing(c.Today, g)
		for range count[g] {
			current := at.String() == c.Period.String()
			found = found || current
			list = append(list, Choice{Text: PeriodText(c.Page, at), Value: at.String(), Current: current})
			prev, ok := at.Previous()
			if !ok {
				break
			}
			at = prev
		}
	}
	if !found || c.Period.Grain() == "" {
		list = append([]Choice{{Text: PeriodText(c.Page, c.Period), Value: c.Period.String(), Current: true}}, list...)
	}
	return list
}

// Next is the period just after this one and as long. False where that lies
// after the last year.
func Next(p indices.Period) (indices.Period, bool) {
	first := p.To().AddDate(0, 0, 1)
	if p.Grain() != "" {
		return indices.Containing(first, p.Grain()), first.Year() <= 2100
	}
	to := first.AddDate(0, 0, p.Days()-1)
	if months := wholeMonths(p); months > 0 {
		to = first.AddDate(0, months, -1)
	}
	next, err := indices.Span(first, to)
	return next, err == nil
}

func wholeMonths(p indices.Period) int {
	end := p.To().AddDate(0, 0, 1)
	if p.From().Day() != 1 || end.Day() != 1 {
		return 0
	}
	return 12*(end.Year()-p.From().Year()) + int(end.Month()-p.From().Month())
}

// PeriodText names a period as people do: 2026年11月, 2026年第三季度.
func PeriodText(page web.Page, p indices.Period) string {
	day := p.From()
	if page.Lang == i18n.English {
		return englishPeriod(p)
	}
	switch p.Grain() {
	case indices.Year:
		return day.Format("2006年")
	case indices.Quarter:
		return day.Format("2006年") + "第" + [...]string{"一", "二", "三", "四"}[(int(day.Month())-1)/3] + "季度"
	case indices.Month:
		return day.Format("2006年1月")
	case indices.Day:
		return day.Format("2006年1月2日")
	}
	to := "1月2日"
	if p.To().Year() != day.Year() {
		to = "2006年1月2日"
	}
	return day.Format("2006年1月2日") + "至" + p.To().Format(to)
}

func englishPeriod(p indices.Period) string {
	day := p.From()
	switch p.Grain() {
	case indices.Year:
		return day.Format("2006")
	case indices.Quarter:
		return "Q" + [...]string{"1", "2", "3", "4"}[(int(day.Month())-1)/3] + day.Format(" 2006")
	case indices.Month:
		return day.Format("January 2006")
	case indices.Day:
		return day.Format("2 January 2006")
	}
	return day.Format("2 Jan 2006") + " – " + p.To().Format("2 Jan 2006")
}

// shortPeriod is the label of one step of a trend.
func shortPeriod(p indices.Period) string {
	switch p.Grain() {
	case indices.Day:
		return p.From().Format("01-02")
	case "", indices.Week:
		return p.From().Format("01-02") + "–" + p.To().Format("01-02")
	}
	return p.String()
}
