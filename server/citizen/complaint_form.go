package citizen

import (
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/internal/code"
	"minping/internal/fault"
	"minping/server/web"
)

// complaintForm is the form as it was posted. Nothing of it is refused here: what
// cannot be is shown again as it was typed, with what is wrong.
type complaintForm struct {
	Submission uuid.UUID
	Kind       string
	Office     int64
	Unit       int64  // a window or hall, where it was chosen
	Query      string // to look for one
	Body       string
	Identity   string
	Name       string
	Reach      string
	Code       string // the window whose code led here
	Kiosk      string // the kiosk this is typed at
	Trap       string // the honeypot
	Challenge  string
	Solution   string
	Do         string // the button
}

// findPlace is the value of the button that looks for a place.
const findPlace = "find"

// postedValues reads a posted form of this size without giving up on odd bytes. A
// body of another type is an empty form: its answer says what is missing.
func postedValues(r *http.Request) (url.Values, error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
	var err error
	switch kind {
	case echo.MIMEApplicationForm:
		err = r.ParseForm() // what can be read is there in spite of a stray %
	case echo.MIMEMultipartForm:
		err = r.ParseMultipartForm(complaintBody)
		if r.MultipartForm != nil {
			defer func() { _ = r.MultipartForm.RemoveAll() }()
		}
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return nil, fault.Wrap(fault.TooLarge, "fault.body.large", err).With("KB", large.Limit>>10)
	}
	return r.PostForm, nil
}

func complaintOf(v url.Values) complaintForm {
	f := complaintForm{Kind: line(v.Get("kind")), Query: shorten(line(v.Get("q"))), Body: clean(strings.ReplaceAll(v.Get("body"), "\r\n", "\n")),
		Identity: line(v.Get("identity")), Name: line(v.Get("name")), Reach: line(v.Get("reach")), Code: code.Normalize(v.Get("code")),
		Kiosk: code.Normalize(v.Get("kiosk")), Trap: v.Get("website"), Challenge: v.Get("challenge"), Solution: v.Get("solution"), Do: v.Get("do"),
		Office: idIn(v, "office"), Unit: idIn(v, "unit")}
	if id, err := uuid.Parse(v.Get("submission_id")); err == nil {
		f.Submission = id
	}
	return f
}

// idIn reads a choice; what is no number of ours chose nothing.
func idIn(v url.Values, name string) int64 {
	id, err := strconv.ParseInt(v.Get(name), 10, 64)
	if err != nil || id < 0 {
		return 0
	}
	return id
}

// complaintPage is the form.
type complaintPage struct {
	web.Page
	Form       complaintForm
	Report     bool // came for a report of misconduct
	Kinds      []formChoice
	Offices    []formChoice
	Places     []formChoice
	Looked     bool // a place was looked for
	Contacts   bool
	Identities []formChoice
	Failure    string
	Notice     string
	Work       *workPart
	Max        int
	Start      string
	Files      filesPart
	Kiosk      string
}

type formChoice struct {
	Value, Text, Hint string
	Chosen            bool
}

// blank answers GET /complaints/new. With ?code= the place of that code is filled
// in, with ?office=, ?hall= or ?window= that of the directory.
func (h *Complaints) blank(c echo.Context) error {
	form := complaintForm{Kiosk: code.Normalize(c.QueryParam("kiosk")), Code: code.Normalize(c.QueryParam("code"))}
	if kind := complaints.Kind(c.QueryParam("kind")); kind.Known() && kind != complaints.BadRating {
		form.Kind = string(kind) // chosen by the link that led here
	}
	if err := h.placeFrom(c, &form); err != nil {
		return err
	}
	if form.Kiosk == "" {
		if err := h.markDevice(c); err != nil {
			return err
		}
	}
	return h.showForm(c, http.StatusOK, form, nil)
}

// showForm shows the form as it stands; with what is wrong, or a challenge.
func (h *Complaints) showForm(c echo.Context, status int, form complaintForm, with func(*complaintPage)) error {
	if form.Submission == uuid.Nil {
		id, err := newSubmission(h.now())
		if err != nil {
			return err
		}
		form.Submission = id
	}
	p := complaintPage{Page: h.page(c, "complaint.new.title"), Form: form, Report: form.Kind == string(complaints.Report), Kiosk: form.Kiosk,
		Contacts: h.desk.TakesContacts() && form.Kiosk == "", Max: complaints.MaxBody, Start: "/complaints"}
	p.Path = form.address() // where a change of language comes back to
	for _, k := range complaints.Kinds() {
		if k != complaints.BadRating {
			key := "complaint.kind." + string(k)
			p.Kinds = append(p.Kinds, formChoice{string(k), p.T(key), p.T(key + ".hint"), string(k) == form.Kind})
		}
	}
	for _, i := range complaints.Identities() {
		if i == complaints.Anonymous || p.Contacts {
			key := "complaint.identity." + string(i)
			p.Identities = append(p.Identities, formChoice{string(i), p.T(key), p.T(key + ".hint"), string(i) == form.Identity})
		}
	}
	if err := h.showPlaces(c, &p); err != nil {
		return err
	}
	if with != nil {
		with(&p)
	}
	if form.Kiosk == "" {
		var err error
		if p.Files, err = h.filesOf(c, p.Page, complaints.Form{ID: form.Submission, For: complaints.FormFile}); err != nil {
			return err
		}
	}
	if len(p.Errors) > 0 {
		p.Title = p.T("citizen.error.title") + p.Title
	}
	h.keepForm(c, form)
	return h.site.Render(c, status, "complaint_new", p)
}

// address is that of an empty form of the same sort.
func (f complaintForm) address() string {
	q := url.Values{}
	for name, value := range map[string]string{"code": f.Code, "kiosk": f.Kiosk, "kind": f.Kind} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if len(q) == 0 {
		return "/complaints/new"
	}
	return "/complaints/new?" + q.Encode()
}

// keepForm: on a visitor's own phone the browser may keep the form, so that going
// back after a broken connection finds the words again; a kiosk keeps nothing.
func (h *Complaints) keepForm(c echo.Context, form complaintForm) {
	if form.Kiosk != "" {
		noStore(c)
		return
	}
	c.Response().Header().Set("Cache-Control", "private, no-cache")
}

// markDevice gives a browser the value by which the limits know it; no case holds it.
func (h *Complaints) markDevice(c echo.Context) error { return h.devices.mark(c, h.secure) }
