package panel

import (
	"context"
	"strconv"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Waves lists every wave, the newest first. It takes panel:write over the city: Forbidden.
func (s *Service) Waves(ctx context.Context, by actor.Actor) ([]Wave, error) {
	if err := admit(by); err != nil {
		return nil, err
	}
	return selectWaves(ctx, s.db, 0)
}

// Detail is a wave with all that is known of its progress.
type Detail struct {
	Wave
	Groups  []Progress
	Units   []UnitProgress
	Margins []Margin
}

// Progress is how many of a group were invited, and how many have answered about one office at least.
type Progress struct {
	Group             string `db:"panel_group"`
	Invited, Answered int
}

// UnitProgress is how often an office was to be answered about, and was.
type UnitProgress struct {
	Unit           int64 `db:"unit_id"`
	Name           string
	NameEn         string `db:"name_en"`
	Asked          int
	Answered       int
	Skipped        int
	CitizensAsked  int `db:"citizens_asked"`
	CitizensAnswer int `db:"citizens_answered"`
}

// Wave gives one wave. Forbidden as Waves; NotFound.
func (s *Service) Wave(ctx context.Context, by actor.Actor, id int64) (Detail, error) {
	if err := admit(by); err != nil {
		return Detail{}, err
	}
	var d Detail
	err := pg.InSnapshot(ctx, s.db, func(tx *sqlx.Tx) error {
		list, err := selectWaves(ctx, tx, id)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return unknownWave()
		}
		d.Wave = list[0]
		if d.Groups, err = selectProgress(ctx, tx, id); err != nil {
			return err
		}
		if d.Units, err = selectUnits(ctx, tx, id); err != nil {
			return err
		}
		d.Margins, err = selectMargins(ctx, tx, id)
		return err
	})
	return d, err
}

func unknownWave() error { return fault.New(fault.NotFound, "five.panel.fault.wave") }

// Create makes a draft. Forbidden as Waves; Invalid with fields.
func (s *Service) Create(ctx context.Context, by actor.Actor, n NewWave) (int64, error) {
	if err := admit(by); err != nil {
		return 0, err
	}
	if err := n.check(); err != nil {
		return 0, err
	}
	var id int64
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		open, err := openOffices(ctx, tx, n.Offices)
		if err != nil {
			return err
		}
		if open != len(n.Offices) {
			return fault.Fielded(fault.Field{Name: "offices", Key: "five.panel.fault.office"})
		}
		if id, err = insertWave(ctx, tx, n, by.Name, s.now()); err != nil {
			return err
		}
		return s.note(ctx, tx, by, did{audit.PanelCreate, id, audit.Detail{"from": n.Starts.String(), "to": n.Ends.String(), "units": len(n.Offices)}})
	})
	return id, err
}

// SetMargins writes what is known of the population; a dimension that is left out is not
// weighted. They decide figures, so they stand in the audit, and a closed wave keeps them.
// Forbidden as Waves; Invalid with fields; NotFound; Conflict where the wave is closed.
func (s *Service) SetMargins(ctx context.Context, by actor.Actor, id int64, list []Margin) error {
	if err := admit(by); err != nil {
		return err
	}
	if err := checkMargins(list); err != nil {
		return err
	}
	return s.inWave(ctx, id, func(tx *sqlx.Tx, w locked) error {
		if w.State == Closed {
			return fault.New(fault.Conflict, "five.panel.fault.closed")
		}
		before, err := selectMargins(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := replaceMargins(ctx, tx, id, list); err != nil {
			return err
		}
		return s.note(ctx, tx, by, did{audit.PanelMargins, id, audit.Detail{"before": marginText(before), "after": marginText(list)}})
	})
}

func marginText(list []Margin) string {
	text := ""
	for _, m := range list {
		text += m.Dimension + " " + m.Category + " " + strconv.FormatFloat(m.Share, 'f', -1, 64) + "; "
	}
	return text
}

// Close ends a wave for good: links end, and its answers become figures.
// Forbidden as Waves; NotFound; Conflict where it is not open, or names were not read yet.
func (s *Service) Close(ctx context.Context, by actor.Actor, id int64) error {
	if err := admit(by); err != nil {
		return err
	}
	return s.inWave(ctx, id, func(tx *sqlx.Tx, w locked) error {
		switch {
		case w.State != Open:
			return fault.New(fault.Conflict, "five.panel.fault.not_open")
		case w.OpenMentions > 0:
			return fault.New(fault.Conflict, "five.panel.fault.uncoded").With("Count", w.OpenMentions)
		}
		answers, err := closeWave(ctx, tx, id, s.now())
		if err != nil {
			return err
		}
		return s.note(ctx, tx, by, did{audit.PanelClose, id, audit.Detail{"count": answers}})
	})
}

// inWave locks a wave and gives what is true of it.
func (s *Service) inWave(ctx context.Context, id int64, do func(*sqlx.Tx, locked) error) error {
	return pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		w, err := lockWave(ctx, tx, id)
		if pg.None(err) {
			return unknownWave()
		}
		if err != nil {
			return err
		}
		return do(tx, w)
	})
}

// did is what the audit is told of a wave.
type did struct {
	action audit.Action
	wave   int64
	detail audit.Detail
}

func (s *Service) note(ctx context.Context, tx *sqlx.Tx, by actor.Actor, d did) error {
	return audit.Record(ctx, tx, audit.Entry{At: s.now(), By: by, Action: d.action,
		Object: audit.Object{Kind: "panel", ID: strconv.FormatInt(d.wave, 10)}, Detail: d.detail})
}
