package demo

import (
	"hash/fnv"
	"slices"
	"testing"
	"time"
	"unicode/utf8"

	"minping/complaints/workday"
)

// tally is what one pass over the ratings counts.
type tally struct {
	n, commented, tagged, rotated, trust int
	levels                               [6]int
	sum, count                           map[int]int // by office, clear ratings
	monthSum, monthCount                 map[string]int
	rude, oneStop                        map[string]int // by office and month
	windows                              []int
	padded                               int
	seconds                              []int
	strata, channels                     map[string]int
	comments                             map[string]bool
}

func newTally(d *Data) *tally {
	return &tally{sum: map[int]int{}, count: map[int]int{}, monthSum: map[string]int{}, monthCount: map[string]int{},
		rude: map[string]int{}, oneStop: map[string]int{}, windows: make([]int, len(d.Windows)),
		strata: map[string]int{}, channels: map[string]int{}, comments: map[string]bool{}}
}

func (c *tally) add(d *Data, r Rating) {
	c.n++
	c.windows[r.Window]++
	if r.Window == d.Padded && r.Standing == "suspect" {
		c.padded++
		return
	}
	office := d.Windows[r.Window].Office
	month := d.Offices[office].Code + r.Visited.String()[:7]
	c.levels[r.Level]++
	c.sum[office] += r.Level
	c.count[office]++
	c.monthSum[month] += r.Level
	c.monthCount[month]++
	c.strata[r.Stratum]++
	c.channels[r.Channel]++
	c.seconds = append(c.seconds, r.Seconds)
	for _, tag := range r.Tags {
		switch tag {
		case 115, 214:
			c.rude[month]++
		case 510, 511:
			c.oneStop[month]++
		}
	}
	c.words(r)
}

func (c *tally) words(r Rating) {
	if len(r.Tags) > 0 {
		c.tagged++
	}
	if len(r.Answers) >= 2 {
		c.rotated++
	}
	for _, a := range r.Answers {
		if a.Key == "trust" {
			c.trust++
		}
	}
	if r.Comment != "" {
		c.commented++
		c.comments[r.Comment] = true
	}
}

func (c *tally) satisfaction(office int) float64 {
	return 25 * (float64(c.sum[office])/float64(c.count[office]) - 1)
}

func (c *tally) month(key string) float64 {
	return 25 * (float64(c.monthSum[key])/float64(c.monthCount[key]) - 1)
}

func TestRatings(t *testing.T) {
	t.Parallel()
	d := City(1, monday)
	c := newTally(d)
	for r := range d.Ratings {
		c.add(d, r)
	}
	t.Run("volume", func(t *testing.T) { volume(t, d, c) })
	t.Run("levels", func(t *testing.T) { levels(t, d, c) })
	t.Run("shares", func(t *testing.T) { shares(t, c) })
	t.Run("story", func(t *testing.T) { story(t, d, c) })
}

func volume(t *testing.T, d *Data, c *tally) {
	if c.n < 300_000 {
		t.Errorf("%d ratings, want at least 300,000", c.n)
	}
	if got := c.windows[0]; got < 3000 {
		t.Errorf("window 1 has only %d ratings", got)
	}
	for w, n := range c.windows {
		if (n == 0) != (w == d.Silent) {
			t.Errorf("window %s has %d ratings", d.Windows[w].Code, n)
		}
	}
	if n := c.count[d.Small]; n < 10 || n >= 60 {
		t.Errorf("the small office has %d ratings", n)
	}
	if c.padded < 400 {
		t.Errorf("only %d ratings are stuffed", c.padded)
	}
}

func levels(t *testing.T, d *Data, c *tally) {
	n, sum := 0, 0
	for level, k := range c.levels {
		n, sum = n+k, sum+level*k
	}
	good := float64(c.levels[3]+c.levels[4]+c.levels[5]) / float64(n)
	mean := float64(sum) / float64(n)
	between(t, "good rate", good, 0.93, 0.96)
	between(t, "mean", mean, 4.2, 4.4)
	low, high := 100.0, 0.0
	for office := range d.Offices {
		if c.count[office] > 200 {
			low, high = min(low, c.satisfaction(office)), max(high, c.satisfaction(office))
		}
	}
	between(t, "worst office", low, 68, 75)
	between(t, "best office", high, 89, 94)
	t.Logf("good rate %.4f, mean %.3f, offices %.1f to %.1f", good, mean, low, high)
}

func shares(t *testing.T, c *tally) {
	n := float64(c.n - c.padded)
	between(t, "public", float64(c.strata["public"])/n, 0.68, 0.76)
	between(t, "society", float64(c.strata["society"])/n, 0.18, 0.24)
	between(t, "grassroots", float64(c.strata["grassroots"])/n, 0.04, 0.06)
	between(t, "unstated", float64(c.strata["unstated"])/n, 0.01, 0.05)
	between(t, "tagged", float64(c.tagged)/n, 0.55, 0.65)
	between(t, "rotated questions", float64(c.rotated)/n, 0.33, 0.37)
	between(t, "trust", float64(c.trust)/n, 0.07, 0.09)
	between(t, "commented", float64(c.commented)/n, 0.05, 0.07)
	between(t, "different comments", float64(len(c.comments)), 6000, n)
	slices.Sort(c.seconds)
	between(t, "median seconds", float64(c.seconds[len(c.seconds)/2]), 12, 16)
	if len(c.channels) != 6 {
		t.Errorf("channels: %v", c.channels)
	}
}

func story(t *testing.T, d *Data, c *tally) {
	key := func(office int, ago int) string {
		return d.Offices[office].Code + d.Today.AddDays(-ago).String()[:7]
	}
	fund := func(ago int) string { return key(d.Scandal, ago) }
	before, bottom, now := c.month(fund(scandalAgo+40)), c.month(fund(scandalAgo-40)), c.month(fund(10))
	if bottom > before-15 || now < bottom+12 {
		t.Errorf("the scandal's office goes %.1f → %.1f → %.1f", before, bottom, now)
	}
	if was, is := c.rude[fund(scandalAgo+40)], c.rude[fund(scandalAgo-40)]; is < 5*was {
		t.Errorf("complaints of attitude go from %d to %d", was, is)
	}
	old, fresh := key(d.Reform, reformAgo+60), key(d.Reform, 30)
	if c.month(fresh) < c.month(old)+6 {
		t.Errorf("the reform lifts from %.1f to %.1f", c.month(old), c.month(fresh))
	}
	if 2*c.oneStop[old]*c.monthCount[fresh] > c.oneStop[fresh]*c.monthCount[old]*3/2 {
		t.Errorf("one-window tags go from %d of %d to %d of %d", c.oneStop[old], c.monthCount[old], c.oneStop[fresh], c.monthCount[fresh])
	}
}

func between(t *testing.T, what string, got, low, high float64) {
	t.Helper()
	if got < low || got > high {
		t.Errorf("%s = %.4g, want %.4g to %.4g", what, got, low, high)
	}
}

func TestEveryRatingIsPossible(t *testing.T) {
	t.Parallel()
	for name, now := range map[string]time.Time{
		"a Monday morning":      monday,
		"a Sunday":              time.Date(2026, 11, 22, 15, 0, 0, 0, beijing),
		"a public holiday":      time.Date(2025, 10, 3, 11, 0, 0, 0, beijing),
		"before opening":        time.Date(2026, 3, 10, 7, 0, 0, 0, beijing),
		"the end of a leap day": time.Date(2024, 2, 29, 15, 59, 0, 0, time.UTC),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			possible(t, City(5, now), now)
		})
	}
}

func possible(t *testing.T, d *Data, now time.Time) {
	book, seen := workday.Builtin(), map[[16]byte]bool{}
	var last Rating
	today := 0
	for r := range d.Ratings {
		if fault := impossible(d, book, r); fault != "" || r.Received.After(now) || seen[r.Submission] {
			t.Fatalf("%s (received %v, now %v): %+v", fault, r.Received, now, r)
		}
		if r.Visited.Before(last.Visited) || r.Visited == last.Visited && r.Received.Before(last.Received) {
			t.Fatalf("%+v comes after %+v", r, last)
		}
		if r.Visited == d.Today {
			today++
		}
		seen[r.Submission] = true
		last = r
	}
	local := now.In(beijing)
	if want := book.IsWorkday(d.Today) && local.Hour() >= 9; (today > 0) != want {
		t.Errorf("%d ratings today at %v", today, local)
	}
	if len(seen) < 300_000 {
		t.Errorf("%d ratings", len(seen))
	}
}

// impossible says what is wrong with a rating, or nothing.
func impossible(d *Data, book *workday.Calendar, r Rating) string {
	w := d.Windows[r.Window]
	since := r.Received.Sub(r.Visited.Start())
	saturday := d.Halls[w.Hall].Saturday && r.Visited.Weekday() == time.Saturday
	switch {
	case r.Visited.Before(d.From) || r.Visited.After(d.Today):
		return "outside the two years"
	case !book.IsWorkday(r.Visited) && !saturday:
		return "on a closed day"
	case r.Visited.Before(w.Opened):
		return "before the window opened"
	case since < 8*time.Hour+30*time.Minute:
		return "before the visit"
	case since > 96*time.Hour || r.Channel == "desk" && since > 17*time.Hour+45*time.Minute:
		return "too late"
	case r.Level < 1 || r.Level > 5 || r.Seconds < 1:
		return "level or seconds out of range"
	case (len(r.Signals) == 0) != (r.Standing == "clear"):
		return "standing and signals disagree"
	case len(r.Tags) > 2 || !slices.IsSorted(r.Tags) || utf8.RuneCountInString(r.Comment) > 200:
		return "too many tags or words"
	}
	return impossibleAnswers(r)
}

func impossibleAnswers(r Rating) string {
	first := map[int]int16{1: 108, 2: 207, 3: 307, 4: 406, 5: 510}[r.Level]
	for i, tag := range r.Tags {
		if tag < first || tag > first+7 || i > 0 && tag == r.Tags[i-1] {
			return "a tag of another level or twice"
		}
	}
	for _, a := range r.Answers {
		low, high := 1, 5
		if a.Key == "trust" {
			low, high = 0, 10
		}
		if a.Value < low || a.Value > high {
			return "an answer off its scale"
		}
	}
	return ""
}

func TestRatingsRepeat(t *testing.T) {
	t.Parallel()
	d := City(9, monday)
	first, second := digest(d), digest(d)
	if first != second || first != digest(City(9, monday)) {
		t.Error("two passes differ")
	}
	if first == digest(City(10, monday)) {
		t.Error("two seeds give the same ratings")
	}
}

func digest(d *Data) uint64 {
	sum := fnv.New64a()
	for r := range d.Ratings {
		sum.Write(r.Submission[:])
		sum.Write([]byte(r.Comment))
		sum.Write([]byte{byte(r.Level), byte(r.Seconds), byte(r.Window), byte(len(r.Tags)), byte(len(r.Answers))})
		sum.Write([]byte(r.Received.UTC().Format(time.RFC3339Nano)))
	}
	return sum.Sum64()
}

func TestRatingsStop(t *testing.T) {
	t.Parallel()
	n := 0
	for range City(1, monday).Ratings {
		if n++; n == 10 {
			break
		}
	}
	if n != 10 {
		t.Errorf("took %d", n)
	}
}

// TestSpeed only logs: a shared machine's clock proves nothing.
func TestSpeed(t *testing.T) {
	start := time.Now()
	d := City(1, monday)
	built := time.Since(start)
	n := 0
	for range d.Ratings {
		n++
	}
	t.Logf("city in %v, %d ratings in %v", built, n, time.Since(start)-built)
	if n == 0 {
		t.Error("no ratings")
	}
}
