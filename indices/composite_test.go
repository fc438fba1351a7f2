package indices

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func reading(key string, value, half float64, n int64) Reading {
	return Reading{Key: key, Figure: &Figure{Value: value, Low: value - half, High: value + half}, N: n, State: OK, Source: FromProbes}
}

func brandFormula() Methodology {
	return Methodology{Confidence: 0.95, Terms: Terms{Brand: map[string]float64{PartSatisfaction: 0.4, PartImage: 0.25, PartTrust: 0.2, PartLoyalty: 0.15}}}
}

// 0.4·86 + 0.25·√(30·90) + 0.2·70 + 0.15·60
func TestCompositeByHand(t *testing.T) {
	t.Parallel()
	p := Profile{Readings: []Reading{reading(KeySatisfaction, 86, 1, 900), reading(KeyAwareness, 30, 5, 200), reading(KeyReputation, 90, 6, 55),
		reading(KeyTrust, 70, 4, 300), reading(KeyLoyalty, 60, 5, 80)}}
	b := brandFormula().brand(p)
	if b.Composite == nil || math.Abs(b.Composite.Value-(34.4+0.25*math.Sqrt(2700)+14+9)) > 1e-9 || b.Least != 55 {
		t.Fatalf("%+v", b)
	}
	if half := (b.Composite.High - b.Composite.Low) / 2; half < 1.3 || half > 2 {
		t.Errorf("half width %.2f", half)
	}
	if b.Quadrant != Unnoticed || !b.Sure {
		t.Errorf("quadrant %s, sure %v", b.Quadrant, b.Sure)
	}
}

// A part without a figure is named, and its weight is not shared out.
func TestNoCompositeWithoutAPart(t *testing.T) {
	t.Parallel()
	full := []Reading{reading(KeySatisfaction, 86, 1, 900), reading(KeyAwareness, 30, 5, 200), reading(KeyReputation, 90, 6, 55), reading(KeyTrust, 70, 4, 300), reading(KeyLoyalty, 60, 5, 80)}
	for key, want := range map[string]string{KeySatisfaction: PartSatisfaction, KeyAwareness: PartImage, KeyReputation: PartImage, KeyTrust: PartTrust, KeyLoyalty: PartLoyalty} {
		var p Profile
		for _, r := range full {
			if r.Key == key {
				r = Reading{Key: key, State: Suppressed, Below: 5}
			}
			p.Readings = append(p.Readings, r)
		}
		b := brandFormula().brand(p)
		if b.Composite != nil || b.Least != 0 || !cmp.Equal(b.Missing, []string{want}) {
			t.Errorf("without %s: %v, missing %v", key, b.Composite, b.Missing)
		}
	}
}

func TestQuadrants(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		aware, praise float64
		want          Quadrant
		sure          bool
	}{{80, 80, "A", true}, {20, 80, "B", true}, {20, 20, "C", true}, {80, 20, "D", true}, {52, 80, "A", false}, {80, 49, "D", false}, {50, 50, "A", false}} {
		if q, sure := quadrant(reading(KeyAwareness, c.aware, 3, 90), reading(KeyReputation, c.praise, 3, 90)); q != c.want || sure != c.sure {
			t.Errorf("%v/%v: %s %v", c.aware, c.praise, q, sure)
		}
	}
	if q, _ := quadrant(Reading{}, reading(KeyReputation, 80, 3, 90)); q != "" {
		t.Errorf("unknown awareness is %s", q)
	}
}

// More of any part never lowers the composite, and it stays on its scale.
func TestCompositeRises(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		keys := FiveKeys()
		values := make([]float64, len(keys))
		for i := range values {
			values[i] = rapid.Float64Range(0, 100).Draw(t, keys[i])
		}
		at := func(v []float64) float64 {
			var p Profile
			for i, k := range keys {
				f := &Figure{Value: v[i], Low: v[i] * 0.9, High: v[i] + (100-v[i])*0.1}
				p.Readings = append(p.Readings, Reading{Key: k, Figure: f, N: 50, State: OK, Source: FromProbes})
			}
			return brandFormula().brand(p).Composite.Value
		}
		before := at(values)
		i := rapid.IntRange(0, len(values)-1).Draw(t, "which")
		values[i] = rapid.Float64Range(values[i], 100).Draw(t, "more")
		if after := at(values); after < before-1e-9 || after > 100+1e-9 || before < 0 {
			t.Fatalf("%v then %v", before, after)
		}
	})
}
