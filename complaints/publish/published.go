package publish

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// State is where a published reply stands.
type State string

// The states.
const (
	Shown     State = "shown"
	Objected  State = "objected"  // off the page until an objection is decided
	Withdrawn State = "withdrawn" // off the page for good
)

// Published is a reply as the offices see it.
type Published struct {
	Number        int64           `db:"id"`
	Case          complaints.ID   `db:"case_id"`
	State         State           `db:"state"`
	Kind          complaints.Kind `db:"kind"`
	Office        int64           `db:"office_id"`
	Title         string          `db:"title"`
	Hidden        int             `db:"hidden"`
	Author        int64           `db:"author_id"`
	AuthorName    string          `db:"author_name"`
	Publisher     int64           `db:"publisher_id"`
	PublisherName string          `db:"publisher_name"`
	PublishedAt   time.Time       `db:"published_at"`
	WithdrawnAt   *time.Time      `db:"withdrawn_at"`
	WithdrawnBy   string          `db:"withdrawn_by"`
	WithdrawnWhy  string          `db:"withdrawn_why"`
	ObjectedAt    *time.Time      `db:"objected_at"`
	Objection     string          `db:"objection"`
	Outcome       string          `db:"outcome"`
	Told          string          `db:"told"` // the answer to the objection
}

// Work is one line of the list of what is on its way to the public.
type Work struct {
	Case    complaints.Case
	State   string // "" not begun, draft, submitted
	Name    string // who changed the draft last
	Changed time.Time
	Remark  string
}

// listed is how many lines a list of work has at most; the oldest come first, so
// nothing starves.
const listed = 200

// Works lists the drafts in a state, or with "" closed cases that may be published and
// are not begun, newest first. Needs case:reply or case:publish.
func (s *Service) Works(ctx context.Context, by actor.Actor, state string) ([]Work, error) {
	if !readers(by) {
		return nil, forbidden()
	}
	if state != "" && state != "draft" && state != "submitted" {
		return nil, fault.Fielded(fault.Field{Name: "state", Key: "fault.field.choice"})
	}
	reach := officesFor(by)
	var rows []workRow
	var err error
	if state == "" {
		rows, err = selectCandidates(ctx, s.cfg.DB, reach, listed)
	} else {
		rows, err = selectDrafts(ctx, s.cfg.DB, reach, state, listed)
	}
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	ids := make([]complaints.ID, 0, len(rows))
	for _, r := range rows {
		ids = append(ids, r.Case)
	}
	seen, err := s.cfg.Desk.Visible(ctx, by, ids)
	if err != nil {
		return nil, err
	}
	list := make([]Work, 0, len(rows))
	for _, r := range rows {
		if c, ok := seen[r.Case]; ok && prepares(by, c.Place()) {
			list = append(list, Work{Case: c, State: r.State, Name: r.Name, Changed: r.Changed, Remark: r.Remark})
		}
	}
	return list, nil
}

// reach narrows a list to the offices of somebody, before each line is judged.
type reach struct {
	all     bool
	offices []int64
}

func officesFor(by actor.Actor) reach {
	var r reach
	for _, need := range []actor.Permission{complaints.PermReply, PermPublish} {
		over := by.Scope(need)
		r.all = r.all || over.All || len(over.Halls)+len(over.Divisions) > 0 // judged line by line
		r.offices = append(r.offices, over.Offices...)
	}
	return r
}

// Replies lists what was published, newest first, in a state. Needs case:reply or
// case:publish; privacy:handle sees all of them.
func (s *Service) Replies(ctx context.Context, by actor.Actor, state State) ([]Published, error) {
	privacy := by.Citywide(permPrivacy)
	if !readers(by) && !privacy {
		return nil, forbidden()
	}
	at := officesFor(by)
	at.all = at.all || privacy
	list, err := selectReplies(ctx, s.cfg.DB, at, state, listed)
	if err != nil || privacy || len(list) == 0 {
		return list, err
	}
	ids := make([]complaints.ID, 0, len(list))
	for _, r := range list {
		ids = append(ids, r.Case)
	}
	seen, err := s.cfg.Desk.Visible(ctx, by, ids)
	if err != nil {
		return nil, err
	}
	kept := list[:0]
	for _, r := range list {
		if c, ok := seen[r.Case]; ok && prepares(by, c.Place()) {
			kept = append(kept, r)
		}
	}
	return kept, nil
}

// Published reads one reply with its history. Who may see it in Replies may; NotFound otherwise.
func (s *Service) Published(ctx context.Context, by actor.Actor, number int64) (Published, Reply, error) {
	privacy := by.Citywide(permPrivacy)
	if !readers(by) && !privacy {
		return Published{}, Reply{}, forbidden()
	}
	var p Published
	var r Reply
	err := pg.InSnapshot(ctx, s.cfg.DB, func(tx *sqlx.Tx) (err error) {
		if p, err = selectPublished(ctx, tx, number); err != nil {
			return err
		}
		r, err = selectReply(ctx, tx, number, false)
		return err
	})
	if err != nil || privacy {
		return p, r, err
	}
	seen, err := s.cfg.Desk.Visible(ctx, by, []complaints.ID{p.Case})
	if err != nil {
		return Published{}, Reply{}, err
	}
	if c, ok := seen[p.Case]; !ok || !prepares(by, c.Place()) {
		return Published{}, Reply{}, unknown()
	}
	return p, r, nil
}

// OfTracked gives what was published of a case that its citizen has opened; false
// where nothing ever was.
func (s *Service) OfTracked(ctx context.Context, seen complaints.Tracked) (Published, bool, error) {
	p, err := selectOfCase(ctx, s.cfg.DB, seen.ID)
	if pg.None(err) {
		return p, false, nil
	}
	return p, err == nil, err
}
