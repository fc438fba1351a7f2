package alike

import (
	"math"
	"time"
)

// HalfLife is after how long a message counts half as much as a new one.
const HalfLife = 14 * 24 * time.Hour

// Mention is one message of a topic.
type Mention struct {
	At    time.Time
	Agree int // how many others agreed where people could say so; 0 elsewhere
}

// Heat is the sum over messages of 2^(−age ÷ HalfLife) × (1 + ln(1 + Agree)):
// messages count less as they age (exponential decay, as in Cormode et al., Forward decay: a practical
// time decay model for streaming systems, ICDE 2009), and the hundredth who agrees adds less than
// the first. A message is one whoever sent it, so a topic does not heat up by a long text,
// and ten agreeing are worth less than four messages.
func Heat(now time.Time, mentions []Mention) float64 {
	sum := 0.0
	for _, m := range mentions {
		age := max(0, now.Sub(m.At).Hours()/HalfLife.Hours())
		sum += math.Exp2(-age) * (1 + math.Log1p(float64(max(0, m.Agree))))
	}
	return sum
}

// Trend counts the messages of the last HalfLife and of the one before.
func Trend(now time.Time, mentions []Mention) (latest, before int) {
	for _, m := range mentions {
		switch age := now.Sub(m.At); {
		case age < HalfLife:
			latest++
		case age < 2*HalfLife:
			before++
		}
	}
	return latest, before
}
