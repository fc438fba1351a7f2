package citizen

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
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
	Responded string
	Satisfied int
	Score     int
	Files     uuid.UUID // the number that files wait under
	Do        string    // a button of the files
	Wrong     string    // with the files
}

func (d deedForm) empty() bool {
	return d.Act == "" || d.Body+d.Reason+d.Remark+d.Solved == "" && d.Files == uuid.Nil
}

func (d deedForm) form() complaints.Form { return complaints.Form{ID: d.Files, For: d.Act} }

// Is tells a template which form to open again.
func (d deedForm) Is(act string) bool { return d.Act == act }

func deedOf(v url.Values) deedForm {
	d := deedForm{Act: line(v.Get("act")), Body: clean(v.Get("body")), Reason: clean(v.Get("reason")), Remark: clean(v.Get("remark")), Solved: v.Get("solved")}
	d.Satisfied, d.Score, d.Do = small(v.Get("satisfied")), small(v.Get("score")), v.Get("do")
	if id, err := uuid.Parse(v.Get("files")); err == nil {
		d.Files = id
	}
	if d.Solved != "yes" && d.Solved != "no" {
		d.Solved = ""
	}
	if d.Responded = v.Get("responded"); d.Responded != "yes" && d.Responded != "no" && d.Responded != "unsure" {
		d.Responded = ""
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
	in, err := h.read(c)
	if err != nil {
		return err
	}
	defer in.done()
	d := deedOf(in.Values)
	d.Act = c.Param("act")
	p, ok := h.tickets.of(c.Request(), trackCookie)
	only, err := h.takeDeedFiles(c, &d, in)
	if !ok {
		base := h.page(c, "")
		return h.askTicket(c, http.StatusUnprocessableEntity, askTicketPage{Kept: d, Notice: base.T("complaint.track.expired"), Kiosk: code.Normalize(in.Get("kiosk"))})
	}
	if err == nil && only {
		return h.showDeed(c, http.StatusOK, p, d, nil)
	}
	if err == nil {
		err = h.carryOut(c, p.ticket(), d)
	}
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
	return h.showDeed(c, statusOf(refused.Kind), p, d, refused)
}

// showDeed shows the case with what was typed, and what is wrong with it.
func (h *Complaints) showDeed(c echo.Context, status int, p pass, d deedForm, refused *fault.Fault) error {
	seen, again := h.desk.Track(c.Request().Context(), p.ticket())
	if again != nil {
		return h.refuseTicket(c, askTicketPage{Kiosk: p.Kiosk, Kept: d}, p, again)
	}
	return h.showCase(c, status, p, seen, func(t *trackPage) {
		t.Typed = d
		if refused == nil {
			return
		}
		if t.Errors = web.Fields(refused, t.Page); d.Wrong != "" {
			t.Errors = map[string]string{"file": d.Wrong}
		}
		if len(t.Errors) == 0 {
			t.Failure = web.Message(refused, t.Page)
		}
	})
}

// takeDeedFiles puts the files of an answer or addition down; only tells that this
// was all the button asked for. d knows afterwards what is wrong with them.
func (h *Complaints) takeDeedFiles(c echo.Context, d *deedForm, in posted) (only bool, err error) {
	if d.Act != "answer" && d.Act != "add" || !h.desk.TakesFiles() {
		return false, nil
	}
	if d.Files == uuid.Nil && len(in.files) > 0 {
		if d.Files, err = newSubmission(h.now()); err != nil {
			return false, err
		}
	}
	form, page := d.form(), h.page(c, "")
	if len(in.files) > 0 {
		v := web.Visit{Source: web.SourceOf(c), Device: h.devices.of(c.Request()), Code: complaintBudget, Form: d.Files}
		if verdict := h.limits.Admit(v, web.ProofNone); !verdict.Pass {
			d.Wrong = page.T("attach.often")
			return false, fault.New(fault.Invalid, "attach.often")
		}
	}
	if id := dropped(d.Do); id != 0 {
		if err := h.desk.Unstage(c.Request().Context(), citizenActor(), form, id); err != nil {
			return false, err
		}
	}
	wrong, err := h.stage(c, page, form, in)
	if err == nil {
		err = in.err
	}
	if f, ok := fault.As(err); ok {
		d.Wrong = web.Message(f, page)
		return false, f
	}
	if err != nil {
		return false, err
	}
	if len(wrong) > 0 {
		d.Wrong = strings.Join(wrong, " ")
		return false, fault.New(fault.Invalid, "fault.invalid")
	}
	if d.Do != "" {
		return true, nil
	}
	if gone, err := h.lost(c, form, in.Values); err != nil || !gone {
		return false, err
	}
	d.Wrong = page.T("attach.gone")
	return false, fault.New(fault.Invalid, "attach.gone")
}

func (h *Complaints) carryOut(c echo.Context, t complaints.Ticket, d deedForm) (err error) {
	ctx := c.Request().Context()
	switch d.Act {
	case "answer":
		_, err = h.desk.Answer(ctx, t, d.Body, d.form())
	case "add":
		_, err = h.desk.Add(ctx, t, d.Body, d.form())
	case "urge":
		_, err = h.desk.UrgeByCitizen(ctx, t)
	case "withdraw":
		_, err = h.desk.Withdraw(ctx, t, d.Reason)
	case "rate":
		if d.Solved == "" {
			return fault.Fielded(fault.Field{Name: "solved", Key: "complaint.rate.missing"})
		}
		_, err = h.desk.Rate(ctx, t, complaints.Outcome{Solved: d.Solved == "yes", Satisfied: d.Satisfied, Remark: d.Remark, Responded: d.responded()})
	case "followup":
		_, err = h.desk.FollowUp(ctx, t, d.Score)
	case "object":
		return h.object(c, t, d.Reason)
	default:
		return echo.ErrNotFound
	}
	return err
}
