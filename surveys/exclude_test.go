package surveys

import (
	"context"
	"errors"
	"testing"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
)

func TestBadRatingsAreHandedOverOnceTheirCaseIsThere(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for level := 1; level <= 5; level++ {
		s := submission(p.codes[0], level)
		s.Tags = []string{"214"}
		if _, err := p.service.Rate(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		if _, err := p.service.Rate(t.Context(), s); err != nil { // a repeat is no second bad rating
			t.Fatal(err)
		}
	}
	by, stop := actor.System("test"), errors.New("stopped")
	var levels []int
	n, err := p.service.BadRatings(t.Context(), by, func(_ context.Context, r RatingRow) error {
		levels = append(levels, r.Level)
		if r.Level == 1 {
			return stop
		}
		if got := p.service.ReasonTexts(r.Version, r.Tags, "zh-CN"); len(got) != 1 || got[0] != "服务态度生硬" {
			t.Errorf("reasons %v", got)
		}
		return nil
	})
	if n != 1 || !errors.Is(err, stop) || len(levels) != 2 {
		t.Errorf("%d, %v, %v", n, levels, err)
	}
	if n, err := p.service.BadRatings(t.Context(), by, func(context.Context, RatingRow) error { return nil }); n != 1 || err != nil {
		t.Errorf("what failed is handed over again: %d, %v", n, err)
	}
	if n := p.count(t, `SELECT count(*) FROM bad_ratings`); n != 0 {
		t.Errorf("%d left", n)
	}
	if _, err := p.service.BadRatings(t.Context(), actor.Actor{}, nil); fault.KindOf(err) != fault.Forbidden {
		t.Error(err)
	}
}

func TestAnExcludedRatingStaysAndBothTotalsAreThere(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	s := submission(p.codes[0], 1)
	s.Tags, s.Answers = []string{"108"}, map[int][]string{3: {"2"}}
	for _, sub := range []Submission{s, submission(p.codes[0], 5)} {
		if _, err := p.service.Rate(t.Context(), sub); err != nil {
			t.Fatal(err)
		}
	}
	var id int64
	if err := p.db.Get(&id, `SELECT id FROM ratings WHERE level = 1`); err != nil {
		t.Fatal(err)
	}
	by, e := actor.System("review"), Exclusion{Rating: id, Day: workday.Of(p.clock), Reason: "mistaken", By: "复核员"}
	for range 2 {
		if err := p.service.Exclude(t.Context(), by, e); err != nil {
			t.Fatal(err)
		}
	}
	p.clean(t)
	totals := func(standing string) int {
		return p.count(t, `SELECT coalesce(sum(n1 + n5), 0)::int FROM rating_counts WHERE grain = 'd' AND standing = $1`, standing)
	}
	if out, in := totals("quarantined"), totals("clear"); out != 5 || in != 5 {
		t.Errorf("excluded %d, counted %d", out, in)
	}
	if n := p.count(t, `SELECT count(*) FROM exclusion_facts WHERE reason = 'mistaken' AND restored_at IS NULL`); n != 1 {
		t.Errorf("%d exclusions", n)
	}
	if n := p.count(t, `SELECT count(*) FROM ratings WHERE level = 1 AND standing = 'quarantined'`); n != 1 {
		t.Error("the rating did not stay")
	}
	if err := p.service.Restore(t.Context(), by, e); err != nil {
		t.Fatal(err)
	}
	p.clean(t)
	if out := totals("quarantined"); out != 0 {
		t.Errorf("restored, and %d still out", out)
	}
	if err := p.service.Restore(t.Context(), by, e); fault.KindOf(err) != fault.Conflict {
		t.Error(err)
	}
	e.Rating = 1 << 40
	if err := p.service.Exclude(t.Context(), by, e); fault.KindOf(err) != fault.NotFound {
		t.Error(err)
	}
	if err := p.service.Exclude(t.Context(), actor.Actor{}, e); fault.KindOf(err) != fault.Forbidden {
		t.Error(err)
	}
	if n := p.count(t, `SELECT count(*) FROM audit_entries WHERE action IN ('rating.exclude', 'rating.restore')`); n != 2 {
		t.Errorf("%d audit entries", n)
	}
}
