package panel

import (
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
)

// PermWrite is needed, over the whole city, for everything but answering.
const PermWrite actor.Permission = "panel:write"

// State of a wave.
type State string

// The states, in their order.
const (
	Draft  State = "draft"
	Open   State = "open"
	Closed State = "closed"
)

// Kind is who a group speaks for.
type Kind string

// The kinds, which are never added up.
const (
	Citizens Kind = "citizens"
	Experts  Kind = "experts"
	Around   Kind = "around" // 360°
)

// Group is who a member is.
type Group struct {
	Key  string
	Zh   string // as files name it
	Kind Kind
}

// Groups are all, citizens first.
func Groups() []Group {
	return []Group{{"public", "群众", Citizens}, {"society", "社会", Citizens}, {"grassroots", "基层", Citizens},
		{"expert", "专家", Experts}, {"delegate", "市民代表", Experts}, {"deputy", "代表委员", Experts},
		{"above", "上级", Around}, {"peer", "同级", Around}, {"below", "下级", Around}}
}

// KindOf is the kind of a group.
func KindOf(group string) Kind {
	for _, g := range Groups() {
		if g.Key == group {
			return g.Kind
		}
	}
	return ""
}

// AgeBands are the bands, the youngest first.
func AgeBands() []string { return []string{"18-29", "30-44", "45-59", "60+"} }

// MaxPerMember is how many offices one person is asked about at most.
const MaxPerMember = 5

// Wave is one round.
type Wave struct {
	ID           int64
	Title        string
	Starts, Ends workday.Day
	PerMember    int
	State        State
	Offices      int
	Invited      int // members
	Lettered     int // members who have a link
	Answered     int // members who have answered about an office at least
	OpenMentions int // to be read by a person
	CreatedBy    string
	ClosedAt     *time.Time
}

// NewWave is a wave to be made.
type NewWave struct {
	Title        string
	Starts, Ends workday.Day
	PerMember    int
	Offices      []int64
}

// check finds what cannot be meant.
func (n NewWave) check() error {
	var wrong []fault.Field
	if l := len([]rune(n.Title)); l == 0 {
		wrong = append(wrong, fault.Field{Name: "title", Key: "fault.field.required"})
	} else if l > 100 {
		wrong = append(wrong, fault.Field{Name: "title", Key: "fault.field.max", Args: map[string]any{"Max": 100}})
	}
	if n.Starts.IsZero() {
		wrong = append(wrong, fault.Field{Name: "starts", Key: "fault.field.date"})
	}
	if n.Ends.IsZero() {
		wrong = append(wrong, fault.Field{Name: "ends", Key: "fault.field.date"})
	} else if !n.Starts.IsZero() && (n.Ends.Before(n.Starts) || n.Starts.AddDays(366).Before(n.Ends)) {
		wrong = append(wrong, fault.Field{Name: "ends", Key: "five.panel.fault.ends"})
	}
	if n.PerMember < 1 || n.PerMember > MaxPerMember {
		wrong = append(wrong, fault.Field{Name: "per_member", Key: "five.panel.fault.per_member", Args: map[string]any{"Max": MaxPerMember}})
	}
	if len(n.Offices) == 0 {
		wrong = append(wrong, fault.Field{Name: "offices", Key: "five.panel.fault.offices"})
	}
	if len(wrong) > 0 {
		return fault.Fielded(wrong...)
	}
	return nil
}

// Margin is the share of the population in one category, in per cent.
type Margin struct {
	Dimension, Category string // stratum or age
	Share               float64
}

// Categories are those that a margin can have.
func Categories(dimension string) []string {
	switch dimension {
	case "stratum":
		return []string{"public", "society", "grassroots"}
	case "age":
		return AgeBands()
	}
	return nil
}

// checkMargins wants each dimension whole, adding up to a hundred, or not at all.
func checkMargins(list []Margin) error {
	var wrong []fault.Field
	for _, dimension := range []string{"stratum", "age"} {
		sum, n := 0.0, 0
		for _, m := range list {
			if m.Dimension != dimension {
				continue
			}
			if !slices.Contains(Categories(dimension), m.Category) || !(m.Share >= 0 && m.Share <= 100) {
				wrong = append(wrong, fault.Field{Name: dimension + "." + m.Category, Key: "five.panel.fault.share"})
			}
			sum, n = sum+m.Share, n+1
		}
		if n > 0 && (n != len(Categories(dimension)) || sum < 99.9 || sum > 100.1) {
			wrong = append(wrong, fault.Field{Name: dimension, Key: "five.panel.fault.sum"})
		}
	}
	if len(wrong) > 0 {
		return fault.Fielded(wrong...)
	}
	return nil
}

// Config is what the service stands on.
type Config struct {
	DB  *sqlx.DB
	Now func() time.Time
	Key []byte // makes digests of links; at least 16 bytes
}

// Service is the package's one door.
type Service struct {
	db  *sqlx.DB
	now func() time.Time
	key []byte
}

// New makes the service.
func New(c Config) *Service {
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Service{db: c.DB, now: c.Now, key: c.Key}
}

// admit lets only those pass who run panels for the whole city.
func admit(by actor.Actor) error {
	if by.Citywide(PermWrite) {
		return nil
	}
	return fault.New(fault.Forbidden, "fault.forbidden")
}
