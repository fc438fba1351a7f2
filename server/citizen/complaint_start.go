package citizen

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/internal/code"
	"minping/server/web"
)

// startPage asks what it is about: one question in plain links, and where it
// belongs elsewhere one page that says where.
type startPage struct {
	web.Page
	Keep  string // what the form is to know besides, behind a "?" link: "&code=…"
	Kiosk string
	Ways  []startWay
	Away  []startWay
}

type startWay struct{ Href, Text, Hint string }

// start answers GET /complaints.
func (h *Complaints) start(c echo.Context) error {
	p := startPage{Page: h.page(c, "complaint.start.title")}
	kept := url.Values{}
	for _, name := range []string{"code", "kiosk"} {
		if v := code.Normalize(c.QueryParam(name)); v != "" {
			kept.Set(name, v)
		}
	}
	p.Kiosk = kept.Get("kiosk")
	href := func(path string, more url.Values) string {
		q := url.Values{}
		for _, from := range []url.Values{kept, more} {
			for name := range from {
				q.Set(name, from.Get(name))
			}
		}
		if len(q) == 0 {
			return path
		}
		return path + "?" + q.Encode()
	}
	for _, w := range []struct {
		key  string
		kind complaints.Kind
		at   string
	}{{"service", "", "/complaints/new"}, {"consultation", "", "/complaints/ask"}, {"person", complaints.Report, "/complaints/new"}} {
		more := url.Values{}
		if w.kind != "" {
			more.Set("kind", string(w.kind))
		}
		p.Ways = append(p.Ways, startWay{href(w.at, more), p.T("complaint.start." + w.key), p.T("complaint.start." + w.key + "_hint")})
	}
	for _, route := range []complaints.Route{complaints.ToEmergency, complaints.To12345, complaints.ToPetition, complaints.ToLitigation, complaints.ToDiscipline} {
		p.Away = append(p.Away, startWay{href("/complaints/to/"+string(route), nil), p.T("complaint.start." + string(route)), p.T("complaint.start." + string(route) + "_hint")})
	}
	return h.site.Render(c, http.StatusOK, "complaint_start", p)
}

// elsewherePage says where a matter belongs that is not for the desk, and how to
// write here all the same: nobody is sent from door to door.
type elsewherePage struct {
	web.Page
	Lead   string
	Phones []phoneRow
	Points []string
	Urgent bool
	Here   string // address of the form
	Back   string
}

type phoneRow struct{ Number, Text string }

// phonesOf each route; the numbers are the same in every Chinese city.
var phonesOf = map[complaints.Route][]string{
	complaints.ToEmergency:  {"110", "119", "120", "122"},
	complaints.To12345:      {"12345"},
	complaints.ToPetition:   {"12345"},
	complaints.ToLitigation: {"12368", "12348"},
	complaints.ToDiscipline: {"12388"},
}

// elsewhere answers GET /complaints/to/{where}.
func (h *Complaints) elsewhere(c echo.Context) error {
	route := complaints.Route(c.Param("where"))
	phones, known := phonesOf[route]
	if !known {
		return echo.ErrNotFound
	}
	h.countSent(c, route)
	key := "complaint.to." + string(route)
	p := elsewherePage{Page: h.page(c, key+".title"), Urgent: route == complaints.ToEmergency, Here: "/complaints/new", Back: "/complaints"}
	p.Lead = p.T(key + ".lead")
	for _, n := range phones {
		p.Phones = append(p.Phones, phoneRow{n, p.T("complaint.phone." + n)})
	}
	for _, point := range []string{".a", ".b"} {
		p.Points = append(p.Points, p.T(key+point))
	}
	if q := c.Request().URL.RawQuery; q != "" {
		kept := url.Values{}
		for _, name := range []string{"code", "kiosk"} {
			if v := code.Normalize(c.QueryParam(name)); v != "" {
				kept.Set(name, v)
			}
		}
		if len(kept) > 0 {
			p.Here, p.Back = p.Here+"?"+kept.Encode(), p.Back+"?"+kept.Encode()
		}
	}
	return h.site.Render(c, http.StatusOK, "complaint_to", p)
}
