package detect

import (
	"cmp"
	"math"
	"slices"
)

// Look runs every detector over a week and gives what it found, the strongest
// first. The same week gives the same findings in the same order.
func Look(w *Week, r Rules) []Finding {
	w.order()
	var all []Finding
	for _, detector := range []func(*Week, Rules) []candidate{
		servedDays, devices, networks, bursts, closedHours, hasties, texts, reasons, collapses, modeGaps, steps,
	} {
		all = append(all, sift(w, detector(w, r), r)...)
	}
	slices.SortStableFunc(all, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.LogP, b.LogP), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Key, b.Key))
	})
	return all
}

// candidate is a finding whose p-value is not corrected yet.
type candidate struct {
	Finding
	tests int // how many others it was the best of, itself included; 0: one
}

// sift corrects each p-value for all that the detector looked at, and keeps what
// chance does not explain.
func sift(w *Week, found []candidate, r Rules) []Finding {
	tests := 0
	for _, c := range found {
		tests += max(c.tests, 1)
	}
	var kept []Finding
	for _, c := range found {
		f := c.Finding
		f.LogP = min(0, f.LogP+math.Log10(float64(tests)))
		if f.LogP > math.Log10(r.Alarm) || len(f.Ratings) == 0 {
			continue
		}
		slices.SortFunc(f.Ratings, func(a, b int32) int {
			return cmp.Or(cmp.Compare(w.Ratings[a].At, w.Ratings[b].At), cmp.Compare(a, b))
		})
		f.First, f.Last, f.Key = int16(w.Days), 0, math.MaxInt64
		for _, i := range f.Ratings {
			x := &w.Ratings[i]
			f.First, f.Last, f.Key = min(f.First, x.Day), max(f.Last, x.Day), min(f.Key, x.ID)
		}
		kept = append(kept, f)
	}
	return kept
}

// at begins a finding about a window.
func (w *Week) at(kind Kind, window int) Finding {
	return Finding{Kind: kind, Window: int32(window), Office: w.Windows[window].Office} // #nosec G115 -- a city has thousands
}

// order puts each window's ratings in time.
func (w *Week) order() {
	w.byWindow = make([][]int32, len(w.Windows))
	for i := range w.Ratings {
		r := &w.Ratings[i]
		w.byWindow[r.Window] = append(w.byWindow[r.Window], int32(i)) // #nosec G115 -- a week has a million at most
	}
	for _, list := range w.byWindow {
		slices.SortFunc(list, func(a, b int32) int {
			return cmp.Or(cmp.Compare(w.Ratings[a].At, w.Ratings[b].At), cmp.Compare(w.Ratings[a].ID, w.Ratings[b].ID))
		})
	}
}

// pick gives the ratings of a window that something holds for.
func (w *Week) pick(window int, holds func(*Rating) bool) []int32 {
	var list []int32
	for _, i := range w.byWindow[window] {
		if holds(&w.Ratings[i]) {
			list = append(list, i)
		}
	}
	return list
}
