package console

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"minping/internal/fault"
	"minping/server/web"
	"minping/server/web/figures"
	"minping/surveys"
)

// codeRow is one code in use, as lists show it.
type codeRow struct {
	Unit    string
	Channel string
	Printed string
	Code    string
	Since   string
	Open    string // the citizen's page
	Poster  string
}

func newCodeRow(p web.Page, c surveys.UnitCode) codeRow {
	return codeRow{Unit: named(p, c.Unit.Name, c.Unit.NameEn, c.Unit.Number), Channel: figures.ChannelText(p, string(c.Channel)),
		Printed: surveys.PrintedCode(c.Code), Code: c.Code, Since: p.Date(c.IssuedAt), Open: "/r/" + c.Code,
		Poster: "/console/posters?code=" + c.Code}
}

// confirmPage asks once more before a step that cannot be undone.
type confirmPage struct {
	web.Page
	Question, Consequence, Action string
	Back                          string
	Danger                        bool
}

// retiring is one of the two ways to take a code out of use.
type retiring struct{ title, what, action, done string }

func rotating() retiring {
	return retiring{"console.code.rotate", "console.code.rotate_what", "console.code.rotate", "console.code.rotated"}
}

func revoking() retiring {
	return retiring{"console.code.revoke", "console.code.revoke_what", "console.code.revoke", "console.code.revoked"}
}

// askRetire shows the confirmation page; the code's poster hangs somewhere, and
// somebody has to go there.
func (h *Handler) askRetire(how retiring) echo.HandlerFunc {
	return func(c echo.Context) error {
		entry, err := h.retirable(c)
		if err != nil {
			return err
		}
		p := confirmPage{Page: h.site.Page(c, how.title), Back: unitHref(entry.Unit.ID), Danger: true}
		p.Question = p.T("console.code.ask", "Unit", named(p.Page, entry.Unit.Name, entry.Unit.NameEn, entry.Unit.Number),
			"Channel", figures.ChannelText(p.Page, string(entry.Channel)), "Code", surveys.PrintedCode(entry.Code))
		p.Consequence, p.Action = p.T(how.what), p.T(how.action)
		return h.site.Render(c, http.StatusOK, "confirm", p)
	}
}

// retirable finds a code that is in use and the actor may take out of use.
func (h *Handler) retirable(c echo.Context) (surveys.Entry, error) {
	entry, err := h.surveys.Resolve(c.Request().Context(), c.Param("code"))
	if err != nil {
		return entry, err
	}
	by := web.ActorOf(c)
	if entry.Unit == nil || entry.Ticket || !by.Can(surveys.PermPublicationWrite, entry.Unit.Place()) {
		return entry, fault.New(fault.NotFound, "surveys.code.not_found")
	}
	if entry.State == surveys.StateRotated || entry.State == surveys.StateRevoked {
		return entry, fault.New(fault.Conflict, "surveys.code.retired")
	}
	return entry, nil
}

func (h *Handler) rotateCode(c echo.Context) error {
	fresh, err := h.surveys.RotateCode(c.Request().Context(), web.ActorOf(c), surveys.CodeAt{Code: c.Param("code")})
	if err != nil {
		return err
	}
	h.site.Flash(c, "ok", rotating().done, "Code", surveys.PrintedCode(fresh.Code))
	return c.Redirect(http.StatusSeeOther, unitHref(fresh.Unit.ID))
}

func (h *Handler) revokeCode(c echo.Context) error {
	entry, err := h.retirable(c)
	if err != nil {
		return err
	}
	if err := h.surveys.RevokeCode(c.Request().Context(), web.ActorOf(c), surveys.CodeAt{Code: entry.Code}); err != nil {
		return err
	}
	h.site.Flash(c, "ok", revoking().done)
	return c.Redirect(http.StatusSeeOther, unitHref(entry.Unit.ID))
}
