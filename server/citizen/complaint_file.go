package citizen

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/internal/code"
	"minping/internal/fault"
	"minping/privacy"
	"minping/server/web"
)

// file answers POST /complaints: the form again with the places that were looked
// for, or the case and the way to its receipt.
func (h *Complaints) file(c echo.Context) error {
	in, err := h.read(c)
	if err != nil {
		return err
	}
	defer in.done()
	form := complaintOf(in.Values)
	if (form.Do == findPlace || form.Do == goOn) && len(in.files) == 0 {
		return h.showForm(c, http.StatusOK, form, nil)
	}
	if allowed, err := h.admit(c, form); !allowed {
		return err
	}
	if answered, err := h.takeFiles(c, &form, in); answered || err != nil {
		return err
	}
	filing, err := h.filing(c, form)
	if err != nil {
		return h.refuse(c, form, err)
	}
	done, err := h.desk.File(c.Request().Context(), citizenActor(), filing)
	if err != nil {
		return h.refuse(c, form, err)
	}
	p := pass{Receipt: done.Receipt, PIN: done.PIN, Kind: filing.Kind, Kiosk: form.Kiosk}
	if done.DueAt != nil {
		p.Due = *done.DueAt
	}
	if err := h.giveTicket(c, filedCookie, p, filedLasts); err != nil {
		return err
	}
	noStore(c)
	return c.Redirect(http.StatusSeeOther, "/complaints/done")
}

// takeFiles puts the files of the form down. It answers itself where that is all that
// was asked for, or where one of them cannot be: the others stay and are shown.
func (h *Complaints) takeFiles(c echo.Context, form *complaintForm, in posted) (answered bool, err error) {
	if form.Kiosk != "" || !h.desk.TakesFiles() {
		return false, nil
	}
	if form.Submission == uuid.Nil && len(in.files) > 0 { // of no form of ours; refused for that, and the files belong to the next
		if form.Submission, err = newSubmission(h.now()); err != nil {
			return true, err
		}
	}
	to, page := complaints.Form{ID: form.Submission, For: complaints.FormFile}, h.page(c, "")
	again := func(status int, wrong string) (bool, error) {
		return true, h.showForm(c, status, *form, func(p *complaintPage) {
			if wrong != "" {
				p.Errors = map[string]string{"file": wrong}
				p.Notice = p.T("complaint.mend")
			}
		})
	}
	if id := dropped(form.Do); id != 0 {
		if err := h.desk.Unstage(c.Request().Context(), citizenActor(), to, id); err != nil {
			return true, err
		}
	}
	wrong, err := h.stage(c, page, to, in)
	switch f, ok := fault.As(err); {
	case err != nil && !ok:
		return true, err
	case err != nil:
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int(f.RetryAfter/time.Second)))
		return again(statusOf(f.Kind), web.Message(f, page))
	case in.err != nil:
		c.Response().Header().Set("Connection", "close")
		return again(http.StatusRequestEntityTooLarge, web.Message(in.err, page))
	case len(wrong) > 0:
		return again(http.StatusUnprocessableEntity, strings.Join(wrong, " "))
	case form.Do != "":
		return again(http.StatusOK, "")
	}
	if gone, err := h.lost(c, to, in.Values); err != nil || !gone {
		return err != nil, err
	}
	return again(http.StatusUnprocessableEntity, page.T("attach.gone"))
}

// filing checks what the pages themselves offer; the service checks the rest, and
// all complaints come at once.
func (h *Complaints) filing(c echo.Context, form complaintForm) (complaints.Filing, error) {
	f := complaints.Filing{Submission: form.Submission, Channel: complaints.ByWeb, Kind: complaints.Kind(form.Kind), Body: form.Body,
		Identity: complaints.Identity(form.Identity), Language: faceOf(c.Request()).lang}
	switch {
	case form.Kiosk != "":
		f.Channel = complaints.ByKiosk
	case form.Code != "":
		f.Channel = complaints.ByCode
	}
	var wrong []fault.Field
	if form.Kind == "" || form.Kind == string(complaints.BadRating) {
		wrong = append(wrong, fault.Field{Name: "kind", Key: "complaint.kind.missing"})
	}
	place, err := h.placeOf(c.Request().Context(), form)
	if refused, ok := fault.As(err); ok {
		wrong = append(wrong, refused.Fields...)
	} else if err != nil {
		return f, err
	}
	f.Unit = place
	switch contacts := h.desk.TakesContacts() && form.Kiosk == ""; {
	case !contacts && form.Identity != "" && f.Identity != complaints.Anonymous:
		wrong = append(wrong, fault.Field{Name: "identity", Key: "complaints.contact_closed"})
	case !contacts:
		f.Identity = complaints.Anonymous // nothing else is offered
	case form.Identity == "":
		wrong = append(wrong, fault.Field{Name: "identity", Key: "complaint.identity.missing"})
	case f.Identity != complaints.Anonymous:
		f.Contact, err = contactTyped(form)
		if refused, ok := fault.As(err); ok {
			wrong = append(wrong, refused.Fields...)
		}
	}
	for _, more := range f.Wrong() {
		if !slices.ContainsFunc(wrong, func(had fault.Field) bool { return had.Name == more.Name }) {
			wrong = append(wrong, more)
		}
	}
	if len(wrong) > 0 {
		return f, fault.Fielded(wrong...)
	}
	return f, nil
}

// contactTyped sorts name and number or mail address; only who gives the real name is asked for it.
func contactTyped(form complaintForm) (privacy.Contact, error) {
	contact, err := privacy.Left{Name: privacy.Hide(form.Name), Reach: privacy.Hide(form.Reach)}.Contact()
	if form.Identity != string(complaints.Named) || form.Name != "" {
		return contact, err
	}
	missing := fault.Field{Name: "name", Key: "complaint.name.missing"}
	if refused, ok := fault.As(err); ok {
		return contact, fault.Fielded(append(refused.Fields, missing)...)
	}
	return contact, fault.Fielded(missing)
}

// refuse shows the form with everything that was typed and what is wrong with it.
func (h *Complaints) refuse(c echo.Context, form complaintForm, err error) error {
	refused, ok := fault.As(err)
	if !ok { // ours to mend; the words are kept and can be sent again
		h.site.Report(c, err)
		refused = fault.New(fault.Busy, "complaint.busy")
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int(retryLater/time.Second)))
	}
	renewed := form.Submission == uuid.Nil
	return h.showForm(c, statusOf(refused.Kind), form, func(p *complaintPage) {
		p.Errors = web.Fields(refused, p.Page)
		if p.Errors["contact"] != "" && p.Errors["reach"] == "" {
			p.Errors["reach"] = p.Errors["contact"]
		}
		if phone, mail := p.Errors["phone"], p.Errors["email"]; p.Errors["reach"] == "" && phone+mail != "" {
			p.Errors["reach"] = phone + mail
		}
		switch {
		case len(p.Errors) == 0:
			p.Failure = web.Message(refused, p.Page)
		case renewed && len(p.Errors) == 1 && p.Errors["submission_id"] != "":
			p.Notice = p.T("complaint.again")
		default:
			p.Notice = p.T("complaint.mend")
		}
	})
}

// filedPage shows receipt and PIN.
type filedPage struct {
	web.Page
	Shown   bool // there was something to show
	Receipt string
	Grouped string
	PIN     string
	Report  bool
	Due     string
	Kiosk   string
}

// filed answers GET /complaints/done. It shows receipt and PIN once: the cookie that
// brought them is taken back with the page.
func (h *Complaints) filed(c echo.Context) error {
	noStore(c)
	p := filedPage{Page: h.page(c, "complaint.done.title")}
	given, ok := h.tickets.of(c.Request(), filedCookie)
	if ok {
		h.takeTicket(c, filedCookie)
		p.Shown, p.Receipt, p.Grouped, p.PIN = true, given.Receipt, code.Group(given.Receipt, 4), given.PIN
		p.Report, p.Kiosk = given.Kind == complaints.Report, given.Kiosk
		if !given.Due.IsZero() {
			p.Due = dueDay(p.Page, given.Due)
		}
	}
	return h.site.Render(c, http.StatusOK, "complaint_done", p)
}
