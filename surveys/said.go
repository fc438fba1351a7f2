package surveys

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/indices/stats"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
	"minping/internal/words"
)

// Saying is a word that people use in their comments.
type Saying struct {
	Word   string
	People int     // who used it here, each counted once
	There  int     // of the comments in the rest of the city
	Z      float64 // how much more than in the rest of the city; above 1.96 chance hardly explains it
}

// Said is what people write about a unit, under good ratings and under bad ones.
type Said struct {
	Good, Bad []Saying // those that set the unit apart most first
	GoodHere  int      // comments read
	BadHere   int
	GoodThere int
	BadThere  int
	Newest    bool // there were more comments than were read: the newest were
}

// What is read at most: the newest comments of the unit, and of the rest of the city.
const (
	saidHere    = 4000
	saidThere   = 10000
	saidPeople  = 5   // fewer would point at who wrote
	saidWords   = 20  // of each kind
	saidPrior   = 500 // words that the prior weighs
	saidShortly = 2   // characters of a word at least
)

// Said counts the words of comments on an office between two days against those on the rest of the city, good
// ratings (3–5) and bad ones (1–2) apart. A person counts once for a word; what fewer than
// five people said is left out, and so are names of people, numbers, ratings in quarantine, and every
// comment in which something was blacked out. NotFound where there is no such office or
// by may not read its ratings; Forbidden where by may read none at all.
func (s *Service) Said(ctx context.Context, by actor.Actor, office int64, from, to workday.Day) (Said, error) {
	if !by.Anywhere(PermRatingRead) {
		return Said{}, fault.New(fault.Forbidden, "fault.forbidden")
	}
	var here, there []comment
	err := pg.InSnapshot(ctx, s.db, func(tx *sqlx.Tx) error {
		units, err := directory(ctx, tx)
		if err != nil {
			return err
		}
		if u := units[office]; u == nil || u.Kind != "office" || !by.Can(PermRatingRead, u.Place()) {
			return fault.New(fault.NotFound, "surveys.unit.not_found")
		}
		if here, err = selectComments(ctx, tx, commentsAsked{office, true, from, to, saidHere}); err != nil {
			return err
		}
		there, err = selectComments(ctx, tx, commentsAsked{office, false, from, to, saidThere})
		return err
	})
	if err != nil {
		return Said{}, err
	}
	out := Said{Newest: len(here) == saidHere || len(there) == saidThere}
	for _, bad := range []bool{false, true} {
		mine, n := tallyWords(here, bad)
		theirs, m := tallyWords(there, bad)
		list := tell(mine, theirs)
		if bad {
			out.Bad, out.BadHere, out.BadThere = list, n, m
		} else {
			out.Good, out.GoodHere, out.GoodThere = list, n, m
		}
	}
	return out, nil
}

// comment is what a rating says in words.
type comment struct {
	Level int    `db:"level"`
	Text  string `db:"comment"`
}

// tallyWords counts how many comments use each word.
func tallyWords(list []comment, bad bool) (people map[string]int, comments int) {
	people = map[string]int{}
	for _, c := range list {
		if (c.Level <= 2) != bad || strings.ContainsRune(c.Text, Black) {
			continue
		}
		comments++
		once := map[string]bool{}
		for _, w := range words.Cut(c.Text) {
			if !once[w.Text] && telling(w) {
				once[w.Text] = true
				people[w.Text]++
			}
		}
	}
	return people, comments
}

// telling leaves out what says nothing, and whom it could name: the tag nr is a person's name.
func telling(w words.Word) bool {
	return !w.Stop && w.Pos != "" && w.Pos != "x" && w.Pos != "m" && !strings.HasPrefix(w.Pos, "nr") && utf8.RuneCountInString(w.Text) >= saidShortly
}

// tell ranks the words that enough people used.
func tell(here, there map[string]int) []Saying {
	var list []Saying
	all := make([]string, 0, len(here)+len(there))
	for w := range here {
		all = append(all, w)
	}
	for w := range there {
		if _, ok := here[w]; !ok {
			all = append(all, w)
		}
	}
	slices.Sort(all)
	counts := make([]stats.Worded, len(all))
	for i, w := range all {
		counts[i] = stats.Worded{Here: float64(here[w]), There: float64(there[w])}
	}
	z := stats.LogOdds(counts, saidPrior)
	for i, w := range all {
		if here[w] >= saidPeople {
			list = append(list, Saying{Word: w, People: here[w], There: there[w], Z: z[i]})
		}
	}
	slices.SortStableFunc(list, func(a, b Saying) int {
		switch {
		case a.Z > b.Z:
			return -1
		case a.Z < b.Z:
			return 1
		}
		return b.People - a.People
	})
	return list[:min(len(list), saidWords)]
}
