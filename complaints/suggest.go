package complaints

import (
	"context"

	"github.com/jmoiron/sqlx"

	"minping/complaints/alike"
	"minping/internal/actor"
	"minping/internal/pg"
)

// suggestions is how many categories are proposed.
const suggestions = 3

// Guess is a category that a case may belong to, and why: the words that speak
// for it. Nothing is set by it; a person takes it with Triage.
type Guess struct {
	Category int
	Path     [3]string
	Why      []string
	Cases    int // confirmed cases that it was learned from
}

// Suggest proposes categories for a case, the likeliest first; none where no word
// speaks for any, and none for sealed cases, whose words are counted nowhere. Needs
// case:triage at the case. NotFound, Forbidden.
func (s *Service) Suggest(ctx context.Context, by actor.Actor, id ID) ([]Guess, error) {
	var list []Guess
	err := pg.InSnapshot(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		c, err := selectCase(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := see(ctx, tx, by, &c); err != nil {
			return err
		}
		if err := may(by, PermTriage, &c); err != nil || c.Sealed {
			return err
		}
		list, err = suggest(ctx, tx, c)
		return err
	})
	return list, err
}

func suggest(ctx context.Context, q pg.Querier, c Case) ([]Guess, error) {
	bag := alike.Read(alike.Text{Title: c.Title, Body: c.Body})
	known, err := readWords(ctx, q, bag)
	if err != nil {
		return nil, err
	}
	word := make(map[int32]string, len(known.ids))
	var ids []int32
	for w, id := range known.ids {
		word[id] = w
		ids = append(ids, id)
	}
	rows, err := selectClues(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	by := map[int]*alike.Candidate{}
	var candidates []*alike.Candidate
	for _, r := range rows {
		if by[r.Category] == nil {
			by[r.Category] = &alike.Candidate{ID: r.Category, Cases: r.Cases, Norm: r.Norm}
			candidates = append(candidates, by[r.Category])
		}
		by[r.Category].Hear(word[r.Word], bag[word[r.Word]], alike.Learned{Prior: r.Prior, Sum: r.Learned, IDF: alike.IDF(known.all, known.cases[r.Word])})
	}
	best := alike.Best(candidates, suggestions)
	if len(best) == 0 {
		return nil, nil
	}
	tree, err := selectCategories(ctx, q)
	if err != nil {
		return nil, err
	}
	list := make([]Guess, 0, len(best))
	for _, b := range best {
		list = append(list, Guess{Category: b.ID, Path: pathOf(tree, b.ID), Why: b.Clues(4), Cases: b.Cases})
	}
	return list, nil
}
