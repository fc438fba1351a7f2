package accounts

import (
	"context"
	"fmt"
	"strconv"

	"minping/internal/actor"
	"minping/internal/pg"
)

// AuditEvent is what the audit is told. Its texts never hold a password, a code
// or a name that somebody typed and nobody has.
type AuditEvent struct {
	Action  string      // "noun.verb"
	Account int64       // who did it; 0: nobody known
	By      actor.Actor // who did it, where more is known than the number
	Object  string      // "account/12": whom it was done to, where that is somebody else
	Outcome string      // "done" or "refused"
	Unit    int64       // which part of the directory it concerns; 0: none in particular
	Place   actor.Place // worked out from Unit
	Detail  map[string]string
}

func objectOf(account int64) string { return "account/" + strconv.FormatInt(account, 10) }

// audit tells the audit in the transaction of the change; no outcome is "done".
func (s *Service) audit(ctx context.Context, q pg.Querier, e AuditEvent) error {
	if s.cfg.Audit == nil {
		return nil
	}
	if e.Outcome == "" {
		e.Outcome = "done"
	}
	if e.Account != 0 && e.By.Account == 0 {
		e.By = actor.Actor{Account: e.Account}
	}
	if e.By.Account != 0 && e.By.Name == "" { // names change; the trail keeps the one of the day
		var err error
		if e.By.Name, err = nameOf(ctx, q, e.By.Account); err != nil {
			return fmt.Errorf("audit %s: name: %w", e.Action, err)
		}
	}
	if e.Unit != 0 {
		var err error
		if e.Place, err = placeOf(ctx, q, e.Unit); err != nil {
			return fmt.Errorf("audit %s: place: %w", e.Action, err)
		}
	}
	if e.Object == "" && e.Account != 0 {
		e.Object = objectOf(e.Account)
	}
	if err := s.cfg.Audit(ctx, q, e); err != nil {
		return fmt.Errorf("audit %s: %w", e.Action, err)
	}
	return nil
}
