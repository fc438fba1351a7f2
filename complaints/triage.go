package complaints

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
)

// Triaging says what a case is. Zero fields stay as they are.
type Triaging struct {
	Seen     int
	Kind     Kind
	Urgency  Urgency
	Category int
}

// Triage says what a received case is. Needs case:triage. A report cannot be
// unmade, and a case becomes one by Seal. Conflict where it is not waiting for triage.
func (s *Service) Triage(ctx context.Context, by actor.Actor, id ID, in Triaging) (Case, error) {
	switch {
	case in.Kind != "" && (!in.Kind.Known() || in.Kind == Report || in.Kind == BadRating):
		return Case{}, wrongChoice("kind")
	case in.Urgency != "" && !in.Urgency.Known():
		return Case{}, wrongChoice("urgency")
	}
	return s.act(ctx, by, id, deed{action: ActTriage, seen: in.Seen, detail: Detail{Kind: in.Kind, Urgency: in.Urgency, Category: in.Category},
		before: func(ctx context.Context, tx *sqlx.Tx, _ *Case, f *Flow, e *Event) error {
			if f.Kind == Report || f.Kind == BadRating {
				e.Detail.Kind = ""
			}
			if in.Category == 0 {
				return nil
			}
			ok, err := knownCategory(ctx, tx, in.Category)
			if err == nil && !ok {
				err = wrongChoice("category")
			}
			return err
		}})
}

// Why is a reason in words, of a change to what was shown.
type Why struct {
	Seen   int
	Reason string
}

// Seal makes a case a report of misconduct: from now on only the discipline role
// knows of it, the offices in conflict are barred, and it is triaged anew. Needs case:triage.
func (s *Service) Seal(ctx context.Context, by actor.Actor, id ID, in Why) (Case, error) {
	reason, err := words("reason", in.Reason, MaxReason)
	if err != nil {
		return Case{}, err
	}
	return s.act(ctx, by, id, deed{action: ActSeal, seen: in.Seen, detail: Detail{Kind: Report, Sealed: true, Reason: reason},
		after: func(ctx context.Context, tx *sqlx.Tx, c *Case, e Event) error {
			if err := setUnit(ctx, tx, c.ID, 0, "lead", e.At); err != nil {
				return err
			}
			accused, err := selectAccused(ctx, tx, c.ID)
			if err != nil {
				return err
			}
			return barOffices(ctx, tx, c.ID, accused, e.At, workday.Of(e.At).String())
		}})
}

// Words are an office's words to the citizen, of what was shown.
type Words struct {
	Seen     int
	Body     string
	Form     uuid.UUID // whose files come along; see Stage
	Template int64     // that an answer began with; 0: none
}

// AnswerNow answers a case at once, without an office. Needs case:triage.
func (s *Service) AnswerNow(ctx context.Context, by actor.Actor, id ID, in Words) (Case, error) {
	body, err := words("body", in.Body, MaxWords)
	if err != nil {
		return Case{}, err
	}
	if err := stillOpen(body); err != nil {
		return Case{}, err
	}
	return s.act(ctx, by, id, deed{action: ActAnswerNow, seen: in.Seen, part: "handler", say: public("reply", body), form: Form{in.Form, "answer_now"}, after: countUse(in.Template)})
}

func public(purpose, body string) *Message {
	return &Message{Audience: Public, Purpose: purpose, Body: body}
}

// Routing sends a matter where it belongs.
type Routing struct {
	Seen  int
	Route Route
	Body  string // told to the citizen: why, and where to go
}

// RouteOut ends a case that is not for the desk, with a record. Needs case:triage
// over the city: no office sends away what is said about it.
func (s *Service) RouteOut(ctx context.Context, by actor.Actor, id ID, in Routing) (Case, error) {
	body, err := words("body", in.Body, MaxWords)
	if err != nil {
		return Case{}, err
	}
	if !slices.Contains(Routes(), in.Route) {
		return Case{}, wrongChoice("route")
	}
	return s.act(ctx, by, id, deed{action: ActRouteOut, seen: in.Seen, city: true, part: "handler", detail: Detail{Code: string(in.Route)}, say: public("explanation", body)})
}

// Refusing says why a matter is not accepted.
type Refusing struct {
	Seen int
	Code Refusal
	Body string // told to the citizen
}

// Refuse ends a case that is not accepted. Needs case:triage over the city, as RouteOut.
func (s *Service) Refuse(ctx context.Context, by actor.Actor, id ID, in Refusing) (Case, error) {
	body, err := words("body", in.Body, MaxWords)
	if err != nil {
		return Case{}, err
	}
	if !slices.Contains(Refusals(), in.Code) {
		return Case{}, wrongChoice("code")
	}
	return s.act(ctx, by, id, deed{action: ActRefuse, seen: in.Seen, city: true, part: "handler", detail: Detail{Code: string(in.Code)}, say: public("explanation", body)})
}
