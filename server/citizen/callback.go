package citizen

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"

	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/internal/fault"
	"minping/server/web"
)

// The page behind the link of a short message. Who opens it: somebody whose matter was
// answered, on a phone, between two other things. In five seconds: which matter, three
// questions, one button. It shows no word of the matter, for a telephone may be in
// other hands; what the address ends in is a key, so nothing leads away from here with it.

// linkPage asks the three questions, or says why not.
type linkPage struct {
	web.Page
	View    complaints.LinkView
	Token   string
	Matter  string
	Replied string
	State   string // of the link, in words; "": it asks
	Thanks  bool
	Typed   deedForm
	Failure string
	Levels  []levelChoice
}

var linkToken = regexp.MustCompile(`^[A-Za-z0-9_-]{22}$`)

// answerForm answers GET /c/{token}.
func (h *Complaints) answerForm(c echo.Context) error {
	return h.showAnswer(c, http.StatusOK, func(p *linkPage) {
		p.Thanks = c.QueryParam("done") == "1" && p.View.State == complaints.LinkUsed
	})
}

// answer answers POST /c/{token}.
func (h *Complaints) answer(c echo.Context) error {
	v, err := postedValues(c.Request())
	if err != nil {
		return err
	}
	d := deedOf(v)
	out, err := d.outcome()
	if err == nil {
		token := c.Param("token")
		if !linkToken.MatchString(token) {
			return echo.ErrNotFound
		}
		if err = h.desk.AnswerLink(c.Request().Context(), token, out); err == nil {
			noStore(c)
			return c.Redirect(http.StatusSeeOther, "/c/"+token+"?done=1")
		}
	}
	refused, ok := fault.As(err)
	if !ok {
		return err
	}
	return h.showAnswer(c, statusOf(refused.Kind), func(p *linkPage) {
		p.Typed = d
		if p.Errors = web.Fields(refused, p.Page); len(p.Errors) == 0 && p.View.State == complaints.LinkOpen {
			p.Failure = web.Message(refused, p.Page)
		}
	})
}

// outcome reads the three questions; each wants an answer, and none is given beforehand.
func (d deedForm) outcome() (complaints.Outcome, error) {
	var wrong []fault.Field
	if d.Responded == "" {
		wrong = append(wrong, fault.Field{Name: "responded", Key: "callback.answer.missing"})
	}
	if d.Solved == "" {
		wrong = append(wrong, fault.Field{Name: "solved", Key: "callback.answer.missing"})
	}
	if d.Satisfied == 0 {
		wrong = append(wrong, fault.Field{Name: "satisfied", Key: "callback.answer.missing"})
	}
	if len(wrong) > 0 {
		return complaints.Outcome{}, fault.Fielded(wrong...)
	}
	return complaints.Outcome{Solved: d.Solved == "yes", Satisfied: d.Satisfied, Remark: d.Remark, Responded: d.responded()}, nil
}

// responded is nil where somebody does not remember.
func (d deedForm) responded() *bool {
	if d.Responded != "yes" && d.Responded != "no" {
		return nil
	}
	yes := d.Responded == "yes"
	return &yes
}

func (h *Complaints) showAnswer(c echo.Context, status int, with func(*linkPage)) error {
	token := c.Param("token")
	if !linkToken.MatchString(token) {
		return echo.ErrNotFound
	}
	ctx := c.Request().Context()
	view, err := h.desk.OpenLink(ctx, token)
	if err != nil {
		return err
	}
	p := linkPage{Page: h.page(c, "callback.answer.title"), View: view, Token: token}
	p.Path = "/c/" + token
	p.Levels = levelsOf(p.Page)
	office := p.T("callback.answer.offices")
	if view.Office != 0 {
		u, err := h.offices.Unit(ctx, reader(), view.Office)
		if err != nil {
			return err
		}
		office = titleOf(u, p.Lang)
	}
	p.Matter = p.T("callback.answer.matter", "Day", p.Date(view.Received), "Kind", p.T("complaint.kind."+string(view.Kind)), "Office", office)
	if view.Replied != nil {
		p.Replied = p.T("callback.answer.replied", "Day", p.Date(*view.Replied))
	}
	switch view.State {
	case complaints.LinkOpen:
	case complaints.LinkExpired:
		p.State, status = p.T("callback.answer.expired"), max(status, http.StatusGone)
	case complaints.LinkUsed:
		p.State = p.T("callback.answer.used")
	default:
		p.State = p.T("callback.answer.over")
	}
	with(&p)
	noStore(c)
	c.Response().Header().Set("Referrer-Policy", "no-referrer")
	return h.site.Render(c, status, "callback_answer", p)
}

// mineCopy answers POST /track/copy: what is kept of whoever follows this case.
func (h *Complaints) mineCopy(c echo.Context) error {
	p, ok := h.tickets.of(c.Request(), trackCookie)
	if !ok {
		return h.askTicket(c, http.StatusUnprocessableEntity, askTicketPage{Notice: h.page(c, "").T("complaint.track.expired")})
	}
	mine, err := h.desk.Copy(c.Request().Context(), p.ticket())
	if err != nil {
		return h.refuseTicket(c, askTicketPage{Kiosk: p.Kiosk}, p, err)
	}
	text, err := json.MarshalIndent(mine, "", "  ")
	if err != nil {
		return fmt.Errorf("write copy: %w", err)
	}
	noStore(c)
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="minping-my-case.json"`)
	return c.Blob(http.StatusOK, "application/json; charset=utf-8", text)
}

// mineErase answers POST /track/forget: the contact of the case is erased for good.
func (h *Complaints) mineErase(c echo.Context) error {
	p, ok := h.tickets.of(c.Request(), trackCookie)
	if !ok {
		return h.askTicket(c, http.StatusUnprocessableEntity, askTicketPage{Notice: h.page(c, "").T("complaint.track.expired")})
	}
	if err := h.desk.EraseContact(c.Request().Context(), p.ticket()); err != nil {
		return h.refuseTicket(c, askTicketPage{Kiosk: p.Kiosk}, p, err)
	}
	noStore(c)
	return c.Redirect(http.StatusSeeOther, "/track?done=forget")
}
