package complaints

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/code"
	"minping/internal/fault"
	"minping/internal/pg"
	cut "minping/internal/words"
)

// MaxSearch is how many characters may be typed to search for.
const MaxSearch = 100

// mark of a case in the results of a search.
func (c Case) mark() Mark { return Mark{Turn: c.turn(), ID: c.ID} }

// Found is one page of what a search found.
type Found struct {
	Cases []Case
	Next  *Mark // give it as Filter.After to go on; nil: that was all
}

// Search finds the cases that by may read which hold everything that was typed:
// words of title, text and public messages (private notes for whoever reads them
// there), or names of offices, halls and windows; a case's number and a whole receipt code
// find it at once. Without text it lists what the filter asks for. Live cases come first
// as they are due, then finished ones, the newest first; Filter.States empty means all
// states. It finds exactly what Get shows.
//
// Forbidden like Queue; Invalid with field q where the text is too long or holds
// only words that say nothing.
func (s *Service) Search(ctx context.Context, by actor.Actor, text string, f Filter) (Found, error) {
	r, err := reachOf(by)
	if err != nil {
		return Found{}, err
	}
	text = clean(text)
	if utf8.RuneCountInString(text) > MaxSearch {
		return Found{}, fault.Fielded(fault.Field{Name: "q", Key: "fault.field.max", Args: map[string]any{"Max": MaxSearch}})
	}
	if err := f.known(); err != nil {
		return Found{}, err
	}
	if len(f.States) == 0 {
		f.States = States()
	}
	if f.Limit <= 0 || f.Limit > 200 {
		f.Limit = 50
	}
	var found Found
	err = pg.InSnapshot(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		found, err = s.search(ctx, tx, by, searching{r, f, text})
		return err
	})
	return found, err
}

type searching struct {
	reach
	Filter
	text string
}

func (s *Service) search(ctx context.Context, tx *sqlx.Tx, by actor.Actor, in searching) (Found, error) {
	direct, only, err := s.named(ctx, tx, by, in)
	if err != nil || only {
		return Found{Cases: direct}, err
	}
	pieces, err := s.pieces(ctx, tx, in.text)
	if err != nil {
		return Found{}, err
	}
	if len(pieces) == 0 && in.text != "" {
		if len(direct) > 0 {
			return Found{Cases: direct}, nil
		}
		return Found{}, fault.Fielded(fault.Field{Name: "q", Key: "complaints.search_thin"})
	}
	if in.After == nil && !slices.ContainsFunc(in.States, State.Live) {
		in.After = &Mark{Turn: undated, ID: math.MaxInt64} // finished ones follow
	}
	query, more := searchFor(by, in.reach, in.Filter, pieces)
	limit := in.Limit
	in.Limit++
	list, err := selectFound(ctx, tx, in.reach, in.Filter, finding{query, more, s.now()})
	if err != nil {
		return Found{}, err
	}
	var found Found
	if len(list) > limit {
		list = list[:limit]
		next := list[limit-1].mark()
		found.Next = &next
	}
	if len(direct) > 0 {
		list = slices.DeleteFunc(list, func(c Case) bool { return c.ID == direct[0].ID })
	}
	found.Cases = slices.Concat(direct, list)
	return found, nil
}

// named finds the one case that was called by its number or its receipt code, on
// the first page. only: nothing else can have been meant.
func (s *Service) named(ctx context.Context, tx *sqlx.Tx, by actor.Actor, in searching) (list []Case, only bool, err error) {
	if in.After != nil || in.text == "" {
		return nil, false, nil
	}
	typed := code.Normalize(in.text)
	id, sharp := ID(0), strings.HasPrefix(in.text, "#")
	if n, err := strconv.ParseInt(strings.TrimPrefix(in.text, "#"), 10, 64); err == nil && n > 0 {
		id = n
	} else if len(typed) == receiptLength+1 && code.Valid(typed) {
		if id, err = caseOfReceipt(ctx, tx, typed); err != nil {
			return nil, false, err
		}
		only = id != 0
	}
	if id == 0 {
		return nil, false, nil
	}
	c, err := selectCase(ctx, tx, id)
	if err == nil {
		err = see(ctx, tx, by, &c)
	}
	switch {
	case err == nil:
		return []Case{c}, only || sharp, nil
	case fault.KindOf(err) == fault.NotFound:
		return nil, sharp, nil // a number may be a word of a text as well
	}
	return nil, false, err
}

// pieces cuts what was typed at its spaces.
func (s *Service) pieces(ctx context.Context, q pg.Querier, text string) ([]sought, error) {
	var list []sought
	for field := range strings.FieldsSeq(text) {
		p := sought{words: cut.Query(field)}
		if utf8.RuneCountInString(field) >= 2 {
			var err error
			if p.places, err = placesNamed(ctx, q, field); err != nil {
				return nil, err
			}
		}
		if len(p.words)+len(p.places) > 0 {
			list = append(list, p)
		}
	}
	return list, nil
}
