package demo

import "time"

// Case is one matter that somebody wrote about, and what became of it. Words for
// kinds, actions and the like are those of the product.
type Case struct {
	Submission [16]byte
	Filed      time.Time
	Kind       string
	Urgency    string
	Channel    string
	Identity   string // none, contactable, named
	Name       string // with the identity; invented
	Phone      string
	Category   [3]string
	Window     int // None: about no window
	Title      string
	Body       string
	Steps      []Step // by time; those after the city's instant are left out
}

// Doer is in which office's or the city's function somebody acts.
type Doer string

// The doers. A handler is one of Step.Office, the others are the city's.
const (
	ByCitizen    Doer = "citizen"
	BySystem     Doer = "system"
	ByDispatcher Doer = "dispatcher"
	ByHandler    Doer = "handler"
	ByCaller     Doer = "caller"
	ByReviewer   Doer = "reviewer"
	BySupervisor Doer = "supervisor"
	ByDiscipline Doer = "discipline"
)

// Step is one thing that was done to a case. Fields that do not apply are zero.
type Step struct {
	At          time.Time
	Action      string
	By          Doer
	Office      int // whose handler
	To          int // dispatch, transfer: to which office; None: to none
	Category    [3]string
	Urgency     string
	Words       string // said, or the reason
	Code        string
	Way         string
	Disposition string
	Asked       bool // the citizen said whether it is solved
	Solved      bool
	Satisfied   int
	Days        int
	Level       int
	Score       int
	Into        int // merge: position among the city's cases
}
