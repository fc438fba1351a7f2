package surveys

import (
	"context"
	"errors"
	"slices"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// BadRatings hands over bad ratings that no case answers yet, oldest first; a
// rating counts as handed over when open gave no error. Whatever stops the
// program in between, the rating is handed over again: open must do the same
// thing once. One that fails keeps no other back. It gives how many were handed over.
// For the program itself: Forbidden to everybody else.
func (s *Service) BadRatings(ctx context.Context, by actor.Actor, open func(context.Context, RatingRow) error) (int, error) {
	if !by.Citywide("rating:hand_over") {
		return 0, fault.New(fault.Forbidden, "fault.forbidden")
	}
	var done int
	var failed error
	for after := int64(0); ; {
		refs, err := selectBadRatings(ctx, s.db, after)
		if err != nil || len(refs) == 0 {
			return done, errors.Join(failed, err)
		}
		rows, err := s.ratingsByRef(ctx, refs)
		if err != nil {
			return done, errors.Join(failed, err)
		}
		opened := make([]int64, 0, len(refs))
		for _, ref := range refs {
			after = ref.ID
			i := slices.IndexFunc(rows, func(r RatingRow) bool { return r.ID == ref.ID })
			if i < 0 {
				continue // never: ratings are not deleted
			}
			if err := open(ctx, rows[i]); err != nil {
				failed = errors.Join(failed, err)
				continue
			}
			opened = append(opened, ref.ID)
		}
		if err := deleteBadRatings(ctx, s.db, opened); err != nil {
			return done, errors.Join(failed, err)
		}
		done += len(opened)
	}
}

func (s *Service) ratingsByRef(ctx context.Context, refs []ratingRef) ([]RatingRow, error) {
	var rows []RatingRow
	err := pg.InSnapshot(ctx, s.db, func(tx *sqlx.Tx) error {
		units, err := directory(ctx, tx)
		if err != nil {
			return err
		}
		rows, err = selectRatingsByRef(ctx, tx, refs, units)
		return err
	})
	return rows, err
}

// ReasonTexts gives the words of reason tags as a version asked them, in Chinese or English.
func (s *Service) ReasonTexts(version int, tags []int, language string) []string {
	v := s.lookup.snap.Load().versions[version]
	if v == nil {
		return nil
	}
	var texts []string
	for _, q := range v.Definition.Questions {
		for _, t := range q.Tags {
			if slices.Contains(tags, t.Code) {
				texts = append(texts, t.Text.In(language))
			}
		}
	}
	return texts
}
