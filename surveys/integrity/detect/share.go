package detect

// trait is something that a small share of honest ratings has.
type trait struct {
	kind  Kind
	among func(*Rating) bool // which ratings could have it
	has   func(*Rating) bool
	least int // fewer are never a finding
}

// overshare compares every window with all others: too many of its ratings have a trait.
func overshare(w *Week, t trait) []candidate {
	k, n := make([]int, len(w.Windows)), make([]int, len(w.Windows))
	for i := range w.Ratings {
		r := &w.Ratings[i]
		if !t.among(r) {
			continue
		}
		n[r.Window]++
		if t.has(r) {
			k[r.Window]++
		}
	}
	usual := fitShare(k, n)
	var found []candidate
	for window := range k {
		if n[window] == 0 {
			continue
		}
		f := w.at(t.kind, window)
		if k[window] >= t.least {
			f.LogP = betaBinomialTail(k[window], n[window], usual.a, usual.b)
			f.Ratings = w.pick(window, func(r *Rating) bool { return t.among(r) && t.has(r) })
		}
		f.Seen, f.Of, f.Expected = float64(k[window]), n[window], float64(n[window])*usual.mean()
		found = append(found, candidate{Finding: f})
	}
	return found
}

func networks(w *Week, _ Rules) []candidate {
	return overshare(w, trait{kind: Network, least: 3,
		among: func(r *Rating) bool { return r.Mode != Elsewhere }, has: func(r *Rating) bool { return r.Network }})
}

func hasties(w *Week, rules Rules) []candidate {
	return overshare(w, trait{kind: Hasty, least: 4,
		among: func(r *Rating) bool { return r.Seconds >= 0 }, has: func(r *Rating) bool { return int(r.Seconds) < rules.Hasty }})
}

// Before opening and after closing people may still stand at the desk.
const (
	early = 30 * 60
	late  = 60 * 60
)

// closedHours finds ratings given in the hall while it was closed. A day on which
// the window is told to have served, or on whose weekday it was rated before, is no day off.
func closedHours(w *Week, _ Rules) []candidate {
	return overshare(w, trait{kind: Closed, least: 3,
		among: func(r *Rating) bool { return r.Hall && r.Mode != Elsewhere }, has: w.closed})
}

func (w *Week) closed(r *Rating) bool {
	day, second := int((r.At-w.Start)/86400), int((r.At-w.Start)%86400)
	if r.At < w.Start || day >= len(w.Hours) {
		return false
	}
	hours := w.Hours[day]
	if hours[0] == hours[1] {
		if !w.Windows[r.Window].worked(day) {
			return true
		}
		hours = usualHours(w.Hours)
	}
	return second < hours[0]-early || second >= hours[1]+late
}

func usualHours(all [][2]int) [2]int {
	for _, h := range all {
		if h[0] != h[1] {
			return h
		}
	}
	return [2]int{0, 86400}
}

func (v *Window) worked(day int) bool {
	if day < len(v.Served) && v.Served[day] >= 0 {
		return v.Served[day] > 0
	}
	times := 0
	for _, p := range v.Past {
		if (p.Ago+day)%7 == 0 {
			times++
		}
	}
	return times >= 2
}

// servedDays finds days on which a window has more ratings than services. That is
// no matter of chance: its strength grows with what is too much, and one or two may
// be a count that came late.
func servedDays(w *Week, _ Rules) []candidate {
	var found []candidate
	for window := range w.Windows {
		for day, served := range w.Windows[window].Served {
			if served < 0 {
				continue
			}
			f := w.at(Served, window)
			list := w.pick(window, func(r *Rating) bool { return int(r.Day) == day && r.Mode != Elsewhere })
			f.Seen, f.Expected, f.Of = float64(len(list)), float64(served), len(list)
			if over := len(list) - served; over >= 3 {
				// As if at most every second service were rated: rarer even than that.
				f.LogP, f.Ratings = poissonTail(float64(len(list)), float64(served)/2+0.5)-float64(over)/2, list
			}
			found = append(found, candidate{Finding: f})
		}
	}
	return found
}
