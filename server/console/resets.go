package console

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"minping/accounts"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/server/web"
)

// Resets of a password or a second factor. Who opens these pages: the security
// administrator whom somebody has called, and the second person who is asked to look
// again. In five seconds: whose, why, who asked, and whether this is mine to answer.

const resetsAddress = "/console/resets"

func resetHref(id int64) string { return resetsAddress + "/" + idText(id) }

// resetRow is a reset as one reader sees it.
type resetRow struct {
	accounts.Reset
	Href  string
	Class string // of the state's tag
	Now   accounts.ResetState
	Waits bool // it waits for somebody like this reader
	Mine  bool // this reader asked for it and may withdraw it
}

func (h *Handler) resetRow(by actor.Actor, r accounts.Reset) resetRow {
	row := resetRow{Reset: r, Href: resetHref(r.ID), Now: r.At(h.now())}
	row.Class = map[accounts.ResetState]string{accounts.ResetAsked: "warn", accounts.ResetConfirmed: "warn", accounts.ResetUsed: "ok"}[row.Now]
	row.Mine = r.RequestedBy == by.Account && r.Open(h.now())
	row.Waits = row.Now == accounts.ResetAsked && by.Citywide(permAccountConfirm) && by.Account != r.RequestedBy && by.Account != r.Account
	return row
}

type resetsPage struct {
	web.Page
	Waiting, Past []resetRow
}

func (h *Handler) resetList(c echo.Context) error {
	by := web.ActorOf(c)
	list, err := h.accounts.Resets(c.Request().Context(), by, 0)
	if err != nil {
		return err
	}
	p := resetsPage{Page: h.site.Page(c, "accounts.reset.list")}
	for _, r := range list {
		if row := h.resetRow(by, r); r.Open(h.now()) {
			p.Waiting = append(p.Waiting, row)
		} else {
			p.Past = append(p.Past, row)
		}
	}
	return h.site.Render(c, http.StatusOK, "resets", p)
}

// resetAskPage asks for a reset of somebody's account.
type resetAskPage struct {
	web.Page
	Kind          accounts.ResetKind
	Name          string
	Back, Failure string
	Reason        string
}

type resetAskRequest struct {
	Reason string `form:"reason" validate:"required,max=200"`
}

func (h *Handler) askResetForm(kind accounts.ResetKind) echo.HandlerFunc {
	return func(c echo.Context) error {
		p, _, err := h.resetAskPage(c, kind)
		if err != nil {
			return err
		}
		return h.site.Render(c, http.StatusOK, "reset_ask", p)
	}
}

func (h *Handler) resetAskPage(c echo.Context, kind accounts.ResetKind) (resetAskPage, int64, error) {
	id, name, err := h.personNamed(c)
	if err != nil {
		return resetAskPage{}, 0, err
	}
	p := resetAskPage{Page: h.site.Page(c, "accounts.reset.title."+string(kind)), Kind: kind, Name: name, Back: personHref(id)}
	p.Crumbs = []web.Crumb{{Text: p.T("accounts.list.title"), Href: "/console/accounts"}, {Text: name, Href: p.Back}, {Text: p.Title}}
	return p, id, nil
}

func (h *Handler) askReset(kind accounts.ResetKind) echo.HandlerFunc {
	return func(c echo.Context) error {
		p, id, err := h.resetAskPage(c, kind)
		if err != nil {
			return err
		}
		var r resetAskRequest
		if err = web.Bind(c, &r); err == nil {
			var half accounts.Half
			half, err = h.accounts.AskReset(c.Request().Context(), web.ActorOf(c), accounts.ResetWish{Account: id, Kind: kind, Reason: r.Reason})
			if err == nil {
				return h.showHalf(c, half, "first")
			}
		}
		if !refused(err) {
			return err
		}
		p.Reason = r.Reason
		p.Failure = complain(&p.Page, err)
		return h.site.Render(c, statusFor(err), "reset_ask", p)
	}
}

// halfPage shows one half of a code, this once.
type halfPage struct {
	web.Page
	accounts.Half
	Which   string // "first" or "second"
	Back    string
	Address string // where the holder goes
}

func (h *Handler) showHalf(c echo.Context, half accounts.Half, which string) error {
	p := halfPage{Page: h.site.Page(c, "accounts.reset.half."+which), Half: half, Which: which, Back: resetHref(half.Reset)}
	p.Path = p.Back // another language cannot show the half again
	p.Address = p.BaseURL + resetPath
	if half.Kind == accounts.ResetOfFactor {
		p.Address = p.BaseURL + signInAddress
	}
	return h.site.Render(c, http.StatusOK, "reset_half", p)
}

type resetPage struct {
	web.Page
	Row     resetRow
	Person  string // address of the account
	Failure string
	Reason  string
}

func (h *Handler) showReset(c echo.Context) error { return h.renderReset(c, "", nil) }

func (h *Handler) renderReset(c echo.Context, reason string, wrong error) error {
	var req idRequest
	if err := web.Bind(c, &req); err != nil && req.ID == 0 {
		return echo.ErrNotFound
	}
	by := web.ActorOf(c)
	r, err := h.accounts.Reset(c.Request().Context(), by, req.ID)
	if err != nil {
		return err
	}
	p := resetPage{Page: h.site.Page(c, "accounts.reset.title."+string(r.Kind)), Row: h.resetRow(by, r), Person: personHref(r.Account), Reason: reason}
	p.Path = resetHref(r.ID)
	p.Crumbs = []web.Crumb{{Text: p.T("accounts.reset.list"), Href: resetsAddress}, {Text: r.Name + " · " + p.Title}}
	status := http.StatusOK
	if wrong != nil {
		status = statusFor(wrong)
		p.Failure = complain(&p.Page, wrong)
	}
	return h.site.Render(c, status, "reset", p)
}

type resetAnswer struct {
	ID     int64  `param:"id" validate:"required"`
	Act    string `form:"act" validate:"oneof=confirm refuse withdraw"`
	Reason string `form:"reason" validate:"max=200"`
}

// answerReset confirms, refuses or withdraws. That somebody else was first is said on
// the page.
func (h *Handler) answerReset(c echo.Context) error {
	var r resetAnswer
	if err := web.Bind(c, &r); err != nil {
		return err
	}
	ctx, by, done := c.Request().Context(), web.ActorOf(c), "accounts.reset.withdrawn"
	var err error
	switch r.Act {
	case "confirm":
		var half accounts.Half
		if half, err = h.accounts.ConfirmReset(ctx, by, r.ID); err == nil {
			return h.showHalf(c, half, "second")
		}
	case "refuse":
		err, done = h.accounts.RefuseReset(ctx, by, r.ID, r.Reason), "accounts.reset.refused"
	default:
		err = h.accounts.EndReset(ctx, by, r.ID)
	}
	return h.resetAnswered(c, r, err, done)
}

func (h *Handler) resetAnswered(c echo.Context, r resetAnswer, err error, done string) error {
	f, ok := fault.As(err)
	switch {
	case err == nil:
		h.site.Flash(c, "ok", done)
	case refused(err):
		return h.renderReset(c, r.Reason, err)
	case ok && f.Kind == fault.Forbidden && strings.HasPrefix(f.Key, "accounts.reset."): // an explanation, not a closed door
		h.site.Flash(c, "bad", f.Key)
	default:
		return err
	}
	return c.Redirect(http.StatusSeeOther, resetHref(r.ID))
}

// stopReset is the holder's own way out of a reset that they did not want.
func (h *Handler) stopReset(c echo.Context) error {
	var req idRequest
	if err := web.Bind(c, &req); err != nil {
		return echo.ErrNotFound
	}
	err := h.accounts.EndReset(c.Request().Context(), web.ActorOf(c), req.ID)
	switch {
	case fault.KindOf(err) == fault.Conflict:
		h.site.Flash(c, "warn", "accounts.reset.over")
	case err != nil:
		return err
	default:
		h.site.Flash(c, "ok", "accounts.reset.stopped")
	}
	return c.Redirect(http.StatusSeeOther, "/console/security")
}

// waitingFor counts the resets that wait for somebody like by.
func (h *Handler) waitingFor(ctx context.Context, by actor.Actor) (n int, err error) {
	list, err := h.accounts.Resets(ctx, by, 0)
	for _, r := range list {
		if h.resetRow(by, r).Waits {
			n++
		}
	}
	return n, err
}
