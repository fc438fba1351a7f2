package complaints

import (
	"context"
	"strconv"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
)

// DeclareKin says that two offices may not handle reports about each other 回避:
// from now on each is barred from new reports about the other. Needs case:discipline over the city.
func (s *Service) DeclareKin(ctx context.Context, by actor.Actor, a, b int64, reason string) error {
	reason, err := words("reason", reason, MaxReason)
	if err != nil {
		return err
	}
	return s.kin(ctx, by, audit.KinDeclare, a, b, func(tx *sqlx.Tx) error {
		return saveKin(ctx, tx, a, b, reason, s.now())
	})
}

// EndKin takes it back for new reports. NotFound where nothing was declared.
func (s *Service) EndKin(ctx context.Context, by actor.Actor, a, b int64) error {
	return s.kin(ctx, by, audit.KinEnd, a, b, func(tx *sqlx.Tx) error {
		ended, err := endKin(ctx, tx, a, b, s.now())
		if err == nil && !ended {
			err = unknown()
		}
		return err
	})
}

func (s *Service) kin(ctx context.Context, by actor.Actor, action audit.Action, a, b int64, do func(*sqlx.Tx) error) error {
	if !by.Citywide(PermDiscipline) {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	if a == b {
		return wrongChoice("office")
	}
	err := pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		if err := do(tx); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{At: s.now(), By: by, Action: action, Object: audit.Object{Kind: "unit", ID: strconv.FormatInt(a, 10)},
			Detail: audit.Detail{"other": b}})
	})
	switch pg.Broken(err) {
	case "kin_units_unit_id_fk", "kin_units_other_id_fk":
		return wrongChoice("office")
	}
	return err
}
