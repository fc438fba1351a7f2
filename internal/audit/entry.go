package audit

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"minping/internal/actor"
)

// ErrMisuse marks entries that no correct program records: an unknown action, a
// key its detail may not have. Tests meet it; users never should.
var ErrMisuse = errors.New("audit: misuse")

// Outcome says whether it was done.
type Outcome string

// The outcomes. An Entry without one is Done.
const (
	Done    Outcome = "done"
	Refused Outcome = "refused"
)

// Detail says more about what was done: what was before and after. Keys are the
// registry's; values are texts, whole numbers or truth values. Fractions are
// written as text, so that they stay as they were written.
type Detail map[string]any

// Object is the thing something was done to.
type Object struct {
	Kind string // "unit", "account", "publication" …
	ID   string
}

// Entry is what a service reports.
type Entry struct {
	At      time.Time   // the transaction's time
	By      actor.Actor // who; the zero Actor is nobody signed in
	Source  string      // from where; empty: what WithSource put into the context
	Action  Action
	Object  Object
	Place   actor.Place // where in the directory the object lies
	Outcome Outcome
	Detail  Detail
}

// Limits of an entry's texts in characters. Longer values of detail and longer
// names are cut; an object or source beyond it is a misuse.
const (
	maxValue  = 200
	maxName   = 100
	maxObject = 200
)

// Stored is an entry as it stands in the chain.
type Stored struct {
	Day        time.Time       `db:"day"` // midnight UTC
	Seq        int             `db:"seq"`
	At         time.Time       `db:"at"`
	ActorID    *int64          `db:"actor_id"`
	ActorName  string          `db:"actor_name"`
	Source     string          `db:"source"`
	Action     Action          `db:"action"`
	ObjectKind string          `db:"object_kind"`
	ObjectID   string          `db:"object_id"`
	OfficeID   *int64          `db:"office_id"`
	HallID     *int64          `db:"hall_id"`
	Outcome    Outcome         `db:"outcome"`
	Detail     json.RawMessage `db:"detail"` // a flat object
	Prev       []byte          `db:"prev"`
	Digest     []byte          `db:"digest"`
}

// stored checks an entry and gives what will stand in the chain, but for its place there.
func (e Entry) stored() (Stored, error) {
	if e.At.IsZero() {
		return Stored{}, fmt.Errorf("%w: %s without a time", ErrMisuse, e.Action)
	}
	if e.Outcome == "" {
		e.Outcome = Done
	}
	if e.Outcome != Done && e.Outcome != Refused {
		return Stored{}, fmt.Errorf("%w: %s with outcome %q", ErrMisuse, e.Action, e.Outcome)
	}
	if tooLong(e.Object.Kind) || tooLong(e.Object.ID) || tooLong(e.Source) {
		return Stored{}, fmt.Errorf("%w: %s names its object or source in more than %d characters", ErrMisuse, e.Action, maxObject)
	}
	detail, err := e.Detail.clean(e.Action)
	if err != nil {
		return Stored{}, err
	}
	return Stored{
		At:      e.At.UTC().Truncate(time.Microsecond), // as finely as PostgreSQL keeps it
		ActorID: known(e.By.Account), ActorName: cut(e.By.Name, maxName), Source: storable(e.Source),
		Action: e.Action, ObjectKind: storable(e.Object.Kind), ObjectID: storable(e.Object.ID),
		OfficeID: known(e.Place.Office), HallID: known(e.Place.Hall), Outcome: e.Outcome, Detail: detail,
	}, nil
}

// clean refuses what the action may not tell and writes the rest as JSON, masked and cut.
func (d Detail) clean(a Action) (json.RawMessage, error) {
	keys, known := a.Keys()
	if !known {
		return nil, fmt.Errorf("%w: action %q is not registered", ErrMisuse, a)
	}
	plain := make(map[string]any, len(d))
	for key, value := range d {
		if !slices.Contains(keys, key) {
			return nil, fmt.Errorf("%w: %s may not tell %q", ErrMisuse, a, key)
		}
		switch v := reflect.ValueOf(value); v.Kind() {
		case reflect.String:
			plain[key] = mask(cut(v.String(), maxValue))
		case reflect.Bool:
			plain[key] = v.Bool()
		case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
			plain[key] = v.Int()
		default:
			return nil, fmt.Errorf("%w: %s tells %q as a %T", ErrMisuse, a, key, value)
		}
	}
	return json.Marshal(plain)
}

func known(id int64) *int64 {
	if id == 0 {
		return nil
	}
	return &id
}

func tooLong(text string) bool { return utf8.RuneCountInString(text) > maxObject }

// storable leaves out what PostgreSQL cannot keep in a text.
func storable(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\x00", "\ufffd")
}

func cut(text string, most int) string {
	text = storable(text)
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}
