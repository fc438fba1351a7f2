package complaints

import (
	"fmt"
	"slices"
	"time"

	"minping/complaints/workday"
	"minping/internal/fault"
)

// Flow is where a case stands, computed from its events and nothing else.
type Flow struct {
	Seq      int
	At       time.Time // of the last event
	State    State
	Kind     Kind
	Urgency  Urgency
	Sealed   bool
	Category int

	Office       int64 // has it now; 0: nobody, or the discipline role
	First        int64 // the first receiver, who answers for it 首接负责
	Handler      int64 // account
	Assisting    []int64
	Level        int // of supervision, 0–3
	Round        int // of handling, from 1
	Returned     int
	Designated   bool
	Transferred  bool // in this round
	Asked        bool
	Extended     bool // in this round
	Appealed     bool
	Imported     bool
	Unreachable  bool // no contact but through receipt and PIN
	Disposition  Disposition
	AppealIn     workday.Limit
	MergedInto   int64
	before       State // merging
	UrgedAt      time.Time
	ReceivedAt   time.Time
	DispatchedAt time.Time // first
	TakenAt      time.Time // first acknowledged
	RepliedAt    time.Time // last
	FirstReplyAt time.Time
	ClosedAt     time.Time // when it last stopped being live

	Contacted bool // the citizen was heard on the last reply
	Solved    *bool
	Satisfied int
	Responded *bool // did the office get in touch, by the citizen's word
	Misses    int   // tries to reach the citizen in this round
	FollowUp  int   // follow-up rating 追评, 0: none

	clocks [6]Clock
	rules  rules // by which it is judged now; no part of where it stands
}

// Clock gives one of the case's clocks.
func (f *Flow) Clock(name ClockName) *Clock { return &f.clocks[slices.Index(runningClocks, name)] }

// Judge tells where an event would lead, without doing it. Conflict where the
// state or a rule does not allow it. Who may is judged elsewhere.
func (f *Flow) Judge(w *workday.Clock, e Event) (State, error) {
	t, ok := find(e.Action)
	if !ok {
		return "", fmt.Errorf("complaints: no action %q", e.Action)
	}
	if !slices.Contains(t.who, e.Who) {
		return "", fmt.Errorf("complaints: %s is not for %s", e.Action, e.Who)
	}
	if !slices.Contains(t.from, f.State) {
		return "", fault.New(fault.Conflict, "complaints.state").With("State", string(f.State)).With("Action", string(e.Action))
	}
	if t.guard != nil && !t.guard.holds(f, w, e) {
		return "", fault.New(fault.Conflict, t.guard.key)
	}
	switch t.to {
	case same:
		return f.State, nil
	case beforeMerge:
		return f.before, nil
	}
	return t.to, nil
}

// Apply takes an event that happened into account.
func (f *Flow) Apply(e Event) error {
	t, ok := find(e.Action)
	if !ok {
		return fmt.Errorf("complaints: event %d has no action %q", e.Seq, e.Action)
	}
	if e.Seq != f.Seq+1 || e.From != f.State {
		return fmt.Errorf("complaints: event %d (%s from %q) does not follow %d in %q", e.Seq, e.Action, e.From, f.Seq, f.State)
	}
	f.Seq, f.At = e.Seq, e.At
	f.note(e)
	for _, fx := range t.clocks {
		f.effect(fx, e)
	}
	if e.Action == ActMerge {
		f.before = f.State
	}
	if f.State.Live() && !e.To.Live() {
		f.ClosedAt = e.At
	} else if e.To.Live() {
		f.ClosedAt = time.Time{}
	}
	f.State = e.To
	return nil
}

func (f *Flow) effect(fx effect, e Event) {
	switch fx.op {
	case stopAll, hold, release:
		for i := range f.clocks {
			c := &f.clocks[i]
			switch {
			case fx.op != stopAll:
				c.Held = fx.op == hold
			case c.Running():
				c.End = e.At
			}
		}
		return
	}
	c := f.Clock(fx.clock)
	switch fx.op {
	case begin, restart:
		limit, given := e.Detail.Limits[fx.clock]
		if given && (fx.op == restart || !c.Running()) {
			*c = Clock{Name: fx.clock, Start: e.At, Limit: limit}
			copy(c.steps[:], e.Detail.Steps)
		}
	case stop:
		if c.Running() {
			c.End = e.At
		}
	case pause:
		if limit, given := e.Detail.Limits[ClockWait]; given && c.Running() {
			c.PauseAt, c.PauseIn = e.At, limit
		}
	case resume:
		if !c.PauseAt.IsZero() && c.PauseTo.IsZero() {
			c.PauseTo = e.At
		}
	case extend:
		c.Days += e.Detail.Days
		c.fired = 0 // what was said of the old limit says nothing of the new one
	}
}

// NextStep is what must be told next of any clock of the case, and when.
func (f *Flow) NextStep(w *workday.Clock) (name ClockName, percent int, at time.Time, ok bool) {
	for i := range f.clocks {
		p, t, any := f.clocks[i].nextStep(w, f.At)
		if any && (!ok || t.Before(at)) {
			name, percent, at, ok = f.clocks[i].Name, p, t, true
		}
	}
	return name, percent, at, ok
}

// WaitEnds is when a question to the citizen stops stopping the clock.
func (f *Flow) WaitEnds(w *workday.Clock) (time.Time, bool) {
	c := f.Clock(ClockHandle)
	if f.State != Waiting || c.PauseAt.IsZero() || !c.PauseTo.IsZero() {
		return time.Time{}, false
	}
	return w.Deadline(c.PauseAt, c.PauseIn).At, true
}

// Due is the deadline that comes first among the clocks that run, and whose it is.
func (f *Flow) Due(w *workday.Clock) (name ClockName, due workday.Deadline, ok bool) {
	for i := range f.clocks {
		c := &f.clocks[i]
		if !c.Running() || c.Name == ClockPetition {
			continue
		}
		if d := c.Due(w); !ok || d.At.Before(due.At) {
			name, due, ok = c.Name, d, true
		}
	}
	return name, due, ok
}
