package demo

// run takes a case through the desk.
func (w *way) run(h *hot) {
	if w.c.Kind == "report" {
		w.sealed()
		return
	}
	w.later(4, 150)
	w.add(Step{Action: "triage", By: ByDispatcher, Category: w.c.Category, Urgency: w.urgency})
	switch {
	case h != nil && w.known(h) && w.chance(h.doubles):
		w.later(3, 40)
		w.add(Step{Action: "merge", By: ByDispatcher, Into: w.first[h.path], Words: "同一事项多人反映，并入首件统一办理。"})
		return
	case h == nil && w.c.Window == None && w.chance(0.03):
		w.later(10, 90)
		why := w.rng.IntN(2)
		w.add(Step{Action: "refuse", By: ByDispatcher, Code: []string{"already_open", "nothing_new"}[why], Words: lines(refuseLines)[why]})
		return
	case h == nil && w.c.Window == None && w.chance(0.035):
		w.later(10, 90)
		to := w.rng.IntN(2)
		w.add(Step{Action: "route_out", By: ByDispatcher, Code: []string{"petition", "litigation"}[to], Words: lines(routeLines)[to]})
		return
	case w.c.Kind == "consultation" && w.chance(0.3):
		w.later(15, 180)
		w.add(Step{Action: "answer_now", By: ByDispatcher, Words: w.pen.reply(w.found)})
		w.close()
		return
	}
	w.may(0.01)
	w.later(2, 60)
	w.add(Step{Action: "dispatch", By: ByDispatcher, To: w.office})
	if h != nil && h.important && !w.known(h) {
		w.urgeOn() // the first of a hot topic is what everybody waits for
		return
	}
	w.taken()
	w.handled()
}

// known tells whether the first letter of a hot topic is there.
func (w *way) known(h *hot) bool { _, yes := w.first[h.path]; return yes }

// urgeOn leaves a case with its office, under the eyes of the committee.
func (w *way) urgeOn() {
	w.later(20, 90)
	w.add(Step{Action: "acknowledge", By: ByHandler})
	w.later(5, 60)
	w.add(Step{Action: "start", By: ByHandler})
	w.later(300, 500)
	w.add(Step{Action: "urge", By: ByCitizen})
	w.later(500, 900)
	w.add(Step{Action: "supervise", By: BySupervisor, Level: 2, Words: w.pen.line(superviseLines)})
	w.later(1200, 2400)
	w.add(Step{Action: "supervise", By: BySupervisor, Level: 3, Words: w.pen.line(superviseLines)})
}

// taken: acknowledged by the office, or given back or on before.
func (w *way) taken() {
	w.may(0.03)
	if w.chance(0.03) && w.c.Window == None {
		w.later(60, 300)
		w.add(Step{Action: "return", By: ByHandler, Code: "not_ours", Words: w.pen.line(returnLines)})
		w.later(20, 180)
		w.office = w.other()
		w.add(Step{Action: "dispatch", By: ByDispatcher, To: w.office})
	}
	slow := 330
	if w.late && w.chance(0.4) {
		slow = 620
	}
	w.later(15, slow)
	w.add(Step{Action: "acknowledge", By: ByHandler})
	if w.chance(0.03) && w.c.Window == None && !w.returned() {
		w.later(60, 600)
		w.office = w.other()
		last := Step{Action: "transfer", By: ByHandler, To: w.office, Words: w.pen.line(transferLines)}
		w.add(last)
		if n := len(w.c.Steps); n > 0 && w.c.Steps[n-1].Action == "transfer" {
			w.c.Steps[n-1].Office = w.c.Steps[n-2].Office // handed on by whoever had it
		}
		w.later(20, 200)
		w.add(Step{Action: "acknowledge", By: ByHandler})
	}
	w.later(3, 90)
	w.add(Step{Action: "start", By: ByHandler})
}

func (w *way) returned() bool {
	for _, s := range w.c.Steps {
		if s.Action == "return" {
			return true
		}
	}
	return false
}

// other is an office that could as well have it.
func (w *way) other() int {
	for {
		if o := w.Data.office(oneOf(w.rng, []string{"ZJJ", "CGJ", "LLS", "WXS", "QHS", "SHW", "SJJ"})); o != w.office {
			return o
		}
	}
}

// handled: worked on until the reply, and what the citizen says of it.
func (w *way) handled() {
	if w.chance(0.2) {
		w.later(30, 400)
		w.add(Step{Action: "note", By: ByHandler, Words: w.pen.line(noteLines)})
	}
	if w.chance(0.07) {
		w.later(20, 200)
		w.add(Step{Action: "ask", By: ByHandler, Words: w.pen.line(askLines)})
		w.may(0.3)
		w.later(60, 900)
		w.add(Step{Action: "answer", By: ByCitizen, Words: w.pen.line(answerLines)})
	}
	if w.chance(0.08) && !w.late && w.urgency != "utilities" && w.c.Kind != "consultation" {
		w.later(100, 300)
		w.add(Step{Action: "extend", By: ByHandler, Days: 3 + w.rng.IntN(6), Words: w.pen.line(extendLines)})
		w.later(600, 1500)
	}
	w.may(0.03)
	if w.chance(0.1) {
		w.add(Step{Action: "add", By: ByCitizen, Words: w.pen.line(addLines)})
	}
	if w.late {
		w.overdue()
	}
	if w.urgency == "utilities" {
		w.later(40, 240)
	} else {
		w.later(90, 1250) // five working days are 1,950 minutes
	}
	if w.c.Kind == "complaint" && w.chance(0.015) {
		w.add(Step{Action: "withdraw", By: ByCitizen, Words: w.pen.line(withdrawLines)})
		return
	}
	w.add(Step{Action: "reply", By: ByHandler, Words: w.pen.reply(w.found)})
	w.heard(1)
}

// overdue: the limit passes while nobody answers.
func (w *way) overdue() {
	w.later(1500, 2600)
	w.add(Step{Action: "urge", By: ByCitizen})
	if w.chance(0.35) {
		w.later(300, 1600)
		w.add(Step{Action: "supervise", By: BySupervisor, Level: 3, Words: w.pen.line(superviseLines)})
	}
}

// sealed: what only the discipline role knows of.
func (w *way) sealed() {
	w.later(20, 240)
	w.add(Step{Action: "triage", By: ByDiscipline, Category: w.c.Category})
	w.later(10, 100)
	w.add(Step{Action: "dispatch", By: ByDiscipline, To: None})
	w.later(20, 300)
	w.add(Step{Action: "acknowledge", By: ByDiscipline})
	w.later(10, 200)
	w.add(Step{Action: "start", By: ByDiscipline})
	w.later(900, 5200)
	w.add(Step{Action: "reply", By: ByDiscipline, Words: w.pen.reply(w.found)})
	w.later(200, 900)
	w.add(Step{Action: "close", By: ByCaller})
}
