package console

import (
	"strings"
	"time"

	"minping/complaints/workday"
	"minping/internal/settings"
	"minping/server/web"
)

// valueText writes a value with its unit, as people say it.
func valueText(p web.Page, d settings.Definition, v settings.Value) string {
	switch d.Type {
	case settings.Bool:
		return p.T("settings.bool." + v.Text())
	case settings.Choice:
		return p.T("settings.choice." + d.Key + "." + v.Text())
	case settings.Hours:
		return strings.ReplaceAll(strings.ReplaceAll(v.Text(), ",", p.T("settings.hours.and")), "-", "–")
	case settings.Span:
		s := v.Span()
		return p.T("settings.clock."+string(s.Clock), "Count", s.N)
	case settings.Duration, settings.Int:
		number, unit := d.Input(v), d.Unit
		if d.Type == settings.Duration && d.Input(v)+"s" == v.Text() {
			unit = settings.UnitSecond // kept under another unit than today's
		}
		n, err := countOf(number)
		if err != nil || unit == settings.Plain {
			return number
		}
		return p.T("settings.unit."+string(unit), "Count", n, "N", p.Num(n))
	}
	return d.Input(v)
}

// entryText writes what a line of the history says.
func entryText(p web.Page, d settings.Definition, e settings.Entry) string {
	switch {
	case e.Unset && len(e.Scope) > 0:
		return p.T("settings.unset.scope")
	case e.Unset:
		return p.T("settings.unset")
	case !e.Known:
		return e.Text
	}
	return valueText(p, d, e.Value)
}

// keptText writes a value as the database keeps it.
func keptText(p web.Page, d settings.Definition, kept *string) string {
	if kept == nil {
		return p.T("settings.unset")
	}
	if v, ok := d.Parse(*kept); ok {
		return valueText(p, d, v)
	}
	return *kept
}

func personText(p web.Page, e settings.Entry) string {
	switch {
	case e.Default:
		return p.T("settings.by.default")
	case e.ProposedBy != "":
		return p.T("settings.by.two", "Proposer", e.ProposedBy, "Approver", e.DecidedBy)
	}
	return e.DecidedBy
}

// momentText writes a beginning: a day alone where it is the day's beginning.
func momentText(p web.Page, t time.Time) string {
	if workday.Of(t).Start().Equal(t) {
		return p.Date(t)
	}
	return p.Time(t)
}

// settingSentence says a change in one sentence: from when, what, from what to what.
func settingSentence(n scopeNames, d settings.Definition, c settings.Plan) string {
	p := n.page
	args := []any{"Name", n.scoped(d, c.Scope), "Day", momentText(p, c.From), "Before", valueText(p, d, c.Before), "After", valueText(p, d, c.After)}
	if c.AtOnce {
		return p.T("settings.sentence.now", args...)
	}
	return p.T("settings.sentence.day", args...)
}

func proposalSentence(n scopeNames, d settings.Definition, s settings.Proposal) string {
	p := n.page
	return p.T("settings.sentence.day", "Name", n.scoped(d, settings.ReadScope(s.Scope)), "Day", momentText(p, s.From),
		"Before", keptText(p, d, &s.Before), "After", keptText(p, d, s.Value))
}
