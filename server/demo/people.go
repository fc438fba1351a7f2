package demo

import (
	"fmt"
	"math/rand/v2"

	"minping/complaints/workday"
)

// hiring is the state of taking on staff.
type hiring struct {
	*Data
	rng   *rand.Rand
	names *namer
	count map[int]int // staff so far, by office
}

func (d *Data) addStaff() {
	h := hiring{d, source(d.seed, streamStaff), newNamer(source(d.seed, streamNames)), map[int]int{}}
	h.chiefs()
	h.clerks()
	h.moves()
}

func (h *hiring) hire(office, division int, joined workday.Day) int {
	h.count[office]++
	h.Staff = append(h.Staff, Person{
		Number: fmt.Sprintf("%s%04d", h.Offices[office].Code, h.count[office]),
		Name:   h.names.next(), Office: office, Division: division, Joined: joined,
	})
	return len(h.Staff) - 1
}

// before is a day up to that many years before the ratings begin.
func (h *hiring) before(years int) workday.Day {
	return h.From.AddDays(-30 - h.rng.IntN(years*365))
}

// chiefs gives every division its chief; every seventh division changes its
// chief once, and a few neighbours exchange theirs 轮岗.
func (h *hiring) chiefs() {
	first := len(h.Tenures)
	for v, division := range h.Divisions {
		chief := h.hire(division.Office, v, h.before(15))
		from := h.before(3)
		if joined := h.Staff[chief].Joined; from.Before(joined) {
			from = joined
		}
		h.Tenures = append(h.Tenures, Tenure{Division: v, Person: chief, From: from})
	}
	for v := range h.Divisions {
		switch {
		case v%7 == 3:
			h.replaceChief(first + v)
		case v%28 == 4 && h.Divisions[v].Office == h.Divisions[v+1].Office:
			h.exchangeChiefs(first+v, first+v+1)
		}
	}
}

func (h *hiring) replaceChief(t int) {
	on := h.openDay(70 + h.rng.IntN(580))
	old := &h.Tenures[t]
	old.To = on.AddDays(-1)
	h.leave(old.Person, old.To)
	division := old.Division
	chief := h.hire(h.Divisions[division].Office, division, h.before(12))
	h.Tenures = append(h.Tenures, Tenure{Division: division, Person: chief, From: on})
}

// leave lets a person retire, or go on in the office without a division.
func (h *hiring) leave(person int, on workday.Day) {
	if h.rng.Float64() < 0.6 {
		h.Staff[person].Left = on
		return
	}
	h.Staff[person].Division = None
}

func (h *hiring) exchangeChiefs(a, b int) {
	on := h.openDay(100 + h.rng.IntN(500))
	one, two := h.Tenures[a], h.Tenures[b]
	h.Tenures[a].To, h.Tenures[b].To = on.AddDays(-1), on.AddDays(-1)
	h.Tenures = append(h.Tenures,
		Tenure{Division: one.Division, Person: two.Person, From: on},
		Tenure{Division: two.Division, Person: one.Person, From: on})
	h.Staff[one.Person].Division, h.Staff[two.Person].Division = two.Division, one.Division
}

// clerks puts somebody at every window from its first day, and a second person
// at the busiest ones.
func (h *hiring) clerks() {
	for w, window := range h.Windows {
		from := window.Opened
		if from.IsZero() {
			from = h.before(2)
		}
		h.seat(w, from)
		h.plans[w].turns = []turn{{0, 0.18 * h.rng.NormFloat64()}}
		if h.plans[w].load > 3.1 {
			h.seat(w, from.AddDays(h.rng.IntN(200)))
		}
	}
}

func (h *hiring) seat(w int, from workday.Day) int {
	window := h.Windows[w]
	joined := h.before(9)
	if from.Before(joined) {
		joined = from
	}
	person := h.hire(window.Office, window.Division, joined)
	h.Duties = append(h.Duties, Duty{Person: person, Window: w, From: from})
	return len(h.Duties) - 1
}

// moves lets staff hand windows over: to a newcomer, or to a colleague of the
// same office in the same hall in exchange.
func (h *hiring) moves() {
	open := map[int]int{} // window → its first duty
	for i, duty := range h.Duties {
		if _, known := open[duty.Window]; !known {
			open[duty.Window] = i
		}
	}
	for w := range h.Windows {
		switch {
		case w%8 == 5:
			h.handOver(w, open[w])
		case w%10 == 2 && w+1 < len(h.Windows) && (w+1)%8 != 5 && h.sameDesk(w, w+1):
			h.exchange(open[w], open[w+1])
		}
	}
}

func (h *hiring) sameDesk(a, b int) bool {
	return h.Windows[a].Office == h.Windows[b].Office && h.Windows[a].Hall == h.Windows[b].Hall
}

func (h *hiring) handOver(w, duty int) {
	on := h.openDay(30 + h.rng.IntN(270))
	h.Duties[duty].To = on.AddDays(-1)
	h.leave(h.Duties[duty].Person, on.AddDays(-1))
	h.seat(w, on)
	h.plans[w].turns = append(h.plans[w].turns, turn{h.index(on), 0.18 * h.rng.NormFloat64()})
}

func (h *hiring) exchange(a, b int) {
	on := h.openDay(40 + h.rng.IntN(260))
	one, two := h.Duties[a], h.Duties[b]
	h.Duties[a].To, h.Duties[b].To = on.AddDays(-1), on.AddDays(-1)
	h.Duties = append(h.Duties, Duty{Person: one.Person, Window: two.Window, From: on}, Duty{Person: two.Person, Window: one.Window, From: on})
	h.Staff[one.Person].Division, h.Staff[two.Person].Division = h.Windows[two.Window].Division, h.Windows[one.Window].Division
	p, q := &h.plans[one.Window], &h.plans[two.Window]
	p.turns, q.turns = append(p.turns, turn{h.index(on), q.turns[0].quality}), append(q.turns, turn{h.index(on), p.turns[0].quality})
}
