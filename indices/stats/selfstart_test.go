package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The scores are standard normal from the third period on whatever the numbers of
// answers, so the promise of Run holds: the first false alarm of 4,000 series comes on
// average after as many periods as were asked for.
func TestFollowCriesWolfAsOftenAsItSays(t *testing.T) {
	t.Parallel()
	const wanted, series, long = 60.0, 4000, 900
	watch := CUSUM{K: 0.5, H: Threshold(0.5, wanted)}
	r := rand.New(rand.NewPCG(5, 11))
	var sum float64
	for range series {
		n := 20 + 300*r.Float64()
		var past level
		var up, down float64
		run := long
		scored := 0
		for range long {
			x := Observed{N: n * (0.5 + r.Float64())}
			x.Mean = 80 + r.NormFloat64()*math.Sqrt(900/x.N)
			z, ok := past.surprise(x)
			past.add(x)
			if !ok {
				continue
			}
			scored++
			up, down = math.Max(0, up+z-watch.K), math.Max(0, down-z-watch.K)
			if up > watch.H || down > watch.H {
				run = scored
				break
			}
		}
		sum += float64(run)
	}
	mean := sum / series
	// the run is roughly exponential, so its mean over 4,000 series has a standard error of 1.6 %
	if math.Abs(mean/wanted-1) > 0.055 {
		t.Errorf("a false alarm every %.1f periods, said %v", mean, wanted)
	}
}

// Beginning anew at a change that never was costs some alarms more than Run says: with a
// run of 72 months, one in five years and series.
func TestFalseAlarmsInTenYears(t *testing.T) {
	t.Parallel()
	const every, series, years, want = 72.0, 6000, 10, 0.2
	watch := CUSUM{K: 0.5, H: Threshold(0.5, every)}
	r := rand.New(rand.NewPCG(3, 8))
	alarms := 0
	for range series {
		list := make([]Observed, 12*years)
		for i := range list {
			list[i].N = 30 + 200*r.Float64()
			list[i].Mean = 85 + r.NormFloat64()*math.Sqrt(600/list[i].N)
		}
		alarms += len(watch.Follow(list, 0.95))
	}
	perYear := float64(alarms) / series / years
	if math.Abs(perYear/want-1) > 0.08 {
		t.Errorf("%.3f false alarms a year and series, want %.3f", perYear, want)
	}
}

func TestFollowFindsAStep(t *testing.T) {
	t.Parallel()
	watch := CUSUM{K: 0.5, H: Threshold(0.5, 72)}
	r := rand.New(rand.NewPCG(1, 2))
	found, exact, covered := 0, 0, 0
	const series = 2000
	for range series {
		list := make([]Observed, 24)
		for i := range list {
			level := 80.0
			if i >= 14 {
				level = 74
			}
			list[i] = Observed{Mean: level + r.NormFloat64()*math.Sqrt(400/100.0), N: 100}
		}
		for _, s := range watch.Follow(list, 0.95) {
			if s.Up || s.At < 14 {
				continue
			}
			found++
			if s.Since >= 13 && s.Since <= 15 {
				exact++
			}
			if s.Interval.Contains(-6) {
				covered++
			}
			break
		}
	}
	t.Logf("of %d steps %d found, %d dated within a month, %d sizes covered", series, found, exact, covered)
	if found < series*97/100 || exact < found*85/100 || covered < found*85/100 {
		t.Errorf("of %d steps of three standard deviations %d found, %d dated within a month, %d sizes covered", series, found, exact, covered)
	}
}

func TestFollowWithGapsAndNoScatter(t *testing.T) {
	t.Parallel()
	watch := CUSUM{K: 0.5, H: 3}
	for name, list := range map[string][]Observed{
		"nothing": nil, "one": {{80, 5}}, "gaps": {{80, 5}, {}, {81, 5}, {}, {80, 6}, {}},
		"alike": {{80, 5}, {80, 9}, {80, 7}, {80, 3}, {80.0000000001, 3}},
	} {
		if got := watch.Follow(list, 0.95); len(got) != 0 {
			t.Errorf("%s: %+v", name, got)
		}
	}
	flat := []Observed{{80, 50}, {80.1, 50}, {79.9, 50}, {80.05, 50}, {}, {60, 50}, {60.1, 50}, {60, 50}}
	got := watch.Follow(flat, 0.95)
	if len(got) != 1 || got[0].Up || got[0].Since != 5 || math.Abs(got[0].Size+20) > 0.2 || !(got[0].Interval.Low < got[0].Size) {
		t.Errorf("%+v", got)
	}
}

// R: t.test(extra ~ group, data = sleep), the data of Student 1908.
func TestDifferenceOfSleep(t *testing.T) {
	t.Parallel()
	one := []float64{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0}
	two := []float64{1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4}
	d, i := Contrast(sampleOf(one), sampleOf(two), 0.95)
	nearTo(t, "difference", d, -1.58)
	nearTo(t, "low", i.Low, -3.3654832)
	nearTo(t, "high", i.High, 0.2054832)
	if _, i := Contrast(Sample{Mean: 1, N: 1}, sampleOf(two), 0.95); !math.IsInf(i.Low, -1) {
		t.Error("one answer has an interval")
	}
}

func sampleOf(v []float64) Sample {
	var l level
	for _, x := range v {
		l.add(Observed{x, 1})
	}
	return Sample{Mean: l.mean, Variance: l.squares / (l.answers - 1), N: l.answers}
}

func nearTo(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-6 {
		t.Errorf("%s: %.7f, want %.7f", what, got, want)
	}
}

func TestAlikeAnswersAreNotCertain(t *testing.T) {
	t.Parallel()
	scores := [Levels]float64{0, 25, 50, 75, 100}
	a, b := Counts{0, 0, 0, 0, 30}, Counts{0, 0, 0, 0, 40}
	if _, i := Contrast(a.Of(scores, 30), b.Of(scores, 40), 0.95); !(i.Width() > 1) || !i.Contains(0) {
		t.Errorf("%+v", i)
	}
}
