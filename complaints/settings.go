package complaints

import (
	"strconv"

	"minping/complaints/workday"
	"minping/internal/settings"
)

// The keys of limits begin with this; what follows names clock and urgency.
const limitKey = "case."

// dims of a limit: what a case is about weighs more than who has it, then its kind,
// then how urgent it is. Urgencies with a setting of their own are not among them.
func dims(kinds []Kind, urgencies ...Urgency) []settings.Dim {
	list := []settings.Dim{{Name: "category", Number: true}, {Name: "office", Number: true}}
	if len(kinds) > 1 {
		list = append(list, settings.Dim{Name: "kind", Values: plain(kinds)})
	}
	if len(urgencies) > 1 {
		list = append(list, settings.Dim{Name: "urgency", Values: plain(urgencies)})
	}
	return list
}

func plain[T ~string](list []T) []string {
	all := make([]string, len(list))
	for i, v := range list {
		all[i] = string(v)
	}
	return all
}

// Settings lists what the desk counts by. Limits decide what is in time, and so move
// the three rates: two persons. How urgent a matter is stands in the key and not in
// a scope, so that a limit for an office or kind never lengthens that of what is urgent.
func Settings() []settings.Definition {
	rank := func(d settings.Definition) settings.Definition {
		d.Group, d.Rank, d.Propose = "case", true, settings.PermPropose
		return d
	}
	limit := func(key, standard string, most float64, of []settings.Dim) settings.Definition {
		return rank(settings.Definition{Key: limitKey + key, Type: settings.Span, Default: standard, Min: 1, Max: most, Dims: of})
	}
	count := func(key string, unit settings.Unit, standard string, least, most float64) settings.Definition {
		return rank(settings.Definition{Key: limitKey + key, Type: settings.Int, Unit: unit, Default: standard, Min: least, Max: most})
	}
	calm := func(d settings.Definition) settings.Definition { d.Rank = false; return d }
	days := func(d settings.Definition, clocks ...settings.Clock) settings.Definition { d.Clocks = clocks; return d }
	all, calmer := Kinds(), []Urgency{Ordinary, Complex}
	unreported := []Kind{Complaint, Consultation, Suggestion, Request, Praise, BadRating}
	extension := count("extension.most", settings.UnitWorkday, "10", 1, 60)
	extension.Dims = dims(unreported, Ordinary, Complex)
	return []settings.Definition{
		limit("triage.plain", "1wd", 10, dims(all, calmer...)),
		limit("triage.utilities", "2h", 5, dims(all)),
		limit("triage.urgent", "30min", 1, dims(all)),
		limit("acknowledge.plain", "1wd", 10, dims(all, calmer...)),
		limit("acknowledge.utilities", "2h", 5, dims(all)),
		limit("acknowledge.urgent", "30min", 1, dims(all)),
		limit("handle.ordinary", "5wd", 60, dims(unreported)),
		limit("handle.complex", "15wd", 90, dims(all)),
		limit("handle.report", "15wd", 90, []settings.Dim{{Name: "category", Number: true}}),
		limit("handle.utilities", "24h", 10, dims(all)),
		limit("handle.urgent", "2h", 3, dims(all)),
		extension,
		limit("wait.citizen", "5wd", 30, dims(all, Urgencies()...)),
		limit("callback.within", "3wd", 30, dims(all, Urgencies()...)),
		count("callback.tries", settings.UnitTimes, "3", 1, 10),
		count("handle.rounds", settings.UnitTimes, "3", 1, 5),
		days(limit("appeal.within", "3wd", 30, []settings.Dim{{Name: "office", Number: true}}), settings.Workdays, settings.Days),
		limit("review.within", "5wd", 30, []settings.Dim{{Name: "office", Number: true}}),
		calm(count("step.first", settings.UnitPercent, "50", 10, 60)),
		calm(count("step.second", settings.UnitPercent, "80", 65, 95)),
		count("step.last", settings.UnitPercent, "200", 110, 400),
		calm(count("urge.every", settings.UnitWorkday, "1", 1, 10)),
		days(calm(limit("petition.told", "15d", 15, nil)), settings.Days, settings.Workdays),
	}
}

// dials read the settings.
type dials struct {
	limits                           map[string]settings.SpanOf
	extension, tries, rounds, urging settings.IntOf
	steps                            [3]settings.IntOf
}

func dialsOf(set *settings.Set) (dials, error) {
	set, err := settings.Or(set, Settings())
	if err != nil {
		return dials{}, err
	}
	h := set.Handles()
	all := dials{limits: map[string]settings.SpanOf{}, extension: h.Int("case.extension.most"), tries: h.Int("case.callback.tries"),
		rounds: h.Int("case.handle.rounds"), urging: h.Int("case.urge.every"),
		steps: [3]settings.IntOf{h.Int("case.step.first"), h.Int("case.step.second"), h.Int("case.step.last")}}
	for _, d := range Settings() {
		if d.Type == settings.Span {
			all.limits[d.Key] = h.Span(d.Key)
		}
	}
	return all, h.Err()
}

// units are the desk's for the settings'.
var units = map[settings.Clock]workday.LimitUnit{settings.Workdays: workday.WorkingDays, settings.Days: workday.CalendarDays,
	settings.AroundHours: workday.Hours24, settings.Minutes: workday.Minutes, settings.Worked: workday.WorkMinutes}

// keyOf is the setting that answers a question.
func keyOf(q LimitQuery) string {
	urgency := string(q.Urgency)
	switch q.Clock {
	case ClockTriage, ClockAcknowledge:
		if q.Urgency != Urgent && q.Urgency != Utilities {
			urgency = "plain"
		}
		return limitKey + string(q.Clock) + "." + urgency
	case ClockHandle:
		if q.Urgency == Ordinary || urgency == "" {
			urgency = string(Ordinary)
			if q.Kind == Report {
				urgency = string(Report)
			}
		}
		return limitKey + "handle." + urgency
	case ClockPetition:
		return limitKey + "petition.told"
	case ClockWait:
		return limitKey + "wait.citizen"
	}
	return limitKey + string(q.Clock) + ".within" // callback, appeal, review
}

// facts are what a limit may depend on; of categories the nearest first.
func (q LimitQuery) facts(above func(int) []int) []settings.Pair {
	var list []settings.Pair
	if q.Category != 0 {
		list = append(list, number("category", q.Category))
		for _, id := range above(q.Category) {
			list = append(list, number("category", id))
		}
	}
	if q.Office != 0 {
		list = append(list, number("office", int(q.Office)))
	}
	return append(list, settings.Pair{Name: "kind", Value: string(q.Kind)}, settings.Pair{Name: "urgency", Value: string(q.Urgency)})
}

func number(name string, n int) settings.Pair {
	return settings.Pair{Name: name, Value: strconv.Itoa(n)}
}
