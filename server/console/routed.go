package console

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/server/web"
)

// Whom the first questions sent elsewhere. Who opens it: the dispatch desk, to see
// whether people come to the wrong door. In five seconds: how many this month, and where to.

// routedMonths is how far back the page looks.
const routedMonths = 12

type routedPage struct {
	web.Page
	Routes []string
	Months []routedMonth
	Places []routedPlace
}

type routedMonth struct {
	Month  string
	Counts []int // as Routes
	Total  int
}

type routedPlace struct {
	Month, Place, Route, Channel string
	N, Foreign                   int
}

func (h *Handler) routed(c echo.Context) error {
	ctx := c.Request().Context()
	now := h.today()
	since := time.Date(now.Year(), now.Month()-routedMonths+1, 1, 0, 0, 0, 0, time.UTC)
	rows, err := h.desk.SentElsewhere(ctx, web.ActorOf(c), since)
	if err != nil {
		return err
	}
	p := routedPage{Page: h.site.Page(c, "desk.routed.title")}
	column := map[complaints.Route]int{}
	for i, r := range complaints.Routes() {
		column[r] = i
		p.Routes = append(p.Routes, p.T("desk.route."+string(r)))
	}
	var units []int64
	for _, r := range rows {
		units = append(units, r.Unit)
	}
	names, err := h.desk.Labels(ctx, units, nil)
	if err != nil {
		return err
	}
	n := caseNames{p.Page, names}
	for _, r := range rows {
		if len(p.Months) == 0 || p.Months[len(p.Months)-1].Month != r.Month {
			p.Months = append(p.Months, routedMonth{Month: r.Month, Counts: make([]int, len(p.Routes))})
		}
		m := &p.Months[len(p.Months)-1]
		m.Counts[column[r.Route]] += r.N
		m.Total += r.N
		place := n.unit(r.Unit)
		if r.Unit == 0 {
			place = p.T("desk.routed.nowhere")
		}
		p.Places = append(p.Places, routedPlace{r.Month, place, p.Routes[column[r.Route]], p.T("desk.channel." + string(r.Channel)), r.N, r.Foreign})
	}
	return h.site.Render(c, http.StatusOK, "desk_routed", p)
}
