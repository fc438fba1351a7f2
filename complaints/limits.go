package complaints

import (
	"context"
	"time"

	"minping/complaints/workday"
)

// LimitQuery asks how long something may take.
type LimitQuery struct {
	Clock    ClockName
	Kind     Kind
	Urgency  Urgency
	Category int   // 0: none
	Office   int64 // 0: none yet
	At       time.Time
}

// Limits answers. It is asked once, when a clock starts, inside the transaction
// that starts it: it must answer from memory.
type Limits func(ctx context.Context, q LimitQuery) (workday.Limit, error)

// DefaultLimits are those in general use where nothing else is set: contact within
// one working day, handling within 5 (complex matters and reports 15), 2 hours
// for danger to life and property, 24 for water, power, gas and heating, callback
// within 3, appeal of a rating within 3 and its review within 5 working days,
// extension by at most 10. Urgent matters are assigned and taken within a quarter of their limit.
func DefaultLimits(_ context.Context, q LimitQuery) (workday.Limit, error) {
	days := func(n int) workday.Limit { return workday.Limit{N: n, Unit: workday.WorkingDays} }
	minutes := func(n int) workday.Limit { return workday.Limit{N: n, Unit: workday.Minutes} }
	switch q.Clock {
	case ClockTriage, ClockAcknowledge:
		switch q.Urgency {
		case Urgent:
			return minutes(30), nil
		case Utilities:
			return minutes(120), nil
		}
		return days(1), nil
	case ClockHandle:
		return handleLimit(q), nil
	case ClockCallback, ClockAppeal:
		return days(3), nil
	case ClockExtension:
		return days(10), nil
	case ClockPetition:
		return workday.Limit{N: 15, Unit: workday.CalendarDays}, nil
	default: // ClockReview, ClockWait
		return days(5), nil
	}
}

func handleLimit(q LimitQuery) workday.Limit {
	switch {
	case q.Urgency == Urgent:
		return workday.Limit{N: 2, Unit: workday.Hours24}
	case q.Urgency == Utilities:
		return workday.Limit{N: 24, Unit: workday.Hours24}
	case q.Urgency == Complex, q.Kind == Report:
		return workday.Limit{N: 15, Unit: workday.WorkingDays}
	}
	return workday.Limit{N: 5, Unit: workday.WorkingDays}
}

// PetitionDecision is how long a petition office has to decide (信访工作条例 art. 34).
var PetitionDecision = workday.Limit{N: 60, Unit: workday.CalendarDays}
