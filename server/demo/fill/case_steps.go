package fill

import (
	"github.com/google/uuid"

	"minping/complaints"
	"minping/server/demo"
	"minping/surveys"
)

// written is a case that somebody wrote.
func (t *teller) written(c demo.Case) complaints.Past {
	past := complaints.Past{At: c.Filed, Filing: complaints.Filing{Submission: uuid.UUID(c.Submission), Channel: complaints.Channel(c.Channel),
		Kind: complaints.Kind(c.Kind), Urgency: complaints.Urgency(c.Urgency), Title: c.Title, Body: c.Body,
		Identity: complaints.Identity(c.Identity), Language: "zh-CN"}}
	if c.Identity != string(complaints.Anonymous) {
		past.Contact = complaints.ContactOf(c.Name, c.Phone)
	}
	if c.Window != demo.None {
		past.Unit = t.places.windows[c.Window]
	}
	switch past.Channel {
	case complaints.ByPhone, complaints.ByVisit, complaints.ByLetter:
		past.By = t.places.desk.city[demo.ByDispatcher]
	}
	past.Moves = t.moves(c.Steps)
	return past
}

// rated is the case of a bad rating, sent to the office that was rated at once.
func (t *teller) rated(f Filler, r surveys.RatingRow, steps []demo.Step) complaints.Past {
	ref := complaints.RatingRef{ID: r.ID, Day: r.VisitedOn, ReceivedAt: r.ReceivedAt, Level: r.Level, Comment: r.Comment, Signals: r.Signals,
		Language: r.Language, Reasons: f.Surveys.ReasonTexts(r.Version, r.Tags, r.Language), Unit: r.Unit.ID}
	past := complaints.Past{At: opened(r), Rating: &ref}
	past.Filing = ref.Filing()
	office := complaints.PastMove{At: opened(r), Action: complaints.ActDispatch, Who: complaints.System, Detail: complaints.Detail{Office: r.Unit.Office.ID}}
	past.Moves = append([]complaints.PastMove{office}, t.moves(steps)...)
	return past
}

func (t *teller) moves(steps []demo.Step) []complaints.PastMove {
	list := make([]complaints.PastMove, 0, len(steps))
	for _, s := range steps {
		list = append(list, t.move(s))
	}
	return list
}

func (t *teller) move(s demo.Step) complaints.PastMove {
	m := complaints.PastMove{At: s.At, Action: complaints.Action(s.Action), Who: complaints.Staff, Way: s.Way, Words: s.Words,
		Detail: complaints.Detail{Urgency: complaints.Urgency(s.Urgency), Category: t.paths[s.Category], Code: s.Code, Days: s.Days, Level: s.Level,
			Score: s.Score, Satisfied: s.Satisfied, Disposition: complaints.Disposition(s.Disposition)}}
	switch s.By {
	case demo.ByCitizen:
		m.Who = complaints.Citizen
	case demo.BySystem:
		m.Who = complaints.System
	case demo.ByHandler:
		m.By = t.places.desk.handlers[s.Office]
	default:
		m.By = t.places.desk.city[s.By]
	}
	if s.To != demo.None {
		m.Detail.Office = t.places.offices[s.To]
	}
	if s.Asked {
		m.Detail.Solved = &s.Solved
	}
	switch m.Action {
	case complaints.ActMerge:
		m.Into = t.stands[s.Into]
		m.Detail.Reason = s.Words
	case complaints.ActReturn, complaints.ActTransfer, complaints.ActSupervise, complaints.ActExtend, complaints.ActClose, complaints.ActAppeal,
		complaints.ActExclude, complaints.ActUphold, complaints.ActTerminate, complaints.ActWithdraw:
		m.Detail.Reason = s.Words
	}
	return m
}
