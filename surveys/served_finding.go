package surveys

import (
	"context"

	"minping/complaints/workday"
	"minping/internal/actor"
)

// ServedFinding is a day on which a window had more ratings than services: some
// were given twice, or by nobody who was served, or the count is wrong. It proves
// nothing about anybody; it is where to look.
type ServedFinding struct {
	Window int64  `db:"window_id"`
	Code   string `db:"code"`
	Name   string `db:"name"`
	Number string `db:"number"`
	Hall   string `db:"hall"`
	Day    string `db:"day"`
	Served int    `db:"served"`
	Rated  int    `db:"rated"`
}

// ServedFindings lists them over a period for the windows in by's reach, the 200
// worst at most. Forbidden without served:write.
func (s *Service) ServedFindings(ctx context.Context, by actor.Actor, from, to workday.Day) ([]ServedFinding, error) {
	sc, err := reachOf(by, PermServedWrite)
	if err != nil {
		return nil, err
	}
	return selectServedFindings(ctx, s.db, sc, from, to)
}
