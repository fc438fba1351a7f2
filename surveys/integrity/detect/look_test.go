package detect

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// city is a week of so many windows at which everything is chance: every tail below is exact.
func city(seed uint64, windows, perDay int) *Week {
	rng := rand.New(rand.NewPCG(seed, 1))
	w := &Week{Days: 7, Start: 1_700_000_000 / 86400 * 86400}
	for d := range 7 {
		hours := [2]int{9 * 3600, 17 * 3600}
		if d > 4 {
			hours = [2]int{}
		}
		w.Hours = append(w.Hours, hours)
	}
	poisson := func() int {
		n := 0
		for range 3 * perDay {
			if rng.IntN(3) == 0 {
				n++
			}
		}
		return n
	}
	level := func() int8 { return [...]int8{1, 2, 3, 4, 4, 4, 5, 5, 5, 5}[rng.IntN(10)] }
	for v := range windows {
		win := Window{ID: int64(v) + 1, Office: int64(v)/20 + 1}
		for d := range 7 {
			win.Served = append(win.Served, 5*perDay*min(1, 5-min(d, 5)))
		}
		for ago := 1; ago <= 40; ago++ {
			p := Past{Ago: ago}
			for range poisson() {
				p.Levels[rng.IntN(2)][level()-1]++
			}
			win.Past = append(win.Past, p)
		}
		w.Windows = append(w.Windows, win)
		for d := range 5 {
			for range poisson() {
				w.Ratings = append(w.Ratings, Rating{ID: int64(len(w.Ratings)) + 1, At: w.Start + int64(d)*86400 + 9*3600 + int64(rng.IntN(8*3600)), Device: rng.Uint64() | 1,
					Window: int32(v), Text: -1, Day: int16(d), Seconds: int16(5 + rng.IntN(60)), Level: level(), Mode: Mode(rng.IntN(2)), Hall: true})
			}
		}
	}
	return w
}

var usualRules = Rules{Alarm: 0.01, Hasty: 3}

// In a city where all is chance a detector cries wolf no more often than it says: at
// most Alarm in a look, over all detectors and looks together.
func TestHonestCitiesRaiseNoMoreAlarmsThanStated(t *testing.T) {
	t.Parallel()
	const looks = 60
	alarms := 0
	for seed := range uint64(looks) {
		alarms += len(Look(city(seed, 60, 6), usualRules))
	}
	// Eleven detectors × 60 looks × 0.01 = 6.6 expected at most; 14 or more has chance 0.01.
	if alarms > 14 {
		t.Errorf("%d false alarms", alarms)
	}
	t.Logf("%d false alarms of %d detectors in %d looks", alarms, len(Kinds()), looks)
}

// What is put in by hand is found, named rating by rating, and found again the same.
func TestEachKindIsFound(t *testing.T) {
	t.Parallel()
	for kind, plant := range map[Kind]func(w *Week, r *Rating, i int){
		Device:  func(_ *Week, r *Rating, _ int) { r.Device = 77 },
		Network: func(_ *Week, r *Rating, _ int) { r.Network = true },
		Burst:   func(w *Week, r *Rating, i int) { r.At = w.Start + 86400 + 15*3600 + int64(i)*20 },
		Closed:  func(w *Week, r *Rating, i int) { r.At = w.Start + 86400 + int64(20*3600+i*300) },
		Hasty:   func(_ *Week, r *Rating, _ int) { r.Seconds = 1 },
		Tags:    func(_ *Week, r *Rating, _ int) { r.Tags = 99 },
		Text: func(w *Week, r *Rating, i int) {
			r.Text = int32(len(w.Texts))
			w.Texts = append(w.Texts, "窗口人员态度热情，办事效率高，值得表扬"+[]string{"！", "。。", " 88"}[i%3])
		},
	} {
		w := city(9, 60, 6)
		for i := range w.Ratings { // so that reasons and words are common
			if r := &w.Ratings[i]; i%3 == 0 {
				r.Tags = uint64(i%40) + 1
			}
		}
		first := int64(len(w.Ratings)) + 1
		for i := range 12 {
			r := Rating{ID: first + int64(i), At: w.Start + int64(i%5)*86400 + 10*3600 + int64(i)*900, Device: uint64(1000 + i), Window: 7, Text: -1, Day: int16(i % 5), Seconds: 20, Level: 5, Hall: true}
			plant(w, &r, i)
			w.Ratings = append(w.Ratings, r)
		}
		found := Look(w, usualRules)
		var of *Finding
		for i := range found {
			if found[i].Kind == kind {
				of = &found[i]
				break
			}
		}
		if of == nil {
			t.Errorf("%s: not found among %d", kind, len(found))
			continue
		}
		hits := 0
		for _, i := range of.Ratings {
			if w.Ratings[i].ID >= first {
				hits++
			}
		}
		if hits < 10 || len(of.Ratings) > hits+2 || of.Window != 7 || of.Strength() < 2 {
			t.Errorf("%s: %d of %d ratings, window %d, strength %.1f", kind, hits, len(of.Ratings), of.Window, of.Strength())
		}
		if again := Look(w, usualRules); !reflect.DeepEqual(found, again) {
			t.Errorf("%s: another look finds something else", kind)
		}
	}
}

func TestWindowsWhoseFiguresTurnAreFound(t *testing.T) {
	t.Parallel()
	w := city(3, 60, 6)
	for i := range w.Ratings {
		switch r := &w.Ratings[i]; r.Window {
		case 4: // all alike since this week
			r.Level = 5
		case 5: // out of sight they say otherwise
			r.Level = map[Mode]int8{InSight: 5, Away: 2}[r.Mode]
		}
	}
	for i := range w.Windows[5].Past {
		p := &w.Windows[5].Past[i]
		p.Levels[InSight] = [5]int{0, 0, 0, 0, 3}
	}
	for i := range w.Windows[6].Past { // until yesterday's ranking
		w.Windows[6].Past[i].Levels = [2][5]int{{2, 2, 1}, {2, 1}}
	}
	w.Windows[2].Served[1] = 0
	w.Ranked = []int{0}
	found := Look(w, usualRules)
	for kind, window := range map[Kind]int32{Collapse: 4, Modes: 5, Step: 6, Served: 2} {
		if !slices.ContainsFunc(found, func(f Finding) bool { return f.Kind == kind && f.Window == window }) {
			t.Errorf("%s: window %d is not found", kind, window)
		}
	}
}

// One look at 2,000 windows with thirty ratings a day each.
func BenchmarkLookAtACity(b *testing.B) {
	w := city(1, 2000, 30)
	b.ReportMetric(float64(len(w.Ratings)), "ratings")
	for b.Loop() {
		Look(w, usualRules)
	}
}

func TestAnEmptyWeekIsQuiet(t *testing.T) {
	t.Parallel()
	if got := Look(&Week{Days: 7}, usualRules); len(got) != 0 {
		t.Error(got)
	}
	if got := Look(&Week{Days: 2, Windows: []Window{{ID: 1, Office: 1}}}, usualRules); len(got) != 0 {
		t.Error(got)
	}
}

func TestPlainLeavesWords(t *testing.T) {
	t.Parallel()
	for from, want := range map[string]string{"好评！！ 123": "好评", "ＡB 很好。": "ａb很好", "": "", "👍🏽服务": "服务"} {
		if got := Plain(from); got != want {
			t.Errorf("%q: %q", from, got)
		}
	}
}
