package complaints

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints/alike"
	"minping/internal/actor"
	"minping/internal/pg"
)

const (
	similarShown = 5
	// similarBudget bounds the cases whose words are compared: the rarest words of a case
	// find those that are like it, and what only common words share is not alike.
	similarBudget = 3000
	// shortReply is what is shorter tells the citizen no more than that the message has come.
	shortReply = 40
	// doublesWithin is how old a live case may be to be thought of as the same message.
	doublesWithin = 60 * 24 * time.Hour
)

// SimilarCase is an earlier case like another.
type SimilarCase struct {
	Case
	Likeness  float64  // 0 to 1
	Words     []string // what both say
	Reply     string   // the office's last public reply; empty for doubles
	RepliedBy int64    // office that has the case
}

// Alike is what is like a case.
type Alike struct {
	Replied []SimilarCase // answered ones with their replies, the most alike first
	Doubles []SimilarCase // live ones that may be about the same thing at the same place
}

// Similar looks for cases like one: answered ones, whose replies may serve again, and
// live ones that may be the same. It shows only what by may read, so two people may see different ones; a
// sealed case has none and is like none. NotFound.
func (s *Service) Similar(ctx context.Context, by actor.Actor, id ID) (Alike, error) {
	var a Alike
	r, err := reachOf(by)
	if err != nil {
		return a, err
	}
	err = pg.InSnapshot(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		c, err := selectCase(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := see(ctx, tx, by, &c); err != nil || c.Sealed {
			return err
		}
		a, err = s.similar(ctx, tx, r, c)
		return err
	})
	return a, err
}

func (s *Service) similar(ctx context.Context, q pg.Querier, r reach, c Case) (Alike, error) {
	var a Alike
	text := alike.Text{Title: c.Title, Body: c.Body}
	bag := alike.Read(text)
	known, err := readWords(ctx, q, bag)
	if err != nil {
		return a, err
	}
	this := alike.Sketch{Vector: known.vector(bag), Places: alike.Places(text), Districts: alike.Districts(text)}
	telling := alike.Telling(this.Vector, known.cases, similarBudget)
	if len(telling) == 0 {
		return a, nil
	}
	rows, err := selectNear(ctx, q, c.ID, telling)
	if err != nil {
		return a, err
	}
	ranked := rank(this, rows)
	ids := make([]int64, len(ranked))
	for i, k := range ranked {
		ids[i] = k.Case
	}
	now := s.now()
	standings, err := selectStandings(ctx, q, r, ids, now.Add(-doublesWithin), now)
	if err != nil {
		return a, err
	}
	replied := slices.DeleteFunc(slices.Clone(ranked), func(k rankedRow) bool { return !standings[k.Case].Answered })
	doubles := slices.DeleteFunc(ranked, func(k rankedRow) bool { return !standings[k.Case].Live || k.double < alike.Double })
	slices.SortStableFunc(doubles, func(a, b rankedRow) int { return cmp.Compare(b.double, a.double) })
	if a.Replied, err = withReplies(ctx, q, this, replied); err != nil {
		return a, err
	}
	doubles = doubles[:min(len(doubles), similarShown)]
	for i := range doubles {
		doubles[i].likeness = doubles[i].double
	}
	a.Doubles, err = withCases(ctx, q, this, doubles)
	return a, err
}

// rankedRow is a candidate with its likeness by words, and as a double by place, too.
type rankedRow struct {
	sketchRow
	sketch           alike.Sketch
	likeness, double float64
}

// rank keeps the candidates that are worth showing, the most alike by words first.
func rank(this alike.Sketch, rows []sketchRow) []rankedRow {
	var list []rankedRow
	for _, row := range rows {
		sketch := row.sketch()
		if l := alike.Cosine(this.Vector, sketch.Vector); l >= alike.Similar {
			list = append(list, rankedRow{row, sketch, l, alike.Likeness(this, sketch)})
		}
	}
	slices.SortFunc(list, func(a, b rankedRow) int {
		return cmp.Or(cmp.Compare(b.likeness, a.likeness), cmp.Compare(b.Case, a.Case))
	})
	return list
}

// withReplies takes those that were really answered, with the words of the answer.
func withReplies(ctx context.Context, q pg.Querier, this alike.Sketch, ranked []rankedRow) ([]SimilarCase, error) {
	ranked = ranked[:min(len(ranked), 4*similarShown)]
	ids := make([]int64, len(ranked))
	for i, k := range ranked {
		ids[i] = k.Case
	}
	replies, err := selectReplies(ctx, q, ids, shortReply)
	if err != nil {
		return nil, err
	}
	ranked = slices.DeleteFunc(ranked, func(k rankedRow) bool { return replies[k.Case] == "" })
	list, err := withCases(ctx, q, this, ranked[:min(len(ranked), similarShown)])
	for i := range list {
		list[i].Reply, list[i].RepliedBy = replies[list[i].ID], list[i].Office
	}
	return list, err
}

// withCases reads the cases and the words that they share with this one.
func withCases(ctx context.Context, q pg.Querier, this alike.Sketch, ranked []rankedRow) ([]SimilarCase, error) {
	var list []SimilarCase
	for _, k := range ranked {
		c, err := selectCase(ctx, q, k.Case)
		if err != nil {
			return nil, err
		}
		words, err := selectWordsOf(ctx, q, alike.Shared(this.Vector, k.sketch.Vector, 5))
		if err != nil {
			return nil, err
		}
		list = append(list, SimilarCase{Case: c, Likeness: k.likeness, Words: words})
	}
	return list, nil
}
