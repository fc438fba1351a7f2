package complaints

import (
	"time"

	"minping/complaints/workday"
)

// Who does something to a case.
type Who string

// The parties.
const (
	Citizen Who = "citizen"
	Staff   Who = "staff"
	System  Who = "system"
)

// Event is one thing that happened to a case. The events of a case, in order,
// say everything about where it stands and what its clocks show.
type Event struct {
	Seq     int
	At      time.Time
	Action  Action
	From    State
	To      State
	Who     Who
	Account int64  // staff: whose account
	Name    string // staff: as shown
	Detail  Detail
}

// Detail is what an event says besides. Fields that do not apply are zero.
type Detail struct {
	Kind       Kind    `json:"kind,omitempty"`
	Urgency    Urgency `json:"urgency,omitempty"`
	Category   int     `json:"category,omitempty"`
	Sealed     bool    `json:"sealed,omitempty"`
	Office     int64   `json:"office,omitempty"`     // dispatch, transfer, assist
	Handler    int64   `json:"handler,omitempty"`    // assign
	Designated bool    `json:"designated,omitempty"` // dispatch: may not be returned
	// Limits of the clocks that the event starts, as they were that day: a later
	// change of the settings does not reach them.
	Limits      map[ClockName]workday.Limit `json:"limits,omitempty"`
	Steps       []int                       `json:"steps,omitempty"`   // the clocks' shares, where they are not the usual ones
	Clock       ClockName                   `json:"clock,omitempty"`   // step
	Percent     int                         `json:"percent,omitempty"` // step
	Days        int                         `json:"days,omitempty"`    // extend, in working days
	Level       int                         `json:"level,omitempty"`   // supervise
	Code        string                      `json:"code,omitempty"`    // why, from a list
	Reason      string                      `json:"reason,omitempty"`  // why, in words
	Solved      *bool                       `json:"solved,omitempty"`
	Satisfied   int                         `json:"satisfied,omitempty"` // 1–5, 0: not said
	Responded   *bool                       `json:"responded,omitempty"` // did the office get in touch, by the citizen's word
	Score       int                         `json:"score,omitempty"`     // follow-up rating, 1–5
	Case        int64                       `json:"case,omitempty"`      // merge, split
	Disposition Disposition                 `json:"disposition,omitempty"`
	Message     int64                       `json:"message,omitempty"` // case_messages.id
	Signals     []string                    `json:"signals,omitempty"` // why the rating is suspect
}
