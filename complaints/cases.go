package complaints

import (
	"context"
	"slices"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/pg"
)

// Cases reads those of some cases that by may read, in the order given. Forbidden like Queue.
func (s *Service) Cases(ctx context.Context, by actor.Actor, ids []ID) ([]Case, error) {
	r, err := reachOf(by)
	if err != nil {
		return nil, err
	}
	var list []Case
	err = pg.InSnapshot(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		list, err = selectCases(ctx, tx, r, ids, s.now())
		return err
	})
	slices.SortFunc(list, func(a, b Case) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	return list, err
}

// NoteExport tells the audit chain that by took a table of n cases along. Forbidden like Queue.
func (s *Service) NoteExport(ctx context.Context, by actor.Actor, n int) error {
	if _, err := reachOf(by); err != nil {
		return err
	}
	return audit.RecordNow(ctx, s.cfg.DB, audit.Entry{At: s.now(), By: by, Action: audit.ExportCases, Object: audit.Object{Kind: "city"}, Detail: audit.Detail{"rows": n}})
}
