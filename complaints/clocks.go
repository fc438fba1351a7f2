package complaints

import (
	"slices"
	"time"

	"minping/complaints/workday"
)

// ClockName names one of a case's clocks.
type ClockName string

// The clocks. The last three are limits that start no reminders of their own.
const (
	ClockTriage      ClockName = "triage"      // until an office has it
	ClockAcknowledge ClockName = "acknowledge" // 签收
	ClockHandle      ClockName = "handle"      // 限时办结; the first receiver's, whoever handles it
	ClockCallback    ClockName = "callback"    // 回访
	ClockReview      ClockName = "review"      // 复核
	ClockPetition    ClockName = "petition"    // how long the petition office has to say whether it accepts

	ClockAppeal    ClockName = "appeal"    // how long after dispatch a rating may be appealed
	ClockWait      ClockName = "wait"      // how long a question to the citizen stops the clock at most
	ClockExtension ClockName = "extension" // how many working days an extension may have
)

// runningClocks in their order in Flow.Clocks.
var runningClocks = []ClockName{ClockTriage, ClockAcknowledge, ClockHandle, ClockCallback, ClockReview, ClockPetition}

// Clocks lists every name for which Limits may be asked.
func Clocks() []ClockName {
	return append(slices.Clone(runningClocks), ClockAppeal, ClockWait, ClockExtension)
}

// Clock is a limit that runs or ran.
type Clock struct {
	Name    ClockName
	Start   time.Time // zero: never ran
	Limit   workday.Limit
	Days    int       // extension, in working days
	PauseAt time.Time // zero: never paused
	PauseTo time.Time // zero: still paused, or never
	PauseIn workday.Limit
	End     time.Time // zero: runs
	Held    bool      // merged: it tells nobody, but goes on
	fired   uint8     // steps told, by their place in shares
	steps   [4]int    // zero: Steps
}

// shares are the steps of this clock, as they were set when it started.
func (c *Clock) shares() [4]int {
	if c.steps == [4]int{} {
		return Steps
	}
	return c.steps
}

// Running tells whether the clock runs and may tell somebody.
func (c *Clock) Running() bool { return !c.Start.IsZero() && c.End.IsZero() && !c.Held }

// paused gives the pause as it counts at an instant: it ends at the latest when
// the citizen's time to answer is over.
func (c *Clock) paused(w *workday.Clock) (from, to time.Time, over bool) {
	if c.PauseAt.IsZero() {
		return from, to, true
	}
	last := w.Deadline(c.PauseAt, c.PauseIn).At
	if c.PauseTo.IsZero() || c.PauseTo.After(last) {
		return c.PauseAt, last, !c.PauseTo.IsZero()
	}
	return c.PauseAt, c.PauseTo, true
}

// Due is when the limit ends, and for which years that is assumed. A pause moves a
// limit of working days by the working days that it takes, one of working minutes by
// the time that offices work in it, others by its length.
// While the pause lasts, Due is what it will be if the citizen takes all the time.
func (c *Clock) Due(w *workday.Clock) workday.Deadline {
	d := w.Deadline(c.Start, c.Limit)
	shift := c.Days
	from, to, _ := c.paused(w)
	switch {
	case from.IsZero():
	case c.Limit.Worked():
		shift += w.Calendar().Between(workday.Of(from), workday.Of(to))
	case c.Limit.InOffice():
		d.At = w.After(d.At, w.Elapsed(from, to))
		d.Unnoticed = w.Unnoticed(c.Start, d.At)
	default:
		d.At = d.At.Add(to.Sub(from))
	}
	if c.Limit.Worked() && shift > 0 {
		d.At = w.Shift(d.At, shift)
		d.Unnoticed = w.Unnoticed(c.Start, d.At)
	}
	return d
}

// late tells whether the clock is over its limit at an instant.
func (c *Clock) late(w *workday.Clock, at time.Time) bool {
	return !c.Start.IsZero() && at.After(c.Due(w).At)
}

// stepAt is when a share of the limit is used up. Limits of working days and minutes
// are used up in the time that offices work, pauses left out; 100 % is Due itself.
func (c *Clock) stepAt(w *workday.Clock, percent int, due time.Time) time.Time {
	measure := func(a, b time.Time) time.Duration { return b.Sub(a) }
	walk := func(t time.Time, d time.Duration) time.Time { return t.Add(d) }
	if c.Limit.InOffice() {
		measure, walk = w.Elapsed, w.After
	}
	from, to, _ := c.paused(w)
	var pause time.Duration
	if !from.IsZero() {
		pause = measure(from, to)
	}
	whole := measure(c.Start, due) - pause
	if percent >= 100 {
		return walk(due, whole*time.Duration(percent-100)/100)
	}
	at := walk(c.Start, whole*time.Duration(percent)/100)
	if !from.IsZero() && at.After(from) {
		at = walk(c.Start, whole*time.Duration(percent)/100+pause)
	}
	return at
}

// nextStep is the next share that somebody must be told of, and when: not before
// since, and of working-day clocks not before offices work. False where there is none.
func (c *Clock) nextStep(w *workday.Clock, since time.Time) (percent int, at time.Time, ok bool) {
	if !c.Running() || c.Name == ClockPetition {
		return 0, time.Time{}, false
	}
	if _, _, over := c.paused(w); !over {
		return 0, time.Time{}, false
	}
	for i, percent := range c.shares() {
		if c.fired&(1<<i) != 0 {
			continue
		}
		at := c.stepAt(w, percent, c.Due(w).At)
		if whole := at.Truncate(time.Microsecond); whole.Before(at) {
			at = whole.Add(time.Microsecond) // as finely as it is stored, and not before it is reached
		}
		if at.Before(since) {
			at = since
		}
		if !c.Limit.AroundClock() {
			at = w.NextOpen(at)
		}
		return percent, at, true
	}
	return 0, time.Time{}, false
}

func (c *Clock) tell(percent int) {
	if i := c.share(percent); i >= 0 {
		c.fired |= 1<<(i+1) - 1 // a later step says all that earlier ones would have
	}
}

// share is the place of a step among the clock's.
func (c *Clock) share(percent int) int {
	steps := c.shares()
	return slices.Index(steps[:], percent)
}
