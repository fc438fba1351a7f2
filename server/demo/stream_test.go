package demo

import (
	"math"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 23, 10, 15, 0, 0, time.FixedZone("CST", 8*3600))

func TestCensusShow(t *testing.T) {
	t0 := time.Now()
	d := City(1, noon)
	t.Log("city", time.Since(t0), len(d.Offices), len(d.Divisions), len(d.Halls), len(d.Windows), len(d.Staff), len(d.Duties), len(d.Tenures))
	t0 = time.Now()
	n := 0
	for range d.Ratings {
		n++
	}
	t.Log("ratings", n, time.Since(t0))
	_ = math.Abs
}
