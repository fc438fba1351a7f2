package console

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/complaints/publish"
	"minping/server/web"
	"minping/server/web/figures"
)

// Publishing answered cases. Who opens it: somebody of the office who handled it or
// heads it. In five seconds: what waits for me; and on a case, what of it names a person.

type releasesRequest struct {
	Tab string `query:"tab" validate:"omitempty,oneof=new draft submitted shown objected withdrawn"`
}

type releasesPage struct {
	web.Page
	Tabs  []figures.Choice // Value: address
	Lead  string
	Works []workRow
	Shown []releasedRow
	Empty string
}

type workRow struct{ Href, Number, Title, Kind, Office, When, Name, Remark string }

type releasedRow struct{ Href, Number, Title, Kind, When, Name, Note string }

func (h *Handler) releases(c echo.Context) error {
	req := releasesRequest{}
	if err := web.Bind(c, &req); err != nil {
		req = releasesRequest{}
	}
	ctx, by := c.Request().Context(), web.ActorOf(c)
	tabs := []string{"new", "draft", "submitted", "shown", "objected", "withdrawn"}
	if !by.Anywhere(complaints.PermReply) && !by.Anywhere(publish.PermPublish) {
		tabs = tabs[3:] // privacy's officer
	}
	if req.Tab == "" {
		req.Tab = tabs[0]
		if by.Anywhere(publish.PermPublish) {
			req.Tab = "submitted" // what waits for a second look
		}
	}
	p := releasesPage{Page: h.site.Page(c, "publish.title")}
	for _, t := range tabs {
		p.Tabs = append(p.Tabs, figures.Choice{Value: "/console/replies?tab=" + t, Text: p.T("publish.tab." + t), Current: t == req.Tab})
	}
	p.Lead, p.Empty = p.T("publish.lead."+req.Tab), p.T("publish.empty."+req.Tab)
	switch req.Tab {
	case "new", "draft", "submitted":
		state := req.Tab
		if state == "new" {
			state = ""
		}
		list, err := h.public.Works(ctx, by, state)
		if err != nil {
			return err
		}
		p.Works, err = h.workRows(c, p.Page, list)
		if err != nil {
			return err
		}
	default:
		list, err := h.public.Replies(ctx, by, publish.State(req.Tab))
		if err != nil {
			return err
		}
		for _, r := range list {
			row := releasedRow{Href: "/console/replies/" + fmtInt(r.Number), Number: fmtInt(r.Number), Title: r.Title, Kind: p.T("desk.kind." + string(r.Kind)), When: p.Time(r.PublishedAt), Name: r.PublisherName}
			if r.Title == "" {
				row.Title = p.T("publish.erased")
			}
			if r.State == publish.Objected && r.ObjectedAt != nil {
				row.Note = p.T("publish.objected_on", "When", p.Time(*r.ObjectedAt))
			}
			p.Shown = append(p.Shown, row)
		}
	}
	return h.site.Render(c, http.StatusOK, "release_list", p)
}

func (h *Handler) workRows(c echo.Context, p web.Page, works []publish.Work) ([]workRow, error) {
	cases := make([]complaints.Case, 0, len(works))
	for _, w := range works {
		cases = append(cases, w.Case)
	}
	rows, err := h.caseRows(c.Request().Context(), p, cases)
	if err != nil {
		return nil, err
	}
	var list []workRow
	for i, w := range works {
		list = append(list, workRow{Href: "/console/replies/case/" + fmtInt(w.Case.ID), Number: fmtInt(w.Case.ID), Title: w.Case.Title, Kind: rows[i].Kind, Office: rows[i].Office,
			When: p.Time(w.Changed), Name: w.Name, Remark: w.Remark})
	}
	return list, nil
}

// releaseRequest is any of the forms on the page of a draft; decisions are read by
// readDecisions.
type releaseRequest struct {
	ID     int64    `param:"id" validate:"required,min=1"`
	Act    string   `form:"act" validate:"omitempty,oneof=save hideall submit publish back drop"`
	Seq    int      `form:"seq" validate:"min=0"`
	Also   string   `form:"also" validate:"max=2000"`
	Drop   []string `form:"drop"`
	Reason string   `form:"reason" validate:"max=2000"`
}

type releasePage struct {
	web.Page
	Case      string // address
	Number    string
	Seq       int
	State     string
	Parts     []partView
	Groups    []groupView
	Undecided int
	Submitted bool
	MayEdit   bool
	MayCheck  bool
	Another   bool // somebody else must look at it
	Author    string
	Remark    string
	Reply     string // address of what is published already
	Also      string
	Reason    string
	Failure   string
	MaxReason int
	Answer    string // address of an answer for the base, made from this
}

type partView struct {
	Title  string
	Pieces []pieceView
	Public string
}

type pieceView struct {
	Text string
	Mark bool
	Tone string // hide, keep, open
}

type groupView struct {
	Key, Text, Kind, Times string
	ByHand, Hide, Keep     bool
}

func (h *Handler) release(c echo.Context) error { return h.showRelease(c, nil, nil) }

func (h *Handler) showRelease(c echo.Context, typed *releaseRequest, wrong error) error {
	var id idRequest
	if err := web.Bind(c, &id); err != nil && id.ID == 0 {
		return echo.ErrNotFound
	}
	by := web.ActorOf(c)
	d, err := h.public.Draft(c.Request().Context(), by, id.ID)
	if err != nil {
		if wrong != nil && refused(err) { // there is no draft to show any more: say why it was refused
			return wrong
		}
		return err
	}
	p := releasePage{Page: h.site.Page(c, "publish.draft.title"), Case: caseHref(id.ID), Number: fmtInt(id.ID), Seq: d.Seq, Undecided: d.Undecided(),
		Submitted: d.State == "submitted", MayEdit: d.MayEdit, MayCheck: d.MayCheck, Author: d.Name, Remark: d.Remark, MaxReason: complaints.MaxReason,
		Answer: "/console/answers/new?case=" + fmtInt(id.ID)}
	p.Another = p.Submitted && !d.MayCheck
	p.Crumbs = []web.Crumb{{Text: p.T("publish.title"), Href: "/console/replies"}, {Text: "#" + p.Number}}
	p.State = p.T("publish.state." + d.State)
	if d.Number != 0 {
		p.Reply = "/console/replies/" + fmtInt(d.Number)
	}
	for _, part := range d.Parts {
		p.Parts = append(p.Parts, newPartView(p.Page, part))
	}
	decided := map[string]publish.Decision{}
	if typed != nil {
		p.Also, p.Reason = typed.Also, typed.Reason
		decided = readDecisions(c)
	}
	for _, g := range d.Groups() {
		if v, ok := decided[g.Key]; ok {
			g.Decision = v
		}
		p.Groups = append(p.Groups, groupView{Key: g.Key, Text: g.Text, Kind: p.T("publish.kind." + string(g.Kind)), Times: p.Num(g.Times), ByHand: g.ByHand,
			Hide: g.Decision == publish.Hide, Keep: g.Decision == publish.Keep})
	}
	if wrong == nil {
		return h.site.Render(c, http.StatusOK, "release_draft", p)
	}
	p.Failure = complain(&p.Page, wrong)
	status := statusFor(wrong)
	if ownRefusal(wrong) {
		status = http.StatusForbidden
	}
	return h.site.Render(c, status, "release_draft", p)
}

func newPartView(p web.Page, part publish.Part) partView {
	v := partView{Title: p.T("publish.part." + part.Name), Public: part.Public()}
	for _, piece := range part.Pieces() {
		pv := pieceView{Text: piece.Text}
		if piece.Mark != nil {
			pv.Mark, pv.Tone = true, "open"
			if piece.Mark.Decision != "" {
				pv.Tone = string(piece.Mark.Decision)
			}
		}
		v.Pieces = append(v.Pieces, pv)
	}
	return v
}

// readDecisions reads the answers to what was proposed: fields d.KEY.
func readDecisions(c echo.Context) map[string]publish.Decision {
	out := map[string]publish.Decision{}
	form, err := c.FormParams()
	if err != nil {
		return out
	}
	for name, values := range form {
		if key, ok := strings.CutPrefix(name, "d."); ok && len(values) > 0 {
			out[key] = publish.Decision(values[0])
		}
	}
	return out
}

// actOnRelease does what one of the forms of a draft asks for.
func (h *Handler) actOnRelease(c echo.Context) error {
	var req releaseRequest
	err := web.Bind(c, &req)
	if req.ID == 0 || req.Act == "" {
		return echo.ErrNotFound
	}
	ctx, by := c.Request().Context(), web.ActorOf(c)
	at := "/console/replies/case/" + fmtInt(req.ID)
	if err == nil {
		switch req.Act {
		case "save", "hideall", "submit":
			in := publish.Drafting{Case: req.ID, Seq: req.Seq, Decide: readDecisions(c), Also: strings.Split(req.Also, "\n"), Drop: req.Drop, Submit: req.Act == "submit"}
			if req.Act == "hideall" {
				in.All = publish.Hide
			}
			err = h.public.SaveDraft(ctx, by, in)
		case "publish":
			var number int64
			number, err = h.public.Publish(ctx, by, req.ID, req.Seq)
			at = "/console/replies/" + fmtInt(number)
		case "back":
			err = h.public.SendBack(ctx, by, req.ID, req.Seq, req.Reason)
			at = "/console/replies?tab=submitted"
		case "drop":
			err = h.public.DropDraft(ctx, by, req.ID, req.Seq)
			at = "/console/replies?tab=draft"
		}
	}
	if err == nil {
		h.site.Flash(c, "ok", "publish.done."+req.Act)
		return c.Redirect(http.StatusSeeOther, at)
	}
	if !refused(err) && !ownRefusal(err) {
		return err
	}
	return h.showRelease(c, &req, err)
}
