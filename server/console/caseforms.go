package console

import (
	"context"
	"slices"

	"github.com/google/uuid"

	"minping/complaints"
	"minping/internal/actor"
	"minping/internal/fault"
)

// caseRequest is any of the forms on the page of a case.
type caseRequest struct {
	ID          int64   `param:"id" validate:"required,min=1"`
	Act         string  `form:"act" validate:"max=30"`
	Seen        int     `form:"seen" validate:"min=0"`
	Submission  string  `form:"submission_id" validate:"max=40"`
	Body        string  `form:"body"`
	Title       string  `form:"title"`
	Reason      string  `form:"reason"`
	Remark      string  `form:"remark"`
	Kind        string  `form:"kind" validate:"max=30"`
	Urgency     string  `form:"urgency" validate:"max=30"`
	Category    int     `form:"category" validate:"min=0"`
	Office      int64   `form:"office" validate:"min=0"`
	Assist      []int64 `form:"assist" validate:"max=20"`
	Account     string  `form:"account" validate:"max=20"`
	Days        int     `form:"days"`
	Level       int     `form:"level"`
	Into        int64   `form:"into"`
	Disposition string  `form:"disposition" validate:"max=30"`
	Route       string  `form:"route" validate:"max=30"`
	Code        string  `form:"code" validate:"max=30"`
	Contacted   string  `form:"contacted" validate:"max=3"`
	Solved      string  `form:"solved" validate:"max=3"`
	Satisfied   int     `form:"satisfied"`
	Responded   string  `form:"responded" validate:"max=6"`
	Missed      string  `form:"missed" validate:"max=20"`
	Again       string  `form:"again" validate:"max=30"`
	Ruling      string  `form:"ruling" validate:"max=30"`
	Insert      string  `form:"insert" validate:"max=30"`
	Template    int64   `form:"template" validate:"min=0"`
}

func (r *caseRequest) why() complaints.Why { return complaints.Why{Seen: r.Seen, Reason: r.Reason} }
func (r *caseRequest) words() complaints.Words {
	return complaints.Words{Seen: r.Seen, Body: r.Body, Form: r.form(), Template: r.Template}
}

// form is the number under which files wait for a form.
func (r *caseRequest) form() uuid.UUID {
	id, _ := uuid.Parse(r.Submission)
	return id
}

// Whom the words of a form reach; the page shows it by colour, border and label.
const (
	toCitizen = "public"
	toStaff   = "private"
)

// caseForm is one form on the page of a case: which actions it does, what it asks
// for, and the one call behind it. The table is the whole of the page's actions.
type caseForm struct {
	name    string
	actions []complaints.Action // it shows where one of these is open
	tone    string
	open    bool // unfolded: the step that comes next
	danger  bool
	fields  []string
	do      func(context.Context, *complaints.Service, actor.Actor, *caseRequest) (complaints.Case, error)
}

type (
	desk = complaints.Service
	who  = actor.Actor
	made = complaints.Case
)

// caseForms in the order of the page: what comes next first, what ends a case last.
var caseForms = []caseForm{
	{"callback", []complaints.Action{complaints.ActMiss, complaints.ActGood}, "", true, false, []string{"contacted", "missed", "again", "responded", "solved", "satisfied", "remark"}, callBack},
	{"review", []complaints.Action{complaints.ActUphold}, "", true, false, []string{"ruling", "code", "reason"}, judge},
	{"acknowledge", []complaints.Action{complaints.ActAcknowledge}, "", true, false, nil,
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			return s.Acknowledge(ctx, by, r.ID, r.Seen)
		}},
	{"triage", []complaints.Action{complaints.ActTriage}, "", true, false, []string{"kind", "urgency", "category"},
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			return s.Triage(ctx, by, r.ID, complaints.Triaging{Seen: r.Seen, Kind: complaints.Kind(r.Kind), Urgency: complaints.Urgency(r.Urgency), Category: r.Category})
		}},
	{"dispatch", []complaints.Action{complaints.ActDispatch}, "", true, false, []string{"office", "assist", "hint"},
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			return s.Dispatch(ctx, by, r.ID, complaints.Dispatching{Seen: r.Seen, Office: r.Office, Assist: r.Assist, Reason: r.Reason})
		}},
	{"start", []complaints.Action{complaints.ActStart}, "", false, false, nil,
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			return s.Start(ctx, by, r.ID, r.Seen)
		}},
	{"reply", []complaints.Action{complaints.ActReply}, toCitizen, true, false, []string{"disposition", "body"},
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			return s.Reply(ctx, by, r.ID, complaints.Replying{Seen: r.Seen, Body: r.Body, Disposition: complaints.Disposition(r.Disposition), Form: r.form(), Template: r.Template})
		}},
	{"note", []complaints.Action{complaints.ActNote}, toStaff, true, false, []string{"body"},
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			return s.Note(ctx, by, r.ID, r.Body, complaints.Form{ID: r.form(), For: r.Act})
		}},
	{"answer_now", []complaints.Action{complaints.ActAnswerNow}, toCitizen, false, false, []string{"body"},
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			return s.AnswerNow(ctx, by, r.ID, r.words())
		}},
	{"ask", []complaints.Action{complaints.ActAsk}, toCitizen, false, false, []string{"body"},
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			return s.Ask(ctx, by, r.ID, r.words())
		}},
	{"resume", []complaints.Action{complaints.ActResume}, "", true, false, []string{"reason"},
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			return s.Resume(ctx, by, r.ID, r.why())
		}},
	{"extend", []complaints.Action{complaints.ActExtend}, toCitizen, false, false, []string{"days", "reason"},
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			return s.Extend(ctx, by, r.ID, complaints.Extending{Seen: r.Seen, Days: r.Days, Reason: r.Reason})
		}},
	{"take", []complaints.Action{complaints.ActAssign}, "", false, false, nil,
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			return s.Assign(ctx, by, r.ID, complaints.Assigning{Seen: r.Seen, Account: by.Account})
		}},
	{"give", []complaints.Action{complaints.ActAssign}, "", false, false, []string{"account"}, giveTo},
	{"transfer", []complaints.Action{complaints.ActTransfer}, "", false, false, []string{"office", "reason"},
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			return s.Transfer(ctx, by, r.ID, complaints.Transferring{Seen: r.Seen, Office: r.Office, Reason: r.Reason})
		}},
	{"return", []complaints.Action{complaints.ActReturn}, "", false, false, []string{"reason"},
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			return s.Return(ctx, by, r.ID, r.why())
		}},
	{"assist", []complaints.Action{complaints.ActAssist}, "", false, false, []string{"office"},
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			return s.Assist(ctx, by, r.ID, r.Office)
		}},
	{"appeal", []complaints.Action{complaints.ActAppeal}, "", false, false, []string{"reason"},
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			return s.Appeal(ctx, by, r.ID, r.why())
		}},
	{"close", []complaints.Action{complaints.ActClose}, "", false, false, []string{"note"},
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			return s.Close(ctx, by, r.ID, r.why())
		}},
	{"urge", []complaints.Action{complaints.ActUrge}, toStaff, false, false, []string{"reason"},
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			return s.Urge(ctx, by, r.ID, r.why())
		}},
	{"supervise", []complaints.Action{complaints.ActSupervise}, toStaff, false, false, []string{"level", "reason"},
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			return s.Supervise(ctx, by, r.ID, complaints.Supervising{Level: r.Level, Reason: r.Reason})
		}},
	{"merge", []complaints.Action{complaints.ActMerge}, "", false, false, []string{"into", "reason"},
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			return s.Merge(ctx, by, r.ID, complaints.Merging{Seen: r.Seen, Into: r.Into, Reason: r.Reason})
		}},
	{"unmerge", []complaints.Action{complaints.ActUnmerge}, "", true, false, []string{"reason"},
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			return s.Unmerge(ctx, by, r.ID, r.why())
		}},
	{"split", []complaints.Action{complaints.ActSplit}, "", false, false, []string{"newkind", "title", "part"}, splitOff},
	{"route_out", []complaints.Action{complaints.ActRouteOut}, toCitizen, false, true, []string{"route", "body"},
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			return s.RouteOut(ctx, by, r.ID, complaints.Routing{Seen: r.Seen, Route: complaints.Route(r.Route), Body: r.Body})
		}},
	{"refuse", []complaints.Action{complaints.ActRefuse}, toCitizen, false, true, []string{"refusal", "body"},
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			return s.Refuse(ctx, by, r.ID, complaints.Refusing{Seen: r.Seen, Code: complaints.Refusal(r.Code), Body: r.Body})
		}},
	{"seal", []complaints.Action{complaints.ActSeal}, "", false, true, []string{"reason"},
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			return s.Seal(ctx, by, r.ID, r.why())
		}},
	{"recuse", []complaints.Action{complaints.ActRecuse}, "", false, true, []string{"reason"},
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			return s.Recuse(ctx, by, r.ID, 0, r.why())
		}},
	{"terminate", []complaints.Action{complaints.ActTerminate}, toCitizen, false, true, []string{"reason"},
		func(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
			return s.Terminate(ctx, by, r.ID, r.why())
		}},
}

func findForm(name string) (caseForm, bool) {
	i := slices.IndexFunc(caseForms, func(f caseForm) bool { return f.name == name })
	if i < 0 {
		return caseForm{}, false
	}
	return caseForms[i], true
}

func callBack(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
	if r.Contacted != "yes" && r.Contacted != "no" {
		return made{}, fault.Fielded(fault.Field{Name: "contacted", Key: "fault.field.required"})
	}
	if r.Contacted == "yes" && r.Solved != "yes" && r.Solved != "no" {
		return made{}, fault.Fielded(fault.Field{Name: "solved", Key: "fault.field.required"})
	}
	o := complaints.Outcome{Seen: r.Seen, Way: "phone", Contacted: r.Contacted == "yes", Remark: r.Remark}
	if o.Contacted {
		o.Solved, o.Satisfied, o.Responded = r.Solved == "yes", r.Satisfied, yesOf(r.Responded)
		return s.Callback(ctx, by, r.ID, o)
	}
	if o.Missed = complaints.Miss(r.Missed); o.Missed == "" {
		return made{}, fault.Fielded(fault.Field{Name: "missed", Key: "fault.field.required"})
	}
	if o.Missed == complaints.CallLater && r.Again != "" {
		var ok bool
		if o.Again, ok = readMoment(r.Again); !ok {
			return made{}, fault.Fielded(fault.Field{Name: "again", Key: "callback.again.wrong"})
		}
	}
	return s.Callback(ctx, by, r.ID, o)
}

// yesOf reads a question that may be left open, or answered with "not sure".
func yesOf(s string) *bool {
	if s != "yes" && s != "no" {
		return nil
	}
	yes := s == "yes"
	return &yes
}

func judge(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
	if r.Ruling != "uphold" && r.Ruling != "exclude" {
		return made{}, fault.Fielded(fault.Field{Name: "ruling", Key: "fault.field.required"})
	}
	return s.Review(ctx, by, r.ID, complaints.Ruling{Seen: r.Seen, Exclude: r.Ruling == "exclude", Code: complaints.Exclusion(r.Code), Reason: r.Reason})
}

func splitOff(ctx context.Context, s *desk, by who, r *caseRequest) (made, error) {
	id, _ := uuid.Parse(r.Submission)
	return s.Split(ctx, by, r.ID, complaints.Splitting{Submission: id, Seen: r.Seen, Kind: complaints.Kind(r.Kind), Title: r.Title, Body: r.Body})
}
