package surveys

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"minping/internal/fault"
)

// strange adds an office that shares no hall with the others, and reads the directory anew.
func (p *place) strange(t testing.TB, codes ...string) {
	t.Helper()
	for _, code := range codes {
		p.exec(t, `INSERT INTO units (kind, code, name, brand_name) VALUES ('office', $1, '机关' || $1, '品牌' || $1)`, code)
	}
	if err := p.service.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (p *place) rated(t testing.TB, code string) string {
	t.Helper()
	stored, err := p.service.Rate(t.Context(), submission(code, 5))
	if err != nil {
		t.Fatal(err)
	}
	return stored.Receipt
}

func (p *place) probe(t testing.TB, receipt string) Probe {
	t.Helper()
	probe, err := p.service.Probe(t.Context(), receipt)
	if err != nil {
		t.Fatal(err)
	}
	return probe
}

// Nobody is ever asked about the office they came for, nor about one whose counters they see there.
func TestProbesAreAboutStrangers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		units := map[int64]*Unit{}
		offices := rapid.Int64Range(1, 12).Draw(t, "offices")
		for id := int64(1); id <= offices; id++ {
			units[id] = &Unit{ID: id, Kind: "office", Closed: rapid.Bool().Draw(t, "closed")}
		}
		for id := int64(100); id < 103; id++ {
			units[id] = &Unit{ID: id, Kind: "hall"}
		}
		windows := rapid.Int64Range(1, 30).Draw(t, "windows")
		for id := int64(1000); id < 1000+windows; id++ {
			units[id] = &Unit{ID: id, Kind: "window", OfficeID: rapid.Int64Range(1, offices).Draw(t, "office"),
				HallID: rapid.SampledFrom([]int64{0, 100, 101, 102}).Draw(t, "hall"), Closed: rapid.Bool().Draw(t, "shut")}
		}
		d := probeDirectoryOf(units)
		rated := units[rapid.SampledFrom([]int64{1, 100, 1000}).Draw(t, "rated")]
		sameHall := rapid.Bool().Draw(t, "same hall")
		most := 0
		for _, n := range d.halls[rated.Parents().Hall] {
			most = max(most, n)
		}
		led := 0
		for _, o := range d.strangers(rated, sameHall) {
			seen := d.halls[rated.Parents().Hall][o.ID]
			switch {
			case o.ID == rated.Parents().Office || o.Closed || o.Kind != "office":
				t.Fatalf("asked about %+v after %+v", o, rated)
			case !sameHall && seen > 0:
				t.Fatalf("asked about %d, which has %d windows in the hall", o.ID, seen)
			case seen > 0 && seen == most:
				led++
			}
		}
		equals := 0
		for _, n := range d.halls[rated.Parents().Hall] {
			if n == most {
				equals++
			}
		}
		if most > 0 && led >= equals && led > 0 {
			t.Fatal("asked about the office that leads the hall")
		}
	})
}

func TestProbeIsDrawnEvenly(t *testing.T) {
	t.Parallel()
	const receipts, among = 60000, 7
	var hits [among]float64
	for i := range receipts {
		hits[drawn(fmt.Sprintf("%012d", i), "office")%among]++
	}
	chi := 0.0
	for _, n := range hits {
		chi += (n - receipts/among) * (n - receipts/among) / (receipts / among)
	}
	if chi > 22.5 { // 99.9 % of χ² with 6 degrees of freedom
		t.Errorf("χ² = %.1f: %v", chi, hits)
	}
}

func TestProbeOneAnswerPerReceipt(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	if p.probe(t, p.rated(t, p.codes[0])).Asked() {
		t.Error("asked though every other office has a window in the hall")
	}
	p.strange(t, "O8", "O9")
	receipt := p.rated(t, p.codes[0])
	first := p.probe(t, receipt)
	if !first.Asked() || first.Stage != ProbeHeard || first.Unit.Code != "O8" && first.Unit.Code != "O9" {
		t.Fatalf("%+v", first)
	}
	wantKind(t, p.service.RateProbed(t.Context(), receipt, 4), fault.Conflict)
	wantFields(t, p.service.AnswerProbe(t.Context(), receipt, "maybe"), "heard fault.field.choice")
	wantFields(t, p.service.RateProbed(t.Context(), receipt, 6), "esteem fault.field.choice")
	wantKind(t, p.service.AnswerProbe(t.Context(), "no-such", HeardYes), fault.NotFound)
	var wg sync.WaitGroup
	for i := range 8 { // two taps, two people, the back button
		wg.Go(func() {
			if err := p.service.AnswerProbe(t.Context(), receipt, []Heard{HeardYes, HeardNo}[i%2]); err != nil {
				t.Error(err)
			}
			if _, err := p.service.Probe(t.Context(), receipt); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	again := p.probe(t, receipt)
	if again.Unit.ID != first.Unit.ID || p.count(t, `SELECT count(*) FROM probes`) != 1 || p.count(t, `SELECT sum(yes + no) FROM probe_rollups WHERE grain = 'd'`) != 1 {
		t.Errorf("another office, or more than one answer: %+v", again)
	}
	p.clean(t)
}

func TestProbeSecondQuestionAndOptOut(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.strange(t, "O8")
	knows, declines, silent := p.rated(t, p.codes[0]), p.rated(t, p.codes[1]), p.rated(t, p.codes[2])
	for _, receipt := range []string{knows, declines, silent} {
		p.probe(t, receipt)
	}
	for _, err := range []error{p.service.AnswerProbe(t.Context(), knows, HeardYes), p.service.RateProbed(t.Context(), knows, 5), p.service.RateProbed(t.Context(), knows, 1),
		p.service.AnswerProbe(t.Context(), declines, HeardDeclined)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if a, b, c := p.probe(t, knows), p.probe(t, declines), p.probe(t, silent); a.Stage != ProbeDone || b.Stage != ProbeDone || b.Heard != HeardDeclined || c.Stage != ProbeHeard {
		t.Errorf("%+v %+v %+v", a, b, c)
	}
	if n := p.count(t, `SELECT count(*) FROM probe_counts WHERE grain = 'm' AND asked = 3 AND yes = 1 AND declined = 1 AND e5 = 1 AND e1 = 0`); n != 1 {
		t.Error("the month's counts are not 3 asked, 1 yes, 1 declined, 1 excellent")
	}
	p.clean(t)
	p.clock = p.clock.Add(25 * time.Hour)
	wantKind(t, p.service.AnswerProbe(t.Context(), silent, HeardYes), fault.Gone)
	if p.probe(t, silent).Asked() {
		t.Error("still asked a day later")
	}
}

// What is found doubtful later is not counted, and counts again when it is cleared.
func TestProbeFollowsItsRating(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.strange(t, "O8")
	receipt := p.rated(t, p.codes[0])
	p.probe(t, receipt)
	asked := func() int { return p.count(t, `SELECT sum(asked) FROM probe_counts WHERE grain = 'm'`) }
	for _, step := range []struct {
		standing string
		want     int
	}{{"quarantined", 0}, {"clear", 1}, {"suspect", 0}, {"clear", 1}} {
		p.exec(t, `UPDATE ratings SET standing = $1`, step.standing)
		if n := asked(); n != step.want {
			t.Errorf("%s: %d counted, want %d", step.standing, n, step.want)
		}
	}
	quick := submission(p.codes[1], 5)
	quick.Honeypot = true
	stored, err := p.service.Rate(t.Context(), quick)
	if err != nil || !p.probe(t, stored.Receipt).Asked() {
		t.Fatal(err) // who is suspect is not told so: the same page as for everybody
	}
	if n := asked(); n != 1 {
		t.Errorf("a suspect's question is counted: %d", n)
	}
	if _, err := p.service.Probe(t.Context(), uuid.NewString()); fault.KindOf(err) != fault.NotFound {
		t.Error(err)
	}
}
