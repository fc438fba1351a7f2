package demo

import (
	"math/rand/v2"
	"strings"
)

// tone is what a comment says of the visit.
type tone uint8

const (
	praise tone = iota
	lukewarm
	blame
)

func toneOf(level int) tone {
	switch {
	case level >= 4:
		return praise
	case level == 3:
		return lukewarm
	}
	return blame
}

// shelf is where sentences of a tone about a topic stand.
type shelf struct {
	tone  tone
	topic topic
}

// bank holds the sentences and what fills their slots.
type bank struct {
	shelves                map[shelf][]string
	rude, oneStop, slow    []string
	openings, endings, bad []string
	slots                  map[string][]string
}

func newBank() *bank {
	b := &bank{
		shelves: map[shelf][]string{},
		rude:    lines(rudeLines), oneStop: lines(oneStopLines), slow: lines(slowLines),
		openings: lines(openingLines), endings: lines(endingLines), bad: lines(badEndingLines),
		slots: map[string][]string{},
	}
	b.shelves[shelf{praise, anyTopic}] = lines(praiseLines)
	b.shelves[shelf{lukewarm, anyTopic}] = lines(lukewarmLines)
	b.shelves[shelf{blame, anyTopic}] = lines(blameLines)
	for topic, text := range praiseByTopic() {
		b.shelves[shelf{praise, topic}] = lines(text)
	}
	for topic, text := range blameByTopic() {
		b.shelves[shelf{blame, topic}] = lines(text)
	}
	for slot, text := range slotWords() {
		b.slots[slot] = strings.Split(text, "、")
	}
	return b
}

func lines(text string) []string { return strings.Fields(text) }

// comment writes words for about six visits in a hundred; who is dissatisfied
// writes more often.
func (s *stream) comment(r *Rating, now phase) {
	share := 0.046
	if r.Level <= 2 {
		share = 0.26
	}
	if s.rng.Float64() >= share {
		return
	}
	p := s.plans[r.Window].service
	text := s.bank.sentence(s.rng, shelf{toneOf(r.Level), p.topic}, now)
	r.Comment = s.bank.fill(s.rng, strings.ReplaceAll(text, "{事}", p.name))
}

// sentence takes a sentence, at times with one before or after it.
func (b *bank) sentence(rng *rand.Rand, from shelf, now phase) string {
	text := oneOf(rng, b.choose(rng, from, now))
	if from.tone == lukewarm {
		return text
	}
	endings := b.endings
	if from.tone == blame {
		endings = b.bad
	}
	switch u := rng.Float64(); {
	case u < 0.22:
		return text + oneOf(rng, endings)
	case u < 0.42:
		return oneOf(rng, b.openings) + text
	}
	return text
}

// choose picks the lines: the story's, the topic's, or those for any visit.
func (b *bank) choose(rng *rand.Rand, from shelf, now phase) []string {
	story := rng.Float64() < 0.6
	switch {
	case story && now.rude && from.tone == blame:
		return b.rude
	case story && now.oneStop && from.tone == praise:
		return b.oneStop
	case story && now.slow && from.tone == blame:
		return b.slow
	}
	if own := b.shelves[from]; len(own) > 0 && rng.Float64() < 0.45 {
		return own
	}
	return b.shelves[shelf{from.tone, anyTopic}]
}

// fill puts words into the slots that are left.
func (b *bank) fill(rng *rand.Rand, text string) string {
	for {
		before, rest, found := strings.Cut(text, "{")
		if !found {
			return text
		}
		slot, after, _ := strings.Cut(rest, "}")
		text = before + oneOf(rng, b.slots[slot]) + after
	}
}

func oneOf(rng *rand.Rand, from []string) string { return from[rng.IntN(len(from))] }
