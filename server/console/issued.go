package console

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"minping/server/web"
	"minping/surveys"
)

// Every ticket that was issued in the city. Who opens it: the data-quality officer,
// the committee or the audit administrator who wonders whether a window rates itself.
// In five seconds: who issued how many for which window, and is one of them odd.

type issuedPage struct {
	web.Page
	Rows []batchRow
	More moreLink
}

func (h *Handler) issuedTickets(c echo.Context) error {
	after, _ := strconv.ParseInt(c.QueryParam("after"), 10, 64)
	list, err := h.surveys.IssuedTickets(c.Request().Context(), web.ActorOf(c), surveys.TicketFilter{BeforeID: max(after, 0), Limit: batchRows + 1})
	if err != nil {
		return err
	}
	p := issuedPage{Page: h.site.Page(c, "console.tickets.issued_title")}
	for i, b := range list {
		if i == batchRows {
			p.More = moreLink{Text: p.T("console.more"), Href: "/console/tickets/issued?after=" + strconv.FormatInt(list[i-1].ID, 10)}
			break
		}
		row := rowOfBatch(p.Page, b)
		if row.By == "" {
			row.By = "—"
		}
		p.Rows = append(p.Rows, row)
	}
	return h.site.Render(c, http.StatusOK, "tickets_issued", p)
}
