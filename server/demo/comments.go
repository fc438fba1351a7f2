package demo

import (
	"math/rand/v2"
	"strings"
	"unicode/utf8"
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

// shelf is where the sentences of a tone about a service stand; service is
// empty for those that fit any.
type shelf struct {
	tone    tone
	service string
}

// bank holds the sentences and what fills their slots.
type bank struct {
	shelves                map[shelf][]string
	rude, oneStop, slow    []string
	openings, endings, bad []string
	slots                  map[string][]string
	corporate              map[string]bool // services for which nobody brings family
}

func newBank() *bank {
	b := &bank{
		shelves: map[shelf][]string{
			{praise, ""}:   lines(praiseLines),
			{lukewarm, ""}: lines(lukewarmLines),
			{blame, ""}:    lines(blameLines),
		},
		rude: lines(rudeLines), oneStop: lines(oneStopLines), slow: lines(slowLines),
		openings: lines(openingLines), endings: lines(endingLines), bad: lines(badEndingLines),
		slots: map[string][]string{}, corporate: map[string]bool{},
	}
	good, bad := praiseByTopic(), blameByTopic()
	for _, s := range services() {
		b.corporate[s.name] = s.topic == business || s.topic == building || s.topic == tax
		b.shelves[shelf{praise, s.name}] = fitting(good[s.topic], s.name)
		b.shelves[shelf{blame, s.name}] = fitting(bad[s.topic], s.name)
	}
	for slot, text := range slotWords() {
		b.slots[slot] = strings.Split(text, "、")
	}
	return b
}

func lines(text string) []string { return strings.Fields(text) }

// fitting are the lines that fit a service: those for its whole topic and those
// marked with a word of its name.
func fitting(text, service string) []string {
	var out []string
	for _, line := range lines(text) {
		words, sentence, marked := strings.Cut(line, "=")
		if !marked {
			out = append(out, line)
			continue
		}
		for _, word := range strings.Split(words, "/") {
			if strings.Contains(service, word) {
				out = append(out, sentence)
				break
			}
		}
	}
	return out
}

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
	name := s.plans[r.Window].service.name
	text := s.bank.sentence(s.rng, shelf{toneOf(r.Level), name}, now)
	r.Comment = s.bank.fill(s.rng, strings.ReplaceAll(text, "{事}", name))
}

// sentence takes a sentence, at times with one before or after it.
func (b *bank) sentence(rng *rand.Rand, from shelf, now phase) string {
	draw := func(lines []string) string { return b.suited(rng, from.service, lines) }
	text := draw(b.choose(rng, from, now))
	if from.tone == lukewarm {
		return text
	}
	endings := b.endings
	if from.tone == blame {
		endings = b.bad
	}
	switch u := rng.Float64(); {
	case u < 0.20:
		return text + draw(endings)
	case u < 0.36 && roomy(text):
		return draw(b.openings) + text
	case u < 0.62 && roomy(text):
		return join(text, draw(b.shelves[shelf{from.tone, ""}]))
	}
	return text
}

// suited is a line without family in it where the service is for companies.
// Every list has such a line.
func (b *bank) suited(rng *rand.Rand, service string, lines []string) string {
	for {
		line := oneOf(rng, lines)
		if !b.corporate[service] || !strings.Contains(line, "{家}") && !strings.Contains(line, "{亲}") {
			return line
		}
	}
}

// roomy tells whether a sentence takes another one: short words of thanks stand
// alone, and one that says when or how somebody came needs no opening.
func roomy(text string) bool {
	return utf8.RuneCountInString(text) > 7 && !strings.Contains(text, "来的")
}

// join sets two sentences side by side, unless both would name a time, a person
// or a number of visits and so might contradict each other.
func join(text, more string) string {
	if text == more {
		return text
	}
	for _, slot := range [...]string{"{快}", "{久}", "{人}", "{次}", "{时}"} {
		if strings.Contains(text, slot) && strings.Contains(more, slot) {
			return text
		}
	}
	return text + "。" + more
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
	return b.shelves[shelf{from.tone, ""}]
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
