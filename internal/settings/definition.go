package settings

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"minping/internal/actor"
)

// The permissions. Who may propose or change a setting is said by its Definition;
// approving is one permission, held over the city.
const (
	PermRead    actor.Permission = "setting:read"
	PermPropose actor.Permission = "setting:propose" // what moves a rank
	PermOperate actor.Permission = "setting:operate" // limits of operation
	PermSecure  actor.Permission = "setting:secure"  // limits of security
	PermApprove actor.Permission = "setting:approve"
)

// Unit says what a number counts; it is shown behind the number.
type Unit string

// The units.
const (
	Plain       Unit = "plain" // nothing: "5"
	UnitWorkday Unit = "workday"
	UnitDay     Unit = "day"
	UnitHour    Unit = "hour"
	UnitMinute  Unit = "minute"
	UnitSecond  Unit = "second"
	UnitTimes   Unit = "times"
	UnitPerHour Unit = "per_hour"
	UnitPerMin  Unit = "per_minute"
	UnitTickets Unit = "tickets"
	UnitPercent Unit = "percent"
)

func (u Unit) length() time.Duration {
	switch u {
	case UnitDay:
		return 24 * time.Hour
	case UnitHour:
		return time.Hour
	case UnitMinute:
		return time.Minute
	}
	return time.Second
}

// Dim is one way in which a setting may be narrowed: to one of Values, or to a
// positive number (an id). Who asks may name several numbers of one dimension, the
// nearest first (a category and those above it): of values as specific the nearest holds.
type Dim struct {
	Name   string
	Values []string
	Number bool
}

// Definition is what a program says of one setting.
type Definition struct {
	Key      string
	Group    string // where it stands in the list; text "settings.group."+Group
	Type     Type
	Unit     Unit     // of Int, Decimal and Duration; a Duration's is the unit in which it is typed
	Default  string   // as it is kept
	Min, Max float64  // of Int, Decimal; of a Duration in its unit; of a Span the least count, and the most days that it may be
	Floor    string   // text that says why Min is the least, where a law says so: "" = the usual one
	Clocks   []Clock  // that a Span may be counted by; empty: all
	Choices  []string // of Choice; texts "settings.choice."+Key+"."+choice
	Rank     bool     // it can move a rank: two persons
	Propose  actor.Permission
	Dims     []Dim // at most four, the weightiest first
}

// NameKey, WhyKey and NormKey are the text keys of a setting: what it is called, what
// it does in plain words, and which norm its default comes from.
func (d Definition) NameKey() string { return "settings.def." + d.Key + ".name" }

// WhyKey: see NameKey.
func (d Definition) WhyKey() string { return "settings.def." + d.Key + ".why" }

// NormKey: see NameKey.
func (d Definition) NormKey() string { return "settings.def." + d.Key + ".norm" }

var (
	keyForm  = regexp.MustCompile(`^[a-z_]+(\.[a-z_]+)+$`)
	nameForm = regexp.MustCompile(`^[a-z_]{1,20}$`)
	pairForm = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,40}$`)
)

const maxDims = 4

// check refuses a definition that cannot be meant.
func (d Definition) check() (Value, error) {
	wrong := func(what string) (Value, error) { return Value{}, fmt.Errorf("settings: %s: %s", d.Key, what) }
	switch {
	case !keyForm.MatchString(d.Key) || len(d.Key) > 80:
		return wrong("a key is lower-case words with dots")
	case d.Group == "" || d.Propose == "":
		return wrong("no group or nobody who proposes")
	case len(d.Dims) > maxDims:
		return wrong("too many dimensions")
	case d.Type == Duration && d.Unit != UnitDay && d.Unit != UnitHour && d.Unit != UnitMinute && d.Unit != UnitSecond:
		return wrong("a duration has a unit of time")
	}
	for _, dim := range d.Dims {
		if !nameForm.MatchString(dim.Name) || dim.Number == (len(dim.Values) > 0) {
			return wrong("dimension " + dim.Name)
		}
	}
	v, err := d.parse(d.Default)
	if err == nil {
		_, err = d.typed(d.Input(v))
	}
	if err != nil || v.text != d.Default {
		return wrong("default " + d.Default)
	}
	return v, nil
}

// Input is a value as the form wants it typed: a Duration in its unit, the rest as kept.
func (d Definition) Input(v Value) string {
	if d.Type == Duration && v.whole%int64(d.Unit.length()) == 0 {
		return strconv.FormatInt(v.whole/int64(d.Unit.length()), 10)
	}
	return strings.TrimSuffix(v.text, "s")
}

// Parse reads a value as it is kept, whatever the present limits are.
func (d Definition) Parse(text string) (Value, bool) {
	v, err := d.parse(text)
	return v, err == nil
}
