package complaints

import (
	"context"
	"fmt"
	"time"

	"minping/internal/actor"
	"minping/internal/pg"
)

// KinPair is two offices that may not judge each other's people 回避关系.
type KinPair struct {
	Unit   int64     `db:"unit_id"`
	Other  int64     `db:"other_id"`
	Reason string    `db:"reason"`
	Since  time.Time `db:"since"`
}

// Kin lists the pairs that are declared now. Needs case:discipline over the city.
func (s *Service) Kin(ctx context.Context, by actor.Actor) ([]KinPair, error) {
	if !by.Citywide(PermDiscipline) {
		return nil, forbidden()
	}
	return selectKin(ctx, s.cfg.DB)
}

func selectKin(ctx context.Context, q pg.Querier) ([]KinPair, error) {
	const query = `SELECT unit_id, other_id, reason, since FROM kin_units WHERE ended_at IS NULL ORDER BY since DESC, unit_id, other_id`
	var list []KinPair
	if err := q.SelectContext(ctx, &list, query); err != nil {
		return nil, fmt.Errorf("list kin: %w", err)
	}
	return list, nil
}
