package console

import (
	"context"
	"slices"

	"minping/complaints"
	"minping/server/web"
)

// eventView is one thing that happened, as a sentence, with the words that belong to it.
type eventView struct {
	At, Text, Why string
	Words         []wordsView
	Files         []fileView
	Fresh         bool // happened after what was shown
}

// wordsView is words in a case; Tone says whom they reach.
type wordsView struct{ Label, Body, Tone string }

// namesIn reads the names of everything that the events of a case speak of.
func (h *Handler) namesIn(ctx context.Context, p web.Page, d complaints.Dossier) (caseNames, error) {
	units, people := []int64{d.Unit, d.Hall, d.Office, d.First, d.Division}, []int64{d.Handler}
	for _, e := range d.Events {
		units, people = append(units, e.Detail.Office), append(people, e.Detail.Handler)
	}
	for _, u := range d.Units {
		units = append(units, u.Unit)
	}
	labels, err := h.desk.Labels(ctx, units, people)
	return caseNames{p, labels}, err
}

func caseFacts(p web.Page, n caseNames, d complaints.Dossier) []factRow {
	list := []factRow{{p.T("desk.number"), "#" + fmtInt(d.ID)}, {p.T("desk.kind"), p.T("desk.kind." + string(d.Kind))},
		{p.T("desk.field.urgency"), p.T("desk.urgency." + string(d.Urgency))}, {p.T("desk.channel"), p.T("desk.channel." + string(d.Channel))},
		{p.T("desk.identity"), p.T("desk.identity." + string(d.Identity))}, {p.T("desk.received"), p.Time(d.ReceivedAt)}}
	add := func(key, value string) {
		if value != "" {
			list = append(list, factRow{p.T(key), value})
		}
	}
	add("desk.place", n.unit(d.Unit))
	add("desk.hall", n.unit(d.Hall))
	add("desk.office", n.unit(d.Office))
	if d.First != d.Office {
		add("desk.first", n.unit(d.First))
	}
	for _, u := range d.Units {
		if u.Role == "assist" {
			add("desk.assist", n.unit(u.Unit))
		}
	}
	add("desk.handler", n.Accounts[d.Handler])
	if d.Disposition != "" {
		add("desk.field.disposition", p.T("desk.disposition."+string(d.Disposition)))
	}
	if d.Solved != nil {
		add("desk.field.solved", p.T("desk.solved."+yesNo(*d.Solved)))
	}
	return list
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

func (h *Handler) clockRows(p web.Page, d complaints.Dossier) []clockRow {
	var list []clockRow
	for _, c := range d.Clocks {
		r := clockRow{Name: p.T("desk.clock." + string(c.Name)), Start: p.Time(c.Start), Due: dueTime(p, c.Due)}
		switch {
		case c.InTime != nil && *c.InTime:
			r.Standing = p.T("desk.clock_in_time")
		case c.InTime != nil:
			r.Standing, r.Tone = p.T("desk.clock_late"), "bad"
		case c.Paused:
			r.Standing = p.T("desk.due.paused")
		default:
			r.Standing, r.Tone = remainingText(p, h.desk.Remaining(c.Due))
		}
		list = append(list, r)
	}
	return list
}

// timeline tells the events of a case in sentences, oldest first.
func timeline(p web.Page, n caseNames, d complaints.Dossier, seen int) []eventView {
	list := make([]eventView, 0, len(d.Events))
	for _, e := range d.Events {
		v := eventView{At: p.Time(e.At), Text: caseSentence(p, n, e), Why: e.Detail.Reason, Fresh: seen > 0 && e.Seq > seen}
		if i := slices.IndexFunc(d.Messages, func(m complaints.Message) bool { return e.Detail.Message != 0 && m.ID == e.Detail.Message }); i >= 0 {
			v.Words = append(v.Words, wordsOf(p, d.Messages[i]))
			if v.Why == d.Messages[i].Body {
				v.Why = ""
			}
		}
		for _, t := range d.Callbacks {
			if t.Remark != "" && t.At.Equal(e.At) && isCallback(e.Action) {
				v.Words = append(v.Words, wordsView{p.T("desk.label.remark"), t.Remark, toStaff})
			}
		}
		if e.Seq > 1 { // the filing's own stand beside its words
			v.Files = filesAt(p, d, e.Seq)
		}
		list = append(list, v)
	}
	return list
}

// isCallback tells the events that a try to ask a citizen leaves.
func isCallback(a complaints.Action) bool {
	return slices.Contains([]complaints.Action{complaints.ActMiss, complaints.ActGood, complaints.ActBad, complaints.ActUnsolved}, a)
}

func wordsOf(p web.Page, m complaints.Message) wordsView {
	if m.Audience == complaints.Private {
		return wordsView{p.T("desk.label.private"), m.Body, toStaff}
	}
	if m.Side == complaints.Citizen {
		return wordsView{p.T("desk.label.citizen"), m.Body, toCitizen}
	}
	return wordsView{p.T("desk.label.public"), m.Body, toCitizen}
}

// caseSentence says one event: who did what.
func caseSentence(p web.Page, n caseNames, e complaints.Event) string {
	d := e.Detail
	who := e.Name
	if e.Who != complaints.Staff || who == "" {
		who = p.T("desk.who." + string(e.Who))
	}
	args := map[string]any{"Who": who, "Office": n.unit(d.Office), "Name": n.Accounts[d.Handler], "Days": d.Days, "Percent": d.Percent,
		"Case": d.Case, "Level": "", "Clock": "", "Code": "", "Kind": "", "Disposition": "", "Score": "", "Satisfied": ""}
	put := func(name, prefix, value string) {
		if value != "" {
			args[name] = p.T(prefix + value)
		}
	}
	put("Clock", "desk.clock.", string(d.Clock))
	put("Kind", "desk.kind.", string(d.Kind))
	put("Disposition", "desk.disposition.", string(d.Disposition))
	if d.Level > 0 {
		put("Level", "desk.level.", fmtInt(int64(d.Level)))
	}
	if d.Satisfied > 0 {
		put("Satisfied", "desk.satisfied.", fmtInt(int64(d.Satisfied)))
	}
	key := "desk.event." + string(e.Action)
	switch e.Action {
	case complaints.ActRouteOut:
		put("Code", "desk.route.", d.Code)
	case complaints.ActRefuse:
		put("Code", "desk.refusal.", d.Code)
	case complaints.ActExclude:
		put("Code", "desk.exclusion.", d.Code)
	case complaints.ActReply:
		if d.Disposition != "" {
			key = "desk.event.reply_rating"
		}
	case complaints.ActAssign:
		if d.Handler == 0 {
			key = "desk.event.assign_nobody"
		}
	case complaints.ActDispatch:
		if d.Office == 0 {
			key = "desk.event.dispatch_sealed"
		}
	case complaints.ActMiss:
		if d.Code == string(complaints.CallLater) {
			key = "callback.event.later"
		}
	case complaints.ActFollowUp:
		args["Score"] = d.Score
	}
	return p.T(key, args)
}

// script is what a caller says, in order.
func script(p casePage, d complaints.Dossier) []string {
	lines := []string{p.T("callback.script.hello"), p.T("callback.script.matter", "Received", p.Row.Received, "Title", d.Title),
		p.T("callback.script.responded", "Office", p.Row.Office), p.T("callback.script.solved"), p.T("callback.script.satisfied"),
		p.T("callback.script.thanks")}
	if d.Misses > 0 {
		lines = append(lines, p.T("callback.script.tries", "Count", d.Misses))
	}
	return lines
}
