package complaints

import (
	"context"
	"maps"
	"slices"

	"github.com/jmoiron/sqlx"

	"minping/complaints/alike"
	"minping/internal/pg"
)

// takeInBatch is how many cases the job reads in one transaction: a few hundredths of a
// second, so that a stop never waits for it.
const takeInBatch = 50

// TakeIn reads the cases whose words, seal or category changed since they were last
// read: what to compare them by, what they teach of their category, and which topic they belong to. A
// job calls it every minute; it goes on where it stopped, and two of them do not get in each other's way.
func (s *Service) TakeIn(ctx context.Context) (int, error) {
	done := 0
	for {
		n := 0
		err := pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
			mine, err := lockTakeIn(ctx, tx)
			if err != nil || !mine {
				return err
			}
			if err := learnPriors(ctx, tx); err != nil {
				return err
			}
			n, err = s.takeInSome(ctx, tx)
			return err
		})
		done += n
		if err != nil {
			return done, err
		}
		if n == 0 {
			break
		}
	}
	if err := s.weighAnew(ctx); err != nil {
		return done, err
	}
	return done, s.group(ctx)
}

// takeInSome reads one batch and gives its size.
func (s *Service) takeInSome(ctx context.Context, tx *sqlx.Tx) (int, error) {
	ids, err := takeUnread(ctx, tx, takeInBatch)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	if err := forget(ctx, tx, ids); err != nil {
		return 0, err
	}
	texts, err := selectUnreadTexts(ctx, tx, ids)
	if err != nil {
		return 0, err
	}
	if err := leaveTopics(ctx, tx, without(ids, texts)); err != nil {
		return 0, err
	}
	known, err := nameWords(ctx, tx, texts)
	if err != nil {
		return 0, err
	}
	touched := map[int]bool{}
	for i := range texts {
		row := texts[i].sketch(known)
		if err := insertSketch(ctx, tx, row); err != nil {
			return 0, err
		}
		if row.Category != 0 {
			touched[row.Category] = true
			if err := learn(ctx, tx, row, 1); err != nil {
				return 0, err
			}
		}
	}
	if err := weighProfiles(ctx, tx, slices.Sorted(maps.Keys(touched)), known.all); err != nil {
		return 0, err
	}
	return len(ids), deleteUnusedWords(ctx, tx)
}

// without gives the numbers that no text has: of cases that were sealed.
func without(ids []int64, texts []caseText) []int64 {
	return slices.DeleteFunc(slices.Clone(ids), func(id int64) bool {
		return slices.ContainsFunc(texts, func(t caseText) bool { return t.ID == id })
	})
}

// forget takes back what cases said when they were last read.
func forget(ctx context.Context, tx *sqlx.Tx, ids []int64) error {
	rows, err := selectSketches(ctx, tx, ids)
	if err != nil || len(rows) == 0 {
		return err
	}
	touched := map[int]bool{}
	for _, row := range rows {
		if row.Category != 0 {
			touched[row.Category] = true
			if err := learn(ctx, tx, row, -1); err != nil {
				return err
			}
		}
	}
	counts := map[int32]int{}
	for _, row := range rows {
		for _, id := range row.Words {
			counts[id]--
		}
	}
	all, err := countWords(ctx, tx, counts, -len(rows))
	if err != nil {
		return err
	}
	if err := deleteSketches(ctx, tx, ids); err != nil {
		return err
	}
	return weighProfiles(ctx, tx, slices.Sorted(maps.Keys(touched)), all)
}

// nameWords gives the words of texts their numbers, counts them, and says in how many
// cases each stands now.
func nameWords(ctx context.Context, tx *sqlx.Tx, texts []caseText) (lexicon, error) {
	words := map[string]int{}
	for i := range texts {
		texts[i].bag = alike.Read(alike.Text{Title: texts[i].Title, Body: texts[i].Body})
		for w := range texts[i].bag {
			words[w]++
		}
	}
	list := slices.Sorted(maps.Keys(words))
	if err := insertWords(ctx, tx, list); err != nil {
		return lexicon{}, err
	}
	known, err := selectWords(ctx, tx, list)
	if err != nil {
		return known, err
	}
	counts := map[int32]int{}
	for w, n := range words {
		counts[known.ids[w]] = n
		known.cases[known.ids[w]] += n
	}
	known.all, err = countWords(ctx, tx, counts, len(texts))
	return known, err
}

// lexicon is what is known of some words.
type lexicon struct {
	all   int // cases that were read
	ids   map[string]int32
	cases map[int32]int // in how many of them a word stands
}

// vector weighs a text's words.
func (l lexicon) vector(b alike.Bag) alike.Vector {
	terms := make([]alike.Term, 0, len(b))
	for w, n := range b {
		if id, ok := l.ids[w]; ok {
			terms = append(terms, alike.Term{ID: id, Count: n, Cases: l.cases[id]})
		}
	}
	return alike.NewVector(terms, l.all)
}

// caseText is a case as far as it is compared.
type caseText struct {
	caseHead
	Title string `db:"title"`
	Body  string `db:"body"`
	bag   alike.Bag
}

// confirmed is the category that a person gave the case; 0: none. What the
// citizen chose counts once somebody has looked at the case.
func (t *caseText) confirmed() int {
	if t.State == Received || t.Kind == BadRating {
		return 0
	}
	return t.Category
}

// mostCount bounds what a repeated word may count.
const mostCount = 1000

func (t *caseText) sketch(known lexicon) sketchRow {
	row := sketchRow{Case: t.ID, Category: t.confirmed(), ReceivedAt: t.ReceivedAt, WeighedAt: known.all}
	for _, w := range slices.Sorted(maps.Keys(t.bag)) {
		row.Words = append(row.Words, known.ids[w])
		row.Counts = append(row.Counts, int32(min(t.bag[w], mostCount)))
	}
	v := known.vector(t.bag)
	row.Terms = v.Terms
	for _, w := range v.Weights {
		row.Weights = append(row.Weights, int32(w))
	}
	text := alike.Text{Title: t.Title, Body: t.Body}
	row.Places, row.Districts = alike.Places(text), alike.Districts(text)
	return row
}

// weighAnew weighs sketches and profiles again that were weighed when there were half
// as many cases: what is rare changes as cases come in.
func (s *Service) weighAnew(ctx context.Context) error {
	for {
		n := 0
		err := pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
			mine, err := lockTakeIn(ctx, tx)
			if err != nil || !mine {
				return err
			}
			n, err = weighSome(ctx, tx)
			return err
		})
		if err != nil || n == 0 {
			return err
		}
	}
}

// weighSome weighs some of the sketches that are due, and gives how many.
func weighSome(ctx context.Context, tx *sqlx.Tx) (int, error) {
	all, err := selectTotal(ctx, tx)
	if err != nil {
		return 0, err
	}
	stale, err := selectStaleProfiles(ctx, tx, all)
	if err != nil {
		return 0, err
	}
	if err := weighProfiles(ctx, tx, stale, all); err != nil {
		return 0, err
	}
	rows, err := selectStale(ctx, tx, all)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	var words []int32
	for _, row := range rows {
		words = append(words, row.Words...)
	}
	slices.Sort(words)
	cases, err := selectCasesWith(ctx, tx, slices.Compact(words))
	if err != nil {
		return 0, err
	}
	for _, row := range rows {
		terms := make([]alike.Term, 0, len(row.Words))
		for i, id := range row.Words {
			terms = append(terms, alike.Term{ID: id, Count: float64(row.Counts[i]), Cases: cases[id]})
		}
		if err := updateWeights(ctx, tx, row.Case, alike.NewVector(terms, all), all); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}
