package complaints

import (
	"context"
	"slices"

	"github.com/jmoiron/sqlx"

	"minping/internal/pg"
)

// SearchReport is what VerifySearch found.
type SearchReport struct {
	Cases       int
	Waiting     int // whose words a job has not cut yet
	Differences []Difference
}

// VerifySearch cuts the words of every case anew, in one snapshot, and compares
// them with the index: nothing that was said cannot be found, and nothing is found
// that was not said, or is blacked out. What a difference holds is not told, only where it is.
func (s *Service) VerifySearch(ctx context.Context) (SearchReport, error) {
	var report SearchReport
	err := pg.InSnapshot(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		for after := ID(0); ; {
			ids, err := nextCases(ctx, tx, after, 500)
			if err != nil || len(ids) == 0 {
				return err
			}
			if err := s.compareIndex(ctx, tx, ids, &report); err != nil {
				return err
			}
			after = ids[len(ids)-1]
		}
	})
	return report, err
}

func (s *Service) compareIndex(ctx context.Context, q pg.Querier, ids []ID, report *SearchReport) error {
	texts, err := selectTexts(ctx, q, ids)
	if err != nil {
		return err
	}
	kept, err := selectIndexed(ctx, q, ids)
	if err != nil {
		return err
	}
	for _, k := range kept {
		report.Cases++
		if !k.Right {
			report.Differences = append(report.Differences, Difference{k.ID, "search", "where it lay or stood before", "where it lies and stands"})
		}
		if k.Version < indexVersion {
			report.Waiting++
			continue
		}
		want := slices.Compact(slices.Sorted(slices.Values(texts[k.ID].lexemes())))
		if have := slices.Sorted(slices.Values(k.Words)); !slices.Equal(have, want) {
			report.Differences = append(report.Differences, Difference{k.ID, "search", "other words than were said", "the words as they are"})
		}
	}
	return nil
}
