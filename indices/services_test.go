package indices

import (
	"math"
	"testing"
)

// serve tells how many were served on a day, as telling does.
func (w town) serve(t testing.TB, unit int64, day string, n int) {
	t.Helper()
	exec(t, w.db, `INSERT INTO service_rollups AS r (unit_id, grain, starts_on, served)
		SELECT $1, g.grain, CASE g.grain WHEN 'd' THEN $2::date ELSE date_trunc('month', $2::date)::date END, $3
		FROM (VALUES ('d'::"char"), ('m'::"char")) g (grain)
		ON CONFLICT (unit_id, grain, starts_on) DO UPDATE SET served = r.served + excluded.served`, unit, day, n)
}

// 1000 served, 50 rated, 10 of them bad: 80% good among those who spoke, 99% where
// the 950 who kept silent are taken for basically satisfied.
func TestSilenceUnderBothRules(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.rate(t, count{unit: w.tax, day: "2026-08-15", levels: [5]int{4, 6, 10, 10, 20}})
	w.serve(t, w.tax, "2026-08-15", 600)
	w.serve(t, w.tax, "2026-08-16", 400)
	for text, served := range map[string]int64{"2026-08": 1000, "2026": 1000, "2026-08-15": 600, "2026-08-15..2026-08-20": 1000} {
		r := w.index(t, citizen, Query{Level: Office, Period: period(t, text), Units: []int64{w.tax}})[0]
		if r.Services == nil || r.Services.Served != served || r.Services.Rated != 50 || r.Services.Unrated != served-50 {
			t.Errorf("%s: %+v", text, r.Services)
		}
	}
	s := w.index(t, citizen, Query{Level: Office, Period: period(t, "2026-08"), Units: []int64{w.tax}})[0]
	near := func(what string, got, want float64) {
		if math.Abs(got-want) > 5e-5 {
			t.Errorf("%s %v, want %v", what, got, want)
		}
	}
	near("good", s.Good.Value, .80)
	near("good by default", s.Services.DefaultGood, .99)
	near("satisfaction by default", s.Services.DefaultSat, (6*25+(10+950)*50+10*75+20*100)/1000.)
	near("response", s.Services.Rate.Value, .05)
	near("response, low", s.Services.Rate.Low, .0381) // Wilson of 50 among 1000: .0381–.0653
	near("response, high", s.Services.Rate.High, .0653)
}

func TestServicesAreKnownOnlyWhereTheyMeanSomething(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.rate(t, count{unit: w.tax, day: "2026-08-15", levels: [5]int{0, 0, 0, 0, 20}}, count{unit: w.police, day: "2026-08-15", levels: [5]int{0, 0, 0, 0, 4}})
	w.serve(t, w.tax, "2026-08-15", 19)
	w.serve(t, w.police, "2026-08-15", 30)
	q := Query{Level: Office, Period: period(t, "2026-08"), Units: []int64{w.tax, w.police}}
	for _, r := range w.index(t, citizen, q) {
		switch r.Unit.ID {
		case w.tax:
			if r.Services == nil || !r.Services.More || r.Services.Rate != nil || r.Services.DefaultGood != 0 {
				t.Errorf("20 ratings of 19 services: %+v", r.Services)
			}
		case w.police: // 4 of 30 would tell that there were 4
			if r.Services != nil {
				t.Errorf("suppressed: %+v", r.Services)
			}
		}
	}
	q.Channel = "desk"
	for _, r := range w.index(t, citizen, q) {
		if r.Services != nil {
			t.Errorf("services of one channel: %+v", r.Services)
		}
	}
}
