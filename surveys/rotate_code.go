package surveys

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/code"
	"minping/internal/fault"
	"minping/internal/pg"
)

// CodeAt names a code: by itself, or as the one in use of a unit on a channel.
// Naming it by itself is safer: of two people who rotate the same leaked code,
// the second is told that it is done and does not retire the new one.
type CodeAt struct {
	Code    string
	UnitID  int64
	Channel Channel
}

// Why a code is retired.
const (
	retiredRotated = "rotated" // a new one took its place; the old poster says so
	retiredRevoked = "revoked" // nothing took its place
)

// RotateCode puts a new code in the place of one that leaked, in one step: the
// old one stops taking ratings and its poster explains itself. NotFound where
// there is no such code or by may not write publications of its unit; Conflict
// where it is retired already.
func (s *Service) RotateCode(ctx context.Context, by actor.Actor, at CodeAt) (UnitCode, error) {
	now := s.now()
	var fresh UnitCode
	err := s.retire(ctx, by, at, retirement{retiredRotated, now}, func(q pg.Querier, old codeRow) error {
		order := codeOrder{[]int64{old.UnitID}, old.Channel, now}
		if err := issueCodes(ctx, q, order); err != nil {
			return err
		}
		units, err := directory(ctx, q)
		if err != nil {
			return err
		}
		row, err := selectActiveCode(ctx, q, old.UnitID, old.Channel)
		fresh = UnitCode{Unit: units[row.UnitID], Channel: row.Channel, Code: row.Code, IssuedAt: row.IssuedAt}
		return err
	})
	return fresh, err
}

// RevokeCode withdraws a code without a new one; the next publication to its
// unit makes one. NotFound and Conflict like RotateCode.
func (s *Service) RevokeCode(ctx context.Context, by actor.Actor, at CodeAt) error {
	return s.retire(ctx, by, at, retirement{retiredRevoked, s.now()}, func(pg.Querier, codeRow) error { return nil })
}

type retirement struct {
	as string
	at time.Time
}

func (r retirement) action() audit.Action {
	if r.as == retiredRevoked {
		return audit.CodeRevoke
	}
	return audit.CodeRotate
}

// retire takes a code out of use and runs then in the same transaction. The
// update names the code and asks that it is in use, so of several at once one
// succeeds.
func (s *Service) retire(ctx context.Context, by actor.Actor, at CodeAt, how retirement, then func(pg.Querier, codeRow) error) error {
	if !by.Anywhere(PermPublicationWrite) {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	at.Code = code.Normalize(at.Code)
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		old, unit, err := selectCodeAt(ctx, tx, at)
		if err != nil {
			return missing(err, "surveys.code.not_found")
		}
		if !by.Can(PermPublicationWrite, unit.Place()) {
			return fault.New(fault.NotFound, "surveys.code.not_found")
		}
		retired, err := retireCode(ctx, tx, old.Code, how)
		if err != nil {
			return err
		}
		if !retired {
			return fault.New(fault.Conflict, "surveys.code.retired")
		}
		if err := then(tx, old); err != nil {
			return err
		}
		// The codes themselves are left out: they are not the audit's to know.
		return doing{by: by, at: how.at, action: how.action(), kind: "unit", id: old.UnitID, place: unit.Place(),
			detail: audit.Detail{"unit": old.UnitID, "channel": string(old.Channel)}}.record(ctx, tx)
	})
	s.changed(ctx, err)
	return err
}
