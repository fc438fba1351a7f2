package complaints

import (
	"context"
	"fmt"
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

// limit answers from the settings that hold at the query's instant. Of what is set
// for several scopes the one with most conditions holds; among as many, one that names
// the category (the nearest above the case's own), then the office, the kind, the urgency.
func (s *Service) limit(_ context.Context, q LimitQuery) (workday.Limit, error) {
	facts := q.facts(s.above)
	if q.Clock == ClockExtension {
		return workday.Limit{N: s.set.extension.At(q.At, facts...), Unit: workday.WorkingDays}, nil
	}
	h, ok := s.set.limits[keyOf(q)]
	if !ok {
		return workday.Limit{}, fmt.Errorf("complaints: no limit for %s of urgency %q", q.Clock, q.Urgency)
	}
	span := h.At(q.At, facts...)
	l := workday.Limit{N: span.N, Unit: units[span.Clock]}
	if !l.Valid() {
		return l, fmt.Errorf("complaints: %s is no limit for %s", span, q.Clock)
	}
	return l, nil
}

// rules are what the desk counts by besides limits, as they are at an instant. The zero
// value stands for the defaults, which hold where a case is looked at without a service.
type rules struct{ rounds, tries, urging int }

var usual = rules{rounds: 3, tries: 3, urging: 1}

func (s *Service) rulesAt(t time.Time) rules {
	return rules{rounds: s.set.rounds.At(t), tries: s.set.tries.At(t), urging: s.set.urging.At(t)}
}

// by gives the rules under which a case is judged now.
func (f *Flow) by() rules {
	if f.rules == (rules{}) {
		return usual
	}
	return f.rules
}

// stand computes where events lead, to be judged by the rules of now.
func (s *Service) stand(events []Event) (*Flow, error) {
	f, err := fold(events)
	f.rules = s.rulesAt(s.now())
	return f, err
}

// Steps are the shares of a limit at which somebody is told, in percent, where nothing
// else is set. The third is always the end of the limit.
var Steps = [4]int{50, 80, 100, 200}

// stepsAt are those that clocks which start at an instant are told by.
func (s *Service) stepsAt(t time.Time) [4]int {
	return [4]int{s.set.steps[0].At(t), s.set.steps[1].At(t), 100, s.set.steps[2].At(t)}
}
