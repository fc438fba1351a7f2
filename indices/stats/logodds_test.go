package stats

import (
	"math"
	"testing"
)

func TestLogOddsByHand(t *testing.T) {
	t.Parallel()
	z := LogOdds([]Worded{{30, 10}, {70, 190}}, 100)
	// prior of the first word: 100·40/300; odds (30+13.33)/(100+100−43.33), (10+13.33)/(200+100−23.33)
	prior := 100 * 40.0 / 300
	want := (math.Log((30+prior)/(200-30-prior)) - math.Log((10+prior)/(300-10-prior))) / math.Sqrt(1/(30+prior)+1/(10+prior))
	nearTo(t, "z", z[0], want)
	if !(z[0] > 2) || !(z[1] < 0) {
		t.Errorf("%v", z)
	}
}

func TestLogOddsIsFair(t *testing.T) {
	t.Parallel()
	words := []Worded{{30, 10}, {1, 0}, {70, 190}, {50, 50}}
	turned := make([]Worded, len(words))
	for i, w := range words {
		turned[i] = Worded{w.There, w.Here}
	}
	a, b := LogOdds(words, 50), LogOdds(turned, 50)
	for i := range a {
		nearTo(t, "turned round", a[i], -b[i])
	}
	if !(a[0] > a[1]) {
		t.Errorf("a word said once leads: %v", a)
	}
	for _, z := range LogOdds([]Worded{{5, 5}, {0, 0}}, 10) {
		if z != 0 {
			t.Errorf("said alike: %v", z)
		}
	}
}
