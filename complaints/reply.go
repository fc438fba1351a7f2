package complaints

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
)

// Ask puts a question to the citizen; the clock stops until the answer, at most
// for the time that citizens have, and once in a case. Needs case:handle.
func (s *Service) Ask(ctx context.Context, by actor.Actor, id ID, in Words) (Case, error) {
	body, err := words("body", in.Body, MaxWords)
	if err != nil {
		return Case{}, err
	}
	return s.act(ctx, by, id, deed{action: ActAsk, seen: in.Seen, part: "handler", say: public("question", body), form: Form{in.Form, "ask"}})
}

// Resume goes on without the citizen's answer on the page: it came by telephone,
// or is no longer needed. Needs case:handle.
func (s *Service) Resume(ctx context.Context, by actor.Actor, id ID, in Why) (Case, error) {
	reason, err := words("reason", in.Reason, MaxReason)
	if err != nil {
		return Case{}, err
	}
	return s.act(ctx, by, id, deed{action: ActResume, seen: in.Seen, part: "handler", detail: Detail{Reason: reason}})
}

// Note keeps a private note. Needs case:handle, also in an
// office that assists or had the case, or case:supervise. The discipline role notes on what is sealed.
func (s *Service) Note(ctx context.Context, by actor.Actor, id ID, body string, with ...Form) (Case, error) {
	body, err := words("body", body, MaxWords)
	if err != nil {
		return Case{}, err
	}
	need := PermHandle
	if !by.Anywhere(PermHandle) {
		need = PermSupervise
	}
	return s.act(ctx, by, id, deed{action: ActNote, need: need, tied: true, say: &Message{Audience: Private, Purpose: "note", Body: body}, form: formOf(with)})
}

// Replying answers a case.
type Replying struct {
	Seen        int
	Body        string
	Disposition Disposition // bad ratings only
	Form        uuid.UUID   // whose files come along, such as the evidence of a fix 整改证明; see Stage
	Template    int64       // that it began with; 0: none
}

// Reply gives the office's answer to the citizen. Needs case:reply. A bad rating
// names what was done. Conflict where it was answered, or withdrawn, meanwhile.
func (s *Service) Reply(ctx context.Context, by actor.Actor, id ID, in Replying) (Case, error) {
	body, err := words("body", in.Body, MaxWords)
	if err != nil {
		return Case{}, err
	}
	if err := stillOpen(body); err != nil {
		return Case{}, err
	}
	if in.Disposition != "" && !slices.Contains(Dispositions(), in.Disposition) {
		return Case{}, wrongChoice("disposition")
	}
	return s.act(ctx, by, id, deed{action: ActReply, seen: in.Seen, part: "handler", detail: Detail{Disposition: in.Disposition}, say: public("reply", body), form: Form{in.Form, "reply"},
		after: countUse(in.Template),
		before: func(_ context.Context, _ *sqlx.Tx, _ *Case, f *Flow, e *Event) error {
			if f.Kind != BadRating {
				e.Detail.Disposition = ""
			} else if in.Disposition == "" && f.State.Live() {
				return fault.Fielded(fault.Field{Name: "disposition", Key: "complaints.disposition_missing"})
			}
			return nil
		}})
}

// Extending lengthens the time for handling.
type Extending struct {
	Seen   int
	Days   int    // working days
	Reason string // told to the citizen
}

// Extend lengthens the time once in a round, before it is over, with the reason
// told to the citizen. A bad rating is thereby to be rectified by a day (限期整改). Needs case:extend.
func (s *Service) Extend(ctx context.Context, by actor.Actor, id ID, in Extending) (Case, error) {
	body, err := words("reason", in.Reason, MaxReason)
	if err != nil {
		return Case{}, err
	}
	return s.act(ctx, by, id, deed{action: ActExtend, seen: in.Seen, detail: Detail{Days: in.Days, Reason: body}, say: public("explanation", body),
		before: func(ctx context.Context, _ *sqlx.Tx, _ *Case, f *Flow, e *Event) error {
			most, err := s.cfg.Limits(ctx, LimitQuery{Clock: ClockExtension, Kind: f.Kind, Urgency: f.Urgency, Category: f.Category, Office: f.Office, At: e.At})
			if err != nil {
				return err
			}
			if in.Days < 1 || in.Days > most.N {
				return fault.Fielded(fault.Field{Name: "days", Key: "complaints.extension_days", Args: map[string]any{"Max": most.N}})
			}
			if f.Kind == BadRating {
				e.Detail.Disposition = RectifyBy
			}
			return nil
		}})
}
