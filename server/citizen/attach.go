package citizen

import (
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/internal/fault"
	"minping/server/web"
)

// Photos and documents on the citizen's pages. They wait at the desk under the number
// of their form, so a form that comes back, or is sent after the access has ended,
// still has them; without a script they come with the form itself.

// attachBody is all files of a form and the form around them.
const attachBody = complaints.MaxFiles*complaints.MaxFile + 3<<20

// posted is a form as it came, with its files.
type posted struct {
	url.Values
	files []web.Piece
	over  int
	err   error // not all of it came
	done  func()
}

// read takes a posted form of any of the three sorts. The files are the caller's until done.
func (h *Complaints) read(c echo.Context) (posted, error) {
	if !strings.HasPrefix(c.Request().Header.Get(echo.HeaderContentType), echo.MIMEMultipartForm) {
		values, err := postedValues(c.Request())
		return posted{Values: values, done: func() {}}, err
	}
	f, err := web.ReadAttachForm(c, web.AttachLimits{Text: complaintBody, File: complaints.MaxFile, Files: complaints.MaxFiles, Dir: h.temp})
	if err != nil {
		return posted{Values: url.Values{}, done: func() {}}, err
	}
	return posted{f.Values, f.Files, f.Over, f.Err, f.Close}, nil
}

// filesPart is the part of a form that takes files.
type filesPart struct {
	web.Page
	Offer    bool
	Form     uuid.UUID // the number that they wait under; printed as submission_id or files
	For      string
	List     []stagedFile
	Left     int
	Error    web.FieldError
	ID       string
	Most, MB int
}

type stagedFile struct {
	ID         int64
	Name, Size string
	Thumb      template.URL // data: URL of a thumbnail of our own making; "" for a document
}

// Had is how many the page shows; the form says it again when it is sent.
func (f filesPart) Had() int { return len(f.List) }

// stage puts the files of a form down. What is wrong with them comes back in words,
// one sentence for each; a fault that is nobody's file comes back as such.
func (h *Complaints) stage(c echo.Context, p web.Page, form complaints.Form, in posted) (wrong []string, err error) {
	for _, piece := range in.files {
		_, err := h.desk.Stage(c.Request().Context(), citizenActor(), form, complaints.Upload{Name: piece.Name, From: piece.File, Size: piece.Size})
		f, ok := fault.As(err)
		switch {
		case err == nil:
		case !ok || f.Kind == fault.Busy:
			return wrong, err
		default:
			wrong = append(wrong, p.T("attach.of", "Name", shorten(line(piece.Name)))+firstMessage(p, f))
		}
	}
	if in.over > 0 {
		wrong = append(wrong, p.T("attach.many", "Max", complaints.MaxFiles))
	}
	return wrong, nil
}

func firstMessage(p web.Page, f *fault.Fault) string {
	if len(f.Fields) > 0 {
		return p.T(f.Fields[0].Key, "Max", complaints.MaxFiles, "MB", complaints.MaxFile>>20)
	}
	return p.T(f.Key)
}

// filesOf shows what waits for a form.
func (h *Complaints) filesOf(c echo.Context, p web.Page, form complaints.Form) (filesPart, error) {
	part := filesPart{Page: p, Offer: h.desk.TakesFiles(), Form: form.ID, For: form.For, Most: complaints.MaxFiles, MB: complaints.MaxFile >> 20, ID: "photos-" + form.For, Error: p.Err("file")}
	list, err := h.desk.StagedFiles(c.Request().Context(), citizenActor(), form)
	for _, s := range list {
		part.List = append(part.List, stagedOf(s))
	}
	part.Left = complaints.MaxFiles - len(part.List)
	return part, err
}

func stagedOf(s complaints.Staged) stagedFile {
	f := stagedFile{ID: s.ID, Name: s.Name, Size: sizeWords(s.Bytes)}
	if s.Thumb != nil {
		f.Thumb = template.URL("data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(s.Thumb)) //nolint:gosec // a picture of our own making
	}
	return f
}

// sizeWords says how large a file is as telephones do.
func sizeWords(n int64) string {
	if n >= 1<<20 {
		return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MB"
	}
	return strconv.FormatInt(max(1, n>>10), 10) + " KB"
}

// dropped is the file that a button asks to take away; 0: none.
func dropped(do string) int64 {
	id, err := strconv.ParseInt(strings.TrimPrefix(do, "drop:"), 10, 64)
	if err != nil || !strings.HasPrefix(do, "drop:") {
		return 0
	}
	return id
}

// lost tells whether files that the page had shown are gone: their day was over. A
// form is not sent without what its sender believes to be in it.
func (h *Complaints) lost(c echo.Context, form complaints.Form, v url.Values) (bool, error) {
	had, err := strconv.Atoi(v.Get("had"))
	if err != nil || had <= 0 {
		return false, nil //nolint:nilerr // a form without files
	}
	list, err := h.desk.StagedFiles(c.Request().Context(), citizenActor(), form)
	return len(list) < min(had, complaints.MaxFiles), err
}

// filesAnswer is what the script is told.
type filesAnswer struct {
	Files []fileAnswer `json:"files"`
	Error string       `json:"error,omitempty"`
}

type fileAnswer struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Size  string `json:"size"`
	Thumb string `json:"thumb,omitempty"`
}

// uploads are the buttons whose forms take files.
var uploads = []string{complaints.FormFile, "answer", "add"}

// files answers POST /complaints/files: the script puts one file down, or takes one
// away, while the form is still being written.
func (h *Complaints) files(c echo.Context) error {
	in, err := h.read(c)
	if err != nil {
		return err
	}
	defer in.done()
	noStore(c)
	p := h.page(c, "")
	id, err := uuid.Parse(in.Get("form"))
	form := complaints.Form{ID: id, For: in.Get("for")}
	if err != nil || !known(form.For) {
		return fault.New(fault.Invalid, "attach.closed")
	}
	v := web.Visit{Source: web.SourceOf(c), Device: h.devices.of(c.Request()), Code: complaintBudget, Form: form.ID}
	if verdict := h.limits.Admit(v, web.ProofNone); !verdict.Pass {
		f := fault.New(fault.TooMany, "attach.often")
		f.RetryAfter = verdict.Wait
		return h.tell(c, p, form, f)
	}
	if err := h.desk.Unstage(c.Request().Context(), citizenActor(), form, dropped(in.Get("do"))); err != nil {
		return err
	}
	wrong, err := h.stage(c, p, form, in)
	if err == nil && in.err != nil {
		err = in.err
	}
	if err == nil && len(wrong) > 0 {
		return h.answerFiles(c, http.StatusUnprocessableEntity, form, strings.Join(wrong, " "))
	}
	return h.tell(c, p, form, err)
}

func known(button string) bool {
	for _, u := range uploads {
		if u == button {
			return true
		}
	}
	return false
}

// tell answers the script with what waits, and with what went wrong in words.
func (h *Complaints) tell(c echo.Context, p web.Page, form complaints.Form, err error) error {
	if err == nil {
		return h.answerFiles(c, http.StatusOK, form, "")
	}
	f, ok := fault.As(err)
	if !ok {
		return err
	}
	status := statusOf(f.Kind)
	switch f.Kind {
	case fault.TooMany:
		status = http.StatusTooManyRequests
	case fault.TooLarge:
		status = http.StatusRequestEntityTooLarge
	}
	if f.RetryAfter > 0 {
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int((f.RetryAfter+time.Second-1)/time.Second)))
	}
	return h.answerFiles(c, status, form, web.Message(f, p))
}

func (h *Complaints) answerFiles(c echo.Context, status int, form complaints.Form, wrong string) error {
	list, err := h.desk.StagedFiles(c.Request().Context(), citizenActor(), form)
	if err != nil {
		return err
	}
	answer := filesAnswer{Files: []fileAnswer{}, Error: wrong}
	for _, s := range list {
		f := stagedOf(s)
		answer.Files = append(answer.Files, fileAnswer{f.ID, f.Name, f.Size, string(f.Thumb)})
	}
	return c.JSON(status, answer)
}

// fileLink is a file of a case on its page.
type fileLink struct {
	Href, Small, Name, Size string
	Gone                    string // erased: what is said instead
}

func trackFiles(p web.Page, list []complaints.Attached, message int64, mine bool) []fileLink {
	var links []fileLink
	for _, a := range list {
		if a.Message != message || mine != (a.Side == complaints.Citizen) {
			continue
		}
		l := fileLink{Href: "/track/files/" + number(a.ID), Name: a.Name, Size: sizeWords(a.Bytes)}
		if a.ErasedAt != nil {
			l.Gone = p.T("attach.erased")
		}
		if a.Kind.Type() == "image/jpeg" {
			l.Small = l.Href + "/small"
		}
		links = append(links, l)
	}
	return links
}

func (h *Complaints) trackFile(c echo.Context) error  { return h.handOut(c, false) }
func (h *Complaints) trackThumb(c echo.Context) error { return h.handOut(c, true) }

// handOut answers GET /track/files/{file}: to whoever has the case open.
func (h *Complaints) handOut(c echo.Context, thumb bool) error {
	p, ok := h.tickets.of(c.Request(), trackCookie)
	id, err := strconv.ParseInt(c.Param("file"), 10, 64)
	if !ok || err != nil {
		return echo.ErrNotFound
	}
	f, err := h.desk.TrackedFile(c.Request().Context(), p.ticket(), id, thumb)
	if err != nil {
		return err
	}
	defer func() { _ = f.Body.Close() }()
	out := web.Handout{Type: f.Kind.Type(), Name: "minping-" + number(f.ID) + f.Kind.Extension(), Size: f.Bytes, Inline: f.Kind.Type() == "image/jpeg", Body: f.Body}
	if thumb {
		out.Size = 0
	}
	return web.HandOut(c, out)
}
