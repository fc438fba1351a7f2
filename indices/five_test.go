package indices

import (
	"math"
	"math/rand/v2"
	"testing"

	"minping/indices/stats"
	"minping/internal/actor"
	"minping/internal/fault"
)

// probed stores answers about an office: so many that know it not, know it, are unsure,
// decline, say nothing; of those that know it so many of each level, no opinion first.
type probed struct {
	about, from                       int64
	day, channel, stratum, standing   string
	no, yes, unsure, declined, silent int
	esteem                            [6]int
}

func (w town) probe(t testing.TB, p probed) {
	t.Helper()
	for _, def := range []struct {
		to    *string
		value string
	}{{&p.channel, "desk"}, {&p.stratum, "public"}, {&p.standing, "clear"}} {
		if *def.to == "" {
			*def.to = def.value
		}
	}
	const q = `INSERT INTO probes (visited_on, rating_id, unit_id, from_id, asked_on, channel, stratum, elder, standing, heard, esteem, answered_at)
		SELECT $1::date, nextval('ratings_id_seq'), $2, $3, $1::date, $4, $5, false, $6, nullif($7, ''), $8, CASE WHEN $7 = '' THEN NULL ELSE now() END FROM generate_series(1, $9)`
	store := func(heard string, esteem any, n int) {
		exec(t, w.db, q, p.day, p.about, p.from, p.channel, p.stratum, p.standing, heard, esteem, n)
	}
	rated := 0
	for level, n := range p.esteem {
		store("yes", level, n)
		rated += n
	}
	store("yes", nil, p.yes-rated)
	store("no", nil, p.no)
	store("unsure", nil, p.unsure)
	store("declined", nil, p.declined)
	store("", nil, p.silent)
}

func (w town) five(t testing.TB, by actor.Actor, q Query) []Profile {
	t.Helper()
	list, err := w.s.Five(t.Context(), by, q)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func same(t testing.TB, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9 {
		t.Errorf("%s: %.9f, want %.9f", what, got, want)
	}
}

// The figures are what plain SQL over the answers gives, for any period and filter.
func TestAwarenessAndReputationAreRecounted(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.probe(t, probed{about: w.tax, from: w.police, day: "2026-02-11", no: 30, yes: 70, unsure: 7, declined: 9, silent: 84, esteem: [6]int{5, 2, 3, 10, 20, 15}})
	w.probe(t, probed{about: w.tax, from: w.police, day: "2026-03-02", stratum: "society", no: 4, yes: 12, esteem: [6]int{0, 0, 0, 1, 6, 2}})
	w.probe(t, probed{about: w.tax, from: w.police, day: "2026-03-02", standing: "quarantined", no: 50})
	w.probe(t, probed{about: w.police, from: w.tax, day: "2026-03-20", no: 2, yes: 2})
	const recount = `SELECT count(*), count(*) FILTER (WHERE heard IN ('yes', 'no', 'unsure')), count(*) FILTER (WHERE heard = 'yes'), count(esteem), count(*) FILTER (WHERE esteem >= 4)
		FROM probes WHERE unit_id = $1 AND standing = 'clear' AND asked_on BETWEEN $2::date AND $3::date AND ($4 = '' OR stratum = $4)`
	for _, c := range []struct{ period, stratum string }{{"2026", ""}, {"2026-Q1", ""}, {"2026-02", ""}, {"2026-03", "society"}, {"2026-02-01..2026-03-10", ""}, {"2026-02-20..2026-03-02", "society"}} {
		span := period(t, c.period)
		p := w.five(t, inOffice(0), Query{Level: Office, Period: span, Stratum: c.stratum, Units: []int64{w.tax}})[0]
		var asked, answered, yes, rated, favourable int64
		if err := w.db.QueryRow(recount, w.tax, dayArg(span.From()), dayArg(span.To()), c.stratum).Scan(&asked, &answered, &yes, &rated, &favourable); err != nil {
			t.Fatal(err)
		}
		aware, esteem := p.At(KeyAwareness), p.At(KeyReputation)
		if aware.N != answered || esteem.N != rated || aware.Source != FromProbes {
			t.Errorf("%s: %d and %d answers, want %d and %d", c.period, aware.N, esteem.N, answered, rated)
			continue
		}
		i := stats.Wilson(float64(yes), float64(answered), 0.95)
		same(t, c.period+" awareness", aware.Figure.Value, 100*float64(yes)/float64(answered))
		same(t, c.period+" its low end", aware.Figure.Low, 100*i.Low)
		same(t, c.period+" its high end", aware.Figure.High, 100*i.High)
		same(t, c.period+" response", aware.Response.Value, float64(answered)/float64(asked))
		same(t, c.period+" reputation", esteem.Figure.Value, 100*float64(favourable)/float64(rated))
		if want := OK; answered < 30 && aware.State != Insufficient || answered >= 30 && aware.State != want {
			t.Errorf("%s: %d answers are %s", c.period, answered, aware.State)
		}
	}
	few := w.five(t, inOffice(0), Query{Level: Office, Period: period(t, "2026"), Units: []int64{w.police}})[0].At(KeyAwareness)
	if few.State != Suppressed || few.Figure != nil || few.N != 0 || few.CountText() != "<5" {
		t.Errorf("four answers show %+v", few)
	}
	city := w.five(t, inOffice(0), Query{Level: City, Period: period(t, "2026")})[0]
	if n := city.At(KeyAwareness).N; n != 107+16+4 {
		t.Errorf("the city has %d answers", n)
	}
}

func TestTrustOfVisitorsIsRecounted(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	const answer = `INSERT INTO answer_rollups (unit_id, grain, starts_on, slice_id, question_id, value, n)
		SELECT $1, 'm', '2026-03-01', rating_slice('desk', 'public', 1, 'clear'), id, $3, $4 FROM questions WHERE key = $2`
	given := map[int]int{0: 3, 4: 6, 5: 7, 6: 11, 9: 20, 10: 13}
	var n, trusting, sum float64
	for v, k := range given {
		exec(t, w.db, answer, w.tax, "trust", v, k)
		n, sum = n+float64(k), sum+float64(k*v)
		if v >= 6 {
			trusting += float64(k)
		}
	}
	exec(t, w.db, answer, w.tax, "reuse", 10, 40)
	exec(t, w.db, answer, w.tax, "reuse", 5, 10)
	exec(t, w.db, answer, w.tax, "recommend", 8, 45)
	p := w.five(t, inOffice(0), Query{Level: Office, Period: period(t, "2026"), Units: []int64{w.tax}})[0]
	same(t, "trust", p.At(KeyTrust).Figure.Value, 100*trusting/n)
	same(t, "mean trust", p.At(KeyTrustMean).Figure.Value, 10*sum/n)
	same(t, "loyalty", p.At(KeyLoyalty).Figure.Value, (90+80)/2)
	same(t, "net loyalty", p.At(KeyLoyaltyNet).Figure.Value, (60+0)/2)
	if r := p.At(KeyLoyalty); r.N != 45 || r.Figure.Low >= 85 || r.Figure.High <= 85 {
		t.Errorf("%+v", r)
	}
}

func TestFiveIsInternal(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	q := Query{Level: Office, Period: period(t, "2026")}
	for _, by := range []actor.Actor{{}, {Account: 3, Name: "a handler"}} {
		if _, err := w.s.Five(t.Context(), by, q); fault.KindOf(err) != fault.Unauthorized && fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%+v: %v", by, err)
		}
	}
	own := inOffice(w.tax)
	if list := w.five(t, own, q); len(list) != 1 || list[0].Unit.ID != w.tax {
		t.Errorf("the tax office's brand team sees %d offices", len(list))
	}
	q.Units = []int64{w.police}
	if _, err := w.s.Five(t.Context(), own, q); fault.KindOf(err) != fault.NotFound {
		t.Errorf("another office: %v", err)
	}
}

// A 95 % interval of the net share covers the truth in 93–97 % of samples.
func TestNetIntervalCovers(t *testing.T) {
	t.Parallel()
	src := rand.New(rand.NewPCG(7, 7))
	for _, c := range []struct{ n, promoters, detractors float64 }{{30, .5, .2}, {60, .7, .1}, {200, .4, .4}} {
		hits := 0
		const runs = 6000
		for range runs {
			var p, d float64
			for range int(c.n) {
				switch u := src.Float64(); {
				case u < c.promoters:
					p++
				case u < c.promoters+c.detractors:
					d++
				}
			}
			f := netFigure(p, d, c.n, 0.95)
			if truth := 100 * (c.promoters - c.detractors); f.Low <= truth && truth <= f.High {
				hits++
			}
		}
		if cover := float64(hits) / runs; cover < 0.93 || cover > 0.97 {
			t.Errorf("n = %.0f: covers %.3f", c.n, cover)
		}
	}
}
