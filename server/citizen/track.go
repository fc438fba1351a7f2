package citizen

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/internal/code"
	"minping/internal/fault"
	"minping/server/web"
)

// askTicketPage asks for receipt and PIN. What somebody was writing when the access
// ended travels along in Kept and is in its field again afterwards.
type askTicketPage struct {
	web.Page
	Receipt string
	Kiosk   string
	Failure string
	Notice  string
	Kept    deedForm
}

// track answers GET /track: the case that this browser has opened, or the form for
// receipt and PIN.
func (h *Complaints) track(c echo.Context) error {
	kiosk := code.Normalize(c.QueryParam("kiosk"))
	p, ok := h.tickets.of(c.Request(), trackCookie)
	if !ok {
		return h.askTicket(c, http.StatusOK, askTicketPage{Kiosk: kiosk})
	}
	seen, err := h.desk.Track(c.Request().Context(), p.ticket())
	if err != nil {
		return h.refuseTicket(c, askTicketPage{Kiosk: p.Kiosk}, p, err)
	}
	return h.showCase(c, http.StatusOK, p, seen, nil)
}

// openTicket answers POST /track.
func (h *Complaints) openTicket(c echo.Context) error {
	v, err := postedValues(c.Request())
	if err != nil {
		return err
	}
	ask := askTicketPage{Receipt: shorten(line(v.Get("receipt"))), Kiosk: code.Normalize(v.Get("kiosk")), Kept: deedOf(v)}
	p, err := h.passOf(c, ask.Receipt, shorten(line(v.Get("pin"))))
	p.Kiosk = ask.Kiosk
	if err != nil {
		return h.refuseTicket(c, ask, p, err)
	}
	seen, err := h.desk.Track(c.Request().Context(), p.ticket())
	if err != nil {
		return h.refuseTicket(c, ask, p, err)
	}
	if err := h.giveTicket(c, trackCookie, p, trackLasts); err != nil {
		return err
	}
	if !ask.Kept.empty() {
		return h.showCase(c, http.StatusOK, p, seen, func(t *trackPage) {
			t.Typed, t.Notice = ask.Kept, t.T("complaint.track.kept")
		})
	}
	noStore(c)
	return c.Redirect(http.StatusSeeOther, "/track")
}

// passOf reads what was typed. A receipt alone may be that of a rating: only its
// rater has it, and it opens the case of a bad one.
func (h *Complaints) passOf(c echo.Context, typed, pin string) (pass, error) {
	receipt := code.Normalize(typed)
	if receipt == "" {
		return pass{}, fault.Fielded(fault.Field{Name: "receipt", Key: "complaint.track.receipt_missing"})
	}
	if pin != "" {
		return pass{Receipt: receipt, PIN: pin}, nil
	}
	if code.Valid(receipt) {
		rating, err := h.surveys.Receipt(c.Request().Context(), receipt)
		switch {
		case err == nil && rating.Level > 2:
			return pass{}, fault.New(fault.NotFound, "complaint.track.no_case")
		case err == nil:
			return pass{Receipt: receipt, Rating: rating.RatingID}, nil
		case fault.KindOf(err) != fault.NotFound:
			return pass{}, err
		}
	}
	return pass{}, fault.Fielded(fault.Field{Name: "pin", Key: "complaint.track.pin_missing"})
}

func (h *Complaints) askTicket(c echo.Context, status int, p askTicketPage) error {
	base := h.page(c, "complaint.track.title")
	base.Errors, base.Path = p.Errors, "/track"
	if p.Kiosk != "" {
		base.Path += "?" + url.Values{"kiosk": {p.Kiosk}}.Encode()
	}
	p.Page = base
	noStore(c)
	return h.site.Render(c, status, "track_ask", p)
}

// refuseTicket says why the case is not shown. The words for an unknown receipt and
// for a wrong PIN are the same.
func (h *Complaints) refuseTicket(c echo.Context, ask askTicketPage, p pass, err error) error {
	refused, ok := fault.As(err)
	if !ok {
		return err
	}
	page := h.page(c, "")
	status := statusOf(refused.Kind)
	switch refused.Kind {
	case fault.TooMany:
		status = http.StatusTooManyRequests
		seconds := int((max(time.Second, refused.RetryAfter) + time.Second - 1) / time.Second)
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(seconds))
		ask.Failure = page.T(refused.Key) + " " + waitWords(page, seconds)
	case fault.NotFound:
		h.takeTicket(c, trackCookie)
		key := refused.Key
		if p.Rating != 0 {
			key = "complaint.track.soon"
		}
		ask.Failure = page.T(key)
	default:
		if ask.Errors = web.Fields(refused, page); len(ask.Errors) == 0 {
			ask.Failure = web.Message(refused, page)
		}
	}
	return h.askTicket(c, status, ask)
}

func waitWords(p web.Page, seconds int) string {
	if seconds > 90 {
		return p.T("challenge.wait_minutes", "Count", (seconds+59)/60)
	}
	return p.T("challenge.wait", "Count", seconds)
}

// end answers /track/end 结束: the browser forgets the case. A kiosk comes here by
// itself when nobody touches it, and goes back to its first page.
func (h *Complaints) end(c echo.Context) error {
	h.takeTicket(c, trackCookie)
	noStore(c)
	kiosk := code.Normalize(c.FormValue("kiosk"))
	if kiosk == "" {
		return c.Redirect(http.StatusSeeOther, "/track")
	}
	h.takeTicket(c, filedCookie)
	return c.Redirect(http.StatusSeeOther, "/k/"+url.PathEscape(kiosk))
}

// deedForm is what somebody does to the case they follow.
type deedForm struct {
	Act       string
	Body      string
	Reason    string
	Remark    string
	Solved    string
	Satisfied int
	Score     int
}

func (d deedForm) empty() bool { return d.Act == "" || d.Body+d.Reason+d.Remark+d.Solved == "" }

// Is tells a template which form to open again.
func (d deedForm) Is(act string) bool { return d.Act == act }

func deedOf(v url.Values) deedForm {
	d := deedForm{Act: line(v.Get("act")), Body: clean(v.Get("body")), Reason: clean(v.Get("reason")), Remark: clean(v.Get("remark")), Solved: v.Get("solved")}
	d.Satisfied, d.Score = small(v.Get("satisfied")), small(v.Get("score"))
	if d.Solved != "yes" && d.Solved != "no" {
		d.Solved = ""
	}
	return d
}

func small(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 9 {
		return 0
	}
	return n
}

// act answers POST /track/{act}. Who is let in no longer is asked for receipt and
// PIN again; the words wait in that form.
func (h *Complaints) act(c echo.Context) error {
	v, err := postedValues(c.Request())
	if err != nil {
		return err
	}
	d := deedOf(v)
	d.Act = c.Param("act")
	p, ok := h.tickets.of(c.Request(), trackCookie)
	if !ok {
		base := h.page(c, "")
		return h.askTicket(c, http.StatusUnprocessableEntity, askTicketPage{Kept: d, Notice: base.T("complaint.track.expired"), Kiosk: code.Normalize(v.Get("kiosk"))})
	}
	err = h.carryOut(c, p.ticket(), d)
	if err == nil {
		noStore(c)
		return c.Redirect(http.StatusSeeOther, "/track?done="+url.QueryEscape(d.Act))
	}
	refused, ok := fault.As(err)
	if !ok || refused.Kind == fault.NotFound {
		if ok {
			return h.refuseTicket(c, askTicketPage{Kiosk: p.Kiosk, Kept: d}, p, err)
		}
		return err
	}
	if refused.Kind == fault.TooMany {
		return h.refuseTicket(c, askTicketPage{Kiosk: p.Kiosk, Kept: d}, p, err)
	}
	seen, again := h.desk.Track(c.Request().Context(), p.ticket())
	if again != nil {
		return h.refuseTicket(c, askTicketPage{Kiosk: p.Kiosk, Kept: d}, p, again)
	}
	return h.showCase(c, statusOf(refused.Kind), p, seen, func(t *trackPage) {
		t.Typed = d
		if t.Errors = web.Fields(refused, t.Page); len(t.Errors) == 0 {
			t.Failure = web.Message(refused, t.Page)
		}
	})
}

func (h *Complaints) carryOut(c echo.Context, t complaints.Ticket, d deedForm) (err error) {
	ctx := c.Request().Context()
	switch d.Act {
	case "answer":
		_, err = h.desk.Answer(ctx, t, d.Body)
	case "add":
		_, err = h.desk.Add(ctx, t, d.Body)
	case "urge":
		_, err = h.desk.UrgeByCitizen(ctx, t)
	case "withdraw":
		_, err = h.desk.Withdraw(ctx, t, d.Reason)
	case "rate":
		if d.Solved == "" {
			return fault.Fielded(fault.Field{Name: "solved", Key: "complaint.rate.missing"})
		}
		_, err = h.desk.Rate(ctx, t, complaints.Outcome{Solved: d.Solved == "yes", Satisfied: d.Satisfied, Remark: d.Remark})
	case "followup":
		_, err = h.desk.FollowUp(ctx, t, d.Score)
	case "object":
		return h.object(c, t, d.Reason)
	default:
		return echo.ErrNotFound
	}
	return err
}
