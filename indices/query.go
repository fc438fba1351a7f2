package indices

import (
	"minping/internal/fault"
)

// Level is a layer of the directory.
type Level string

// The levels, from the top.
const (
	City     Level = "city"
	Office   Level = "office"
	Division Level = "division"
	Hall     Level = "hall"
	Window   Level = "window"
)

// Suspects says whether ratings that look suspicious but are not in quarantine count.
type Suspects string

// Include is the default: a rating counts until somebody has decided otherwise.
const (
	Include Suspects = "include"
	Exclude Suspects = "exclude"
)

// Query asks for the figures of the units of one level. Empty fields do not limit.
type Query struct {
	Level    Level
	Period   Period
	Within   int64   // only this unit and what lies below it
	Units    []int64 // only these; shown even if closed and unrated
	Channel  string  // desk, exit, ticket, kiosk, sms, web, import
	Stratum  string  // public, society, grassroots, expert, unstated
	Version  int64   // a survey version's id
	Suspects Suspects
	Pool     bool // standings only: who was rated seldom is measured over up to three years
}

// Subject asks about one unit.
type Subject struct {
	Unit     int64
	Period   Period
	Channel  string
	Stratum  string
	Version  int64
	Suspects Suspects
}

// filter is the part that every question has in common.
type filter struct {
	period   Period
	channel  string
	stratum  string
	version  int64
	suspects Suspects
}

func (q Query) filter() filter {
	return filter{q.Period, q.Channel, q.Stratum, q.Version, q.Suspects}
}

func (s Subject) filter() filter {
	return filter{s.Period, s.Channel, s.Stratum, s.Version, s.Suspects}
}

// Channels and Strata are the values that ratings have (checks of the table ratings).
func Channels() []string {
	return []string{"desk", "exit", "ticket", "kiosk", "sms", "web", "import"}
}

// Strata are 群众, 社会, 基层, experts, and those who did not say.
func Strata() []string { return []string{"public", "society", "grassroots", "expert", "unstated"} }

// LevelNames are the levels, from the top.
func LevelNames() []string {
	return []string{string(City), string(Office), string(Division), string(Hall), string(Window)}
}

// check finds every value that no rating can have.
func (f filter) check(more ...fault.Field) error {
	fields := more
	if f.period.IsZero() {
		fields = append(fields, fault.Field{Name: "period", Key: "fault.field.required"})
	}
	fields = append(fields, choice("channel", f.channel, Channels())...)
	fields = append(fields, choice("stratum", f.stratum, Strata())...)
	fields = append(fields, choice("suspects", string(f.suspects), []string{string(Include), string(Exclude)})...)
	if f.version < 0 {
		fields = append(fields, fault.Field{Name: "version", Key: "indices.fault.choice", Args: map[string]any{"Value": f.version}})
	}
	if len(fields) > 0 {
		return fault.Fielded(fields...)
	}
	return nil
}

// choice complains about a value that is neither empty nor one of those allowed.
func choice(field, value string, allowed []string) []fault.Field {
	if value == "" {
		return nil
	}
	for _, a := range allowed {
		if a == value {
			return nil
		}
	}
	return []fault.Field{{Name: field, Key: "indices.fault.choice", Args: map[string]any{"Value": value}}}
}
