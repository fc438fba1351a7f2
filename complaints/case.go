package complaints

import (
	"time"

	"minping/complaints/workday"
	"minping/internal/actor"
)

// Case is a case as it is listed: where it stands, without who sent it.
type Case struct {
	ID         ID       `db:"id"`
	Seq        int      `db:"seq"` // give it back as Seen when acting on what was shown
	Channel    Channel  `db:"channel"`
	Identity   Identity `db:"identity"`
	Title      string   `db:"title"`
	Body       string   `db:"body"`
	Kind       Kind     `db:"kind"`
	Urgency    Urgency  `db:"urgency"`
	Category   int      `db:"category_id"`
	State      State    `db:"state"`
	Sealed     bool     `db:"sealed"`
	Unit       int64    `db:"unit_id"` // the place it is about
	Hall       int64    `db:"hall_id"`
	Division   int64    `db:"division_id"`
	Parent     int64    `db:"division_office_id"` // the office that Division belongs to
	Office     int64    `db:"office_id"`          // has it now
	First      int64    `db:"first_office_id"`
	Handler    int64    `db:"handler_id"`
	Level      int      `db:"level"`
	Round      int      `db:"round"`
	Returned   int      `db:"returned"`
	Extended   bool     `db:"extended"`
	MergedInto ID       `db:"merged_into"`
	SplitFrom  ID       `db:"split_from"`

	Disposition Disposition `db:"disposition"`
	Contacted   bool        `db:"contacted"`
	Solved      *bool       `db:"solved"` // by the citizen's word; nil: not asked or not reached
	Satisfied   int         `db:"satisfied"`
	Responded   *bool       `db:"responded"` // did the office get in touch, by the citizen's word
	FollowUp    int         `db:"follow_up"`
	RatingID    int64       `db:"rating_id"`
	RatingDay   string      `db:"rating_day"`
	RatingLevel int         `db:"rating_level"`

	ReceivedAt    time.Time  `db:"received_at"`
	DispatchedAt  *time.Time `db:"dispatched_at"`
	TakenAt       *time.Time `db:"taken_at"`
	TakenInTime   *bool      `db:"taken_in_time"`
	FirstReplyAt  *time.Time `db:"first_reply_at"`
	RepliedAt     *time.Time `db:"replied_at"`
	RepliedInTime *bool      `db:"replied_in_time"`
	ClosedAt      *time.Time `db:"closed_at"`
	DueAt         *time.Time `db:"due_at"`
	DueClock      ClockName  `db:"due_clock"`
	Unnoticed     int        `db:"unnoticed"` // a year without holiday notice: DueAt is an assumption; 0: certain
	WakeAt        *time.Time `db:"wake_at"`
}

// Places in the order of results: live cases by their deadline, then those without
// one, then finished ones by how long before the end of time they were received.
const (
	undated  = 1 << 61
	finished = 1 << 62
)

// turn is the place of a case in the order of results, as case_turn computes it.
func (c Case) turn() int64 {
	switch {
	case !c.State.Live():
		return finished - c.ReceivedAt.UnixMicro()
	case c.DueAt == nil:
		return undated
	}
	return c.DueAt.UnixMicro()
}

// Place is where the case lies as far as access depends on it. While another
// office has it, the division that it is about may do nothing to it.
func (c Case) Place() actor.Place {
	at := actor.Place{Office: c.Office, Hall: c.Hall}
	if c.Office != 0 && c.Office == c.Parent {
		at.Division = c.Division
	}
	return at
}

// Overdue tells whether a deadline passed.
func (c Case) Overdue(now time.Time) bool { return c.DueAt != nil && now.After(*c.DueAt) }

// settle writes into the row what the events say.
func (c *Case) settle(f *Flow, w *workday.Clock) {
	c.Seq, c.State, c.Kind, c.Urgency, c.Sealed = f.Seq, f.State, f.Kind, f.Urgency, f.Sealed
	c.Office, c.First, c.Handler, c.Level, c.Round = f.Office, f.First, f.Handler, f.Level, f.Round
	c.Returned, c.Extended, c.MergedInto, c.Disposition = f.Returned, f.Extended, f.MergedInto, f.Disposition
	c.Contacted, c.Solved, c.Satisfied, c.Responded, c.FollowUp = f.Contacted, f.Solved, f.Satisfied, f.Responded, f.FollowUp
	c.ReceivedAt, c.Category = f.ReceivedAt, f.Category
	c.DispatchedAt, c.TakenAt = moment(f.DispatchedAt), moment(f.TakenAt)
	c.FirstReplyAt, c.RepliedAt, c.ClosedAt = moment(f.FirstReplyAt), moment(f.RepliedAt), moment(f.ClosedAt)
	c.TakenInTime, c.RepliedInTime = kept(f.Clock(ClockAcknowledge), w), kept(f.Clock(ClockHandle), w)
	if f.RepliedAt.IsZero() {
		c.RepliedInTime = nil
	}
	c.DueAt, c.DueClock, c.Unnoticed, c.WakeAt = nil, "", 0, nil
	if name, due, ok := f.Due(w); ok && f.State.Live() {
		c.DueAt, c.DueClock = moment(due.At), name
		if len(due.Unnoticed) > 0 {
			c.Unnoticed = due.Unnoticed[0]
		}
	}
	if at, ok := f.wake(w); ok {
		c.WakeAt = &at
	}
}

// wake is when the case must be looked at without anybody asking.
func (f *Flow) wake(w *workday.Clock) (time.Time, bool) {
	if !f.State.Live() {
		return time.Time{}, false
	}
	_, _, at, ok := f.NextStep(w)
	if ends, waits := f.WaitEnds(w); waits && (!ok || ends.Before(at)) {
		return ends.UTC(), true
	}
	return at.UTC().Truncate(time.Microsecond), ok
}

// kept tells whether a clock that ended did so within its limit; nil while it runs.
func kept(c *Clock, w *workday.Clock) *bool {
	if c.Start.IsZero() || c.End.IsZero() {
		return nil
	}
	in := !c.late(w, c.End)
	return &in
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC().Truncate(time.Microsecond)
	return &t
}
