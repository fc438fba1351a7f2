package citizen

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"minping/server/web"
	"minping/surveys"
)

// statePage tells why there is nothing to rate here, and what to do.
type statePage struct {
	view
	codeForm
	Title  string
	Text   string
	Advice string
	Place  string
	Again  bool // offer to type the code again
}

// codeForm is the input for a code; a page that shows it embeds this.
type codeForm struct {
	Typed   string
	Problem string
	Choice  string // the face, for the next address
}

// statuses: what may begin later or was never there is not found; what was taken away is gone.
var statuses = map[surveys.State]int{
	surveys.StateNotYet:   http.StatusNotFound,
	surveys.StateClosed:   http.StatusGone,
	surveys.StateRotated:  http.StatusGone,
	surveys.StateRevoked:  http.StatusGone,
	surveys.StateLate:     http.StatusGone,
	surveys.StateUsed:     http.StatusConflict,
	surveys.StateMistyped: http.StatusNotFound,
	surveys.StateUnknown:  http.StatusNotFound,
}

// showState answers for a code that takes no rating now. It never tells the
// code that replaced a rotated one: that is read on the wall, by who is there.
func (h *Handler) showState(c echo.Context, e surveys.Entry, f face) error {
	p := h.statePage(c, f, string(e.State))
	dates := web.Page{Lang: f.lang}
	switch e.State {
	case surveys.StateNotYet:
		p.Text = p.T("citizen.state.not_yet.text", "When", dates.Time(e.OpensAt))
	case surveys.StateLate:
		p.Text = p.T("citizen.state.late.text", "Visit", dates.Date(e.VisitedOn.Start()), "Until", dates.Date(e.LateUntil.Start()))
	case surveys.StateMistyped, surveys.StateUnknown:
		p.Again, p.Typed = !f.kiosk, shorten(c.Param("code"))
	}
	if e.Unit != nil {
		p.Place = h.placeOf(e.Unit, f.lang)
	}
	return h.render(c, statuses[e.State], "state.html", p)
}

func (h *Handler) statePage(c echo.Context, f face, name string) *statePage {
	p := &statePage{view: h.baseView(c, f)}
	p.Choice = chosen(c.Request())
	key := "citizen.state." + name
	p.Title, p.Text, p.Advice = p.T(key+".title"), p.T(key+".text"), p.T(key+".advice")
	return p
}

// placeOf names a place in one line.
func (h *Handler) placeOf(u *surveys.Unit, lang string) string {
	name := nameOf(u, lang)
	if u.Number != "" {
		name = h.texts.Text(lang, "citizen.rate.window", "Number", u.Number) + " " + name
	}
	if office := officeOf(u); office.ID != u.ID {
		return nameOf(office, lang) + " · " + name
	}
	return name
}

// shorten keeps what is shown again of something typed within bounds.
func shorten(s string) string {
	s = clean(s)
	if runes := []rune(s); len(runes) > 64 {
		return string(runes[:64])
	}
	return s
}
