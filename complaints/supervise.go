package complaints

import (
	"context"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
)

// Urge reminds whoever handles a case 催办. Needs case:supervise.
func (s *Service) Urge(ctx context.Context, by actor.Actor, id ID, in Why) (Case, error) {
	reason, err := words("reason", in.Reason, MaxReason)
	if err != nil {
		return Case{}, err
	}
	return s.act(ctx, by, id, deed{action: ActUrge, detail: Detail{Reason: reason}})
}

// Supervising puts a case under supervision.
type Supervising struct {
	Level  int // 1 日常督办, 2 挂牌督办, 3 约谈督办
	Reason string
}

// Supervise puts a case under supervision 督办 of a higher level than it is.
// Needs case:supervise: level 1 at the case's place, 2 and 3 over the city.
func (s *Service) Supervise(ctx context.Context, by actor.Actor, id ID, in Supervising) (Case, error) {
	reason, err := words("reason", in.Reason, MaxReason)
	if err != nil {
		return Case{}, err
	}
	if in.Level < 1 || in.Level > 3 {
		return Case{}, wrongChoice("level")
	}
	return s.act(ctx, by, id, deed{action: ActSupervise, detail: Detail{Level: in.Level, Reason: reason},
		before: func(_ context.Context, _ *sqlx.Tx, c *Case, _ *Flow, _ *Event) error {
			if in.Level > 1 && !c.Sealed && !by.Citywide(PermSupervise) {
				return forbidden()
			}
			return nil
		}})
}

// Terminate ends a case whatever its state 终止办理, with the reason in the
// record and told to the citizen. Needs case:terminate.
func (s *Service) Terminate(ctx context.Context, by actor.Actor, id ID, in Why) (Case, error) {
	reason, err := words("reason", in.Reason, MaxReason)
	if err != nil {
		return Case{}, err
	}
	return s.act(ctx, by, id, deed{action: ActTerminate, seen: in.Seen, detail: Detail{Reason: reason}, say: public("explanation", reason)})
}

// Recuse keeps an account away from a case 回避: oneself (account 0) or, with
// case:dispatch, somebody else. It cannot be taken back.
func (s *Service) Recuse(ctx context.Context, by actor.Actor, id ID, account int64, in Why) (Case, error) {
	reason, err := words("reason", in.Reason, MaxReason)
	if err != nil {
		return Case{}, err
	}
	d := deed{action: ActRecuse, need: PermRead, detail: Detail{Reason: reason, Handler: account}}
	if account == 0 {
		d.detail.Handler = by.Account
	} else if account != by.Account {
		d.need = PermDispatch
	}
	d.after = func(ctx context.Context, tx *sqlx.Tx, c *Case, e Event) error {
		return barAccount(ctx, tx, c.ID, e.Detail.Handler, e.At)
	}
	return s.act(ctx, by, id, d)
}
