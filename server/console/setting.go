package console

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"minping/complaints/workday"
	"minping/internal/fault"
	"minping/internal/settings"
	"minping/server/web"
)

// settingRequest is the form of one setting. It is sent twice: first it gives the
// sentence that says what would happen, then, with Confirm, it happens.
type settingRequest struct {
	Key     string `param:"key"`
	Value   string `form:"value" validate:"max=100"`
	Clock   string `form:"clock" validate:"omitempty,oneof=wd d h min wmin"`
	Scope   string `form:"scope" validate:"max=200"`
	Unset   bool   `form:"unset"`
	From    string `form:"from" validate:"omitempty,datetime=2006-01-02"`
	Reason  string `form:"reason" validate:"required,max=500"`
	Seen    string `form:"seen" validate:"max=100"`
	Confirm bool   `form:"confirm"`
}

type settingPage struct {
	web.Page
	Row       settingRow
	Key       string
	Why, Norm string
	Allowed   string // which values may be typed
	May       bool   // change or propose
	Form      settingRequest
	Failure   string
	Preview   string // the sentence to be confirmed
	UnitText  string
	Earliest  string // first day that may be chosen
	Options   []settingOption
	Clocks    []settingOption
	Dims      []dimView // by what it may be narrowed
	Narrow    []narrowRow
	Hours     bool // the value is office hours
	History   []historyRow
	Proposals []closedRow
	Pending   *proposalRow
}

type settingOption struct {
	Value, Text string
	Current     bool
}

type historyRow struct {
	Key, From, Scope, Value string
	By, At, Reason          string
	State                   string // "", "now", "ahead"
}

type closedRow struct {
	Href, State, Sentence string
	By, Decided, Reason   string
}

func (h *Handler) setting(c echo.Context) error {
	req := settingRequest{Key: c.Param("key")}
	return h.showSetting(c, req, nil, nil)
}

func (h *Handler) changeSetting(c echo.Context) error {
	var req settingRequest
	err := web.Bind(c, &req)
	if err != nil && !refused(err) {
		return err
	}
	if err != nil {
		return h.showSetting(c, req, nil, err)
	}
	if d, ok := h.settings.Set().Definition(req.Key); ok {
		req.scopeOf(c, d)
	}
	ctx, by, change := c.Request().Context(), web.ActorOf(c), req.change(h.settings)
	if !req.Confirm {
		plan, err := h.settings.Preview(ctx, by, change)
		if err != nil && !refused(err) {
			return err
		}
		return h.showSetting(c, req, &plan, err)
	}
	plan, err := h.settings.Change(ctx, by, change)
	switch {
	case err == nil && plan.Proposal != 0:
		h.site.Flash(c, "ok", "settings.done.proposed")
		return c.Redirect(http.StatusSeeOther, proposalHref(plan.Proposal))
	case err == nil:
		h.site.Flash(c, "ok", "settings.done.changed")
		return c.Redirect(http.StatusSeeOther, settingHref(req.Key))
	case !refused(err):
		return err
	}
	return h.showSetting(c, req, nil, err)
}

func (r settingRequest) change(s *settings.Service) settings.Change {
	c := settings.Change{Key: r.Key, Value: r.Value, Unset: r.Unset, Reason: r.Reason, Seen: r.Seen, Scope: settings.ReadScope(strings.ReplaceAll(r.Scope, " ", ""))}
	if d, ok := s.Set().Definition(r.Key); ok && d.Type == settings.Span {
		c.Value += r.Clock
	}
	if day, err := workday.Parse(r.From); err == nil {
		c.From = day.Start()
	}
	return c
}

// showSetting renders a setting: alone, with a sentence to confirm, or with what is wrong.
func (h *Handler) showSetting(c echo.Context, req settingRequest, plan *settings.Plan, wrong error) error {
	by := web.ActorOf(c)
	detail, err := h.settings.Get(c.Request().Context(), by, req.Key)
	if err != nil {
		return err
	}
	d := detail.Definition
	p := settingPage{Page: h.site.Page(c, d.NameKey()), Key: d.Key, Form: req, May: by.Account != 0 && by.Citywide(d.Propose)}
	p.Crumbs = []web.Crumb{{Text: p.T("settings.title"), Href: "/console/settings"}, {Text: p.Title}}
	p.Row, p.Why, p.Norm = rowOfSetting(p.Page, detail.Current), p.T(d.WhyKey()), p.T(d.NormKey())
	names, err := h.namesOfScopes(c.Request().Context(), p.Page)
	if err != nil {
		return err
	}
	p.Dims = names.dims(d, settings.ReadScope(strings.ReplaceAll(req.Scope, " ", "")))
	p.Earliest = workday.Of(h.settings.Now()).AddDays(1).String()
	p.fillInput(d, detail.Value, req)
	p.fillHistory(names, detail, h.settings.Now())
	for _, s := range detail.Proposals {
		if s.State == settings.Pending {
			row := h.proposalRow(names, s, by.Account)
			p.Pending = &row
		} else if s.State != settings.Approved {
			p.Proposals = append(p.Proposals, closedOf(names, d, s))
		}
	}
	if wrong != nil {
		p.Failure = complain(&p.Page, wrong)
		if len(p.Errors) > 0 && p.Errors["scope"] != "" && len(d.Dims) == 0 {
			p.Failure = p.Errors["scope"]
		}
		return h.site.Render(c, statusFor(wrong), "setting", p)
	}
	if plan != nil {
		p.Preview, p.Form.Seen = settingSentence(names, d, *plan), plan.Before.Text()
	}
	return h.site.Render(c, http.StatusOK, "setting", p)
}

// fillInput prepares the field for a new value.
func (p *settingPage) fillInput(d settings.Definition, now settings.Value, req settingRequest) {
	chosen := req.Value
	switch d.Type {
	case settings.Bool:
		for _, v := range []string{"true", "false"} {
			p.Options = append(p.Options, settingOption{v, p.T("settings.bool." + v), v == chosen})
		}
	case settings.Choice:
		for _, v := range d.Choices {
			p.Options = append(p.Options, settingOption{v, p.T("settings.choice." + d.Key + "." + v), v == chosen})
		}
	case settings.Span:
		clock := req.Clock
		if clock == "" {
			clock = string(now.Span().Clock)
		}
		for _, v := range d.ClocksAllowed() {
			p.Clocks = append(p.Clocks, settingOption{string(v), p.T("settings.clock.name." + string(v)), string(v) == clock})
		}
	case settings.Hours:
		p.Hours = true
	default:
		if d.Unit != settings.Plain {
			p.UnitText = p.T("settings.unit.name." + string(d.Unit))
		}
	}
	switch {
	case p.Hours:
		p.Allowed = p.T("settings.allowed_hours")
	case d.Type == settings.Span:
		p.Allowed = p.T("settings.allowed_span", "Max", p.Num(d.Max))
	case len(p.Options) == 0:
		p.Allowed = p.T("settings.allowed", "Min", p.Num(d.Min), "Max", p.Num(d.Max))
	}
	if d.Floor != "" {
		p.Allowed += p.T(d.Floor, "Min", p.Num(d.Min))
	}
}

func (p *settingPage) fillHistory(names scopeNames, detail settings.Detail, now time.Time) {
	current := map[string]bool{}
	for _, e := range detail.History {
		row := historyOf(names, detail.Definition, e)
		switch scope := e.Scope.String(); {
		case e.From.After(now):
			row.State = "ahead"
		case !current[scope] && e.Known && (!e.Default || detail.Since.Default):
			row.State, current[scope] = "now", true
			if scope != "" && !e.Unset {
				p.Narrow = append(p.Narrow, narrowRow{row.Scope, row.Value, row.From})
			}
		}
		p.History = append(p.History, row)
	}
}

func historyOf(n scopeNames, d settings.Definition, e settings.Entry) historyRow {
	p := n.page
	row := historyRow{Key: e.Key, From: p.T("settings.since.ever"), Scope: n.text(e.Scope), Value: entryText(p, d, e),
		By: personText(p, e), At: p.Time(e.DecidedAt), Reason: e.Reason}
	if !e.From.IsZero() {
		row.From = momentText(p, e.From)
	}
	return row
}

func closedOf(n scopeNames, d settings.Definition, s settings.Proposal) closedRow {
	return closedRow{Href: proposalHref(s.ID), State: n.page.T("settings.state." + string(s.State)), Sentence: proposalSentence(n, d, s),
		By: s.ProposedName, Decided: s.DecidedName, Reason: s.Decision}
}

func countOf(text string) (int, error) { return strconv.Atoi(text) }

type proposalPage struct {
	web.Page
	proposalRow
	State      string
	Open       bool
	MayDecide  bool // approve or reject
	MayRetract bool
	Before     string
	After      string
	From       string
	Decided    string
	DecidedAt  string
	Decision   string
	Setting    string // address of the setting
	Why        string
	Failure    string
	Form       settleRequest
}

type settleRequest struct {
	ID       int64  `param:"id"`
	Do       string `form:"do" validate:"required,oneof=approve reject withdraw"`
	Decision string `form:"decision" validate:"max=500"`
}

func (h *Handler) proposalRow(n scopeNames, s settings.Proposal, account int64) proposalRow {
	p := n.page
	d, _ := h.settings.Set().Definition(s.Key)
	return proposalRow{Href: proposalHref(s.ID), Name: p.T(d.NameKey()), Sentence: proposalSentence(n, d, s), Scope: n.text(settings.ReadScope(s.Scope)),
		Reason: s.Reason, By: s.ProposedName, At: p.Time(s.ProposedAt), Own: s.ProposedBy == account}
}

func (h *Handler) settingProposal(c echo.Context) error {
	var req idRequest
	if err := web.Bind(c, &req); err != nil {
		return echo.ErrNotFound
	}
	return h.showProposal(c, settleRequest{ID: req.ID}, nil)
}

func (h *Handler) settleProposal(c echo.Context) error {
	var req settleRequest
	err := web.Bind(c, &req)
	if err == nil {
		ctx, by := c.Request().Context(), web.ActorOf(c)
		switch req.Do {
		case "approve":
			_, err = h.settings.Approve(ctx, by, req.ID)
		case "reject":
			_, err = h.settings.Reject(ctx, by, req.ID, req.Decision)
		case "withdraw":
			_, err = h.settings.Withdraw(ctx, by, req.ID)
		}
		if err == nil {
			h.site.Flash(c, "ok", "settings.settled."+req.Do)
			return c.Redirect(http.StatusSeeOther, proposalHref(req.ID))
		}
	}
	if !refused(err) || req.ID == 0 {
		return err
	}
	return h.showProposal(c, req, err)
}

func (h *Handler) showProposal(c echo.Context, req settleRequest, wrong error) error {
	by := web.ActorOf(c)
	s, err := h.settings.Proposal(c.Request().Context(), by, req.ID)
	if err != nil {
		return err
	}
	d, known := h.settings.Set().Definition(s.Key)
	if !known {
		return fault.New(fault.NotFound, "settings.proposal.unknown")
	}
	p := proposalPage{Page: h.site.Page(c, "settings.proposal.title", "Name", ""), Form: req, Open: s.State == settings.Pending}
	p.Title = p.T("settings.proposal.title", "Name", p.T(d.NameKey()))
	p.Crumbs = []web.Crumb{{Text: p.T("settings.title"), Href: "/console/settings"}, {Text: p.T(d.NameKey()), Href: settingHref(d.Key)}, {Text: p.T("settings.proposal.crumb")}}
	names, err := h.namesOfScopes(c.Request().Context(), p.Page)
	if err != nil {
		return err
	}
	p.proposalRow, p.State = h.proposalRow(names, s, by.Account), p.T("settings.state."+string(s.State))
	p.Before, p.After, p.From = keptText(p.Page, d, &s.Before), keptText(p.Page, d, s.Value), momentText(p.Page, s.From)
	p.Setting, p.Why, p.Decision, p.Decided = settingHref(d.Key), p.T(d.WhyKey()), s.Decision, s.DecidedName
	p.MayRetract = p.Open && p.Own
	p.MayDecide = p.Open && !p.Own && by.Account != 0 && by.Citywide(settings.PermApprove)
	if s.DecidedAt != nil {
		p.DecidedAt = p.Time(s.DecidedAt)
	}
	if wrong == nil {
		return h.site.Render(c, http.StatusOK, "setting_proposal", p)
	}
	p.Failure = complain(&p.Page, wrong)
	return h.site.Render(c, statusFor(wrong), "setting_proposal", p)
}
