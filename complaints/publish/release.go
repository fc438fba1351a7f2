package publish

import (
	"context"

	"github.com/jmoiron/sqlx"

	"minping/complaints"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Publish puts a submitted draft before everybody and gives its number. Needs
// case:publish at the case, from somebody who neither prepared the draft nor handled the
// case. Conflict where something is undecided, or the case changed, was reopened or sealed meanwhile.
func (s *Service) Publish(ctx context.Context, by actor.Actor, id complaints.ID, seq int) (int64, error) {
	var number int64
	err := s.check(ctx, by, id, seq, func(tx *sqlx.Tx, c complaints.Case, d Draft, src source) error {
		if d.Undecided() > 0 {
			return fault.New(fault.Conflict, "publish.undecided").With("Count", d.Undecided())
		}
		hidden, kept := d.counts()
		var err error
		if number, err = insertReply(ctx, tx, by, d, src, hidden, s.now()); err != nil {
			return err
		}
		if _, err := deleteDraft(ctx, tx, id, d.Seq); err != nil {
			return err
		}
		return s.record(ctx, tx, by, note{audit.ReplyPublish, "reply", number, c.Place(), audit.Detail{"case": id, "hidden": hidden, "kept": kept}})
	})
	if pg.Broken(err) == "published_replies_case_id_key" {
		err = fault.New(fault.Conflict, "publish.already")
	}
	return number, err
}

// Withdraw takes a reply off the page, at once and for good. Needs case:publish
// at the case, or privacy:handle over the city.
func (s *Service) Withdraw(ctx context.Context, by actor.Actor, number int64, reason string) error {
	reason, err := complaints.CheckWords("reason", reason, complaints.MaxReason)
	if err != nil {
		return err
	}
	return s.onReply(ctx, by, number, func(tx *sqlx.Tx, r Published) error {
		if r.State == Withdrawn {
			return fault.New(fault.Conflict, "publish.withdrawn_already")
		}
		if err := withdrawReply(ctx, tx, number, by.Name, reason, s.now()); err != nil {
			return err
		}
		return s.record(ctx, tx, by, note{audit.ReplyWithdraw, "reply", number, actor.Place{Office: r.Office}, audit.Detail{"case": r.Case}})
	})
}

// onReply locks a published reply for somebody who may withdraw it.
func (s *Service) onReply(ctx context.Context, by actor.Actor, number int64, do func(*sqlx.Tx, Published) error) error {
	if !by.Anywhere(PermPublish) && !by.Citywide(permPrivacy) {
		return forbidden()
	}
	return pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		r, err := lockReply(ctx, tx, number)
		if err != nil {
			return err
		}
		if err := s.mayWithdraw(ctx, by, r); err != nil {
			return err
		}
		return do(tx, r)
	})
}

func (s *Service) mayWithdraw(ctx context.Context, by actor.Actor, r Published) error {
	if by.Citywide(permPrivacy) {
		return nil
	}
	seen, err := s.cfg.Desk.Visible(ctx, by, []complaints.ID{r.Case})
	if err != nil {
		return err
	}
	c, ok := seen[r.Case]
	switch {
	case !ok:
		return unknown()
	case !by.Can(PermPublish, c.Place()):
		return forbidden()
	}
	return nil
}

// Object is the citizen's word against the publication, once: the reply is off
// the page until somebody has decided. NotFound for a wrong ticket or where nothing is published.
func (s *Service) Object(ctx context.Context, t complaints.Ticket, reason string) error {
	reason, err := complaints.CheckWords("reason", reason, complaints.MaxReason)
	if err != nil {
		return err
	}
	seen, err := s.cfg.Desk.Track(ctx, t)
	if err != nil {
		return err
	}
	return pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		number, err := liveReply(ctx, tx, seen.ID)
		if err != nil {
			return err
		}
		r, err := lockReply(ctx, tx, number)
		if err != nil {
			return err
		}
		if r.State != Shown {
			return fault.New(fault.Conflict, "publish.objected_already")
		}
		if first, err := insertObjection(ctx, tx, number, reason, s.now()); err != nil {
			return err
		} else if !first {
			return fault.New(fault.Conflict, "publish.objected_already")
		}
		if err := setReplyState(ctx, tx, number, Objected); err != nil {
			return err
		}
		return s.record(ctx, tx, actor.Actor{Name: "citizen"}, note{audit.ReplyObject, "reply", number, actor.Place{Office: r.Office}, audit.Detail{"case": r.Case}})
	})
}

// Deciding settles an objection.
type Deciding struct {
	Number int64
	Uphold bool // the citizen is right: the reply stays off the page for good
	Answer string
}

// Decide settles an objection, with an answer to the citizen. Needs what Withdraw
// needs, from somebody who did not publish the reply. Conflict where none waits.
func (s *Service) Decide(ctx context.Context, by actor.Actor, in Deciding) error {
	answer, err := complaints.CheckWords("answer", in.Answer, complaints.MaxReason)
	if err != nil {
		return err
	}
	return s.onReply(ctx, by, in.Number, func(tx *sqlx.Tx, r Published) error {
		if r.Publisher == by.Account {
			return fault.New(fault.Forbidden, "publish.another_person")
		}
		outcome, state := "rejected", Shown
		if in.Uphold {
			outcome, state = "upheld", Withdrawn
		}
		if r.State != Objected {
			return changed()
		}
		if err := decideObjection(ctx, tx, in.Number, by, outcome, answer, s.now()); err != nil {
			return err
		}
		if state == Withdrawn {
			err = withdrawReply(ctx, tx, in.Number, by.Name, answer, s.now())
		} else {
			err = setReplyState(ctx, tx, in.Number, state)
		}
		if err != nil {
			return err
		}
		return s.record(ctx, tx, by, note{audit.ReplyDecide, "reply", in.Number, actor.Place{Office: r.Office}, audit.Detail{"case": r.Case, "outcome": outcome}})
	})
}
