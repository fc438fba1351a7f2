package console

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/server/web"
)

// What the desk proposes on the page of a case: a category, replies that served before,
// templates, and cases that may be the same. Nothing happens by itself: every proposal is a
// button beside the words or figures it rests on.

type alikeView struct {
	Guesses  []guessView
	Similar  []similarView
	Doubles  []similarView
	Searched bool // similar cases were looked for
}

// guessView is a category that the words speak for.
type guessView struct {
	Category  int
	Text, Why string
	Basis     string
}

type similarView struct {
	Number, Title, Href, State, When, Share, Words, Reply string
	Insert                                                string // value of the button that takes it
	Form                                                  string // form that the button belongs to; "": no button
}

// insertView is what can be put into the words of a form.
type insertView struct {
	Label, Hint, Button, Target string
	Template                    int64 // that the words began with
	Items                       []insertItem
}

type insertItem struct{ Value, Title, Note, Text, Template string }

// readAlike gathers the proposals for a case as far as this person could use them.
func (h *Handler) readAlike(ctx context.Context, p *casePage, d *complaints.Dossier, by actor.Actor) error {
	open := func(a complaints.Action) bool { return slices.Contains(d.Actions, a) }
	if d.Sealed {
		return nil
	}
	if open(complaints.ActTriage) {
		guesses, err := h.desk.Suggest(ctx, by, d.ID)
		if err != nil {
			return err
		}
		p.Alike.Guesses = guessViews(p.Page, guesses, d.Category)
	}
	if !open(complaints.ActReply) && !open(complaints.ActAnswerNow) && !open(complaints.ActMerge) && !open(complaints.ActNote) {
		return nil
	}
	found, err := h.desk.Similar(ctx, by, d.ID)
	if err != nil {
		return err
	}
	form := ""
	switch {
	case open(complaints.ActReply):
		form = "form-reply"
	case open(complaints.ActAnswerNow):
		form = "form-answer_now"
	}
	p.Alike.Searched = true
	for _, c := range found.Replied {
		v := similarRow(p.Page, c)
		v.Reply, v.Insert, v.Form = c.Reply, "c"+fmtInt(c.ID), form
		p.Alike.Similar = append(p.Alike.Similar, v)
	}
	for _, c := range found.Doubles {
		v := similarRow(p.Page, c)
		if v.Insert = "m" + fmtInt(c.ID); open(complaints.ActMerge) {
			v.Form = "form-merge"
		}
		p.Alike.Doubles = append(p.Alike.Doubles, v)
	}
	return nil
}

func guessViews(p web.Page, guesses []complaints.Guess, now int) []guessView {
	var list []guessView
	for _, g := range guesses {
		if g.Category == now {
			continue
		}
		v := guessView{Category: g.Category, Text: strings.Trim(strings.Join(g.Path[:], " / "), " /"), Why: strings.Join(g.Why, p.T("alike.comma"))}
		if v.Basis = p.T("alike.guess.names"); g.Cases > 0 {
			v.Basis = p.T("alike.guess.cases", "Count", g.Cases)
		}
		list = append(list, v)
	}
	return list
}

func similarRow(p web.Page, c complaints.SimilarCase) similarView {
	return similarView{Number: fmtInt(c.ID), Title: c.Title, Href: caseHref(c.ID), State: p.T("desk.state." + string(c.State)), When: p.Date(c.ReceivedAt),
		Share: p.T("alike.share", "Percent", int(math.Round(100*c.Likeness))), Words: strings.Join(c.Words, p.T("alike.comma"))}
}

// offerTemplates puts the templates for the case beside the words of its open reply.
func (h *Handler) offerTemplates(ctx context.Context, p *casePage, d *complaints.Dossier, by actor.Actor, typed *caseRequest) error {
	at := slices.IndexFunc(p.Deeds, func(v deedView) bool { return v.Name == "reply" || v.Name == "answer_now" })
	if at < 0 || d.Sealed {
		return nil
	}
	offers, err := h.desk.Offers(ctx, by, d.ID)
	if err != nil || len(offers) == 0 {
		return err
	}
	in := &insertView{Label: p.T("alike.templates"), Hint: p.T("alike.templates_hint"), Button: p.T("alike.insert"), Target: p.Deeds[at].Name + "-body"}
	if typed != nil {
		in.Template = typed.Template
	}
	for _, o := range offers {
		note := p.T("alike.used", "Count", o.Uses)
		if o.Office == 0 {
			note = p.T("alike.citywide") + " · " + note
		}
		in.Items = append(in.Items, insertItem{Value: "t" + fmtInt(o.ID), Title: o.Title, Note: note, Text: o.Text, Template: fmtInt(o.ID)})
	}
	p.Deeds[at].Insert = in
	return nil
}

// insertText puts what a button names into the form that was typed, and shows it again;
// nothing is done to the case. With scripts the page does the same by itself.
func (h *Handler) insertText(c echo.Context, req *caseRequest) error {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	id, err := strconv.ParseInt(req.Insert[1:], 10, 64)
	if err != nil {
		return echo.ErrNotFound
	}
	gone := fault.New(fault.Conflict, "alike.insert_gone")
	switch req.Insert[0] {
	case 't':
		offers, err := h.desk.Offers(ctx, by, req.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(offers, func(o complaints.Offer) bool { return o.ID == id })
		if i < 0 {
			return h.showCase(c, req, gone)
		}
		req.Body, req.Template = joined(req.Body, offers[i].Text), id
	case 'c', 'm':
		found, err := h.desk.Similar(ctx, by, req.ID)
		if err != nil {
			return err
		}
		is := func(s complaints.SimilarCase) bool { return s.ID == id }
		if i := slices.IndexFunc(found.Replied, is); i >= 0 && req.Insert[0] == 'c' {
			req.Body = joined(req.Body, found.Replied[i].Reply)
		} else if req.Insert[0] == 'm' && slices.ContainsFunc(found.Doubles, is) {
			req.Into = id
		} else {
			return h.showCase(c, req, gone)
		}
	default:
		return echo.ErrNotFound
	}
	return h.showCase(c, req, nil)
}

// joined adds a text to what was typed.
func joined(typed, text string) string {
	if strings.TrimSpace(typed) == "" {
		return text
	}
	return strings.TrimRight(typed, " \n") + "\n" + text
}
