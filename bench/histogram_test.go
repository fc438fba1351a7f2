package main

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestHistogramIsCloseToTheSortedSample(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		us := rapid.SliceOfN(rapid.Int64Range(0, 30_000_000), 1, 300).Draw(t, "microseconds")
		q := rapid.Float64Range(0, 0.999).Draw(t, "quantile")
		var a, b histogram
		for i, v := range us {
			if h := &a; i%2 == 0 {
				h.add(time.Duration(v) * time.Microsecond)
			} else {
				b.add(time.Duration(v) * time.Microsecond)
			}
		}
		a.merge(&b)
		slices.Sort(us)
		want := float64(us[int(q*float64(len(us)))]) / 1000
		if got := a.ms(q); math.Abs(got-want) > want/64+0.001 {
			t.Fatalf("quantile %v: %v ms, want %v ms", q, got, want)
		}
	})
}

func TestHistogramOfNothing(t *testing.T) {
	t.Parallel()
	if got := new(histogram).ms(0.99); got != 0 {
		t.Errorf("an empty histogram gives %v", got)
	}
}
