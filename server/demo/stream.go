package demo

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"
)

// wanted is about how many ratings two years hold.
const wanted = 345_000

// scale makes the loads of the windows add up to wanted over the period.
func (d *Data) scale() {
	sum := 0.0
	for at := range d.days {
		for w := range d.plans {
			if !d.plans[w].fixed && d.opened(w, at) {
				sum += d.plans[w].load * d.days[at].volume
			}
		}
	}
	for w := range d.plans {
		if p := &d.plans[w]; !p.fixed && sum > 0 {
			p.load *= wanted / sum
		}
	}
}

// Ratings yields every rating, by day of the visit and within it by the time it
// was received; those of the last days that would arrive after the city's
// instant are left out. Each call yields the same.
func (d *Data) Ratings(yield func(Rating) bool) {
	s := d.stream()
	for at := range d.days {
		if !d.days[at].open() {
			continue
		}
		for _, r := range s.day(at) {
			if r.Received.After(d.now) {
				break
			}
			if !yield(r) {
				return
			}
		}
	}
}

// stream makes the ratings of one day after the other.
type stream struct {
	*Data
	rng    *rand.Rand
	phases [][]phase // by office, by day
	bank   *bank
	clock  clock
	buffer []Rating
}

func (d *Data) stream() *stream {
	s := &stream{Data: d, bank: newBank(), clock: newClock(), buffer: make([]Rating, 0, 2048)}
	for office := range d.Offices {
		s.phases = append(s.phases, d.phases(office))
	}
	return s
}

// day gives the ratings of visits on a day, in a buffer that the next call reuses.
func (s *stream) day(at int) []Rating {
	date := s.days[at].date
	s.rng = source(s.seed, streamDays<<32|uint64(date.Start().Unix()/86400))
	s.buffer = s.buffer[:0]
	for w := range s.Windows {
		if !s.opened(w, at) {
			continue
		}
		load := s.plans[w].load
		if !s.plans[w].fixed {
			load *= s.days[at].volume
		}
		for range poisson(s.rng, load) {
			s.visit(w, at)
		}
	}
	for range s.padding(at) {
		s.pad(at)
	}
	for _, a := range s.Attacks {
		s.attack(a, at)
	}
	slices.SortStableFunc(s.buffer, func(a, b Rating) int { return a.Received.Compare(b.Received) })
	return s.buffer
}

// visit adds the rating of one visit, and sometimes one sent twice.
func (s *stream) visit(w, at int) {
	now := s.phases[s.Windows[w].Office][at]
	r := Rating{Window: w, Visited: s.days[at].date, Channel: s.channel(), Stratum: s.stratum(w), Standing: "clear"}
	r.Submission = s.uuid()
	r.Received = s.received(at, r.Channel)
	r.Level = s.level(s.mood(w, at) + now.shift + channelMood(r.Channel))
	r.Elder = s.rng.Float64() < 0.06
	r.Device = s.device(w, r.Channel)
	s.answer(&r, now)
	s.comment(&r, now)
	s.time(&r)
	s.buffer = append(s.buffer, r)
	if r.Device != 0 && s.rng.Float64() < 0.003 {
		s.repeat(r)
	}
}

// repeat adds a rating again from the same device a little later.
func (s *stream) repeat(r Rating) {
	r.Submission = s.uuid()
	r.Received = r.Received.Add(time.Duration(40+s.rng.IntN(500)) * time.Second)
	r.Comment, r.Answers, r.Seconds = "", nil, 4+s.rng.IntN(6)
	r.Signals, r.Standing = []string{"repeat"}, "suspect"
	s.buffer = append(s.buffer, r)
}

// pad adds one stuffed rating: five stars in a tap, near closing time, from one
// of four phones.
func (s *stream) pad(at int) {
	r := Rating{Window: s.Padded, Visited: s.days[at].date, Channel: "desk", Stratum: "public", Level: 5, Standing: "suspect"}
	r.Submission = s.uuid()
	r.Received = r.Visited.Start().Add(17*time.Hour + 4*time.Minute + time.Duration(s.rng.IntN(420))*time.Second + s.millis())
	r.Device = s.plans[s.Padded].people[s.rng.IntN(4)] | 1
	r.Seconds = 1 + s.rng.IntN(2)
	r.Signals = []string{"hasty", "repeat"}
	s.buffer = append(s.buffer, r)
}

// mood is what window, staff and day add to satisfaction on the logit scale.
func (s *stream) mood(w, at int) float64 {
	p := &s.plans[w]
	mood := p.office + p.quality + s.days[at].mood
	for i := len(p.turns) - 1; i >= 0; i-- {
		if at >= p.turns[i].from {
			return mood + p.turns[i].quality
		}
	}
	return mood
}

// level draws one of the five levels from an ordered logit model
// (McCullagh 1980): level ≤ k with probability 1/(1+e^(mood−cut_k)).
func (s *stream) level(mood float64) int {
	cuts := [4]float64{-4.00, -3.00, -1.66, -0.26}
	u := s.rng.Float64()
	x := math.Log(u/(1-u)) + mood
	level := 1
	for _, cut := range cuts {
		if x > cut {
			level++
		}
	}
	return level
}

func (s *stream) uuid() [16]byte { return uuidOf(s.rng) }

func uuidOf(rng *rand.Rand) (id [16]byte) {
	binary.BigEndian.PutUint64(id[:8], rng.Uint64())
	binary.BigEndian.PutUint64(id[8:], rng.Uint64())
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return id
}

// poisson draws a count (Knuth's method, good for the small means here).
func poisson(rng *rand.Rand, mean float64) int {
	if mean <= 0 {
		return 0
	}
	limit, n := math.Exp(-mean), 0
	for p := rng.Float64(); p > limit; p *= rng.Float64() {
		n++
	}
	return n
}

func decimal(n int) string { return strconv.Itoa(n) }
