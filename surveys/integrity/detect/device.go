package detect

import (
	"cmp"
	"math"
	"slices"
)

// leastDevice: a device with fewer ratings in a week is never a finding.
const leastDevice = 4

// devices finds devices that rate again and again. Honest ones come back as well
// (who files papers for a company does): how often is learned from the week itself, as
// the chance of a second rating and that of one more after it (a geometric tail for
// those who come back), once for a device at one window and once in the whole city.
func devices(w *Week, _ Rules) []candidate {
	var places []int32
	for i := range w.Ratings {
		if w.Ratings[i].Device != 0 && w.Ratings[i].Mode != Elsewhere {
			places = append(places, int32(i)) // #nosec G115 -- a week has a million at most
		}
	}
	slices.SortFunc(places, func(a, b int32) int {
		x, y := &w.Ratings[a], &w.Ratings[b]
		return cmp.Or(cmp.Compare(x.Device, y.Device), cmp.Compare(x.Window, y.Window), cmp.Compare(a, b))
	})
	same := func(a, b int32) bool { return w.Ratings[a].Device == w.Ratings[b].Device }
	sameWindow := func(a, b int32) bool { return same(a, b) && w.Ratings[a].Window == w.Ratings[b].Window }
	whole, atWindow := runs(places, same), runs(places, sameWindow)
	again, againHere := comingBack(whole), comingBack(atWindow)
	told := map[uint64]bool{}
	var found []candidate
	for _, run := range atWindow {
		c := w.deviceRun(run, againHere)
		if c.LogP < -math.Log10(float64(len(atWindow)))-1 {
			told[w.Ratings[run[0]].Device] = len(run)*5 >= 4*countOf(w, whole, run[0])
		}
		found = append(found, c)
	}
	for _, run := range whole {
		c := w.deviceRun(run, again)
		if told[w.Ratings[run[0]].Device] || c.Windows < 2 {
			c.LogP = 0 // said already of its window
		}
		found = append(found, c)
	}
	return found
}

func (w *Week) deviceRun(run []int32, again returning) candidate {
	c := candidate{Finding: w.at(Device, int(w.Ratings[run[0]].Window))}
	c.Seen, c.Of, c.Expected = float64(len(run)), len(run), 1+again.second/(1-again.more)
	if len(run) < leastDevice {
		return c
	}
	c.LogP = math.Log10(again.second) + float64(len(run)-2)*math.Log10(again.more)
	c.Ratings = slices.Clone(run)
	c.spreadOver(w)
	return c
}

// spreadOver says over how many windows a finding lies, and gives it to the office that most of them are of.
func (f *Finding) spreadOver(w *Week) {
	windows, offices := map[int32]int{}, map[int64]int{}
	for _, i := range f.Ratings {
		window := w.Ratings[i].Window
		windows[window]++
		offices[w.Windows[window].Office]++
	}
	f.Windows = len(windows)
	for o, n := range offices {
		if best := offices[f.Office]; n > best || n == best && o < f.Office {
			f.Office = o
		}
	}
	if f.Windows > 1 {
		f.Window = -1
	}
}

func countOf(w *Week, whole [][]int32, one int32) int {
	at, _ := slices.BinarySearchFunc(whole, w.Ratings[one].Device, func(run []int32, d uint64) int { return cmp.Compare(w.Ratings[run[0]].Device, d) })
	return len(whole[at])
}

// runs cuts a sorted list where neighbours no longer belong together.
func runs(list []int32, together func(a, b int32) bool) [][]int32 {
	var all [][]int32
	start := 0
	for i := 1; i <= len(list); i++ {
		if i == len(list) || !together(list[i-1], list[i]) {
			all = append(all, list[start:i])
			start = i
		}
	}
	return all
}

// returning is how likely a device is to rate a second time, and after that once more.
type returning struct{ second, more float64 }

// comingBack learns it from devices with few ratings: those with many are what is looked for.
func comingBack(all [][]int32) returning {
	var times [leastDevice]float64
	for _, run := range all {
		if len(run) < leastDevice {
			times[len(run)]++
		}
	}
	back := times[2] + times[3]
	return returning{second: (back + 1) / (times[1] + back + 2), more: max((times[3]+1)/(back+10), 0.02)}
}
