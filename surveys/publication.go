package surveys

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Publication is a survey version put to units over one channel for a time.
// Units and Codes count what the caller may see: the units, and those of them
// that have a code in use on the channel.
type Publication struct {
	ID           int64      `db:"id"`
	VersionID    int        `db:"version_id"`
	SurveyKey    string     `db:"survey_key"`
	Number       int        `db:"number"` // of the version within its survey
	Title        string     `db:"title"`
	Channel      Channel    `db:"channel"`
	StartsAt     time.Time  `db:"starts_at"`
	EndsAt       *time.Time `db:"ends_at"`
	LateWorkdays int        `db:"late_workdays"`
	CreatedBy    string     `db:"created_by"`
	CreatedAt    time.Time  `db:"created_at"`
	Units        int        `db:"units"`
	Codes        int        `db:"codes"`
}

// State of the publication itself at a moment: StateNotYet, StateOpen or StateClosed.
func (p Publication) State(at time.Time) State {
	switch {
	case p.EndsAt != nil && !p.EndsAt.After(at):
		return StateClosed
	case p.StartsAt.After(at):
		return StateNotYet
	}
	return StateOpen
}

// PublicationFilter narrows a list of publications; zero fields do not narrow.
// Newest first: pass the last id as BeforeID for the next page.
type PublicationFilter struct {
	Unit, Office, Hall int64 // covers this unit, or one of this office or hall
	VersionID          int
	Channel            Channel
	Running            bool // begun and not ended
	BeforeID           int64
	Limit              int // 1–100; 0 = 50
}

// PublishedUnit is one unit of a publication; Code is "" where it was revoked.
type PublishedUnit struct {
	Unit *Unit
	Code string
}

// Publications lists those that reach at least one unit which by may read
// publications of. Forbidden without publication:read.
func (s *Service) Publications(ctx context.Context, by actor.Actor, f PublicationFilter) ([]Publication, error) {
	sc, err := reachOf(by, PermPublicationRead)
	if err != nil {
		return nil, err
	}
	f.Limit = pageOf(f.Limit)
	return selectPublications(ctx, s.db, sc, f, s.now())
}

// Publication gives one with those of its units that by may read, in the order
// of a print run. NotFound where there is none, or none of its units is within
// by's reach; Forbidden without publication:read.
func (s *Service) Publication(ctx context.Context, by actor.Actor, id int64) (Publication, []PublishedUnit, error) {
	sc, err := reachOf(by, PermPublicationRead)
	if err != nil {
		return Publication{}, nil, err
	}
	var p Publication
	var units []PublishedUnit
	err = pg.InSnapshot(ctx, s.db, func(tx *sqlx.Tx) error {
		p, err = selectPublication(ctx, tx, sc, id)
		if err != nil {
			return missing(err, "surveys.publication.not_found")
		}
		units, err = selectPublishedUnits(ctx, tx, sc, p)
		return err
	})
	return p, units, err
}

// ClosePublication ends one now; one that had not begun never opens. NotFound
// and Forbidden like Publication, Forbidden also where it reaches a unit that by
// may not write publications of; Conflict where it has ended.
func (s *Service) ClosePublication(ctx context.Context, by actor.Actor, id int64) (Publication, error) {
	sc, err := reachOf(by, PermPublicationWrite)
	if err != nil {
		return Publication{}, err
	}
	now := s.now()
	var p Publication
	err = pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if _, err := selectPublication(ctx, tx, sc, id); err != nil {
			return missing(err, "surveys.publication.not_found")
		}
		units, err := selectUnitsOf(ctx, tx, id)
		if err != nil {
			return err
		}
		for _, u := range units {
			if !by.Can(PermPublicationWrite, u.Place()) {
				return fault.New(fault.Forbidden, "surveys.publication.shared")
			}
		}
		closed, err := endPublication(ctx, tx, id, now)
		if err == nil && !closed {
			return fault.New(fault.Conflict, "surveys.publication.ended")
		}
		if err == nil {
			p, err = selectPublication(ctx, tx, sc, id)
		}
		if err != nil {
			return err
		}
		return doing{by: by, at: now, action: audit.PublicationClose, kind: "publication", id: id,
			detail: audit.Detail{"version": p.VersionID, "channel": string(p.Channel)}}.record(ctx, tx)
	})
	s.changed(ctx, err)
	return p, err
}

// reach is the part of the directory an actor's permission covers: offices,
// divisions and halls in one list of unit ids, for ids of both come from one sequence.
type reach struct {
	all   bool
	units []int64
}

// reachOf gives it; Forbidden where there is none.
func reachOf(by actor.Actor, p actor.Permission) (reach, error) {
	if !by.Anywhere(p) {
		return reach{}, fault.New(fault.Forbidden, "fault.forbidden")
	}
	scope := by.Scope(p)
	return reach{all: scope.All, units: scope.Units()}, nil
}

// pageOf bounds the length of a page.
func pageOf(limit int) int {
	if limit <= 0 {
		return 50
	}
	return min(limit, 100)
}

// missing turns "no rows" into NotFound.
func missing(err error, key string) error {
	if pg.None(err) {
		return fault.Wrap(fault.NotFound, key, err)
	}
	return err
}

// changed reads publications anew after a change that was committed, so that
// whoever made it sees it at once on this node. The others hear of it from the
// database, and so does this one should the reading fail.
func (s *Service) changed(ctx context.Context, err error) {
	if err != nil {
		return
	}
	if err := s.Reload(ctx); err != nil {
		s.log.Warn("publications changed but could not be read anew", "error", err)
	}
}
