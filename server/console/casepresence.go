package console

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/internal/actor"
	"minping/server/web"
)

// presenceRequest is a sign of life of an open page, or its end.
type presenceRequest struct {
	ID    int64 `param:"id" validate:"required,min=1"`
	Seen  int   `form:"seen" validate:"min=0"`
	Leave bool  `form:"leave"`
}

// presenceAnswer is what the page's script shows: sentences, or nothing.
type presenceAnswer struct {
	Others  string `json:"others"`
	Changed string `json:"changed"`
}

// presence answers the script of a case's page. It changes nothing of the case.
func (h *Handler) presence(c echo.Context) error {
	var req presenceRequest
	if err := web.Bind(c, &req); err != nil {
		return echo.ErrNotFound
	}
	ctx, by := c.Request().Context(), web.ActorOf(c)
	if req.Leave {
		if err := h.desk.Leave(ctx, by, req.ID); err != nil {
			return err
		}
		return c.NoContent(http.StatusNoContent)
	}
	company, err := h.desk.Enter(ctx, by, req.ID, true)
	if err != nil {
		return err
	}
	t := func(key string, args ...any) string { return h.site.Texts().Text(web.Language(c), key, args...) } // a Page would take the notes meant for the next page
	a := presenceAnswer{Others: companyText(t, company.Others)}
	if req.Seen > 0 && company.Seq > req.Seen {
		a.Changed = t("desk.presence.changed", "State", t("desk.state."+string(company.State)))
	}
	c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
	return c.JSON(http.StatusOK, a)
}

// company tells a page at its opening who else has the case open; without a
// script that is all there is. That it cannot be told is no reason to show no case.
func (h *Handler) company(ctx context.Context, p web.Page, by actor.Actor, id complaints.ID) string {
	company, err := h.desk.Enter(ctx, by, id, false)
	if err != nil {
		h.log.Warn("who has a case open is not known", "error", err)
		return ""
	}
	return companyText(p.T, company.Others)
}

func companyText(t func(string, ...any) string, others []string) string {
	if len(others) == 0 {
		return ""
	}
	return t("desk.presence.others", "Names", strings.Join(others, t("desk.presence.and")))
}
