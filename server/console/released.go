package console

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/complaints/publish"
	"minping/privacy"
	"minping/server/web"
)

// What is published, with what became of it. Who opens it: whoever answers for the
// publication. In five seconds: is it on the page, and if something is wrong, off with it.

type releasedRequest struct {
	ID     int64  `param:"id" validate:"required,min=1"`
	Act    string `form:"act" validate:"omitempty,oneof=withdraw decide"`
	Reason string `form:"reason" validate:"max=2000"`
	Uphold string `form:"uphold" validate:"omitempty,oneof=yes no"`
}

type releasedPage struct {
	web.Page
	Number    string
	State     string
	Tone      string
	Facts     []factRow
	Reply     publish.Reply
	Public    string // address of the public page
	Objection string
	Told      string
	MayDecide bool
	MayRemove bool
	Another   bool
	Reason    string
	Failure   string
	MaxReason int
	Typed     string // the act that was refused
}

func (h *Handler) released(c echo.Context) error { return h.showReleased(c, nil, nil) }

func (h *Handler) showReleased(c echo.Context, typed *releasedRequest, wrong error) error {
	var id idRequest
	if err := web.Bind(c, &id); err != nil && id.ID == 0 {
		return echo.ErrNotFound
	}
	by := web.ActorOf(c)
	r, text, err := h.public.Published(c.Request().Context(), by, id.ID)
	if err != nil {
		return err
	}
	p := releasedPage{Page: h.site.Page(c, "publish.released.title"), Number: fmtInt(r.Number), Reply: text, Objection: r.Objection, Told: r.Told, MaxReason: complaints.MaxReason}
	p.Crumbs = []web.Crumb{{Text: p.T("publish.title"), Href: "/console/replies?tab=" + string(r.State)}, {Text: p.T("replies.number", "Number", p.Number)}}
	p.State, p.Tone = p.T("publish.tab."+string(r.State)), map[publish.State]string{publish.Shown: "ok", publish.Objected: "warn", publish.Withdrawn: "bad"}[r.State]
	fact := func(key, value string) { p.Facts = append(p.Facts, factRow{p.T(key), value}) }
	fact("publish.fact.author", r.AuthorName)
	fact("publish.fact.publisher", r.PublisherName)
	fact("publish.fact.published", p.Time(r.PublishedAt))
	fact("publish.fact.hidden", p.Num(r.Hidden))
	if r.WithdrawnAt != nil {
		fact("publish.fact.withdrawn", p.Time(*r.WithdrawnAt)+" · "+withdrawer(p.Page, r))
	}
	may := by.Anywhere(publish.PermPublish) || by.Citywide(privacy.PermHandle)
	p.MayRemove = may && r.State != publish.Withdrawn
	p.MayDecide = may && r.State == publish.Objected && r.Publisher != by.Account
	p.Another = r.State == publish.Objected && !p.MayDecide
	if r.State == publish.Shown {
		p.Public = "/replies/" + p.Number
	}
	if wrong == nil {
		return h.site.Render(c, http.StatusOK, "released", p)
	}
	p.Reason, p.Typed, p.Failure = typed.Reason, typed.Act, complain(&p.Page, wrong)
	status := statusFor(wrong)
	if ownRefusal(wrong) {
		status = http.StatusForbidden
	}
	return h.site.Render(c, status, "released", p)
}

// withdrawer says who took a reply off the page, and why: a person in words, the program by a rule.
func withdrawer(p web.Page, r publish.Published) string {
	if r.WithdrawnBy == "system" {
		return p.T("publish.why." + r.WithdrawnWhy)
	}
	return r.WithdrawnBy + " · " + r.WithdrawnWhy
}

func (h *Handler) actOnReleased(c echo.Context) error {
	var req releasedRequest
	err := web.Bind(c, &req)
	if req.ID == 0 || req.Act == "" {
		return echo.ErrNotFound
	}
	ctx, by := c.Request().Context(), web.ActorOf(c)
	if err == nil {
		switch {
		case req.Act == "withdraw":
			err = h.public.Withdraw(ctx, by, req.ID, req.Reason)
		case req.Uphold == "":
			err = missing("uphold")
		default:
			err = h.public.Decide(ctx, by, publish.Deciding{Number: req.ID, Uphold: req.Uphold == "yes", Answer: req.Reason})
		}
	}
	if err == nil {
		h.site.Flash(c, "ok", "publish.done."+req.Act)
		return c.Redirect(http.StatusSeeOther, "/console/replies/"+fmtInt(req.ID))
	}
	if !refused(err) && !ownRefusal(err) {
		return err
	}
	return h.showReleased(c, &req, err)
}
