package demo

import (
	"math"
	"slices"
)

// choice picks by weight: the first whose running share exceeds u.
type choice struct {
	name string
	upTo float64
}

func choose(u float64, from []choice) string {
	for _, c := range from {
		if u < c.upTo {
			return c.name
		}
	}
	return from[len(from)-1].name
}

func (s *stream) channel() string {
	return choose(s.rng.Float64(), []choice{{"desk", 0.47}, {"exit", 0.58}, {"ticket", 0.75}, {"kiosk", 0.84}, {"sms", 0.94}, {"web", 1}})
}

// channelMood: people are kinder at the desk, in front of the clerk, than at home.
func channelMood(channel string) float64 {
	switch channel {
	case "desk":
		return 0.15
	case "exit":
		return -0.10
	case "sms":
		return -0.22
	case "web":
		return -0.40
	}
	return 0
}

// stratum is who answers: at windows for companies more of them are 社会.
func (s *stream) stratum(w int) string {
	switch s.plans[w].service.topic {
	case business, building, tax:
		return choose(s.rng.Float64(), []choice{{"public", 0.53}, {"society", 0.90}, {"grassroots", 0.97}, {"unstated", 1}})
	}
	return choose(s.rng.Float64(), []choice{{"public", 0.79}, {"society", 0.93}, {"grassroots", 0.97}, {"unstated", 1}})
}

// device is the pseudonym of a phone: mostly of a large public in which some
// come often, at times of one of the window's regulars. A kiosk leaves none.
func (s *stream) device(w int, channel string) uint32 {
	if channel == "kiosk" {
		return 0
	}
	crowd := max(s.crowd, 1)
	if s.rng.Float64() < 0.02 {
		regular := s.plans[w].people[s.rng.IntN(4)]
		if crowd > 1 {
			regular += uint32(s.rng.IntN(int(crowd))) * 7919
		}
		return regular | 1
	}
	return 1 + uint32(200_000*crowd*math.Pow(s.rng.Float64(), 1.5))
}

// answer fills tags and sub-questions.
func (s *stream) answer(r *Rating, now phase) {
	share := 0.58
	if r.Level <= 2 {
		share = 0.78
	}
	if s.rng.Float64() < share {
		s.tags(r, now)
	}
	if s.rng.Float64() < 0.35 {
		s.rotated(r, now)
	}
	if s.rng.Float64() < 0.08 {
		r.Answers = append(r.Answers, Answer{"trust", s.near(2*float64(r.Level)-0.4, 1.2, 0, 10)})
	}
}

// tags picks one or two reasons of the level. The first three of a level are
// shown at once and are picked most.
func (s *stream) tags(r *Rating, now phase) {
	r.Tags = append(make([]int16, 0, 2), s.tag(r.Level, now))
	if s.rng.Float64() < 0.4 {
		if second := s.tag(r.Level, now); second != r.Tags[0] {
			r.Tags = append(r.Tags, second)
			slices.Sort(r.Tags)
		}
	}
}

func (s *stream) tag(level int, now phase) int16 {
	u := s.rng.Float64()
	if special := specialTag(level, now, u); special != 0 {
		return special
	}
	first, count := tagRange(level)
	if s.rng.Float64() < 0.55 {
		return first + int16(s.rng.IntN(3))
	}
	return first + 3 + int16(s.rng.IntN(count-3))
}

// specialTag is the reason the story suggests, or 0.
func specialTag(level int, now phase, u float64) int16 {
	switch {
	case now.rude && level == 1 && u < 0.75:
		return 115
	case now.rude && level == 2 && u < 0.75:
		return 214
	case now.oneStop && level == 5 && u < 0.50:
		return 510 + int16(u*100)%2
	case now.slow && level == 1 && u < 0.6:
		return 112
	case now.slow && level == 2 && u < 0.6:
		return 209
	case level == 2 && u < 0.12:
		return 214
	case level == 1 && u < 0.12:
		return 115
	case level == 5 && u > 0.80:
		return 517
	case level == 4 && u > 0.85:
		return 413
	}
	return 0
}

// tagRange gives the first code of a level in the national set in use and how
// many it has, eight each: 108–115, 207–214, 307–314, 406–413, 510–517.
func tagRange(level int) (first int16, count int) {
	return [...]int16{0, 108, 207, 307, 406, 510}[level], 8
}

// rotated answers two of the five questions; which is the second follows from the submission.
func (s *stream) rotated(r *Rating, now phase) {
	keys := [...]string{"ease", "time", "fair", "clear", "people"}
	lean := [...]float64{0.05, -0.25, 0.20, -0.05, 0.15}
	k := s.rng.IntN(len(keys))
	for _, q := range [...]int{k, (k + 1 + int(r.Submission[15])%(len(keys)-1)) % len(keys)} {
		mean := float64(r.Level) + lean[q]
		if now.rude && keys[q] == "people" {
			mean -= 0.8
		}
		if now.slow && keys[q] == "time" {
			mean--
		}
		r.Answers = append(r.Answers, Answer{keys[q], s.near(mean, 0.75, 1, 5)})
	}
}

// near is a whole number about the mean, kept within its scale.
func (s *stream) near(mean, spread float64, low, high int) int {
	return min(max(int(math.Round(mean+spread*s.rng.NormFloat64())), low), high)
}
