package citizen

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"minping/internal/code"
	"minping/internal/fault"
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
	p.Word = p.T([...]string{"", "citizen.level.1", "citizen.level.2", "citizen.level.3", "citizen.level.4", "citizen.level.5"}[view.Level])
	if p.Contact, err = h.contactOf(c, f, receipt); err != nil {
		return err
	}
	if p.Contact == nil && status != http.StatusOK { // refused: the reason is shown all the same
		p.Contact = &contactPart{}
	}
	if p.Contact != nil {
		with(p.Contact)
	}
	return h.render(c, status, "done.html", p)
}

func (h *Handler) noReceipt(c echo.Context, f face) error {
	return h.render(c, http.StatusNotFound, "state.html", h.statePage(c, f, "receipt"))
}
