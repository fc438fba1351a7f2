package detect

const leastReasons = 6

// reasons finds windows where one set of two or more reasons is given again and
// again, more often than at other offices.
func reasons(w *Week, _ Rules) []candidate {
	type at struct{ tags, office uint64 }
	city, office := map[uint64]int{}, map[at]int{}
	officeAll, all := map[uint64]int{}, 0
	for i := range w.Ratings {
		if r := &w.Ratings[i]; r.Tags != 0 && r.Mode != Elsewhere {
			o := uint64(w.Windows[r.Window].Office) // #nosec G115 -- an id
			city[r.Tags]++
			office[at{r.Tags, o}]++
			officeAll[o]++
			all++
		}
	}
	var found []candidate
	for window := range w.Windows {
		o := uint64(w.Windows[window].Office) // #nosec G115 -- an id
		counts, n := map[uint64]int{}, 0
		for _, i := range w.byWindow[window] {
			if r := &w.Ratings[i]; r.Tags != 0 && r.Mode != Elsewhere {
				counts[r.Tags]++
				n++
			}
		}
		if n == 0 {
			continue
		}
		best := candidate{Finding: w.at(Tags, window), tests: len(counts)}
		for tags, k := range counts {
			if k < leastReasons {
				continue
			}
			usual := (float64(city[tags]-office[at{tags, o}]) + 1) / float64(all-officeAll[o]+50)
			if p := betaBinomialTail(k, n, usual*leastStrength, (1-usual)*leastStrength); p < best.LogP || p == best.LogP && p < 0 && tags < w.Ratings[best.Ratings[0]].Tags {
				best.LogP, best.Seen, best.Of, best.Expected = p, float64(k), n, usual*float64(n)
				best.Ratings = w.pick(window, func(r *Rating) bool { return r.Tags == tags && r.Mode != Elsewhere })
			}
		}
		found = append(found, best)
	}
	return found
}
