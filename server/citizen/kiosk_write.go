package citizen

import (
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/internal/code"
	"minping/surveys"
	"minping/surveys/qr"
)

// Writing to the offices at a kiosk: the place is the kiosk's, no contact and no file
// is asked for, the screen clears by itself, and what the citizen needs afterwards is
// shown large, to be photographed or printed.

// sayHere is the link on the kiosk's page of rating; it leads there by the kiosk's own address.
const sayHere = "say"

// toWriting sends a kiosk from rating to writing; false where nobody asked.
func toWriting(c echo.Context) (bool, error) {
	if c.QueryParam(sayHere) == "" {
		return false, nil
	}
	noStore(c)
	return true, c.Redirect(http.StatusSeeOther, "/complaints?"+url.Values{"kiosk": {code.Normalize(c.Param("code"))}}.Encode())
}

// kioskPlace fills in where the kiosk stands.
func (h *Complaints) kioskPlace(c echo.Context, form *complaintForm) error {
	e, err := h.surveys.Resolve(c.Request().Context(), form.Kiosk)
	if err != nil || e.Unit == nil {
		return err
	}
	return h.fillPlace(c.Request().Context(), form, e.Unit.ID)
}

// trackQR answers GET /track/qr.svg: the address where a case is followed, without
// receipt or PIN; the same for everybody.
func (h *Complaints) trackQR(c echo.Context) error {
	body, err := qr.SVG(h.site.BaseURL() + "/track")
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "public, max-age=86400")
	return c.Blob(http.StatusOK, "image/svg+xml", body)
}

// sentLasts is how long a browser that was sent somewhere is not counted again.
const sentLasts = time.Hour

// countSent counts somebody who was sent elsewhere: a day, a destination, a place, a
// way and a language, and nothing of the person. Browsers that fetch ahead and who loads the page again do not count.
func (h *Complaints) countSent(c echo.Context, route complaints.Route) {
	r := c.Request()
	name := "mp_to_" + string(route)
	if r.Method != http.MethodGet || r.Header.Get("Sec-Purpose") != "" || cookie(cookieHeader(r), name) != "" {
		return
	}
	in := complaints.Sent{Route: route, Channel: complaints.ByWeb, Language: faceOf(r).lang}
	at := code.Normalize(c.QueryParam("kiosk"))
	if at != "" {
		in.Channel = complaints.ByKiosk
	} else if at = code.Normalize(c.QueryParam("code")); at != "" {
		in.Channel = complaints.ByCode
	}
	if at != "" {
		e, err := h.surveys.Resolve(r.Context(), at)
		if err != nil || e.Unit == nil {
			in.Channel = complaints.ByWeb
		} else if e.State == surveys.StateOpen || e.State == surveys.StateClosed || e.State == surveys.StateNotYet {
			in.Unit = e.Unit.ID
		}
	}
	if err := h.desk.CountSent(r.Context(), in); err != nil {
		h.site.Report(c, err) // the citizen is told the way all the same
		return
	}
	if in.Channel == complaints.ByKiosk {
		return // each visitor of a kiosk is another
	}
	noStore(c)                // the answer has a cookie of this browser
	c.SetCookie(&http.Cookie{ //nolint:gosec // Secure wherever the site is
		Name: name, Value: "1", Path: "/complaints/to/" + string(route), MaxAge: int(sentLasts / time.Second), HttpOnly: true, Secure: h.secure, SameSite: http.SameSiteLaxMode,
	})
}
