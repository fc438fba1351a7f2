package demo

import (
	"regexp"
	"strings"
	"testing"
)

func TestBankIsLarge(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	texts := []string{praiseLines, lukewarmLines, blameLines, rudeLines, oneStopLines, slowLines}
	for _, byTopic := range []map[topic]string{praiseByTopic(), blameByTopic()} {
		for _, text := range byTopic {
			texts = append(texts, text)
		}
	}
	for _, text := range texts {
		for _, line := range lines(text) {
			if seen[line] {
				t.Errorf("%s stands twice", line)
			}
			seen[line] = true
		}
	}
	if len(seen) < 150 {
		t.Errorf("%d sentences, want at least 150", len(seen))
	}
	t.Logf("%d sentences", len(seen))
}

// A word before "=" that no service's name has would hide its sentence for good.
func TestEveryLineFitsAService(t *testing.T) {
	t.Parallel()
	for _, byTopic := range []map[topic]string{praiseByTopic(), blameByTopic()} {
		for topic, text := range byTopic {
			for _, line := range lines(text) {
				if !fitsSome(topic, line) {
					t.Errorf("no service has %s", line)
				}
			}
		}
	}
}

func fitsSome(of topic, line string) bool {
	for _, s := range services() {
		if s.topic == of && len(fitting(line, s.name)) > 0 {
			return true
		}
	}
	return false
}

func TestCommentsAreFinished(t *testing.T) {
	t.Parallel()
	personal := regexp.MustCompile(`[0-9]{5,}|@`)
	b, rng := newBank(), source(1, 1)
	now := []phase{{}, {rude: true}, {oneStop: true}, {slow: true}}
	all := services()
	for i := range 20_000 {
		from := shelf{tone(i % 3), all[i%len(all)].name}
		text := b.fill(rng, strings.ReplaceAll(b.sentence(rng, from, now[i%4]), "{事}", from.service))
		if text == "" || strings.ContainsAny(text, "{}= \n") || personal.MatchString(text) {
			t.Fatalf("comment %q", text)
		}
		if strings.Contains(text, "，，") || strings.Contains(text, "。。") || strings.Contains(text, "！。") {
			t.Fatalf("punctuation of %q", text)
		}
	}
}
