package citizen

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"minping/internal/code"
	"minping/internal/fault"
	"minping/privacy"
	"minping/server/web"
)

// contactPart is what the page of thanks says of a contact: the form to leave
// one with a bad rating, or the masked one that was left.
type contactPart struct {
	Left    bool
	Open    bool
	Name    string // masked
	Reach   string // masked
	Until   string
	Days    int    // how long it is kept
	Action  string // address of the form
	Choice  string
	Typed   typedContact
	Errors  map[string]string
	Failure string
}

type typedContact struct{ Name, Reach string }

// contactOf prepares that part; nil where there is none to show.
func (h *Handler) contactOf(c echo.Context, f face, receipt string) (*contactPart, error) {
	if h.privacy == nil || f.kiosk { // a shared screen is no place to type a telephone number
		return nil, nil //nolint:nilnil // no part of the page
	}
	st, err := h.privacy.State(c.Request().Context(), receipt)
	if err != nil {
		return nil, err
	}
	if !st.Left && !st.Open {
		return nil, nil //nolint:nilnil // no part of the page
	}
	return &contactPart{Left: st.Left, Open: st.Open, Name: st.Contact.Name, Reach: st.Contact.Phone + st.Contact.Email,
		Until: web.Page{Lang: f.lang}.Date(st.Rating.Until.Start()), Days: h.privacy.Kept("contact"), Choice: chosen(c.Request()),
		Action: "/r/" + url.PathEscape(c.Param("code")) + "/done/" + url.PathEscape(receipt) + "/contact"}, nil
}

// leaveContact answers POST /r/{code}/done/{receipt}/contact.
func (h *Handler) leaveContact(c echo.Context) error {
	f := faceOf(c.Request())
	receipt := code.Normalize(c.Param("receipt"))
	if h.privacy == nil || !code.Valid(receipt) {
		return h.noReceipt(c, f)
	}
	r := c.Request()
	if err := r.ParseForm(); err != nil {
		return h.refuseForm(c, f, errUnreadable)
	}
	typed := typedContact{Name: line(r.PostForm.Get("name")), Reach: line(r.PostForm.Get("reach"))}
	err := h.privacy.Leave(r.Context(), receipt, privacy.Left{Name: privacy.Hide(typed.Name), Reach: privacy.Hide(typed.Reach)})
	return h.afterContact(c, f, receipt, typed, err)
}

// eraseContact answers POST /r/{code}/done/{receipt}/contact/erase.
func (h *Handler) eraseContact(c echo.Context) error {
	f := faceOf(c.Request())
	receipt := code.Normalize(c.Param("receipt"))
	if h.privacy == nil || !code.Valid(receipt) {
		return h.noReceipt(c, f)
	}
	return h.afterContact(c, f, receipt, typedContact{}, h.privacy.Erase(c.Request().Context(), receipt))
}

func (h *Handler) afterContact(c echo.Context, f face, receipt string, typed typedContact, err error) error {
	refused, ok := fault.As(err)
	switch {
	case err == nil:
		noStore(c)
		return c.Redirect(http.StatusSeeOther, "/r/"+url.PathEscape(c.Param("code"))+"/done/"+url.PathEscape(receipt)+chosen(c.Request())+"#contact")
	case ok && refused.Kind == fault.NotFound:
		return h.noReceipt(c, f)
	case !ok: // ours to mend: what was typed is kept and can be sent again
		h.site.Report(c, err)
		refused = fault.New(fault.Busy, "fault.busy")
	}
	page := h.site.Page(c, "")
	page.Lang = f.lang
	messages := web.Fields(refused, page)
	failure := ""
	if len(messages) == 0 {
		failure = h.texts.Text(f.lang, refused.Key)
	}
	return h.thankWith(c, f, statusOf(refused.Kind), func(part *contactPart) {
		part.Typed, part.Errors, part.Failure = typed, messages, failure
	})
}

func statusOf(kind fault.Kind) int {
	switch kind {
	case fault.Conflict:
		return http.StatusConflict
	case fault.Gone:
		return http.StatusGone
	case fault.Busy:
		return http.StatusServiceUnavailable
	}
	return http.StatusUnprocessableEntity
}

// line makes one line of what was typed, without what no keyboard types.
func line(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		return r
	}, clean(s)))
}
