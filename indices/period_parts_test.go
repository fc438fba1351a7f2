package indices

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestPartsCoverAPeriod adds up the days of all parts: each once, and none outside.
func TestPartsCoverAPeriod(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from := date(2024, 1, 1).AddDate(0, 0, rapid.IntRange(0, 900).Draw(t, "from"))
		p := Period{from: from, to: from.AddDate(0, 0, rapid.IntRange(0, 1000).Draw(t, "days"))}
		if rapid.Bool().Draw(t, "unit") {
			p = Containing(from, rapid.SampledFrom([]Grain{Day, Week, Month, Quarter, Year}).Draw(t, "grain"))
		}
		times := map[time.Time]int{}
		add := func(from, to time.Time) {
			for d := from; d.Before(to); d = d.AddDate(0, 0, 1) {
				times[d]++
			}
		}
		day := func(text string) time.Time {
			d, err := time.Parse(dayForm, text[:len(dayForm)])
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		cut := p.parts()
		for _, y := range cut.years {
			add(day(y), day(y).AddDate(1, 0, 0))
		}
		for _, m := range cut.months {
			add(day(m), day(m).AddDate(0, 1, 0))
		}
		rest := 0
		for i := range cut.since {
			add(day(cut.since[i]), day(cut.before[i]))
			rest += int(day(cut.before[i]).Sub(day(cut.since[i])) / (24 * time.Hour))
		}
		for d, n := range times {
			if n != 1 || !p.Contains(d) {
				t.Fatalf("%s: %s is in it %d times: %+v", p, d.Format(dayForm), n, cut)
			}
		}
		if len(times) != p.Days() || rest > 62 {
			t.Fatalf("%s has %d days; %d of them are counted, %d one by one: %+v", p, p.Days(), len(times), rest, cut)
		}
	})
}
