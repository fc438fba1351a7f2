package alike_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"minping/complaints/alike"
)

// link is an earlier message and how alike it is.
type link struct {
	at       int
	likeness float64
}

// links finds for each message the earlier ones that may belong to it.
func (c *corpus) links(order []int) [][]link {
	all := make([][]link, len(order))
	holders := map[int32][]int{}
	for _, i := range order {
		seen := map[int]bool{}
		for k, term := range c.sketches[i].Terms {
			if c.sketches[i].Weights[k] > 1500 {
				for _, j := range holders[term] {
					if seen[j] {
						continue
					}
					seen[j] = true
					if l := alike.Likeness(c.sketches[i], c.sketches[j]); l > 0.3 {
						all[i] = append(all[i], link{j, l})
					}
				}
			}
			holders[term] = append(holders[term], i)
		}
	}
	return all
}

// byTime orders messages as they came.
func byTime(list []message) []int {
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return list[a].at.Compare(list[b].at) })
	return order
}

// assign does what the job of the desk does: message by message as they came, each to
// the topic of the earlier one it is most like, from a likeness on.
func assign(order []int, links [][]link, from float64) []int {
	topic := make([]int, len(order))
	for _, i := range order {
		topic[i] = i
		best := from
		for _, l := range links[i] {
			if l.likeness >= best {
				best, topic[i] = l.likeness, topic[l.at]
			}
		}
	}
	return topic
}

func TestMeasureTopics(t *testing.T) {
	t.Parallel()
	list := messages(t, "citizen-messages.csv")
	all, order := read(list), byTime(list)
	links := all.links(order)
	byHand := map[string]string{}
	for _, row := range table(t, "testdata/groups.csv") {
		byHand[row["number"]] = row["group"]
	}
	var out strings.Builder
	for _, part := range []struct {
		name string
		side uint32
		from []float64
	}{{"chosen on this half", 0, []float64{0.32, 0.36, alike.Together, 0.44, 0.48}}, {"reported on the other half", 1, []float64{alike.Together}}} {
		fmt.Fprintln(&out, part.name)
		for _, from := range part.from {
			fmt.Fprintf(&out, "  together from %.2f  %s\n", from, grouping(list, assign(order, links, from), byHand, part.side))
		}
	}
	out.WriteString(hottest(list, assign(order, links, alike.Together)))
	measured(t, "measured-topics.txt", out.String())
}

// grouping compares topics with groups made by hand, in the half of the groups that a
// digest of their numbers puts on one side: by pairs, and by the B-cubed of messages that are in a group.
func grouping(list []message, topic []int, byHand map[string]string, side uint32) string {
	type cell struct {
		topic int
		group string
	}
	group, in := make([]string, len(list)), make([]bool, len(list))
	topics, groups, cells := map[int]int{}, map[string]int{}, map[cell]int{}
	for i, m := range list {
		if group[i] = byHand[m.number]; group[i] == "" {
			group[i] = "s" + m.number
		}
		if in[i] = hash(group[i])%2 == side; in[i] {
			topics[topic[i]]++
			groups[group[i]]++
			cells[cell{topic[i], group[i]}]++
		}
	}
	var pure, found float64
	var grouped, wanted, messages int
	for i := range list {
		if !in[i] {
			continue
		}
		messages++
		both := float64(cells[cell{topic[i], group[i]}])
		if n := topics[topic[i]]; n > 1 {
			pure, grouped = pure+both/float64(n), grouped+1
		}
		if n := groups[group[i]]; n > 1 {
			found, wanted = found+both/float64(n), wanted+1
		}
	}
	pairs := func(n int) int { return n * (n - 1) / 2 }
	var right, put, there int
	for _, n := range cells {
		right += pairs(n)
	}
	for _, n := range topics {
		put += pairs(n)
	}
	for _, n := range groups {
		there += pairs(n)
	}
	return fmt.Sprintf("of %d messages: pairs put together rightly %s  pairs found %s  B-cubed precision %.3f (n %d)  recall %.3f (n %d)",
		messages, share(right, put), share(right, there), pure/float64(grouped), grouped, found/float64(wanted), wanted)
}

// hottest lists the topics that were the hottest on any day, by their hottest day; numbers only.
func hottest(list []message, topic []int) string {
	mentions := map[int][]alike.Mention{}
	for i, t := range topic {
		mentions[t] = append(mentions[t], alike.Mention{At: list[i].at, Agree: list[i].agree})
	}
	type hot struct {
		first string
		n     int
		heat  float64
		at    time.Time
	}
	var hots []hot
	for t, all := range mentions {
		if len(all) < 2 {
			continue
		}
		h := hot{first: list[t].number, n: len(all)}
		for _, m := range all { // heat only falls between messages
			past := slices.DeleteFunc(slices.Clone(all), func(o alike.Mention) bool { return o.At.After(m.At) })
			if heat := alike.Heat(m.At, past); heat > h.heat {
				h.heat, h.at = heat, m.At
			}
		}
		hots = append(hots, h)
	}
	slices.SortFunc(hots, func(a, b hot) int { return cmp.Or(cmp.Compare(b.heat, a.heat), cmp.Compare(a.first, b.first)) })
	var out strings.Builder
	fmt.Fprintf(&out, "%d topics of two messages or more among %d messages; the hottest on their hottest day:\n", len(hots), len(list))
	for _, h := range hots[:10] {
		fmt.Fprintf(&out, "  heat %6.2f on %s  messages %2d  first number %s\n", h.heat, h.at.Format("2006-01-02"), h.n, h.first)
	}
	return out.String()
}
