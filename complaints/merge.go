package complaints

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Merging says into which case another goes.
type Merging struct {
	Seen   int
	Into   ID
	Reason string
}

// Merge makes a case a double of another 并单: it is answered with it and counts
// once. Its own clocks run on unseen, so that undoing it takes nothing back that
// passed. Needs case:merge at both. Conflict where the other is no longer live or
// itself merged, or one is sealed and the other is not.
func (s *Service) Merge(ctx context.Context, by actor.Actor, id ID, in Merging) (Case, error) {
	reason, err := words("reason", in.Reason, MaxReason)
	if err != nil {
		return Case{}, err
	}
	if id == in.Into {
		return Case{}, wrongChoice("into")
	}
	return s.act(ctx, by, id, deed{action: ActMerge, seen: in.Seen, detail: Detail{Case: in.Into, Reason: reason},
		before: func(ctx context.Context, tx *sqlx.Tx, c *Case, _ *Flow, _ *Event) error {
			other, err := shareCase(ctx, tx, in.Into)
			if err != nil {
				return err
			}
			if err := see(ctx, tx, by, &other); err != nil {
				return err
			}
			if err := may(by, PermMerge, &other); err != nil {
				return err
			}
			doubles, err := hasDoubles(ctx, tx, c.ID)
			if err == nil && (!other.State.Live() || other.Sealed != c.Sealed || doubles) {
				err = fault.New(fault.Conflict, "complaints.not_mergeable")
			}
			return err
		}})
}

// Unmerge takes a case out of another again, where it was before. Needs case:merge.
func (s *Service) Unmerge(ctx context.Context, by actor.Actor, id ID, in Why) (Case, error) {
	reason, err := words("reason", in.Reason, MaxReason)
	if err != nil {
		return Case{}, err
	}
	return s.act(ctx, by, id, deed{action: ActUnmerge, seen: in.Seen, detail: Detail{Reason: reason}})
}

// Splitting takes a part of a case out as a case of its own.
type Splitting struct {
	Submission uuid.UUID // printed by the form: the same one splits once
	Seen       int
	Kind       Kind
	Title      string
	Body       string
}

// Split makes a case of a part of another 分单. It has a receipt but no PIN: the
// citizen follows it by the first case. Needs case:merge.
func (s *Service) Split(ctx context.Context, by actor.Actor, id ID, in Splitting) (Case, error) {
	f := Filing{Submission: in.Submission, Channel: ByWeb, Kind: in.Kind, Title: in.Title, Body: in.Body}
	if err := f.check(); err != nil {
		return Case{}, err
	}
	if !slices.Contains([]Kind{Complaint, Consultation, Suggestion, Request, Praise}, in.Kind) {
		return Case{}, wrongChoice("kind")
	}
	var made Case
	err := pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		if known, ok, err := selectSubmission(ctx, tx, in.Submission); err != nil || ok {
			if err == nil {
				made, err = selectCase(ctx, tx, known.ID)
			}
			return err
		}
		d := deed{action: ActSplit, seen: in.Seen}
		d.before = func(ctx context.Context, tx *sqlx.Tx, c *Case, _ *Flow, e *Event) error {
			if c.Sealed {
				return fault.New(fault.Conflict, "complaints.not_mergeable")
			}
			f.Unit, f.Channel, f.Category = c.Unit, c.Channel, c.Category
			filed, part, err := s.fileIn(ctx, tx, by, opening{Filing: f, who: System, at: e.At, splitFrom: c.ID})
			made, e.Detail.Case = part, filed.ID
			return err
		}
		c, err := s.actIn(ctx, tx, by, id, d)
		if err != nil {
			return err
		}
		return s.record(ctx, tx, by, c, d)
	})
	return made, err
}
