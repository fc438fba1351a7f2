package complaints

import (
	"context"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
)

// Return gives a case back that is clearly not the office's 退单: once, with the
// reason. Whoever gets it next may not return it. The clock of handling runs on. Needs case:handle.
func (s *Service) Return(ctx context.Context, by actor.Actor, id ID, in Why) (Case, error) {
	reason, err := words("reason", in.Reason, MaxReason)
	if err != nil {
		return Case{}, err
	}
	return s.act(ctx, by, id, deed{action: ActReturn, seen: in.Seen, detail: Detail{Reason: reason},
		after: func(ctx context.Context, tx *sqlx.Tx, c *Case, e Event) error {
			return setUnit(ctx, tx, c.ID, 0, "lead", e.At)
		}})
}

// Transferring hands a case to another office.
type Transferring struct {
	Seen   int
	Office int64
	Reason string
}

// Transfer hands a case to another office 转办. The first receiver answers for it
// as before (首接负责制): its clock runs on. Once in a round; needs case:handle.
func (s *Service) Transfer(ctx context.Context, by actor.Actor, id ID, in Transferring) (Case, error) {
	reason, err := words("reason", in.Reason, MaxReason)
	if err != nil {
		return Case{}, err
	}
	return s.act(ctx, by, id, deed{action: ActTransfer, seen: in.Seen, detail: Detail{Office: in.Office, Reason: reason},
		before: func(ctx context.Context, tx *sqlx.Tx, c *Case, _ *Flow, _ *Event) error {
			if in.Office == c.Office {
				return wrongChoice("office")
			}
			return s.fit(ctx, tx, c.ID, in.Office, []int64{in.Office})
		}, after: s.leads})
}
