package console

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/internal/fault"
	"minping/privacy"
	"minping/server/web"
)

// A file of a case by itself. Who opens it: whoever must see what is on the photo.
// The arrow keys go on and back, r turns it; so do links and a button.

// fileView is a file of a case on its page.
type fileView struct {
	ID                            int64
	Href, Small, Raw, Name, Label string
	Tone                          string // toCitizen or toStaff
	Gone                          string
}

// filesAt are the files that came with one event.
func filesAt(p web.Page, d complaints.Dossier, seq int) []fileView {
	var list []fileView
	for _, a := range d.Files {
		if a.Seq == seq {
			list = append(list, fileViewOf(p, a))
		}
	}
	return list
}

func fileViewOf(p web.Page, a complaints.Attached) fileView {
	v := fileView{ID: a.ID, Href: caseHref(a.Case) + "/files/" + fmtInt(a.ID), Name: a.Name, Label: p.T("desk.files.citizen"), Tone: toCitizen}
	v.Raw = v.Href + "/raw"
	switch {
	case a.Audience == complaints.Private:
		v.Label, v.Tone = p.T("desk.files.private"), toStaff
	case a.Side == complaints.Staff:
		v.Label = p.T("desk.files.public")
	}
	if a.Kind.Type() == "image/jpeg" {
		v.Small = v.Href + "/small"
	}
	if a.ErasedAt != nil {
		v.Gone = p.T("desk.files.erased", "When", p.Time(*a.ErasedAt), "Why", a.Why)
		if a.Why == "retention" {
			v.Gone = p.T("desk.files.over", "When", p.Time(*a.ErasedAt))
		}
	}
	return v
}

type fileRequest struct {
	ID   int64 `param:"id" validate:"required,min=1"`
	File int64 `param:"file" validate:"required,min=1"`
}

type filePage struct {
	web.Page
	fileView
	Case, Number, When, Size string
	Prev, Next, Erase        string
	Count, Place             int
}

func (h *Handler) filePage(c echo.Context) error {
	var req fileRequest
	if err := web.Bind(c, &req); err != nil {
		return echo.ErrNotFound
	}
	by := web.ActorOf(c)
	d, err := h.desk.Get(c.Request().Context(), by, req.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(d.Files, func(a complaints.Attached) bool { return a.ID == req.File })
	if i < 0 {
		return echo.ErrNotFound
	}
	a := d.Files[i]
	p := filePage{Page: h.site.Page(c, ""), Case: caseHref(d.ID), Number: fmtInt(d.ID), Count: len(d.Files), Place: i + 1, Size: sizeWords(a.Bytes)}
	p.fileView, p.When = fileViewOf(p.Page, a), p.Time(a.At)
	p.Title = p.Name
	if p.Gone != "" {
		p.Title = p.T("desk.files.gone")
	}
	if i > 0 {
		p.Prev = caseHref(d.ID) + "/files/" + fmtInt(d.Files[i-1].ID)
	}
	if i+1 < len(d.Files) {
		p.Next = caseHref(d.ID) + "/files/" + fmtInt(d.Files[i+1].ID)
	}
	if p.Gone == "" && (d.Sealed && by.Citywide(complaints.PermDiscipline) || !d.Sealed && by.Citywide(privacy.PermHandle)) {
		p.Erase = "/console/privacy/files?case=" + fmtInt(d.ID) + "&file=" + fmtInt(a.ID)
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return h.site.Render(c, http.StatusOK, "file", p)
}

func (h *Handler) fileRaw(c echo.Context) error   { return h.handOut(c, false) }
func (h *Handler) fileSmall(c echo.Context) error { return h.handOut(c, true) }

func (h *Handler) handOut(c echo.Context, thumb bool) error {
	var req fileRequest
	if err := web.Bind(c, &req); err != nil {
		return echo.ErrNotFound
	}
	f, err := h.desk.OpenFile(c.Request().Context(), web.ActorOf(c), req.ID, req.File, thumb)
	if err != nil {
		return err
	}
	defer func() { _ = f.Body.Close() }()
	out := web.Handout{Type: f.Kind.Type(), Name: "case-" + fmtInt(f.Case) + "-" + fmtInt(f.ID) + f.Kind.Extension(), Size: f.Bytes,
		Inline: f.Kind.Type() == "image/jpeg", Body: f.Body}
	if thumb {
		out.Size = 0
	}
	return web.HandOut(c, out)
}

// Erasing a file for good. Who opens it: the personal information officer, with a
// request in hand, or the discipline role in a sealed case. The row stays with its reason.

type eraseFileRequest struct {
	Case   int64  `form:"case" query:"case" validate:"min=0"`
	File   int64  `form:"file" query:"file" validate:"min=0"`
	Reason string `form:"reason"`
}

type eraseFilePage struct {
	web.Page
	CaseID, FileID string
	Reason         string
	Failure        string
}

func (h *Handler) eraseFilePage(c echo.Context) error {
	var req eraseFileRequest
	if err := web.Bind(c, &req); err != nil {
		req = eraseFileRequest{}
	}
	return h.showEraseFile(c, req, nil)
}

func (h *Handler) eraseFile(c echo.Context) error {
	var req eraseFileRequest
	err := web.Bind(c, &req)
	if err == nil {
		var missing []fault.Field
		for name, id := range map[string]int64{"case": req.Case, "file": req.File} {
			if id == 0 {
				missing = append(missing, fault.Field{Name: name, Key: "fault.field.required"})
			}
		}
		if len(missing) > 0 {
			err = fault.Fielded(missing...)
		}
	}
	if err == nil {
		err = h.eraseOne(c.Request().Context(), c, req)
	}
	if err == nil {
		h.site.Flash(c, "ok", "desk.files.done")
		return c.Redirect(http.StatusSeeOther, "/console/privacy/files")
	}
	var refusal *fault.Fault
	if !errors.As(err, &refusal) || refusal.Kind == fault.Forbidden {
		return err
	}
	return h.showEraseFile(c, req, err)
}

func (h *Handler) eraseOne(ctx context.Context, c echo.Context, req eraseFileRequest) error {
	return h.desk.EraseFile(ctx, web.ActorOf(c), req.Case, req.File, req.Reason)
}

func (h *Handler) showEraseFile(c echo.Context, req eraseFileRequest, wrong error) error {
	p := eraseFilePage{Page: h.site.Page(c, "desk.files.erase_title"), Reason: req.Reason}
	if req.Case > 0 {
		p.CaseID = fmtInt(req.Case)
	}
	if req.File > 0 {
		p.FileID = fmtInt(req.File)
	}
	if wrong == nil {
		return h.site.Render(c, http.StatusOK, "file_erase", p)
	}
	p.Failure = complain(&p.Page, wrong)
	return h.site.Render(c, statusFor(wrong), "file_erase", p)
}
