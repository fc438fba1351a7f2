package complaints

import (
	"context"
	"slices"
	"time"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
	"minping/internal/vault"
)

// retold is a past case while it is told.
type retold struct {
	f       *pastFill
	o       opening
	first   Case // after its first event, as it is inserted
	now     Case
	flow    Flow
	events  []Event
	words   map[int]Message // by the number of their event
	tries   []pastTry
	units   []CaseUnit
	parts   map[int64]pastPart
	notices []pastNotice
	broke   bool
}

type pastTry struct {
	round   int
	event   Event
	said    Outcome
	office  int64 // whose reply it was about
	handler int64
	claimed bool // the reply said that something was done
}

type pastPart struct {
	part  string
	since time.Time
}

type pastNotice struct {
	event           Event
	audiences       []string
	office, handler int64
}

// tell files a case and does to it what was done.
func (f *pastFill) tell(ctx context.Context, q pg.Querier, p *Past) (*retold, error) {
	r := &retold{f: f, words: map[int]Message{}, parts: map[int64]pastPart{},
		o: opening{Filing: p.Filing, who: Citizen, at: p.At.UTC().Truncate(time.Microsecond), rating: p.Rating}}
	switch {
	case p.Rating != nil:
		r.o.who = System
	case p.By.Name != "":
		r.o.who = Staff
	}
	if f.s.cfg.PutContact == nil { // without a vault there is no place for contacts
		r.o.Contact = vault.Contact{}
	}
	if r.o.Title == "" {
		r.o.Title = beginning(r.o.Body)
	}
	var err error
	if r.o.place, err = f.place(ctx, q, r.o.Unit); err != nil {
		return nil, err
	}
	if err := f.s.ready(ctx, q, &r.o); err != nil {
		return nil, err
	}
	r.now = Case{Channel: r.o.Channel, Identity: r.o.Identity, Title: r.o.Title, Body: r.o.Body, Kind: r.o.Kind, Urgency: r.o.Urgency, Category: r.o.Category,
		Unit: r.o.Unit, Hall: r.o.place.Hall, Division: r.o.place.Division}
	if err := r.apply(ctx, r.o.event(actor.Actor{Account: p.By.Account, Name: p.By.Name})); err != nil {
		return nil, err
	}
	r.first = r.now
	r.first.settle(&r.flow, f.w)
	for _, m := range p.Moves {
		if err := r.move(ctx, m); err != nil {
			return nil, err
		}
		if r.broke {
			f.report.Cut++
			break
		}
	}
	err = r.wait(ctx, f.now)
	r.now.settle(&r.flow, f.w)
	return r, err
}

func (f *pastFill) place(ctx context.Context, q pg.Querier, unit int64) (unitRow, error) {
	u, known := f.places[unit]
	if known || unit == 0 {
		return u, nil
	}
	u, err := selectUnit(ctx, q, unit, workday.Of(f.now).String())
	f.places[unit] = u
	return u, err
}

// move does one thing, after everything that time brought before it.
func (r *retold) move(ctx context.Context, m PastMove) error {
	at := m.At.UTC().Truncate(time.Microsecond)
	if at.After(r.f.now) {
		return nil
	}
	if err := r.wait(ctx, at); err != nil {
		return err
	}
	e := Event{At: notBefore(at, r.flow.At), Action: m.Action, Who: m.Who, Account: m.By.Account, Name: m.By.Name, Detail: m.Detail}
	if m.Action == ActMerge {
		e.Detail.Case = r.f.ids[m.Into]
	}
	asked := pastTry{round: r.flow.Round, office: r.flow.Office, handler: r.flow.Handler, claimed: r.flow.Disposition != Explained}
	err := r.apply(ctx, e)
	if fault.KindOf(err) == fault.Conflict {
		r.f.s.cfg.Log.Debug("a past case ends before what no rule allows", "case", len(r.f.ids), "action", string(m.Action), "state", string(r.flow.State), "why", err.Error())
		r.broke = true
		return nil
	}
	if err != nil {
		return err
	}
	e = r.events[len(r.events)-1]
	r.keep(m, e)
	if slices.Contains([]Action{ActMiss, ActGood, ActBad, ActUnsolved}, m.Action) {
		asked.event, asked.said = e, Outcome{Way: m.Way, Contacted: m.Action != ActMiss, Satisfied: e.Detail.Satisfied}
		r.tries = append(r.tries, asked)
	}
	return nil
}

// wait does what time alone brings until an instant.
func (r *retold) wait(ctx context.Context, until time.Time) error {
	for {
		at, wakes := r.flow.wake(r.f.w)
		if !wakes || at.After(until) {
			return nil
		}
		d, due := r.f.s.dueDeedOn(&r.flow, r.f.w, at)
		if !due {
			return nil
		}
		var told []string // before the step: it may end the clock
		if d.action == ActStep {
			told = audiences[d.detail.Clock][r.flow.Clock(d.detail.Clock).share(d.detail.Percent)]
		}
		if err := r.apply(ctx, Event{At: notBefore(at, r.flow.At), Action: d.action, Who: System, Detail: d.detail}); err != nil {
			return err
		}
		if d.action == ActStep {
			if r.flow.Sealed {
				told = []string{"discipline"}
			}
			r.notices = append(r.notices, pastNotice{r.events[len(r.events)-1], told, r.flow.Office, r.flow.Handler})
		}
	}
}

// apply judges an event and takes it into account.
func (r *retold) apply(ctx context.Context, e Event) error {
	e.Seq, e.From = r.flow.Seq+1, r.flow.State
	var err error
	if e.To, err = r.flow.Judge(r.f.w, e); err != nil {
		return err
	}
	if err := r.f.s.startClocks(ctx, &r.flow, &r.now, &e, r.f.w); err != nil {
		return err
	}
	if err := r.flow.Apply(e); err != nil {
		return err
	}
	r.events = append(r.events, e)
	return nil
}

func notBefore(at, first time.Time) time.Time {
	if at.Before(first) {
		return first
	}
	return at
}

// wordsOf says which words belong to which action.
var wordsOf = map[Action]Message{
	ActNote: {Audience: Private, Purpose: "note"}, ActAsk: {Audience: Public, Purpose: "question"},
	ActAnswer: {Audience: Public, Purpose: "answer"}, ActAdd: {Audience: Public, Purpose: "addition"},
	ActReply: {Audience: Public, Purpose: "reply"}, ActAnswerNow: {Audience: Public, Purpose: "reply"},
	ActExtend: {Audience: Public, Purpose: "explanation"}, ActRouteOut: {Audience: Public, Purpose: "explanation"},
	ActRefuse: {Audience: Public, Purpose: "explanation"}, ActTerminate: {Audience: Public, Purpose: "explanation"},
}

// keep remembers words, parts and offices of what was done.
func (r *retold) keep(m PastMove, e Event) {
	if say, has := wordsOf[m.Action]; has && m.Words != "" {
		say.At, say.Side, say.Account, say.Name, say.Body = e.At, Staff, e.Account, e.Name, m.Words
		if e.Who == Citizen {
			say.Side = Citizen
		}
		r.words[e.Seq] = say
	}
	if part := partOf[m.Action]; part != "" && e.Account != 0 && r.parts[e.Account].part == "" {
		r.parts[e.Account] = pastPart{part, e.At}
	}
	switch m.Action {
	case ActDispatch, ActTransfer:
		r.leads(r.flow.Office, e.At)
	case ActReturn, ActSeal:
		r.leads(0, e.At)
	case ActAssist:
		r.units = append(r.units, CaseUnit{Unit: e.Detail.Office, Role: "assist", Since: e.At})
	}
}

// leads keeps which office has the case, as setUnit does.
func (r *retold) leads(office int64, at time.Time) {
	for i := range r.units {
		if r.units[i].Role == "lead" {
			r.units[i].Role = "former"
		}
	}
	if office == 0 || r.flow.Sealed {
		return
	}
	if i := slices.IndexFunc(r.units, func(u CaseUnit) bool { return u.Unit == office }); i >= 0 {
		r.units[i].Role, r.units[i].Since = "lead", at
		return
	}
	r.units = append(r.units, CaseUnit{Unit: office, Role: "lead", Since: at})
}
