package demo

import (
	"math"
	"time"
)

// clock draws the time of a visit from the crowd in each half hour from 8:30 on.
type clock struct{ week, saturday []float64 }

func newClock() clock {
	week := []float64{45, 85, 105, 100, 85, 65, 35, 8, 6, 10, 45, 75, 85, 80, 65, 50, 35, 21}
	saturday := []float64{10, 90, 100, 90, 70, 50, 30}
	return clock{running(week), running(saturday)}
}

func running(weights []float64) []float64 {
	out := make([]float64, len(weights))
	sum := 0.0
	for i, w := range weights {
		sum += w
		out[i] = sum
	}
	return out
}

const opening = 8*time.Hour + 30*time.Minute

// visitTime is the time of day of a visit.
func (s *stream) visitTime(at int) time.Duration {
	table := s.clock.week
	if s.days[at].saturday {
		table = s.clock.saturday
	}
	u := s.rng.Float64() * table[len(table)-1]
	bin := 0
	for u >= table[bin] {
		bin++
	}
	return opening + time.Duration(bin)*30*time.Minute + time.Duration(s.rng.IntN(1800))*time.Second
}

// received is when the rating of a visit arrives: at the desk at once, by SMS
// and web hours or days later, never at night.
func (s *stream) received(at int, channel string) time.Time {
	after := s.visitTime(at)
	switch channel {
	case "exit":
		after += time.Duration(60+s.rng.IntN(400)) * time.Second
	case "kiosk":
		after += time.Duration(20+s.rng.IntN(200)) * time.Second
	case "ticket":
		after += s.hours(0.12, 1.0)
	case "sms":
		after += s.hours(1.6, 1.0)
	case "web":
		after += s.hours(4, 1.1)
	}
	if after > 22*time.Hour { // next morning at the earliest, and within three days
		late := min(int(after.Hours())/24+1, 3)
		after = time.Duration(late)*24*time.Hour + 7*time.Hour + time.Duration(s.rng.IntN(14*3600))*time.Second
	}
	return s.days[at].date.Start().Add(after + s.millis())
}

// hours is lognormal with the given median in hours.
func (s *stream) hours(median, spread float64) time.Duration {
	return time.Duration(median * math.Exp(spread*s.rng.NormFloat64()) * float64(time.Hour)).Truncate(time.Second)
}

func (s *stream) millis() time.Duration { return time.Duration(s.rng.IntN(1000)) * time.Millisecond }

// time sets the seconds the form took: lognormal about 12 s for the level
// alone, more for questions and words. A few are too fast to be read.
func (s *stream) time(r *Rating) {
	if s.rng.Float64() < 0.0035 && r.Comment == "" {
		r.Seconds = 1 + s.rng.IntN(2)
		r.Signals, r.Standing = []string{"hasty"}, "suspect"
		return
	}
	median := 11.0 + 2.5*float64(len(r.Answers)) + 1.5*float64(len(r.Tags))
	if r.Comment != "" {
		median += 26
	}
	if r.Elder {
		median *= 1.5
	}
	r.Seconds = min(max(int(median*math.Exp(0.5*s.rng.NormFloat64())), 4), 900)
}
