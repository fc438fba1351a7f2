package complaints

import (
	"context"

	"github.com/jmoiron/sqlx"

	"minping/internal/pg"
	cut "minping/internal/words"
)

// indexVersion counts the ways in which words were cut. Whoever changes the
// dictionary or the cutting raises it; a job then cuts all cases anew.
const indexVersion = 1

// notePrefix stands before what only readers of private notes may search.
const notePrefix = "~"

// mostLexemes bounds what is kept of one case, far above any honest one.
const mostLexemes = 20000

// lexemesOf cuts words for the index.
func lexemesOf(text string, audience Audience) []string {
	list := cut.Lexemes(text)
	if len(list) > mostLexemes {
		list = list[:mostLexemes]
	}
	if audience == Private {
		for i := range list {
			list[i] = notePrefix + list[i]
		}
	}
	return list
}

// index keeps words of a case in what it is searched by, in the transaction that stores them.
func (s *Service) index(ctx context.Context, q pg.Querier, id ID, audience Audience, texts ...string) error {
	list := []string{}
	for _, text := range texts {
		list = append(list, lexemesOf(text, audience)...)
	}
	return addWords(ctx, q, id, list)
}

// IndexWords cuts the words of cases that were stored before there was an index,
// or by an older way of cutting: a page of them in each transaction, the oldest first, so
// that it goes on where it was broken off. Gives how many it did.
func (s *Service) IndexWords(ctx context.Context) (int, error) {
	const page = 200
	for done := 0; ; {
		n := 0
		err := pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
			ids, err := lockUnindexed(ctx, tx, page)
			n = len(ids)
			if err != nil {
				return err
			}
			texts, err := selectTexts(ctx, tx, ids)
			for _, id := range ids {
				if err == nil {
					err = setWords(ctx, tx, id, texts[id].lexemes())
				}
			}
			return err
		})
		if done += n; err != nil || n == 0 {
			return done, err
		}
	}
}

// reindex cuts all words of a case anew, after some of them were blacked out.
func (s *Service) reindex(ctx context.Context, q pg.Querier, id ID) error {
	texts, err := selectTexts(ctx, q, []ID{id})
	if err != nil {
		return err
	}
	return setWords(ctx, q, id, texts[id].lexemes())
}

// caseTexts is every word in a case.
type caseTexts struct{ public, private []string }

func (t caseTexts) lexemes() []string {
	list := []string{} // not nil: words that say nothing are no words, not unknown ones
	for _, text := range t.public {
		list = append(list, lexemesOf(text, Public)...)
	}
	for _, text := range t.private {
		list = append(list, lexemesOf(text, Private)...)
	}
	return list
}
