package demo

import (
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"minping/complaints/workday"
)

// caseDays is over how many days before the city's instant people wrote to the desk.
const caseDays = 365

// hot is something that many write about at once.
type hot struct {
	path      string // the matter's third level
	from, to  int    // days ago
	letters   int
	fixed     map[string]string
	doubles   float64 // share that is merged into the first
	important bool
}

func hotTopics() []hot {
	return []hot{
		{path: "公积金提取", from: 74, to: 52, letters: 70, fixed: map[string]string{"久": "四十分钟", "天": "十来天"}},
		{path: "施工噪声", from: 16, to: 1, letters: 48, fixed: map[string]string{"路": "汐月路", "小区": "汐湾新城", "晚": "凌晨一点多"}, doubles: 0.3, important: true},
		{path: "停水与水压", from: 3, to: 1, letters: 26, fixed: map[string]string{"路": "青禾中路", "小区": "青禾家园", "天": "两天"}, doubles: 0.4, important: true},
	}
}

// desk writes the city's cases one after the other.
type desk struct {
	*Data
	rng     *rand.Rand
	clock   *workday.Clock
	matters []matter
	words   *bank // of the comments at windows
	slots   map[string][]string
	weights []float64 // running total of the windows' loads
	cases   []Case
	first   map[string]int // hot topics: where the first letter of it is
}

// Cases gives what the city's people wrote to its offices in the last year, by time.
func (d *Data) Cases() []Case {
	k := d.newDesk()
	for _, letter := range k.letters() {
		if !letter.at.After(d.now) {
			k.write(letter)
		}
	}
	return k.cases
}

func (d *Data) newDesk() *desk {
	k := &desk{Data: d, rng: source(d.seed, streamCases), clock: workday.NewClock(workday.Builtin(), workday.OfficeHours()),
		matters: matters(), words: newBank(), slots: map[string][]string{}, first: map[string]int{}}
	for slot, text := range caseSlots() {
		k.slots[slot] = strings.Split(text, "、")
	}
	sum := 0.0
	for i := range d.plans {
		sum += d.plans[i].load
		k.weights = append(k.weights, sum)
	}
	return k
}

// note says that somebody writes at an instant; of a hot topic or of anything.
type note struct {
	at  time.Time
	hot *hot
}

// letters are when people write: in waking hours, fewer at weekends.
func (k *desk) letters() []note {
	var list []note
	at := func(ago int) time.Time {
		seconds := 8*3600 + k.rng.IntN(7*3600) + k.rng.IntN(7*3600)
		return k.Today.AddDays(-ago).Start().Add(time.Duration(seconds)*time.Second + time.Duration(k.rng.IntN(1000))*time.Millisecond)
	}
	for ago := caseDays; ago >= 0; ago-- {
		mean := 8.3
		if !k.clock.Calendar().IsWorkday(k.Today.AddDays(-ago)) {
			mean = 3.1
		}
		for range poisson(k.rng, mean) {
			list = append(list, note{at: at(ago)})
		}
	}
	topics := hotTopics()
	for i := range topics {
		for range topics[i].letters {
			list = append(list, note{at: at(topics[i].to + k.rng.IntN(topics[i].from-topics[i].to+1)), hot: &topics[i]})
		}
	}
	slices.SortStableFunc(list, func(a, b note) int { return a.at.Compare(b.at) })
	return list
}

func (k *desk) chance(share float64) bool { return k.rng.Float64() < share }

// write adds a case.
func (k *desk) write(n note) {
	c := Case{Filed: n.at, Urgency: "ordinary", Channel: k.pick("web", 46, "code", 22, "phone", 18, "kiosk", 6, "visit", 6, "letter", 2), Window: None}
	s := stream{rng: k.rng}
	c.Submission = s.uuid()
	k.sign(&c)
	way := &way{desk: k, c: &c, at: n.at, late: k.chance(0.07)}
	switch u := k.rng.Float64(); {
	case n.hot != nil:
		way.matter(k.matterOf(n.hot.path), n.hot.fixed)
	case u < 0.03:
		way.report()
	case u < 0.33:
		way.window()
	case u < 0.40:
		way.praise()
	default:
		way.matter(&k.matters[k.rng.IntN(len(k.matters))], nil)
	}
	way.run(n.hot)
	if n.hot != nil {
		if _, known := k.first[n.hot.path]; !known {
			k.first[n.hot.path] = len(k.cases)
		}
	}
	k.cases = append(k.cases, c)
}

// sign says how far the writer is known: most stay anonymous.
func (k *desk) sign(c *Case) {
	c.Identity = "none"
	if c.Channel == "kiosk" || !k.chance(0.3) {
		return
	}
	c.Identity = "contactable"
	c.Phone = "1990000" + decimal(1000+k.rng.IntN(9000)) // no such number is given to anybody
	if k.chance(0.35) {
		c.Identity, c.Name = "named", oneOf(k.rng, []string{"王", "李", "张", "刘", "陈", "杨", "赵", "周"})+oneOf(k.rng, []string{"女士", "先生"})
	}
}

func (k *desk) matterOf(path string) *matter {
	for i := range k.matters {
		if k.matters[i].path[2] == path {
			return &k.matters[i]
		}
	}
	panic("demo: no matter " + path)
}

// pick draws one of several words with their weights.
func (k *desk) pick(pairs ...any) string {
	sum := 0
	for i := 1; i < len(pairs); i += 2 {
		n, _ := pairs[i].(int)
		sum += n
	}
	at := k.rng.IntN(sum)
	for i := 0; ; i += 2 {
		n, _ := pairs[i+1].(int)
		if at -= n; at < 0 {
			word, _ := pairs[i].(string)
			return word
		}
	}
}
