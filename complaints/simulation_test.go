package complaints

import (
	"container/heap"
	"context"
	"errors"
	"math/rand"
	"slices"
	"testing"
	"time"

	"minping/internal/fault"
)

// TestAYearOfCases plays 100,000 cases through 2026: citizens who file, add, urge,
// answer late or never, and rate; offices that are quick, slow, or sleep; cases that
// nobody ever triages. What must hold throughout:
//
//  1. a live case always has a clock that runs, and is woken again or waits for a citizen;
//  2. a case that is over has no clock that runs;
//  3. a share of a limit is told once, later shares later, and never before it is reached;
//  4. of working-day limits nobody is told outside office hours;
//  5. whatever is overdue is told by the next opening of the offices after its deadline,
//     whether or not anybody has the case: nothing starves;
//  6. what is told first is what was due first;
//  7. a citizen's words move no deadline; only extension and pause move it, and never nearer;
//  8. levels never fall, returns are at most one, rounds at most three, pauses at most one;
//  9. a sealed case lies at no office;
//  10. the event log alone gives the same case again.
func TestAYearOfCases(t *testing.T) {
	t.Parallel()
	n := 100_000
	if testing.Short() {
		n = 10_000
	}
	started := time.Now()
	y := newYear(t, n)
	y.play()
	y.judge()
	t.Logf("%d cases, %d events in %s: %d told, %d live at the end, %d late at 200 %%", n, y.total, time.Since(started).Round(time.Millisecond), y.told, y.live, y.doubled)
	if y.told < n/10 || y.doubled == 0 || y.live == 0 || y.closed < n/2 {
		t.Errorf("the year was too quiet: told %d, doubled %d, live %d, closed %d", y.told, y.doubled, y.live, y.closed)
	}
}

type simulated struct {
	f      Flow
	events []Event
	ghost  bool // nobody ever touches it
	logged bool // its events are kept and judged at the end
	slow   int
	wakeAt time.Time
}

type moment1 struct {
	at   time.Time
	who  int
	wake bool
}

type agenda []moment1

func (a agenda) Len() int           { return len(a) }
func (a agenda) Less(i, j int) bool { return a[i].at.Before(a[j].at) }
func (a agenda) Swap(i, j int)      { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)        { *a = append(*a, x.(moment1)) }
func (a *agenda) Pop() any {
	old := *a
	x := old[len(old)-1]
	*a = old[:len(old)-1]
	return x
}

type year struct {
	t                                  *testing.T
	r                                  *rand.Rand
	s                                  *Service
	cases                              []simulated
	agenda                             agenda
	end                                time.Time
	total, told, live, doubled, closed int
}

func newYear(t *testing.T, n int) *year {
	y := &year{t: t, r: rand.New(rand.NewSource(20260101)), cases: make([]simulated, n), end: china(t, "2026-12-31 00:00")}
	y.s = bare()
	first := china(t, "2026-01-01 00:00")
	for i := range y.cases {
		y.cases[i] = simulated{logged: i%10 == 0, ghost: y.r.Intn(50) == 0, slow: 1 + y.r.Intn(6)*y.r.Intn(6)}
		y.agenda = append(y.agenda, moment1{at: first.Add(time.Duration(y.r.Int63n(int64(350 * 24 * time.Hour)))).Truncate(time.Microsecond), who: i})
	}
	heap.Init(&y.agenda)
	return y
}

func (y *year) play() {
	for len(y.agenda) > 0 && !y.t.Failed() {
		m, _ := heap.Pop(&y.agenda).(moment1)
		if m.at.After(y.end) {
			continue
		}
		if m.wake {
			y.wake(m)
		} else {
			y.act(m)
		}
	}
}

// happen is what the service does, in memory.
func (y *year) happen(c *simulated, at time.Time, who Who, a Action, d Detail) error {
	e := Event{Seq: c.f.Seq + 1, At: at, Action: a, From: c.f.State, Who: who, Detail: d}
	to, err := c.f.Judge(statutory, e)
	if err != nil {
		return err
	}
	e.To = to
	if err := y.s.startClocks(context.Background(), &c.f, &Case{}, &e, statutory); err != nil {
		return err
	}
	var before Flow
	checked := y.total%7 == 0
	if checked {
		before = c.f
	}
	if err := c.f.Apply(e); err != nil {
		return err
	}
	if c.logged {
		c.events = append(c.events, e)
	}
	y.total++
	if checked {
		if err := invariants(&c.f, statutory, before); err != nil {
			y.t.Fatalf("after %s at %s: %v", a, at, err)
		}
		if a == ActAdd || a == ActUrge {
			_, was, _ := before.Due(statutory)
			if _, is, _ := c.f.Due(statutory); !was.At.Equal(is.At) {
				y.t.Fatalf("a citizen's words moved the deadline from %s to %s", was.At, is.At)
			}
		}
	}
	return nil
}

// next puts the case's waking and somebody's next deed on the agenda.
func (y *year) next(who int, at time.Time) {
	c := &y.cases[who]
	if wake, ok := c.f.wake(statutory); ok && !wake.Equal(c.wakeAt) {
		c.wakeAt = wake
		heap.Push(&y.agenda, moment1{at: later(wake, at), who: who, wake: true})
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func (y *year) wake(m moment1) {
	c := &y.cases[m.who]
	if !m.at.Equal(later(c.wakeAt, m.at)) || !c.f.State.Live() {
		return
	}
	for {
		d, due := y.s.dueDeedOn(&c.f, statutory, m.at)
		if !due {
			break
		}
		if d.action == ActStep {
			y.checkStep(c, d, m.at)
		}
		if err := y.happen(c, m.at, System, d.action, d.detail); err != nil {
			y.t.Fatalf("%s at %s: %v", d.action, m.at, err)
		}
	}
	y.next(m.who, m.at)
}

func (y *year) checkStep(c *simulated, d deed, at time.Time) {
	clock := c.f.Clock(d.detail.Clock)
	due := clock.Due(statutory).At
	reached := clock.stepAt(statutory, d.detail.Percent, due)
	switch {
	case at.Before(reached):
		y.t.Fatalf("%d %% of %s told at %s, reached at %s", d.detail.Percent, clock.Name, at, reached)
	case clock.Limit.Worked() && !statutory.Open(at):
		y.t.Fatalf("told of %s %d %% at %s, when offices are closed: %+v, due %s, reached %s", clock.Name, d.detail.Percent, at, *clock, due, reached)
	case d.detail.Percent == 100 && at.After(statutory.NextOpen(later(due, c.f.At))):
		y.t.Fatalf("%s overdue since %s is told at %s", clock.Name, due, at)
	}
	y.told++
	if d.detail.Percent == 200 {
		y.doubled++
	}
}

// act is what a person does next.
func (y *year) act(m moment1) {
	c := &y.cases[m.who]
	at := m.at
	if c.f.State != unfiled && y.r.Intn(12) > 0 {
		at = statutory.NextOpen(at) // most work in office hours
	}
	who, a, d := y.choose(c)
	if a == "" {
		return
	}
	if err := y.happen(c, at, who, a, d); err != nil && fault.KindOf(err) != fault.Conflict {
		y.t.Fatalf("%s: %v", a, err)
	}
	y.next(m.who, at)
	if c.ghost || !c.f.State.Live() {
		return
	}
	pause := time.Duration(c.slow) * time.Duration(1+y.r.Int63n(int64(16*time.Hour)))
	heap.Push(&y.agenda, moment1{at: at.Add(pause).Truncate(time.Microsecond), who: m.who})
}

func (y *year) choose(c *simulated) (Who, Action, Detail) {
	yes, chance := y.r.Intn(5) > 0, y.r.Intn(100)
	switch {
	case c.f.State == unfiled:
		k := []Kind{Complaint, Complaint, Complaint, Request, Consultation, Suggestion, Praise, BadRating, BadRating, Report}[y.r.Intn(10)]
		u := Ordinary
		if chance < 12 {
			u = Urgencies()[y.r.Intn(4)]
		}
		return Citizen, ActFile, Detail{Kind: k, Urgency: u, Sealed: k == Report, Code: []string{"", string(Anonymous)}[y.r.Intn(2)]}
	case chance < 3:
		return Citizen, ActAdd, Detail{}
	case chance < 5:
		return Citizen, ActUrge, Detail{}
	case chance == 5:
		return Citizen, ActWithdraw, Detail{}
	case chance < 8:
		return Staff, ActSupervise, Detail{Level: c.f.Level + 1}
	case chance == 8 && !c.f.Sealed:
		return Staff, ActSeal, Detail{Kind: Report, Sealed: true}
	case chance == 9:
		return Staff, ActMerge, Detail{Case: 1}
	}
	return y.ordinary(c, yes, chance)
}

func (y *year) ordinary(c *simulated, yes bool, chance int) (Who, Action, Detail) {
	office := int64(1 + y.r.Intn(40))
	if c.f.Sealed {
		office = 0
	}
	switch c.f.State {
	case Received, Triaged:
		switch {
		case chance < 20:
			return Staff, ActAnswerNow, Detail{}
		case chance < 24:
			return Staff, ActRouteOut, Detail{Code: string(ToPetition)}
		}
		return Staff, ActDispatch, Detail{Office: office, Designated: c.f.Returned > 0}
	case Dispatched, Redo:
		if chance < 20 {
			return Staff, ActReturn, Detail{}
		}
		return Staff, ActAcknowledge, Detail{}
	case Acknowledged, InProgress:
		switch {
		case chance < 20 && !c.f.Sealed:
			return Staff, ActTransfer, Detail{Office: office}
		case chance < 40:
			return Staff, ActAsk, Detail{}
		case chance < 55:
			return Staff, ActExtend, Detail{Days: 1 + y.r.Intn(10)}
		case chance < 60:
			return Staff, ActAppeal, Detail{}
		}
		return Staff, ActReply, Detail{Disposition: FixNow}
	case Waiting:
		return Citizen, ActAnswer, Detail{}
	case RatingReview:
		if yes {
			return Staff, ActUphold, Detail{}
		}
		return Staff, ActExclude, Detail{Code: string(Mistaken)}
	case Merged:
		return Staff, ActUnmerge, Detail{}
	}
	outcome := Detail{Solved: &yes, Satisfied: 1 + y.r.Intn(5)}
	switch {
	case chance < 30:
		return Staff, ActMiss, Detail{}
	case chance < 40:
		return Staff, ActClose, Detail{}
	case yes:
		return Staff, ActGood, outcome
	case c.f.Round >= usual.rounds:
		return Staff, ActUnsolved, outcome
	}
	return Staff, ActBad, outcome
}

// judge looks at every case when the year is over.
func (y *year) judge() {
	for i := range y.cases {
		c := &y.cases[i]
		if c.f.State == unfiled {
			continue
		}
		if c.f.State.Live() {
			y.live++
		} else {
			y.closed++
		}
		pauses := 0
		told := map[ClockName]int{}
		for _, e := range c.events {
			switch e.Action {
			case ActAsk:
				pauses++
			case ActStep:
				if e.Detail.Percent <= told[e.Detail.Clock] {
					y.t.Fatalf("case %d: %d %% of %s after %d %%", i, e.Detail.Percent, e.Detail.Clock, told[e.Detail.Clock])
				}
				told[e.Detail.Clock] = e.Detail.Percent
			default:
				if t, _ := find(e.Action); slices.ContainsFunc(t.clocks, func(x effect) bool { return x.op == begin || x.op == restart || x.op == extend || x.op == stopAll }) {
					clear(told)
				}
			}
		}
		if pauses > 1 {
			y.t.Fatalf("case %d was paused %d times", i, pauses)
		}
		if wake, ok := c.f.wake(statutory); ok && wake.Before(y.end.Add(-time.Hour)) {
			y.t.Fatalf("case %d in %s starves since %s", i, c.f.State, wake)
		}
		if !c.logged {
			continue
		}
		again, err := fold(c.events)
		if err = errors.Join(err); err != nil || *again.Clock(ClockHandle) != *c.f.Clock(ClockHandle) || again.State != c.f.State || again.Level != c.f.Level {
			y.t.Fatalf("case %d: the log gives %s, it was %s (%v)", i, again.State, c.f.State, err)
		}
	}
}
