package stats

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// With intervals as wide to both sides it is the textbook rule √Σ w²·half².
func TestWeightedSumOfEvenIntervals(t *testing.T) {
	t.Parallel()
	e := WeightedSum([]Estimate{{80, Interval{77, 83}}, {60, Interval{56, 64}}}, []float64{0.6, 0.4})
	half := math.Sqrt(0.36*9 + 0.16*16)
	nearTo(t, "value", e.Value, 72)
	nearTo(t, "low", e.Low, 72-half)
	nearTo(t, "high", e.High, 72+half)
}

// 30 % aware and 90 % praise: 52, not the 60 of the arithmetic mean.
func TestGeometricMean(t *testing.T) {
	t.Parallel()
	e := GeometricMean(Estimate{30, Interval{25, 36}}, Estimate{90, Interval{84, 94}})
	nearTo(t, "value", e.Value, math.Sqrt(2700))
	if !(e.Low > 46 && e.Low < 49 && e.High > 55 && e.High < 58) {
		t.Errorf("%+v", e)
	}
	if e := GeometricMean(Estimate{0, Interval{0, 9}}, Estimate{100, Interval{60, 100}}); e.Value != 0 || e.Low != 0 || e.High != 30 {
		t.Errorf("nobody aware: %+v", e)
	}
	if e := GeometricMean(Estimate{5, Interval{0, 9}}, Estimate{100, Interval{60, 100}}); e.Low != 0 || !(e.High > e.Value) {
		t.Errorf("hardly anybody aware: %+v", e)
	}
}

func TestRecoveredIntervalsHoldTheirEstimate(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) Estimate {
			v := rapid.Float64Range(0, 100).Draw(t, name)
			return Estimate{v, Interval{v * rapid.Float64Range(0, 1).Draw(t, "below"), v + (100-v)*rapid.Float64Range(0, 1).Draw(t, "above")}}
		}
		a, b := draw("a"), draw("b")
		for _, e := range []Estimate{GeometricMean(a, b), WeightedSum([]Estimate{a, b}, []float64{0.5, 0.5})} {
			if math.IsNaN(e.Value) || e.Low > e.Value+1e-9 || e.High < e.Value-1e-9 || e.Low < -1e-9 || e.High > 100+1e-9 {
				t.Fatalf("%+v of %+v and %+v", e, a, b)
			}
		}
	})
}

// A composite like a brand's, of shares of small samples and a mean, covers what it says.
func TestCompositeCovers(t *testing.T) {
	t.Parallel()
	const runs, conf = 4000, 0.95
	r := rand.New(rand.NewPCG(7, 74))
	share := func(p float64, n int) Estimate {
		x := 0
		for range n {
			if r.Float64() < p {
				x++
			}
		}
		i := Wilson(float64(x), float64(n), conf)
		return Estimate{100 * float64(x) / float64(n), Interval{100 * i.Low, 100 * i.High}}
	}
	for _, c := range []struct {
		aware, praise, trust float64
		asked, trusting      int
	}{{0.35, 0.8, 0.7, 120, 60}, {0.6, 0.55, 0.9, 400, 200}, {0.15, 0.9, 0.95, 300, 40}} {
		truth := 0.55*86 + 0.25*100*math.Sqrt(c.aware*c.praise) + 0.2*100*c.trust
		covered := 0
		for range runs {
			aware := share(c.aware, c.asked)
			knowing := int(math.Round(aware.Value * float64(c.asked) / 100))
			if knowing == 0 {
				covered++
				continue
			}
			sat := 86 + r.NormFloat64()
			parts := []Estimate{{sat, Interval{sat - TwoSided(conf), sat + TwoSided(conf)}}, GeometricMean(aware, share(c.praise, knowing)), share(c.trust, c.trusting)}
			if WeightedSum(parts, []float64{0.55, 0.25, 0.2}).Contains(truth) {
				covered++
			}
		}
		if got := float64(covered) / runs; got < 0.935 || got > 0.97 {
			t.Errorf("%+v: covers %.3f", c, got)
		}
	}
}
