package indices

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"minping/internal/fault"
)

var socialFormula = Methodology{Version: "s", Scores: [5]float64{0, 25, 50, 75, 100}, SuppressBelow: 5, GradeFrom: 30, Confidence: 0.95,
	Terms: Terms{Social: map[string]float64{"satisfaction": 0.4, "response": 0.1, "solved": 0.2, "satisfied": 0.1, "rectified": 0.1, "equity": 0.05, "coverage": 0.05}, Covered: 0.7}}

func share(hits, n int64) Share { return socialFormula.shareOf(hits, n) }

// TestSocialByHand: every part given, then the ones that may be missing, then too few.
func TestSocialByHand(t *testing.T) {
	t.Parallel()
	u := Unit{ID: 1, Code: "tax"}
	c := sources{{"desk", "public"}: {Levels: [5]int64{0, 0, 0, 100, 100}}, {"desk", "society"}: {Levels: [5]int64{0, 0, 0, 100, 0}}}
	r := Row{Unit: u, Figures: socialFormula.measureCells(c), Services: socialFormula.against(socialFormula.measureCells(c), 600)}
	got := socialEvidence{rates: map[int64]Rates{1: {Response: share(90, 100), Resolve: share(80, 100), Satisfy: share(70, 100)}},
		bad: map[int64]Rates{1: {Resolve: share(30, 50)}}, sources: map[int64]sources{1: c}}
	s := socialFormula.social(r, got)
	// satisfaction (200·75 + 100·100)/300 = 83.33…; equity 100 − (87.5 − 75); coverage 300/600
	want := 0.4*250/3 + 0.1*90 + 0.2*80 + 0.1*70 + 0.1*60 + 0.05*87.5 + 0.05*50
	if s.Composite == nil || math.Abs(s.Composite.Value-want) > 1e-9 || len(s.Missing) != 0 || math.Abs(s.Covered-1) > 1e-9 {
		t.Fatalf("%+v, want %v", s.Composite, want)
	}
	sum := 0.0
	for _, p := range s.Parts {
		sum += p.Contribution
	}
	if math.Abs(sum-want) > 1e-9 || s.Composite.Low >= want || s.Composite.High <= want {
		t.Errorf("contributions sum to %v; %+v", sum, s.Composite)
	}
	got.bad = nil
	s = socialFormula.social(r, got)
	if s.Composite == nil || math.Abs(s.Composite.Value-(want-6)/0.9) > 1e-9 || strings.Join(s.Missing, " ") != "rectified" || math.Abs(s.Covered-0.9) > 1e-9 {
		t.Errorf("without callbacks of bad ratings: %+v", s)
	}
	if s = socialFormula.social(r, socialEvidence{}); s.Composite != nil || len(s.Missing) != 5 {
		t.Errorf("ratings alone carry %v: %+v, missing %v", s.Covered, s.Composite, s.Missing)
	}
	if s = socialFormula.social(Row{Unit: u, Figures: socialFormula.measure(tally{Levels: [5]int64{4: 3}})}, got); s.Composite != nil || s.Parts[0].Figure != nil || s.Parts[0].N != 0 {
		t.Errorf("three ratings: %+v", s.Parts[0])
	}
}

func TestSocialIsForThoseWhoMay(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.rate(t, count{unit: w.tax, day: "2026-03-02", stratum: "public", levels: [5]int{0, 0, 1, 10, 40}}, count{unit: w.police, day: "2026-03-02", stratum: "public", levels: [5]int{0, 0, 1, 10, 40}})
	q := Query{Period: period(t, "2026-03")}
	if _, err := w.s.Social(t.Context(), citizen, q); fault.KindOf(err) != fault.Unauthorized {
		t.Errorf("anybody: %v", err)
	}
	own, err := w.s.Social(t.Context(), inOffice(w.tax), q)
	if err != nil || len(own) != 1 || own[0].Unit.ID != w.tax {
		t.Errorf("a brand team sees %d offices, %v", len(own), err)
	}
	q.Units = []int64{w.police}
	if _, err := w.s.Social(t.Context(), inOffice(w.tax), q); fault.KindOf(err) != fault.NotFound {
		t.Errorf("another's office: %v", err)
	}
	var csv, json bytes.Buffer
	if err := WriteSocialCSV(&csv, own); err != nil {
		t.Fatal(err)
	}
	if err := WriteSocialJSON(&json, own); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(csv.String(), "\n"); !strings.HasPrefix(lines[0], "unit,name,period,provisional,social,") || !strings.HasPrefix(lines[1], "tax,税务局,2026-03,false,,,,0.4000,") {
		t.Errorf("%s", csv.String())
	}
	if !strings.Contains(json.String(), `"unit":"tax"`) || !strings.Contains(json.String(), `"social":null`) {
		t.Errorf("%s", json.String())
	}
}
