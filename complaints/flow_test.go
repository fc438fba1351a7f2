package complaints

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"minping/complaints/workday"
	"minping/internal/fault"
)

func china(t testing.TB, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", s, time.FixedZone("CST", 8*3600))
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

var statutory = workday.NewClock(workday.Builtin(), workday.OfficeHours())

// script plays events over the pure core as the service would.
type script struct {
	f      *Flow
	w      *workday.Clock
	events []Event
	s      *Service
}

// bare is the service without a database: for what it reckons.
var bare = sync.OnceValue(func() *Service {
	s, err := New(Config{PINKey: make([]byte, 16)})
	if err != nil {
		panic(err)
	}
	return s
})

func newScript() *script { return &script{f: new(Flow), w: statutory, s: bare()} }

func (s *script) do(at time.Time, who Who, a Action, d Detail) error {
	e := Event{Seq: s.f.Seq + 1, At: at, Action: a, From: s.f.State, Who: who, Detail: d}
	to, err := s.f.Judge(s.w, e)
	if err != nil {
		return err
	}
	e.To = to
	if err := s.s.startClocks(context.Background(), s.f, &Case{}, &e, s.w); err != nil {
		return err
	}
	s.events = append(s.events, e)
	return s.f.Apply(e)
}

func (s *script) must(t testing.TB, at string, who Who, a Action, d Detail) {
	t.Helper()
	if err := s.do(china(t, at), who, a, d); err != nil {
		t.Fatalf("%s %s in %s: %v", at, a, s.f.State, err)
	}
}

func (s *script) wantDue(t testing.TB, c ClockName, want string) {
	t.Helper()
	if got := s.f.Clock(c).Due(s.w).At; !got.Equal(china(t, want)) {
		t.Errorf("%s due %s, want %s", c, got.In(time.FixedZone("CST", 8*3600)), want)
	}
}

func complaint(t testing.TB, at string, kind Kind) *script {
	s := newScript()
	s.must(t, at, Citizen, ActFile, Detail{Kind: kind, Urgency: Ordinary})
	return s
}

func TestTheFirstReceiverKeepsTheClock(t *testing.T) {
	t.Parallel()
	s := complaint(t, "2026-09-28 10:00", Complaint)
	s.wantDue(t, ClockTriage, "2026-09-29 17:00")
	s.must(t, "2026-09-29 10:00", Staff, ActDispatch, Detail{Office: 1})
	s.wantDue(t, ClockHandle, "2026-10-12 17:00") // 30, 8, 9, 10 (worked Saturday), 12
	s.must(t, "2026-09-29 11:00", Staff, ActAcknowledge, Detail{})
	s.must(t, "2026-09-30 11:00", Staff, ActTransfer, Detail{Office: 2})
	s.wantDue(t, ClockHandle, "2026-10-12 17:00")
	if s.f.First != 1 || s.f.Office != 2 {
		t.Errorf("first %d, now %d", s.f.First, s.f.Office)
	}
	if err := s.do(china(t, "2026-09-30 12:00"), Staff, ActTransfer, Detail{Office: 3}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("transferred twice: %v", err)
	}
	if err := s.do(china(t, "2026-09-30 12:00"), Staff, ActReturn, Detail{}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("returned after a transfer: %v", err)
	}
}

func TestAReturnedCaseIsDesignated(t *testing.T) {
	t.Parallel()
	s := complaint(t, "2026-11-23 10:00", Complaint)
	s.must(t, "2026-11-23 11:00", Staff, ActDispatch, Detail{Office: 1})
	s.must(t, "2026-11-23 14:00", Staff, ActReturn, Detail{})
	s.must(t, "2026-11-24 10:00", Staff, ActDispatch, Detail{Office: 2, Designated: true})
	s.wantDue(t, ClockHandle, "2026-11-30 17:00") // from the first dispatch
	if s.f.First != 2 {
		t.Errorf("first receiver %d", s.f.First)
	}
	for _, a := range []Action{ActReturn, ActTransfer} {
		if err := s.do(china(t, "2026-11-24 11:00"), Staff, a, Detail{Office: 3}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("%s of a designated case: %v", a, err)
		}
	}
}

func TestAQuestionStopsTheClockOnceAndNotForEver(t *testing.T) {
	t.Parallel()
	s := complaint(t, "2026-11-02 10:00", Complaint)
	s.must(t, "2026-11-02 11:00", Staff, ActDispatch, Detail{Office: 1})
	s.must(t, "2026-11-02 12:00", Staff, ActAcknowledge, Detail{})
	s.wantDue(t, ClockHandle, "2026-11-09 17:00")
	s.must(t, "2026-11-04 10:00", Staff, ActAsk, Detail{})
	if _, _, _, ok := s.f.NextStep(s.w); ok {
		t.Error("reminders while the citizen is asked")
	}
	if ends, ok := s.f.WaitEnds(s.w); !ok || !ends.Equal(china(t, "2026-11-11 17:00")) {
		t.Errorf("waiting ends %s", ends)
	}
	s.must(t, "2026-11-06 09:00", Citizen, ActAnswer, Detail{})
	s.wantDue(t, ClockHandle, "2026-11-11 17:00") // two working days
	if err := s.do(china(t, "2026-11-06 10:00"), Staff, ActAsk, Detail{}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("asked twice: %v", err)
	}
	// An answer after three weeks moves the deadline by no more than the time to answer.
	late := complaint(t, "2026-11-02 10:00", Complaint)
	late.must(t, "2026-11-02 11:00", Staff, ActDispatch, Detail{Office: 1})
	late.must(t, "2026-11-02 12:00", Staff, ActAcknowledge, Detail{})
	late.must(t, "2026-11-04 10:00", Staff, ActAsk, Detail{})
	late.must(t, "2026-11-25 10:00", Citizen, ActAnswer, Detail{})
	late.wantDue(t, ClockHandle, "2026-11-16 17:00")
}

func TestWordsOfACitizenMoveNoClock(t *testing.T) {
	t.Parallel()
	s := complaint(t, "2026-11-02 10:00", Complaint)
	s.must(t, "2026-11-02 11:00", Staff, ActDispatch, Detail{Office: 1})
	_, before, _ := s.f.Due(s.w)
	s.must(t, "2026-11-03 11:00", Citizen, ActAdd, Detail{})
	s.must(t, "2026-11-03 11:00", Citizen, ActUrge, Detail{})
	if _, after, _ := s.f.Due(s.w); !after.At.Equal(before.At) {
		t.Errorf("due moved from %s to %s", before.At, after.At)
	}
	if err := s.do(china(t, "2026-11-03 16:00"), Citizen, ActUrge, Detail{}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("urged twice a day: %v", err)
	}
	s.must(t, "2026-11-04 09:00", Citizen, ActUrge, Detail{})
}

func TestStepsWaitForOfficeHours(t *testing.T) {
	t.Parallel()
	s := complaint(t, "2026-11-20 16:00", Complaint) // Friday
	_, percent, at, _ := s.f.NextStep(s.w)
	// 1 h on Friday and 6.5 h on Monday; half of it is 2.75 h into Monday.
	if percent != 50 || !at.Equal(china(t, "2026-11-23 11:45")) {
		t.Errorf("%d %% at %s", percent, at)
	}
	s.f.Clock(ClockTriage).tell(80)
	_, percent, at, _ = s.f.NextStep(s.w)
	if percent != 100 || !at.Equal(china(t, "2026-11-24 09:00")) {
		t.Errorf("overdue at Monday's close is told on Tuesday morning, not %d %% at %s", percent, at)
	}
	urgent := newScript()
	urgent.must(t, "2026-11-21 23:00", Citizen, ActFile, Detail{Kind: Complaint, Urgency: Urgent})
	if _, _, at, _ := urgent.f.NextStep(urgent.w); !at.Equal(china(t, "2026-11-21 23:15")) {
		t.Errorf("urgent matters do not wait for Monday: %s", at)
	}
}

func TestAMergeThatIsUndoneStopsNoClock(t *testing.T) {
	t.Parallel()
	s := complaint(t, "2026-11-02 10:00", Complaint)
	s.must(t, "2026-11-02 11:00", Staff, ActDispatch, Detail{Office: 1})
	s.must(t, "2026-11-02 12:00", Staff, ActMerge, Detail{Case: 7})
	if _, _, _, ok := s.f.NextStep(s.w); ok || s.f.State != Merged {
		t.Error("a merged case reminds somebody")
	}
	s.must(t, "2026-11-05 12:00", Staff, ActUnmerge, Detail{})
	if s.f.State != Dispatched || s.f.MergedInto != 0 {
		t.Errorf("unmerged into %s", s.f.State)
	}
	s.wantDue(t, ClockHandle, "2026-11-09 17:00")
}

func TestDissatisfiedReopensOneLevelHigherAtMostTwice(t *testing.T) {
	t.Parallel()
	s := complaint(t, "2026-11-02 10:00", Complaint)
	s.must(t, "2026-11-02 11:00", Staff, ActDispatch, Detail{Office: 1})
	no := false
	for round := 1; round <= 3; round++ {
		day := fmt.Sprintf("2026-11-%02d", 2+round)
		s.must(t, day+" 10:00", Staff, ActAcknowledge, Detail{})
		s.must(t, day+" 11:00", Staff, ActReply, Detail{})
		if round < 3 {
			s.must(t, day+" 14:00", Staff, ActBad, Detail{Solved: &no, Satisfied: 1})
			if s.f.Level != round || s.f.Round != round+1 || s.f.State != Redo {
				t.Fatalf("after round %d: level %d, round %d, %s", round, s.f.Level, s.f.Round, s.f.State)
			}
		}
	}
	if err := s.do(china(t, "2026-11-05 15:00"), Staff, ActBad, Detail{Solved: &no}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a fourth round: %v", err)
	}
	s.must(t, "2026-11-05 15:00", Staff, ActUnsolved, Detail{Solved: &no})
	if s.f.State != Closed || *s.f.Solved {
		t.Errorf("%s, solved %v: closed is not solved", s.f.State, *s.f.Solved)
	}
}

func TestAppealsHaveATime(t *testing.T) {
	t.Parallel()
	open := func() *script {
		s := complaint(t, "2026-11-02 10:00", BadRating)
		s.must(t, "2026-11-02 10:00", System, ActDispatch, Detail{Office: 1})
		s.must(t, "2026-11-02 12:00", Staff, ActAcknowledge, Detail{})
		return s
	}
	late := open()
	if err := late.do(china(t, "2026-11-05 17:01"), Staff, ActAppeal, Detail{}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("appealed late: %v", err)
	}
	s := open()
	s.must(t, "2026-11-05 17:00", Staff, ActAppeal, Detail{})
	s.wantDue(t, ClockReview, "2026-11-12 17:00")
	s.must(t, "2026-11-10 10:00", Staff, ActUphold, Detail{})
	s.wantDue(t, ClockHandle, "2026-11-17 17:00")
	if err := s.do(china(t, "2026-11-10 11:00"), Staff, ActAppeal, Detail{}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("appealed twice: %v", err)
	}
	if err := s.do(china(t, "2026-11-10 11:00"), Staff, ActReply, Detail{}); fault.KindOf(err) != fault.Conflict {
		t.Errorf("a bad rating answered without a disposition: %v", err)
	}
}

// invariants that hold after every event, whatever happens.
func invariants(f *Flow, w *workday.Clock, before Flow) error {
	switch {
	case f.State.Live() && !f.running(w):
		return fmt.Errorf("%s with no clock: it would be forgotten", f.State)
	case !f.State.Live() && f.State != Merged && f.running(w):
		return fmt.Errorf("%s and a clock runs", f.State)
	case f.Level < before.Level:
		return fmt.Errorf("level fell from %d to %d", before.Level, f.Level)
	case f.Returned > 1 || f.Round > usual.rounds || f.Level > 3:
		return fmt.Errorf("returned %d, round %d, level %d", f.Returned, f.Round, f.Level)
	case f.Sealed && f.Office != 0:
		return fmt.Errorf("a sealed case lies at office %d", f.Office)
	case f.State == Merged != (f.MergedInto != 0):
		return fmt.Errorf("%s into %d", f.State, f.MergedInto)
	}
	was, is := before.Clock(ClockHandle), f.Clock(ClockHandle)
	if was.Running() && is.Running() && was.Start.Equal(is.Start) && is.Due(w).At.Before(was.Due(w).At) && was.PauseAt.Equal(is.PauseAt) && was.PauseTo.Equal(is.PauseTo) {
		return fmt.Errorf("the deadline came nearer: %s, was %s", is.Due(w).At, was.Due(w).At)
	}
	return nil
}

func (f *Flow) running(w *workday.Clock) bool {
	_, _, ok := f.Due(w)
	return ok
}

// anything draws an event that might be tried next.
func anything(pick func(n int) int, at time.Time) (Who, Action, Detail) {
	r := transitions[pick(len(transitions))]
	yes := pick(2) == 0
	d := Detail{Office: int64(1 + pick(3)), Days: 1 + pick(10), Level: 1 + pick(3), Solved: &yes, Satisfied: 1 + pick(5), Score: 1 + pick(5), Case: 99,
		Disposition: Dispositions()[pick(3)], Clock: ClockHandle, Percent: Steps[pick(4)]}
	switch r.action {
	case ActFile:
		d.Kind, d.Urgency = Kinds()[pick(len(Kinds()))], Urgencies()[pick(4)]
		d.Sealed = d.Kind == Report
		d.Office = 0
	case ActSeal:
		d.Kind, d.Sealed = Report, true
	case ActTriage:
		d.Urgency = Urgencies()[pick(4)]
	}
	return r.who[pick(len(r.who))], r.action, d
}

func TestAnyOrderOfEventsKeepsTheInvariants(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := newScript()
		at := china(&testing.T{}, "2026-01-05 09:00").Add(time.Duration(rapid.IntRange(0, 300*24*60).Draw(t, "start")) * time.Minute)
		pick := func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "pick") }
		_ = s.do(at, Citizen, ActFile, Detail{Kind: Kinds()[pick(7)], Urgency: Urgencies()[pick(4)], Code: string(Anonymous)})
		s.f.Sealed = s.f.Kind == Report
		s.events[0].Detail.Sealed = s.f.Sealed
		for range 60 {
			at = at.Add(time.Duration(rapid.IntRange(0, 3*24*60).Draw(t, "pause")) * time.Minute)
			who, a, d := anything(pick, at)
			if s.f.Sealed {
				d.Office = 0
			}
			before := *s.f
			err := s.do(at, who, a, d)
			if err != nil && fault.KindOf(err) != fault.Conflict {
				t.Fatalf("%s by %s: %v", a, who, err)
			}
			if err != nil && before.Seq != s.f.Seq {
				t.Fatalf("%s was refused and changed the case", a)
			}
			if err == nil {
				if err := invariants(s.f, s.w, before); err != nil {
					t.Fatalf("after %s: %v", a, err)
				}
			}
		}
		again, err := fold(s.events)
		if err != nil {
			t.Fatal(err)
		}
		var a, b Case
		a.settle(s.f, s.w)
		b.settle(again, s.w)
		if x, y := fmt.Sprintf("%+v", show2(a)), fmt.Sprintf("%+v", show2(b)); x != y {
			t.Fatalf("the events give\n%s, played\n%s", y, x)
		}
	})
}

func show2(c Case) []string {
	var all []string
	for _, d := range []any{c.State, c.DueAt, c.WakeAt, c.Level, c.Round, c.Office, c.Solved, c.ClosedAt, c.TakenInTime, c.RepliedInTime} {
		all = append(all, show(d))
	}
	return all
}
