package citizen

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"minping/internal/code"
	"minping/internal/fault"
	"minping/internal/i18n"
	"minping/server/web"
)

// donePage thanks, gives the receipt and says what happens next.
type donePage struct {
	view
	Code    string
	Receipt string
	Place   string
	Day     string
	Level   int
	Word    string
	Contact *contactPart // nil: none is asked for
	Probe   *probePart   // nil: nothing is asked
	Write   string       // address of the form for complaints
	Follow  bool         // a bad rating: what is done about it can be followed
}

// done answers GET /r/{code}/done/{receipt}; loading it again sends nothing again.
func (h *Handler) done(c echo.Context) error { return h.thank(c, faceOf(c.Request())) }

// doneKiosk is the same on a shared screen; it goes back to the beginning by itself.
func (h *Handler) doneKiosk(c echo.Context) error { return h.thank(c, kioskFace(c.Request())) }

func (h *Handler) thank(c echo.Context, f face) error {
	return h.thankWith(c, f, http.StatusOK, func(*contactPart) {})
}

// thankWith shows the page with the contact's part as a form left it.
func (h *Handler) thankWith(c echo.Context, f face, status int, with func(*contactPart)) error {
	receipt := code.Normalize(c.Param("receipt"))
	if !code.Valid(receipt) {
		return h.noReceipt(c, f)
	}
	view, err := h.surveys.Receipt(c.Request().Context(), receipt)
	if fault.KindOf(err) == fault.NotFound {
		return h.noReceipt(c, f)
	}
	if err != nil {
		return err
	}
	p := &donePage{view: h.baseView(c, f), Code: url.PathEscape(c.Param("code")), Receipt: receipt, Level: view.Level,
		Day: web.Page{Lang: f.lang}.Date(view.VisitedOn.Start())}
	if view.Unit != nil {
		p.Place = h.placeOf(view.Unit, f.lang)
	}
	p.Write, p.Follow = writeAddress(f, c.Param("code")), view.Level <= 2 && !f.kiosk
	p.Word = p.T([...]string{"", "citizen.level.1", "citizen.level.2", "citizen.level.3", "citizen.level.4", "citizen.level.5"}[view.Level])
	if p.Contact, err = h.contactOf(c, f, receipt); err != nil {
		return err
	}
	p.Probe = h.probeOf(c, f, receipt)
	if failure, ok := c.Get(probeFailure).(string); ok {
		if p.Probe == nil {
			p.Probe = &probePart{}
		}
		p.Probe.Failure = failure
	} else if p.Contact == nil && status != http.StatusOK { // refused: the reason is shown all the same
		p.Contact = &contactPart{}
	}
	if p.Contact != nil {
		with(p.Contact)
	}
	return h.render(c, status, "done.html", p)
}

// writeAddress is that of the form for complaints with the place filled in. It
// carries language and size; on a kiosk also where the next visitor begins.
func writeAddress(f face, typed string) string {
	key, lang := code.Normalize(typed), "zh"
	if f.lang == i18n.English {
		lang = "en"
	}
	q := url.Values{"code": {key}, "lang": {lang}}
	if f.elder {
		q.Set("elder", "1")
	}
	if f.kiosk {
		q.Set("kiosk", key)
	}
	return "/complaints/new?" + q.Encode()
}

func (h *Handler) noReceipt(c echo.Context, f face) error {
	return h.render(c, http.StatusNotFound, "state.html", h.statePage(c, f, "receipt"))
}
