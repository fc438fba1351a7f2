package complaints

import (
	"context"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Miss is why nobody was heard.
type Miss string

// The misses. Whoever asks to be called later was reached: it is no failed try.
const (
	NoAnswer    Miss = "no_answer"
	WrongNumber Miss = "wrong_number"
	CallLater   Miss = "later"
)

// Misses lists every miss.
func Misses() []Miss { return []Miss{NoAnswer, WrongNumber, CallLater} }

// LaterMost is how far ahead a citizen may ask to be called.
const LaterMost = 14 * 24 * time.Hour

// Outcome is what a citizen said of the last reply, or that nobody was reached.
type Outcome struct {
	Seen      int
	Way       string // phone, sms; the page is the citizen's own way
	Contacted bool
	Responded *bool // did the office get in touch; nil: not asked, or not sure
	Solved    bool
	Satisfied int // 1–5, 0: not said
	Remark    string
	Missed    Miss      // not Contacted: why
	Again     time.Time // Missed CallLater: when
}

// content tells whether the citizen leaves it at that: solved, and not dissatisfied.
func (o Outcome) content() bool { return o.Solved && (o.Satisfied == 0 || o.Satisfied > 2) }

func (o *Outcome) check(now time.Time, ways ...string) error {
	if !slices.Contains(ways, o.Way) {
		return wrongChoice("way")
	}
	if o.Satisfied < 0 || o.Satisfied > 5 {
		return wrongChoice("satisfied")
	}
	if o.Missed != "" && (o.Contacted || !slices.Contains(Misses(), o.Missed)) {
		return wrongChoice("missed")
	}
	switch {
	case o.Missed != CallLater:
		o.Again = time.Time{}
	case o.Again.IsZero():
		return fault.Fielded(fault.Field{Name: "again", Key: "fault.field.required"})
	case !o.Again.After(now) || o.Again.After(now.Add(LaterMost)):
		return fault.Fielded(fault.Field{Name: "again", Key: "complaints.again_when", Args: map[string]any{"Count": int(LaterMost / (24 * time.Hour))}})
	}
	if o.Remark = clean(o.Remark); length(o.Remark) > MaxBody {
		return fault.Fielded(fault.Field{Name: "remark", Key: "fault.field.max", Args: map[string]any{"Max": MaxBody}})
	}
	return nil
}

// Callback writes down one try to ask a citizen 回访. Nobody reached: the case
// waits for another try. Solved and not dissatisfied: it closes. Otherwise it is
// done again one level higher, at most twice; after that it closes as not solved.
//
// Needs case:callback. Forbidden to whoever handled or reviewed the case,
// belongs to an office that has or had it or to its kin, or was rated or is accused. Conflict where another caller was first.
func (s *Service) Callback(ctx context.Context, by actor.Actor, id ID, in Outcome) (Case, error) {
	if err := in.check(s.now(), "phone", "sms"); err != nil {
		return Case{}, err
	}
	return s.act(ctx, by, id, s.outcome(in, deed{action: ActMiss, who: Staff, seen: in.Seen, part: "caller", away: true}))
}

// outcome completes a deed by what the citizen said.
func (s *Service) outcome(in Outcome, d deed) deed {
	var was Flow
	if in.Contacted {
		solved := in.Solved
		d.detail.Solved, d.detail.Satisfied, d.detail.Responded, d.action = &solved, in.Satisfied, in.Responded, ActGood
		if !in.content() {
			d.action = ActBad
		}
	} else {
		d.detail.Code = string(in.Missed)
	}
	first := d.before
	d.before = func(ctx context.Context, tx *sqlx.Tx, c *Case, f *Flow, e *Event) error {
		was = *f
		if e.Action == ActBad && f.Round >= f.by().rounds {
			e.Action = ActUnsolved
		}
		if first == nil {
			return nil
		}
		return first(ctx, tx, c, f, e)
	}
	d.after = func(ctx context.Context, tx *sqlx.Tx, c *Case, e Event) error {
		err := insertCallback(ctx, tx, c, &was, e, in)
		if pg.Broken(err) == "case_callbacks_case_id_round_key" {
			return fault.Wrap(fault.Conflict, "complaints.asked_before", err)
		}
		return err
	}
	return d
}

// Close closes an answered case that needs no word from the citizen, or got none:
// consultations, suggestions and praise, after three tries, or where nobody can be
// called and the time for callback is over. Closed is not solved: that stays unknown.
// Needs case:callback, and as little to do with the case as Callback.
func (s *Service) Close(ctx context.Context, by actor.Actor, id ID, in Why) (Case, error) {
	in.Reason = clean(in.Reason)
	if length(in.Reason) > MaxReason {
		return Case{}, fault.Fielded(fault.Field{Name: "reason", Key: "fault.field.max", Args: map[string]any{"Max": MaxReason}})
	}
	return s.act(ctx, by, id, deed{action: ActClose, seen: in.Seen, part: "caller", away: true, detail: Detail{Reason: in.Reason}})
}
