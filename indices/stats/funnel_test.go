package stats_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"

	"minping/indices/stats"
)

// A fair coin thrown ten times: P(X ≤ 1) = 11/1024, P(X ≤ 2) = 56/1024. The 2.5%
// limit lies between, (2 − (56 − 25.6)/45) / 10, and by symmetry the upper one at 1 minus the mirror of the scheme.
func TestFunnelWorkedExample(t *testing.T) {
	t.Parallel()
	got := stats.Funnel(.5, 10, .95, 1)
	if !near(got.Low, (2-(56-25.6)/45)/10, 1e-9) {
		t.Errorf("%+v", got)
	}
	if want := (8 - (1013-998.4)/45) / 10; !near(got.High, want, 1e-9) {
		t.Errorf("%+v, want the upper end at %v", got, want)
	}
}

func TestFunnelIsNearTheNormalLimitsForMany(t *testing.T) {
	t.Parallel()
	got := stats.Funnel(.9, 40000, .998, 1)
	half := distuv.UnitNormal.Quantile(.999) * math.Sqrt(.9*.1/40000)
	if !near(got.Low, .9-half, 1e-4) || !near(got.High, .9+half, 1e-4) {
		t.Errorf("%+v, normal %v..%v", got, .9-half, .9+half)
	}
	if wide := stats.Funnel(.9, 40000, .998, 4); !near(wide.Width(), 2*got.Width(), 1e-12) {
		t.Errorf("overdispersion 4 must double the width: %v, %v", got.Width(), wide.Width())
	}
}

func TestFunnelNarrows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		target, n := rapid.Float64Range(.1, .9).Draw(t, "target"), rapid.Float64Range(40, 1e6).Draw(t, "n")
		got := stats.Funnel(target, n, .95, 1)
		if got.Low < 0 || got.High > 1 || !got.Contains(target) {
			t.Fatalf("%+v", got)
		}
		if more := stats.Funnel(target, n*16, .95, 1); more.Width() > got.Width()+1e-9 {
			t.Fatalf("%v answers: %+v, 16 times as many: %+v", n, got, more)
		}
	})
}

func TestOverdispersion(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(13, 14))
	chance, spread := make([]float64, 5000), make([]float64, 5000)
	for i := range chance {
		chance[i] = random.NormFloat64()
		spread[i] = 2 * random.NormFloat64()
	}
	base := stats.Overdispersion(chance, 0)
	if !near(base, 1, .06) {
		t.Errorf("by chance alone: %v", base)
	}
	if got := stats.Overdispersion(spread, 0); !near(got, 4, .2) {
		t.Errorf("twice the spread: %v", got)
	}
	clean := stats.Overdispersion(spread, .1)
	for i := range 50 {
		spread[i] = 40
	}
	if got := stats.Overdispersion(spread, .1); got > clean*1.1 {
		t.Errorf("outliers widen the limits that should find them: %v, then %v", clean, got)
	}
	if stats.Overdispersion(nil, .1) != 1 || stats.Overdispersion([]float64{0, 0}, 0) != 1 {
		t.Error("at least 1")
	}
}

func TestFunnelOfNothing(t *testing.T) {
	t.Parallel()
	for _, got := range []stats.Interval{stats.Funnel(.9, 0, .95, 1), stats.Funnel(math.NaN(), 10, .95, 1), stats.Funnel(.5, 10, 0, 1)} {
		if got != (stats.Interval{Low: 0, High: 1}) {
			t.Errorf("%+v", got)
		}
	}
}
