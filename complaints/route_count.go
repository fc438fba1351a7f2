package complaints

import (
	"context"
	"slices"
	"time"

	"minping/complaints/workday"
	"minping/internal/actor"
)

// Sent is somebody whom the first questions sent elsewhere. Nothing of them is kept: they are counted.
type Sent struct {
	Route    Route
	Unit     int64 // the place whose code led there; 0: none
	Channel  Channel
	Language string
}

// CountSent counts one. Whoever calls it sees to it that a browser that loads a page
// again counts once. Invalid (route, channel).
func (s *Service) CountSent(ctx context.Context, in Sent) error {
	if !slices.Contains(Routes(), in.Route) {
		return wrongChoice("route")
	}
	if !slices.Contains([]Channel{ByWeb, ByCode, ByKiosk}, in.Channel) {
		return wrongChoice("channel")
	}
	if in.Language != "en" {
		in.Language = "zh-CN"
	}
	return countSent(ctx, s.cfg.DB, workday.Of(s.now()).String(), in)
}

// SentRow is how many a month, a destination, a place and a way have.
type SentRow struct {
	Month   string  `db:"month"` // 2026-11
	Route   Route   `db:"route"`
	Unit    int64   `db:"unit_id"`
	Channel Channel `db:"channel"`
	Foreign int     `db:"foreign_n"` // of N, on pages in English
	N       int     `db:"n"`
}

// SentElsewhere tells how many were sent where since a day, newest month first. Needs
// case:dispatch; the places are those by holds it over, and what belongs to none is shown to who holds it citywide.
func (s *Service) SentElsewhere(ctx context.Context, by actor.Actor, since time.Time) ([]SentRow, error) {
	if !by.Anywhere(PermDispatch) && !isSystem(by) {
		return nil, forbidden()
	}
	over := by.Scope(PermDispatch)
	return selectSent(ctx, s.cfg.DB, workday.Of(since).String(), reach{all: over.All || isSystem(by), offices: over.Offices, halls: over.Halls, divisions: over.Divisions})
}
