package stats

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat"
)

// Two items with the correlation ρ: the closed form of the average over both orders,
// r₁² and R² − r₂² halved.
func TestImportanceOfTwo(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 74))
	var cells []Answered
	var x1, x2, y []float64
	for range 400 {
		a, b := r.NormFloat64(), r.NormFloat64()
		p, q := a, 0.6*a+0.8*b
		o := 0.5*p + 0.3*q + r.NormFloat64()
		cells = append(cells, Answered{o, []float64{p, q}, 1})
		x1, x2, y = append(x1, p), append(x2, q), append(y, o)
	}
	got, err := Importance(cells, DriverOptions{Conf: 0.95, Draws: 200, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	r1, r2, rho := stat.Correlation(x1, y, nil), stat.Correlation(x2, y, nil), stat.Correlation(x1, x2, nil)
	square := (r1*r1 + r2*r2 - 2*r1*r2*rho) / (1 - rho*rho)
	nearTo(t, "R²", got.Explained, square)
	nearTo(t, "first", got.Items[0].Share.Value, (r1*r1+square-r2*r2)/2/square)
	nearTo(t, "second", got.Items[1].Share.Value, (r2*r2+square-r1*r1)/2/square)
	nearTo(t, "correlation", got.Items[0].Correlation.Value, r1)
	for _, d := range got.Items {
		if !d.Share.Contains(d.Share.Value) || !(d.Share.Width() > 0.02) || !(d.Share.Width() < 0.6) {
			t.Errorf("%+v", d)
		}
	}
}

// Five items of which each person answers two: shares come out as if everybody had
// answered all, and their intervals hold the truth about as often as they say.
func TestImportanceWithRotatedItems(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(2, 74))
	weights := []float64{0.8, 0.5, 0.3, 0.1, 0.2}
	person := func() ([]float64, float64) {
		common, y := r.NormFloat64(), 0.0
		items := make([]float64, 5)
		for i := range items {
			items[i] = 0.7*common + r.NormFloat64()
			y += weights[i] * items[i]
		}
		return items, y + r.NormFloat64()
	}
	var whole []Answered
	for range 200_000 {
		items, y := person()
		whole = append(whole, Answered{y, items, 1})
	}
	truth, err := Importance(whole, DriverOptions{Conf: 0.95})
	if err != nil {
		t.Fatal(err)
	}
	const runs = 60
	covered := 0
	for run := range runs {
		var cells []Answered
		for range 2000 {
			items, y := person()
			keep := r.Perm(5)[:2]
			some := []float64{math.NaN(), math.NaN(), math.NaN(), math.NaN(), math.NaN()}
			for _, i := range keep {
				some[i] = items[i]
			}
			cells = append(cells, Answered{y, some, 1})
		}
		got, err := Importance(cells, DriverOptions{Conf: 0.95, Draws: 100, Seed: uint64(run), Least: 100})
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for i, d := range got.Items {
			sum += d.Share.Value
			if d.Share.Contains(truth.Items[i].Share.Value) {
				covered++
			}
		}
		nearTo(t, "sum of shares", sum, 1)
	}
	if share := float64(covered) / (5 * runs); share < 0.89 || share > 0.985 {
		t.Errorf("95 %% intervals of shares hold %.3f", share)
	}
}

func TestImportanceRefuses(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	for name, cells := range map[string][]Answered{
		"nothing": nil, "no items": {{1, nil, 5}}, "alike": {{5, []float64{5, 5}, 50}},
		"never together": {{5, []float64{5, nan}, 50}, {4, []float64{3, nan}, 20}, {5, []float64{nan, 4}, 50}, {2, []float64{nan, 1}, 20}},
		"the same":       {{5, []float64{5, 5}, 50}, {4, []float64{3, 3}, 20}, {2, []float64{1, 1}, 9}},
		"few":            {{5, []float64{5, 4}, 5}, {4, []float64{3, 5}, 2}, {2, []float64{1, 2}, 1}},
	} {
		if _, err := Importance(cells, DriverOptions{Conf: 0.95, Least: 30, Draws: 20}); !errors.Is(err, ErrFewAnswers) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
