package complaints

import (
	"minping/complaints/workday"
)

// guard is what must hold besides the state. rule says it for the docs; key is
// the message of the refusal.
type guard struct {
	rule  string
	key   string
	holds func(f *Flow, w *workday.Clock, e Event) bool
}

var (
	notSealed = &guard{"not sealed yet", "complaints.sealed_already", func(f *Flow, _ *workday.Clock, _ Event) bool { return !f.Sealed }}

	notARating = &guard{"not a bad rating: each is answered by itself", "complaints.bad_rating_stays",
		func(f *Flow, _ *workday.Clock, _ Event) bool { return f.Kind != BadRating }}

	returnable = &guard{"once, and not where it was designated or transferred", "complaints.not_returnable",
		func(f *Flow, _ *workday.Clock, _ Event) bool {
			return f.Returned == 0 && !f.Designated && !f.Transferred && !f.Sealed
		}}

	transferable = &guard{"once; not where it was designated", "complaints.not_transferable",
		func(f *Flow, _ *workday.Clock, _ Event) bool { return !f.Transferred && !f.Designated && !f.Sealed }}

	askable = &guard{"once; where the limit is over it stops no clock", "complaints.asked_already",
		func(f *Flow, _ *workday.Clock, _ Event) bool { return !f.Asked }}

	extendable = &guard{"once, before the limit is over, limits of working days only", "complaints.not_extendable",
		func(f *Flow, w *workday.Clock, e Event) bool {
			c := f.Clock(ClockHandle)
			return !f.Extended && c.Running() && c.Limit.Worked() && !c.late(w, e.At) && e.Detail.Days > 0
		}}

	answerable = &guard{"a bad rating names what was done: fix_now, rectify_by or explained", "complaints.disposition_missing",
		func(f *Flow, _ *workday.Clock, e Event) bool {
			return f.Kind != BadRating || e.Detail.Disposition != ""
		}}

	urgeable = &guard{"a citizen once in a working day, or as many as are set", "complaints.urged_already",
		func(f *Flow, w *workday.Clock, e Event) bool {
			return e.Who != Citizen || f.UrgedAt.IsZero() || w.Calendar().Between(workday.Of(f.UrgedAt), workday.Of(e.At)) >= f.by().urging
		}}

	higher = &guard{"to a higher level, at most 3", "complaints.level_not_higher",
		func(f *Flow, _ *workday.Clock, e Event) bool {
			return e.Detail.Level > f.Level && e.Detail.Level <= 3
		}}

	unasked = &guard{"after closing only where nobody had been reached", "complaints.asked_before",
		func(f *Flow, _ *workday.Clock, _ Event) bool { return f.State != Closed || !f.Contacted }}

	redoable = &guard{"at most two redos, or as many as are set; after closing only where nobody had been reached", "complaints.rounds_over",
		func(f *Flow, w *workday.Clock, e Event) bool {
			return f.Round < f.by().rounds && unasked.holds(f, w, e)
		}}

	exhausted = &guard{"in the last round only", "complaints.rounds_left",
		func(f *Flow, w *workday.Clock, e Event) bool {
			return f.Round >= f.by().rounds && unasked.holds(f, w, e)
		}}

	closable = &guard{"the kind needs no callback, or three tries (or as many as are set) failed, or nobody can be called and the citizen's time is over; taken-over cases at once",
		"complaints.callback_first",
		func(f *Flow, w *workday.Clock, e Event) bool {
			over := f.Clock(ClockCallback).late(w, e.At)
			return f.Imported || !f.Kind.CalledBack() && !f.Sealed || f.Sealed || f.Misses >= f.by().tries || f.Unreachable && over
		}}

	appealable = &guard{"a bad rating, once, within the time for appeals", "complaints.not_appealable",
		func(f *Flow, w *workday.Clock, e Event) bool {
			if f.Kind != BadRating || f.Appealed || f.DispatchedAt.IsZero() {
				return false
			}
			return f.AppealIn.IsZero() || !e.At.After(w.Deadline(f.DispatchedAt, f.AppealIn).At)
		}}

	once = &guard{"a bad rating, once", "complaints.followed_up",
		func(f *Flow, _ *workday.Clock, _ Event) bool { return f.Kind == BadRating && f.FollowUp == 0 }}
)
