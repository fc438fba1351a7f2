package fill

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"minping/complaints/workday"
	"minping/indices/stats"
	"minping/server/demo"
	"minping/surveys/integrity/detect"
)

// The detectors are measured on attacks planted in the demonstration city, where it
// is known which ratings are planted; docs/measurements-integrity.md has the tables.

// rules are those that the product begins with.
var rules = detect.Rules{Alarm: 0.01, Hasty: 3}

// trial is a city's weeks, made ready for the detectors.
type trial struct {
	city    *demo.Data
	planted map[int64]string // by rating
	weeks   []*detect.Week
	months  float64 // of offices
}

// newTrial reads so many whole weeks before today, with eight weeks of past before each.
func newTrial(city *demo.Data, weeks int) trial {
	t := trial{city: city, planted: map[int64]string{}}
	monday := city.Today.AddDays(-7*weeks - int(city.Today.Weekday()+6)%7)
	list := collect(city, monday.AddDays(-56))
	for i, r := range list {
		if r.Planted != "" {
			t.planted[int64(i)+1] = r.Planted
		}
	}
	for range weeks {
		t.weeks = append(t.weeks, t.week(list, monday))
		monday = monday.AddDays(7)
	}
	t.months = float64(len(city.Offices)*weeks) * 7 / 30.4
	return t
}

func collect(city *demo.Data, from workday.Day) []demo.Rating {
	var list []demo.Rating
	city.Between(from, city.Today, func(r demo.Rating) bool { list = append(list, r); return true })
	return list
}

func dayOf(d workday.Day) int { return int(d.Start().Unix()+8*3600) / 86400 }

func (t trial) week(list []demo.Rating, monday workday.Day) *detect.Week {
	book := workday.Builtin()
	w := &detect.Week{Start: monday.Start().Unix(), Days: 7}
	for day := range 7 {
		hours := [2]int{}
		if book.IsWorkday(monday.AddDays(day)) {
			hours = [2]int{9 * 3600, 17 * 3600}
		}
		w.Hours = append(w.Hours, hours)
	}
	past := make([]map[int]*detect.Past, len(t.city.Windows))
	for i, v := range t.city.Windows {
		w.Windows = append(w.Windows, detect.Window{ID: int64(i) + 1, Office: int64(v.Office) + 1, Served: []int{-1, -1, -1, -1, -1, -1, -1}})
		past[i] = map[int]*detect.Past{}
	}
	for i, r := range list {
		ago := dayOf(monday) - dayOf(r.Visited)
		switch {
		case ago > 56 || ago <= -7:
		case ago > 0:
			p := past[r.Window][ago]
			if p == nil {
				p = &detect.Past{Ago: ago}
				past[r.Window][ago] = p
			}
			p.Levels[modeOf(r.Channel)][r.Level-1]++
		default:
			w.Ratings = append(w.Ratings, ratingOf(int64(i)+1, r, -ago, w))
		}
	}
	serve(w, t.planted)
	for i := range past {
		for _, p := range past[i] {
			w.Windows[i].Past = append(w.Windows[i].Past, *p)
		}
		slices.SortFunc(w.Windows[i].Past, func(a, b detect.Past) int { return cmp.Compare(b.Ago, a.Ago) })
	}
	return w
}

// serve tells how many were served: a share of them, which differs from window to window, rates.
func serve(w *detect.Week, planted map[int64]string) {
	honest := make([][7]int, len(w.Windows))
	for _, r := range w.Ratings {
		if planted[r.ID] == "" {
			honest[r.Window][r.Day]++
		}
	}
	for i := range w.Windows {
		for day, n := range honest[i] {
			w.Windows[i].Served[day] = int(math.Ceil(float64(n)/(0.15+0.03*float64(i%10)))) + i*day%3
		}
	}
}

func modeOf(channel string) detect.Mode {
	if channel == "desk" || channel == "kiosk" {
		return detect.InSight
	}
	return detect.Away
}

func ratingOf(id int64, r demo.Rating, day int, w *detect.Week) detect.Rating {
	out := detect.Rating{ID: id, At: r.Received.Unix(), Window: int32(r.Window), Text: -1, Day: int16(day), Seconds: int16(r.Seconds),
		Network: slices.Contains(r.Signals, "network"), Level: int8(r.Level), Mode: modeOf(r.Channel), Hall: r.Channel == "desk" || r.Channel == "kiosk" || r.Channel == "exit"}
	if r.Device != 0 {
		year, week := r.Received.ISOWeek() // a device is another one next week
		out.Device = hashed(year, week, r.Device)
	}
	if len(r.Tags) > 1 {
		out.Tags = hashed(r.Level, r.Tags)
	}
	if r.Comment != "" {
		out.Text = int32(len(w.Texts))
		w.Texts = append(w.Texts, r.Comment)
	}
	return out
}

func hashed(parts ...any) uint64 {
	h := fnv.New64a()
	_, _ = fmt.Fprint(h, parts...)
	return h.Sum64() | 1
}

// tally is how a detector did.
type tally struct {
	findings, right  int // findings; those in which at least half of the ratings are planted, or their window's week is attacked
	ratings, planted int // ratings named; planted ones among them
	caught           map[int64]bool
}

func (t trial) run() (by map[detect.Kind]*tally, all *tally, caughtBy map[string]map[detect.Kind]bool) {
	by, all = map[detect.Kind]*tally{}, &tally{caught: map[int64]bool{}}
	caughtBy = map[string]map[detect.Kind]bool{}
	named := map[int64]bool{}
	for _, w := range t.weeks {
		attacked := map[int32]bool{}
		for _, r := range w.Ratings {
			if t.planted[r.ID] != "" {
				attacked[r.Window] = true
			}
		}
		for _, f := range detect.Look(w, rules) {
			k := by[f.Kind]
			if k == nil {
				k = &tally{caught: map[int64]bool{}}
				by[f.Kind] = k
			}
			hits := 0
			for _, i := range f.Ratings {
				id := w.Ratings[i].ID
				if kind := t.planted[id]; kind != "" {
					hits++
					k.caught[id] = true
					if caughtBy[kind] == nil {
						caughtBy[kind] = map[detect.Kind]bool{}
					}
					caughtBy[kind][f.Kind] = true
					if f.Kind.Direct() {
						all.caught[id] = true
					}
				}
				if f.Kind.Direct() && !named[id] {
					named[id] = true
					all.ratings++
					if t.planted[id] != "" {
						all.planted++
					}
				}
			}
			k.findings, k.ratings, k.planted = k.findings+1, k.ratings+len(f.Ratings), k.planted+hits
			all.findings++
			if f.Kind.Direct() && 2*hits >= len(f.Ratings) || !f.Kind.Direct() && attacked[f.Window] {
				k.right++
				all.right++
			}
		}
	}
	return by, all, caughtBy
}

func (t trial) inWeeks() map[string]int {
	n := map[string]int{}
	for _, w := range t.weeks {
		for _, r := range w.Ratings {
			if kind := t.planted[r.ID]; kind != "" {
				n[kind]++
			}
		}
	}
	return n
}

// caught is the share of an attack's ratings that a direct detector named.
func (t trial) caught(all *tally, kind string) float64 {
	n := 0
	for id := range all.caught {
		if t.planted[id] == kind {
			n++
		}
	}
	return float64(n) / float64(max(t.inWeeks()[kind], 1))
}

func ranged(k, n int) string {
	if n == 0 {
		return "–"
	}
	i := stats.Wilson(float64(k), float64(n), 0.95)
	return fmt.Sprintf("%d/%d = %.1f %% [%.1f, %.1f]", k, n, 100*float64(k)/float64(n), 100*i.Low, 100*i.High)
}

func (t trial) report(by map[detect.Kind]*tally, all *tally, caughtBy map[string]map[detect.Kind]bool) string {
	var b strings.Builder
	total := t.inWeeks()
	planted := 0
	for _, n := range total {
		planted += n
	}
	fmt.Fprintf(&b, "| detector | findings | right findings | ratings: precision | ratings: recall of all planted |\n|---|---|---|---|---|\n")
	for _, k := range detect.Kinds() {
		if c := by[k]; c != nil {
			fmt.Fprintf(&b, "| %s | %d | %s | %s | %s |\n", k, c.findings, ranged(c.right, c.findings), ranged(c.planted, c.ratings), ranged(len(c.caught), planted))
		} else {
			fmt.Fprintf(&b, "| %s | 0 | – | – | – |\n", k)
		}
	}
	fmt.Fprintf(&b, "| all direct | %d | %s | %s | %s |\n\n| attack | planted | caught | by |\n|---|---|---|---|\n", all.findings, ranged(all.right, all.findings), ranged(all.planted, all.ratings), ranged(len(all.caught), planted))
	for _, kind := range demo.AttackKinds() {
		caught := 0
		for id := range all.caught {
			if t.planted[id] == kind {
				caught++
			}
		}
		var names []string
		for k := range caughtBy[kind] {
			names = append(names, string(k))
		}
		slices.Sort(names)
		fmt.Fprintf(&b, "| %s | %d | %s | %s |\n", kind, total[kind], ranged(caught, total[kind]), strings.Join(names, ", "))
	}
	return b.String()
}

var trialDay = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func TestDetectorsOnPlantedAttacks(t *testing.T) {
	t.Parallel()
	for _, busy := range []float64{1, 8} {
		t.Run("×"+strconv.FormatFloat(busy, 'f', -1, 64), func(t *testing.T) {
			t.Parallel()
			city := demo.City(1, trialDay)
			city.Busier(busy)
			city.Plant(6, city.Today.AddDays(-84), city.Today.AddDays(-2))
			tr := newTrial(city, 10)
			by, all, caughtBy := tr.run()
			t.Log("\n" + tr.report(by, all, caughtBy))
			// The table's figures with room for another seed: what a change of a detector may not fall below.
			planted := 0
			for _, n := range tr.inWeeks() {
				planted += n
			}
			if precision := float64(all.planted) / float64(all.ratings); precision < 0.95 {
				t.Errorf("precision %.3f", precision)
			}
			if recall := float64(len(all.caught)) / float64(planted); recall < 0.65 {
				t.Errorf("recall %.3f", recall)
			}
			for kind, least := range map[string]float64{demo.StaffPhones: 0.9, demo.Competitor: 0.85, demo.AfterHours: 0.95, demo.CopyPaste: 0.6, demo.SlowDrip: 0.3} {
				if got := tr.caught(all, kind); got < least {
					t.Errorf("%s: recall %.3f", kind, got)
				}
			}
			for _, kind := range []detect.Kind{detect.Served, detect.Device, detect.Network, detect.Burst, detect.Closed, detect.Hasty, detect.Text, detect.Tags, detect.Collapse} {
				if by[kind] == nil || by[kind].right == 0 {
					t.Errorf("%s found nothing that was planted", kind)
				}
			}
		})
	}
}

func TestDetectorsInAnHonestCity(t *testing.T) {
	t.Parallel()
	for _, busy := range []float64{1, 8} {
		t.Run("×"+strconv.FormatFloat(busy, 'f', -1, 64), func(t *testing.T) {
			t.Parallel()
			findings, months := 0, 0.0
			kinds := map[detect.Kind]int{}
			for seed := uint64(2); seed <= 4; seed++ {
				city := demo.City(seed, trialDay)
				city.Busier(busy)
				tr := newTrial(city, 10) // the padded window's two months are over by then
				for _, w := range tr.weeks {
					for _, f := range detect.Look(w, rules) {
						findings++
						kinds[f.Kind]++
						t.Logf("%s at window %d: seen %.2f of %d, expected %.2f, log p %.1f", f.Kind, f.Window, f.Seen, f.Of, f.Expected, f.LogP)
					}
				}
				months += tr.months
			}
			t.Logf("%d false alarms in %.0f office-months: %.4f; %v", findings, months, float64(findings)/months, kinds)
			if rate := float64(findings) / months; rate > 0.1 {
				t.Errorf("%.3f false alarms in an office's month", rate)
			}
		})
	}
}
