package console

import (
	"encoding/base64"
	"html/template"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/server/web"
)

// Photos and documents with what staff write: the evidence of a fix with a reply,
// what belongs inside with a note, the scan of a letter with a new case.

// attachBody is all files of a form and the form around them.
const attachBody = complaints.MaxFiles*complaints.MaxFile + 3<<20

// attachForms are the forms of the page of a case that take files.
var attachForms = []string{"reply", "note", "answer_now", "ask"}

// filesPart is the part of a form that takes files.
type filesPart struct {
	web.Page
	Offer    bool
	Form     string
	For, ID  string
	List     []stagedFile
	Left     int
	Error    web.FieldError
	Most, MB int
}

type stagedFile struct {
	ID         int64
	Name, Size string
	Thumb      template.URL
}

// Had is how many the page shows; the form says it again when it is sent.
func (f filesPart) Had() int { return len(f.List) }

// waiting names the files that a form may have put down.
type waiting struct {
	by   actor.Actor
	form complaints.Form
}

func waitingFor(c echo.Context, submission, button string) waiting {
	id, _ := uuid.Parse(submission)
	return waiting{web.ActorOf(c), complaints.Form{ID: id, For: button}}
}

// filesOf shows what waits for a form; of a form that was never sent nothing does.
func (h *Handler) filesOf(c echo.Context, p web.Page, w waiting, fresh bool) (filesPart, error) {
	part := filesPart{Page: p, Offer: h.desk.TakesFiles(), Form: w.form.ID.String(), For: w.form.For, ID: "files-" + w.form.For,
		Left: complaints.MaxFiles, Most: complaints.MaxFiles, MB: complaints.MaxFile >> 20}
	if fresh {
		return part, nil
	}
	part.Error = p.Err("file")
	list, err := h.desk.StagedFiles(c.Request().Context(), w.by, w.form)
	for _, s := range list {
		part.List = append(part.List, stagedOf(s))
	}
	part.Left -= len(part.List)
	return part, err
}

func stagedOf(s complaints.Staged) stagedFile {
	f := stagedFile{ID: s.ID, Name: s.Name, Size: sizeWords(s.Bytes)}
	if s.Thumb != nil {
		f.Thumb = template.URL("data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(s.Thumb)) //nolint:gosec // a picture of our own making
	}
	return f
}

func sizeWords(n int64) string {
	if n >= 1<<20 {
		return strconv.FormatFloat(float64(n)/(1<<20), 'f', 1, 64) + " MB"
	}
	return strconv.FormatInt(max(1, n>>10), 10) + " KB"
}

// takeFiles puts the files of a form down; only tells that the button asked for
// nothing else. What is wrong with them is a fault about the field "file", in words for each.
func (h *Handler) takeFiles(c echo.Context, w waiting) (only bool, err error) {
	r := c.Request()
	if !h.desk.TakesFiles() || w.form.ID == uuid.Nil || r.MultipartForm == nil {
		return false, nil
	}
	ctx, do := r.Context(), r.PostFormValue("do")
	if id, err := strconv.ParseInt(strings.TrimPrefix(do, "drop:"), 10, 64); err == nil {
		if err := h.desk.Unstage(ctx, w.by, w.form, id); err != nil {
			return false, err
		}
	}
	var wrong []string
	page := h.site.Page(c, "")
	for i, file := range r.MultipartForm.File["file"] {
		if i >= complaints.MaxFiles {
			wrong = append(wrong, page.T("attach.many", "Max", complaints.MaxFiles))
			break
		}
		f, ok := fault.As(h.stageOne(c, w, file))
		switch {
		case f == nil && !ok:
		case f.Kind == fault.Busy || len(f.Fields) == 0:
			return false, about(page.T(f.Key))
		default:
			wrong = append(wrong, page.T("attach.of", "Name", file.Filename)+page.T(f.Fields[0].Key, "Max", complaints.MaxFiles, "MB", complaints.MaxFile>>20))
		}
	}
	if len(wrong) > 0 {
		return false, about(strings.Join(wrong, " "))
	}
	if do != "" {
		return true, nil
	}
	if had, err := strconv.Atoi(r.PostFormValue("had")); err == nil && had > 0 {
		list, err := h.desk.StagedFiles(ctx, w.by, w.form)
		if err != nil || len(list) >= min(had, complaints.MaxFiles) {
			return false, err
		}
		return false, about(page.T("attach.gone"))
	}
	return false, nil
}

// about is a complaint about files in words that are ready.
func about(words string) error {
	return fault.Fielded(fault.Field{Name: "file", Key: "attach.each", Args: map[string]any{"Text": words}})
}

func (h *Handler) stageOne(c echo.Context, w waiting, file *multipart.FileHeader) error {
	from, err := file.Open()
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }()
	_, err = h.desk.Stage(c.Request().Context(), w.by, w.form, complaints.Upload{Name: file.Filename, From: from, Size: file.Size})
	if _, ok := fault.As(err); err != nil && !ok {
		h.site.Report(c, err)
		return fault.New(fault.Busy, "attach.failed")
	}
	return err
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

// fileUploads answers POST /console/desk/files: the script puts one file down, or
// takes one away, while the form is still being written. What is never sent is nobody's.
func (h *Handler) fileUploads(c echo.Context) error {
	button := c.FormValue("for")
	w := waitingFor(c, c.FormValue("form"), button)
	if w.form.ID == uuid.Nil || button != complaints.FormFile && !slices.Contains(attachForms, button) {
		return fault.New(fault.Invalid, "attach.closed")
	}
	_, err := h.takeFiles(c, w)
	status, answer := http.StatusOK, filesAnswer{Files: []fileAnswer{}}
	if f, ok := fault.As(err); ok {
		p := h.site.Page(c, "")
		status, answer.Error = http.StatusUnprocessableEntity, web.Fields(f, p)["file"]
	} else if err != nil {
		return err
	}
	list, err := h.desk.StagedFiles(c.Request().Context(), w.by, w.form)
	if err != nil {
		return err
	}
	for _, s := range list {
		f := stagedOf(s)
		answer.Files = append(answer.Files, fileAnswer{f.ID, f.Name, f.Size, string(f.Thumb)})
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.JSON(status, answer)
}

// dressDeeds gives the forms that take files their part.
func (h *Handler) dressDeeds(c echo.Context, p *casePage, typed *caseRequest, submission string) (err error) {
	for i := range p.Deeds {
		d := &p.Deeds[i]
		if !slices.Contains(attachForms, d.Name) {
			continue
		}
		if d.Files, err = h.filesOf(c, p.Page, waitingFor(c, submission, d.Name), typed == nil || typed.Act != d.Name); err != nil {
			return err
		}
	}
	return nil
}
