package console

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/server/web"
)

// personAction is a change of one account that is asked about once and needs
// nothing to be typed.
type personAction struct {
	path                        string
	title, ask, what, end, done string // message keys
	danger                      bool
	do                          func(ctx context.Context, by actor.Actor, account int64) error
}

func (h *Handler) personActions() []personAction {
	if h.accounts == nil { // tests of other pages have none
		return []personAction{{path: "disable"}, {path: "enable"}, {path: "unlock"}, {path: "uninvite"}}
	}
	return []personAction{
		{"disable", "accounts.disable.title", "accounts.disable.ask", "accounts.disable.what", "accounts.disable.do", "accounts.disable.done", true, h.accounts.Disable},
		{"enable", "accounts.enable.title", "accounts.enable.ask", "accounts.enable.what", "accounts.enable.do", "accounts.enable.done", false, h.accounts.Enable},
		{"unlock", "accounts.unlock.title", "accounts.unlock.ask", "accounts.unlock.what", "accounts.unlock.do", "accounts.unlock.done", false, h.accounts.Unlock},
		{"uninvite", "accounts.uninvite.title", "accounts.uninvite.ask", "accounts.uninvite.what", "accounts.uninvite.do", "accounts.uninvite.done", true, h.accounts.RevokeInvitation},
	}
}

// askPerson shows what would happen, doPerson does it.
func (h *Handler) askPerson(a personAction) echo.HandlerFunc {
	return func(c echo.Context) error {
		id, name, err := h.personNamed(c)
		if err != nil {
			return err
		}
		p := confirmPage{Page: h.site.Page(c, a.title), Back: personHref(id), Danger: a.danger}
		p.Crumbs = []web.Crumb{{Text: p.T("accounts.list.title"), Href: "/console/accounts"}, {Text: name, Href: p.Back}, {Text: p.Title}}
		p.Question, p.Consequence, p.Action = p.T(a.ask, "Name", name), p.T(a.what), p.T(a.end)
		return h.site.Render(c, http.StatusOK, "confirm", p)
	}
}

func (h *Handler) doPerson(a personAction) echo.HandlerFunc {
	return func(c echo.Context) error {
		var req idRequest
		if err := web.Bind(c, &req); err != nil {
			return echo.ErrNotFound
		}
		err := a.do(c.Request().Context(), web.ActorOf(c), req.ID)
		return h.backToPerson(c, req.ID, err, a.done)
	}
}

// backToPerson says how a change went. That somebody else was first, or that
// there is nothing to do any more, is told there too.
func (h *Handler) backToPerson(c echo.Context, id int64, err error, done string) error {
	switch f, ok := fault.As(err); {
	case err == nil:
		h.site.Flash(c, "ok", done)
	case ok && (f.Kind == fault.Conflict || f.Kind == fault.NotFound && f.Key != "accounts.unknown"):
		h.site.Flash(c, "warn", f.Key)
	default:
		return err
	}
	return c.Redirect(http.StatusSeeOther, personHref(id))
}

// personNamed finds whose account an address is about.
func (h *Handler) personNamed(c echo.Context) (id int64, name string, err error) {
	var req idRequest
	if err := web.Bind(c, &req); err != nil && req.ID == 0 {
		return 0, "", echo.ErrNotFound
	}
	a, err := h.accounts.Get(c.Request().Context(), web.ActorOf(c), req.ID)
	return req.ID, a.DisplayName, err
}

func (h *Handler) endPersonSessions(c echo.Context) error {
	var id idRequest
	var r sessionsRequest
	if err := web.Bind(c, &id); err != nil {
		return echo.ErrNotFound
	}
	if err := web.Bind(c, &r); err != nil {
		return err
	}
	err := h.accounts.EndSessionsOf(c.Request().Context(), web.ActorOf(c), id.ID, r.Session)
	return h.backToPerson(c, id.ID, err, "accounts.person.sessions_ended")
}

func idText(id int64) string { return strconv.FormatInt(id, 10) }
