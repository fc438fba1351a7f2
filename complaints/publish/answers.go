package publish

import (
	"context"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
)

// EntryFilter narrows the offices' list; zero fields do not.
type EntryFilter struct {
	Query   string
	Office  int64
	Waiting bool // for the second person
	Stale   bool
	Retired bool // instead of the others
}

// Entries lists the entries of the offices that by may write for, stale ones first,
// at most 200. Needs case:reply or case:publish.
func (s *Service) Entries(ctx context.Context, by actor.Actor, f EntryFilter) ([]Entry, error) {
	if !readers(by) {
		return nil, forbidden()
	}
	list, err := selectEntries(ctx, s.cfg.DB, officesFor(by), f, s.today(), listed)
	if err != nil {
		return nil, err
	}
	kept := list[:0]
	for _, e := range list {
		if prepares(by, actor.Place{Office: e.Office}) {
			kept = append(kept, e)
		}
	}
	return kept, nil
}

// Entry reads one entry in its newest version. NotFound outside of what Entries lists.
func (s *Service) Entry(ctx context.Context, by actor.Actor, id int64) (Entry, error) {
	if !readers(by) {
		return Entry{}, forbidden()
	}
	e, err := selectEntry(ctx, s.cfg.DB, id, s.today())
	if err == nil && !prepares(by, actor.Place{Office: e.Office}) {
		return Entry{}, unknown()
	}
	return e, err
}

// FromCase drafts an entry from a consultation: its question and answer with
// everything hidden that seems personal. Needs case:reply or case:publish at the case.
func (s *Service) FromCase(ctx context.Context, by actor.Actor, id complaints.ID) (Writing, error) {
	c, err := s.readable(ctx, by, id)
	if err != nil {
		return Writing{}, err
	}
	src, err := selectSource(ctx, s.cfg.DB, id, false)
	if err != nil {
		return Writing{}, err
	}
	if src.Sealed || src.Kind == complaints.Report {
		return Writing{}, fault.New(fault.Conflict, "publish.sealed")
	}
	w := Writing{Office: c.Office, Category: c.Category, Case: id}
	for _, p := range propose(src) {
		switch p.Name {
		case Question:
			w.Question = p.Public()
		case Answer:
			w.Answer = p.Public()
		}
	}
	if r := []rune(w.Question); len(r) > MaxQuestion {
		w.Question = string(r[:MaxQuestion])
	}
	return w, nil
}

// Known is an answer as everybody may read it.
type Known struct {
	ID           int64      `db:"id"`
	Office       int64      `db:"office_id"`
	OfficeName   string     `db:"office_name"`
	OfficeNameEn string     `db:"office_name_en"`
	OfficeCode   string     `db:"office_code"`
	CategoryName string     `db:"category_name"`
	Question     string     `db:"question"`
	Answer       string     `db:"answer"`
	Checked      *time.Time `db:"checked_on"`
	Stale        bool       `db:"stale"`
}

// FindAnswers lists what the base knows, the best first where words are looked
// for and the last checked otherwise. Anybody may ask.
func (s *Service) FindAnswers(ctx context.Context, q Search) ([]Known, error) {
	f, err := q.prepare()
	if err != nil || f.nothing {
		return nil, err
	}
	return findAnswers(ctx, s.cfg.DB, f, s.today())
}

// Answer reads one entry as it is shown. Anybody may ask. Gone where it was retired.
func (s *Service) Answer(ctx context.Context, id int64) (Known, error) {
	return selectKnown(ctx, s.cfg.DB, id, s.today())
}

// Suggest gives up to most answers that may be what a text asks, those of an office
// first; answers that must be looked at anew are none. Anybody may ask; what was typed is kept nowhere.
func (s *Service) Suggest(ctx context.Context, text string, office int64, most int) ([]Known, error) {
	if r := []rune(text); len(r) > complaints.MaxBody {
		text = string(r[:complaints.MaxBody])
	}
	query := alike(text)
	if strings.TrimSpace(query) == "" {
		return nil, nil
	}
	return suggestAnswers(ctx, s.cfg.DB, query, office, s.today(), min(most, 10))
}

// NoteStale tells the audit, once, of every answer whose day of review has come:
// whoever supervises the offices finds it there. It gives how many there were.
func (s *Service) NoteStale(ctx context.Context) (int, error) {
	noted := 0
	for {
		more := false
		err := pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
			id, office, err := takeStale(ctx, tx, s.today(), s.now())
			if pg.None(err) {
				return nil
			}
			if err != nil {
				return err
			}
			more = true
			return s.record(ctx, tx, actor.System("answers"), note{audit.AnswerStale, "answer", id, actor.Place{Office: office}, nil})
		})
		if err != nil || !more {
			return noted, err
		}
		noted++
	}
}
