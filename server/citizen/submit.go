package citizen

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"minping/internal/code"
	"minping/internal/fault"
	"minping/surveys"
)

// submit answers POST /r/{code}.
func (h *Handler) submit(c echo.Context) error { return h.take(c, faceOf(c.Request())) }

// submitKiosk answers POST /k/{code}.
func (h *Handler) submitKiosk(c echo.Context) error { return h.take(c, kioskFace(c.Request())) }

func (h *Handler) take(c echo.Context, f face) error {
	r := c.Request()
	posted, err := readForm(r)
	if err != nil {
		return h.refuseForm(c, f, err)
	}
	sub := posted.submission(c.Param("code"), f)
	if !f.kiosk { // the device of a kiosk is nobody's
		sub.Device = h.devices.of(r)
	}
	if allowed, err := h.admit(c, f, posted, sub.Device); !allowed {
		return err
	}
	stored, err := h.surveys.Rate(r.Context(), sub)
	if err != nil {
		return h.refuse(c, f, posted, err)
	}
	return c.Redirect(http.StatusSeeOther, root(f)+url.PathEscape(code.Normalize(c.Param("code")))+"/done/"+stored.Receipt+chosen(r))
}

func root(f face) string {
	if f.kiosk {
		return "/k/"
	}
	return "/r/"
}

// refuse shows why nothing was stored: the form again, or the page of the code's state.
func (h *Handler) refuse(c echo.Context, f face, posted *form, err error) error {
	refused, ok := fault.As(err)
	if !ok { // ours to mend, not the rater's: what was typed is kept and can be sent again
		h.site.Report(c, err)
		refused = fault.New(fault.Busy, "fault.busy")
		refused.RetryAfter = retryLater
	}
	e, resolveErr := h.surveys.Resolve(c.Request().Context(), c.Param("code"))
	if resolveErr != nil {
		return resolveErr
	}
	switch refused.Kind {
	case fault.Invalid:
		return h.again(c, e, f, &filling{typed: posted, errors: h.messages(f.lang, refused.Fields)}, http.StatusUnprocessableEntity)
	case fault.Busy, fault.TooMany:
		return h.later(c, e, f, posted, refused.RetryAfter)
	case fault.Conflict, fault.Gone, fault.NotFound:
		if e.State != surveys.StateOpen {
			return h.showState(c, e, f)
		}
		if e.Ticket && refused.Kind == fault.Conflict { // rated between the two looks
			e.State = surveys.StateUsed
			return h.showState(c, e, f)
		}
		return h.later(c, e, f, posted, 0) // opened between the two looks
	}
	return err
}

// retryLater is what a rater is asked to wait when the fault is ours.
const retryLater = 5 * time.Second

// later shows the form with the request to send it once more.
func (h *Handler) later(c echo.Context, e surveys.Entry, f face, posted *form, wait time.Duration) error {
	seconds := max(1, int((wait+time.Second-1)/time.Second))
	c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(seconds))
	return h.again(c, e, f, &filling{typed: posted, notice: h.texts.Text(f.lang, "citizen.error.busy")}, http.StatusServiceUnavailable)
}

// again shows the form with everything that was typed, under the same submission id.
func (h *Handler) again(c echo.Context, e surveys.Entry, f face, with *filling, status int) error {
	if e.State != surveys.StateOpen {
		return h.showState(c, e, f)
	}
	id := with.typed.id
	if with.notice == "" {
		with.notice = h.texts.Text(f.lang, "citizen.error.mend")
	}
	if id == uuid.Nil {
		fresh, err := newSubmission(h.now())
		if err != nil {
			return err
		}
		id = fresh
		if len(with.errors) == 1 { // nothing but the missing id is wrong
			with.notice = h.texts.Text(f.lang, "citizen.error.expired")
		}
	}
	s, err := h.sheet(c, e.Version, lotOf(id), f)
	if err != nil {
		return err
	}
	with.texts, with.lang, with.unit, with.id = h.texts, f.lang, e.Unit, id.String()
	return h.send(c, status, s, with)
}

// messages puts the complaints about fields into words.
func (h *Handler) messages(lang string, fields []fault.Field) map[string]string {
	messages := make(map[string]string, len(fields))
	for _, f := range fields {
		switch f.Name {
		case "level":
			messages[f.Name] = h.texts.Text(lang, "citizen.error.level")
		case "tags":
			messages[f.Name] = h.texts.Text(lang, "citizen.error.tags")
		case "comment":
			messages[f.Name] = h.texts.Text(lang, "citizen.error.comment", f.Args)
		case "stratum":
			messages[f.Name] = h.texts.Text(lang, "citizen.error.stratum")
		default:
			messages[f.Name] = h.texts.Text(lang, "citizen.error.answer")
		}
	}
	return messages
}

// refuseForm answers a form that could not be read at all.
func (h *Handler) refuseForm(c echo.Context, f face, err error) error {
	status, key := http.StatusBadRequest, "unreadable"
	if errors.Is(err, errTooLarge) {
		status, key = http.StatusRequestEntityTooLarge, "large"
	}
	p := h.statePage(c, f, key)
	return h.render(c, status, "state.html", p)
}
