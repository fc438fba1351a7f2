package indices

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// weighted is sat-1 with weights of strata.
func weighted(strata map[string]float64, trim float64) Methodology {
	return Methodology{Version: "w", Scores: [5]float64{0, 25, 50, 75, 100}, SuppressBelow: 5, GradeFrom: 30, Confidence: 0.95,
		Terms: Terms{Strata: strata, Trim: trim}}
}

func drawSources(t *rapid.T) sources {
	c := sources{}
	for _, stratum := range Strata() {
		for _, channel := range []string{"desk", "exit"} {
			var one tally
			for i := range one.Levels {
				one.Levels[i] = int64(rapid.IntRange(0, 60).Draw(t, stratum+channel))
			}
			c[source{channel, stratum}] = one
		}
	}
	return c
}

// TestWeightsByHand: 80 public ratings at 100, 20 of society at 50, wanted half and half: 75.
func TestWeightsByHand(t *testing.T) {
	t.Parallel()
	c := sources{{"desk", "public"}: {Levels: [5]int64{4: 80}}, {"desk", "society"}: {Levels: [5]int64{2: 20}}}
	f := weighted(map[string]float64{"public": 0.5, "society": 0.5}, 100).measureCells(c)
	// w = 0.5·100/80 = 0.625 and 2.5; Kish: (50 + 50)² / (80·0.625² + 20·2.5²) = 10000 / 156.25 = 64
	if math.Abs(f.Sat.Value-75) > 1e-9 || math.Abs(f.NEff-64) > 1e-9 || f.N != 100 {
		t.Errorf("%+v, n_eff %v", f.Sat, f.NEff)
	}
	if math.Abs(f.Good.Value-1) > 1e-9 {
		t.Errorf("the official rate is not of the ratings as they came: %v", f.Good.Value)
	}
	// The median rating weighs 0.625, so 2.5 is cut to 1.25: (80·0.625·100 + 20·1.25·50) / 75 = 83.33…
	if f := weighted(map[string]float64{"public": 0.5, "society": 0.5}, 2).measureCells(c); math.Abs(f.Sat.Value-250.0/3) > 1e-9 {
		t.Errorf("trimmed: %v", f.Sat.Value)
	}
	m := weighted(nil, 5)
	m.Terms.Channels = map[string]float64{"desk": -3}
	if f := m.measureCells(c); math.Abs(f.Sat.Value-87) > 1e-9 {
		t.Errorf("corrected by the channel: %v", f.Sat.Value)
	}
}

func TestWeightsProperties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := drawSources(t)
		raw := weighted(nil, 100).measureCells(c)
		if !raw.Shown() {
			return
		}
		wanted, said := map[string]float64{}, 0.0
		for at, one := range c {
			if at.stratum != "unstated" {
				wanted[at.stratum] += one.count()
				said += one.count()
			}
		}
		if said == 0 {
			return
		}
		for stratum := range wanted {
			wanted[stratum] /= said
		}
		same := weighted(wanted, 100).measureCells(c)
		if math.Abs(same.Sat.Value-raw.Sat.Value) > 1e-9 || math.Abs(same.NEff-raw.NEff) > 1e-6 {
			t.Fatalf("weights that wish what is there change %v into %v", raw.Sat, same.Sat)
		}
		strata := map[string]float64{"public": 0.4, "society": 0.3, "grassroots": 0.2, "expert": 0.1}
		f := weighted(strata, rapid.Float64Range(1, 20).Draw(t, "trim")).measureCells(c)
		if f.Sat.Value < -1e-9 || f.Sat.Value > 100+1e-9 || f.Sat.Low > f.Sat.Value || f.Sat.High < f.Sat.Value || f.NEff > float64(f.N)+1e-6 {
			t.Fatalf("out of bounds: %+v n %d n_eff %v", f.Sat, f.N, f.NEff)
		}
		better := sources{}
		for at, one := range c {
			one.Levels[4], one.Levels[0] = one.Levels[4]+one.Levels[0], 0
			better[at] = one
		}
		if g := weighted(strata, 5).measureCells(better); g.Sat.Value < weighted(strata, 5).measureCells(c).Sat.Value-1e-9 {
			t.Fatalf("better ratings, lower figure: %v", g.Sat.Value)
		}
	})
}
