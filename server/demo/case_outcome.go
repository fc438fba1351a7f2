package demo

import (
	"math/rand/v2"
	"time"
)

// heard: the citizen is asked whether it is solved, or says so on the page.
func (w *way) heard(round int) {
	if w.c.Kind != "complaint" && w.c.Kind != "request" {
		w.close()
		return
	}
	if w.c.Identity == "none" {
		if w.chance(0.45) {
			w.later(20, 700)
			w.outcome(ByCitizen, "page", round)
			return
		}
		w.later(1660, 2100) // nobody can be called: three working days pass
		w.add(Step{Action: "close", By: ByCaller, Words: "无联系方式，群众在规定期限内未反馈。"})
		return
	}
	for tries := 0; ; tries++ {
		w.later(30, 420)
		switch {
		case !w.chance(0.3):
			w.outcome(ByCaller, w.pick("phone", 4, "sms", 1), round)
			return
		case tries >= 3:
			w.add(Step{Action: "close", By: ByCaller, Words: "三次回访均未接通。"})
			return
		}
		w.add(Step{Action: "callback_miss", By: ByCaller, Way: "phone"})
	}
}

// outcome is what the citizen says of the reply: content, or it is done again.
func (w *way) outcome(by Doer, how string, round int) {
	s := Step{Action: "callback_good", By: by, Way: how, Asked: true, Solved: true, Satisfied: satisfaction(w.rng)}
	good := 0.82
	if w.late {
		good = 0.6
	}
	if w.chance(good) {
		w.add(s)
		return
	}
	s.Solved, s.Satisfied = w.chance(0.25), 1+w.rng.IntN(2)
	if round >= 3 {
		s.Action = "callback_unsolved"
		w.add(s)
		return
	}
	s.Action = "callback_bad"
	w.add(s)
	w.again(round + 1)
}

// satisfaction of somebody whose matter is solved.
func satisfaction(rng *rand.Rand) int {
	return [...]int{5, 5, 5, 5, 4, 4, 4, 3, 0}[rng.IntN(9)]
}

// again: done anew, one level higher.
func (w *way) again(round int) {
	w.may(0.1)
	w.later(30, 300)
	w.add(Step{Action: "acknowledge", By: ByHandler})
	w.later(5, 90)
	w.add(Step{Action: "start", By: ByHandler})
	w.later(200, 1400)
	w.add(Step{Action: "reply", By: ByHandler, Words: w.pen.reply(w.found), Disposition: w.disposition()})
	if w.c.Kind == "bad_rating" {
		w.rated(round)
		return
	}
	w.heard(round)
}

func (w *way) close() {
	w.later(60, 700)
	w.add(Step{Action: "close", By: ByCaller})
}

func (w *way) disposition() string {
	if w.c.Kind != "bad_rating" {
		return ""
	}
	return w.pick("fix_now", 6, "explained", 3, "rectify_by", 1)
}

const ratingFound = `
我们查看了当日叫号和监控，窗口等候确实偏长，当天已增开一个窗口，并在高峰时段安排导办员分流。
工作人员解释不够耐心，我们已组织班组复盘并由负责人跟班一周，感谢您直言。
您提到的材料反复的问题已纳入一次性告知单，今后不再要求重复提交。
自助设备故障已报修，备用机当天到位。
`

// BadRated is a bad rating of the city as its case sees it.
type BadRated struct {
	At     time.Time // when its case was opened
	Window int
}

// AnswersBad tells what became of the case of a bad rating; serial makes each its own.
func (d *Data) AnswersBad() func(b BadRated, serial int64) []Step { return d.newDesk().answerBad }

func (k *desk) answerBad(b BadRated, serial int64) []Step {
	k.rng = source(k.seed, streamCases<<40|uint64(serial))
	c := Case{Filed: b.At, Kind: "bad_rating", Window: b.Window, Identity: "none"}
	w := &way{desk: k, c: &c, at: b.At, office: k.Windows[b.Window].Office, found: ratingFound, late: k.chance(0.05)}
	w.pen = newPen(k.rng, k.slots, nil)
	w.may(0.02)
	w.later(10, 330)
	w.add(Step{Action: "acknowledge", By: ByHandler})
	w.later(3, 60)
	w.add(Step{Action: "start", By: ByHandler})
	if w.chance(0.06) && !w.appealed() {
		return c.Steps
	}
	if w.late {
		w.later(1500, 2600)
	}
	w.later(60, 1000)
	w.add(Step{Action: "reply", By: ByHandler, Words: w.pen.reply(w.found), Disposition: w.disposition()})
	w.rated(1)
	return c.Steps
}

// appealed asks a reviewer; it tells whether the case goes on.
func (w *way) appealed() bool {
	w.later(30, 300)
	w.add(Step{Action: "appeal", By: ByHandler, Words: w.pen.line(appealLines)})
	w.may(0.1)
	w.later(200, 1500)
	if w.chance(0.4) {
		w.add(Step{Action: "exclude", By: ByReviewer, Code: w.pick("mistaken", 4, "not_theirs", 2, "duplicate", 2, "malicious", 1), Words: "经核对叫号记录与监控，予以排除。"})
		return false
	}
	w.add(Step{Action: "uphold", By: ByReviewer, Words: "证据不足以证明评价有误，维持原评价。"})
	return true
}

// rated: who rated comes back with the receipt, or does not.
func (w *way) rated(round int) {
	if w.chance(0.18) {
		w.later(30, 900)
		w.outcome(ByCitizen, "page", round)
		if n := len(w.c.Steps); n > 0 && w.c.Steps[n-1].Action == "callback_good" && w.chance(0.6) {
			w.later(1, 30)
			w.add(Step{Action: "follow_up", By: ByCitizen, Score: 3 + w.rng.IntN(3)})
		}
		return
	}
	w.later(1660, 2100)
	w.add(Step{Action: "close", By: ByCaller, Words: "评价人未留联系方式，规定期限内未反馈。"})
}
