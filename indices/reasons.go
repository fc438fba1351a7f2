package indices

import (
	"cmp"
	"context"
	"slices"

	"minping/internal/actor"
)

// Reason is how often a reason tag was given.
type Reason struct {
	Code   int
	Level  int
	TextZh string
	TextEn string
	N      int64
}

// Text is the reason's wording in the reader's language.
func (r Reason) Text(language string) string {
	if language == "en" {
		return r.TextEn
	}
	return r.TextZh
}

// Reasons are the tags given under bad ratings (levels 1–2) and under good ones
// (3–5), the most frequent first. A rater may give several.
type Reasons struct {
	State     State // of the unit's ratings: no reasons are given where they are suppressed
	Bad, Good []Reason
}

// Reasons gives the reasons raters chose at one unit, at most limit of each
// kind (0 = all). Who may ask, and the faults: as for Trend.
func (s *Service) Reasons(ctx context.Context, by actor.Actor, q Subject, limit int) (Reasons, error) {
	f, err := s.Figures(ctx, by, q)
	if err != nil || !f.Shown() {
		return Reasons{State: f.State}, err
	}
	texts, err := s.store.tags(ctx)
	if err != nil {
		return Reasons{}, err
	}
	counted, err := s.store.answers(ctx, q, true)
	if err != nil {
		return Reasons{}, err
	}
	r := sortedReasons(texts, counted)
	r.State = f.State
	if limit > 0 {
		r.Bad, r.Good = r.Bad[:min(limit, len(r.Bad))], r.Good[:min(limit, len(r.Good))]
	}
	return r, nil
}

func sortedReasons(texts []tagText, counted []answerCount) Reasons {
	n := map[int]int64{}
	for _, c := range counted {
		n[c.Value] = c.N
	}
	var r Reasons
	for _, t := range texts {
		reason := Reason{Code: t.Code, Level: t.Level, TextZh: t.Zh, TextEn: t.En, N: n[t.Code]}
		switch {
		case reason.N == 0:
		case t.Level <= 2:
			r.Bad = append(r.Bad, reason)
		default:
			r.Good = append(r.Good, reason)
		}
	}
	often := func(a, b Reason) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Code, b.Code))
	}
	slices.SortFunc(r.Bad, often)
	slices.SortFunc(r.Good, often)
	return r
}
