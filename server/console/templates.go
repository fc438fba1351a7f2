package console

import (
	"context"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/internal/actor"
	"minping/server/web"
	"minping/server/web/figures"
)

// Templates for replies 答复模板. Who opens the list: a chief who keeps his office's words in
// order, a handler who looks one up. In five seconds: which there are, and which serve.

type templatesPage struct {
	web.Page
	Rows     []templateRow
	MayWrite bool
}

type templateRow struct {
	Title, Href, Office, For, Uses, Changed string
	Retired                                 bool
}

type templateRequest struct {
	ID       int64  `param:"id" validate:"min=0"`
	Act      string `form:"act" validate:"max=20"`
	Seen     int    `form:"seen" validate:"min=0"`
	Office   int64  `form:"office" validate:"min=0"`
	Kind     string `form:"kind" validate:"max=30"`
	Category int    `form:"category" validate:"min=0"`
	Title    string `form:"title"`
	Body     string `form:"body"`
}

type templatePage struct {
	web.Page
	Form                       templateRequest
	Row                        templateRow
	MayWrite, Retired          bool
	At, Failure                string
	FillIns                    []string
	Offices, Kinds, Categories []figures.Choice
	Versions                   []versionView
	MaxTitle, MaxBody          int
}

type versionView struct{ Text, At, Title, Body string }

func (h *Handler) templates(c echo.Context) error {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	list, err := h.desk.Templates(ctx, by)
	if err != nil {
		return err
	}
	p := templatesPage{Page: h.site.Page(c, "templates.title"), MayWrite: by.Anywhere(complaints.PermTemplate)}
	words, err := h.templateWords(ctx, p.Page)
	for _, t := range list {
		p.Rows = append(p.Rows, words.row(t))
	}
	if err != nil {
		return err
	}
	return h.site.Render(c, http.StatusOK, "templates", p)
}

// templateWords are what the numbers in templates are called.
type templateWords struct {
	page       web.Page
	offices    []complaints.UnitLabel
	categories []figures.Choice
}

func (h *Handler) templateWords(ctx context.Context, p web.Page) (templateWords, error) {
	w := templateWords{page: p}
	var err error
	if w.offices, err = h.desk.OfficeLabels(ctx); err != nil {
		return w, err
	}
	tree, err := h.desk.Categories(ctx)
	w.categories = categoryChoices(tree)
	return w, err
}

func (w templateWords) office(id int64) string {
	if id == 0 {
		return w.page.T("alike.citywide")
	}
	if i := slices.IndexFunc(w.offices, func(o complaints.UnitLabel) bool { return o.ID == id }); i >= 0 {
		return named(w.page, w.offices[i].Name, w.offices[i].NameEn, "")
	}
	return w.page.T("templates.office_closed")
}

func (w templateWords) row(t complaints.Template) templateRow {
	r := templateRow{Title: t.Title, Href: "/console/templates/" + fmtInt(t.ID), Office: w.office(t.Office), Retired: t.Retired,
		Uses: w.page.Num(t.Uses), Changed: w.page.T("templates.changed", "Name", t.ChangedBy, "At", w.page.Date(t.ChangedAt))}
	if r.For = w.page.T("templates.any_kind"); t.Kind != "" {
		r.For = w.page.T("desk.kind." + string(t.Kind))
	}
	if i := slices.IndexFunc(w.categories, func(c figures.Choice) bool { return c.Value == fmtInt(int64(t.Category)) }); t.Category != 0 && i >= 0 {
		r.For += " · " + w.categories[i].Text
	}
	return r
}

func (h *Handler) newTemplate(c echo.Context) error {
	return h.showTemplate(c, templateRequest{}, nil)
}

func (h *Handler) templatePage(c echo.Context) error {
	var req templateRequest
	if err := web.Bind(c, &req); err != nil || req.ID == 0 {
		return echo.ErrNotFound
	}
	return h.showTemplate(c, templateRequest{ID: req.ID}, nil)
}

// saveTemplate takes the form of a new or an existing template, or the button that takes
// one out of use and back into it.
func (h *Handler) saveTemplate(c echo.Context) error {
	var req templateRequest
	err := web.Bind(c, &req)
	ctx, by := c.Request().Context(), web.ActorOf(c)
	if err == nil {
		done := "save"
		if retire := req.Act == "retire"; retire || req.Act == "restore" {
			done, err = req.Act, h.desk.RetireTemplate(ctx, by, req.ID, req.Seen, retire)
		} else {
			var t complaints.Template
			t, err = h.desk.SaveTemplate(ctx, by, complaints.Templating{ID: req.ID, Seen: req.Seen, Office: req.Office, Kind: complaints.Kind(req.Kind),
				Category: req.Category, Title: req.Title, Body: req.Body})
			req.ID = max(req.ID, t.ID)
		}
		if err == nil {
			h.site.Flash(c, "ok", "templates.done."+done)
			return c.Redirect(http.StatusSeeOther, "/console/templates/"+fmtInt(req.ID))
		}
	}
	if !refused(err) {
		return err
	}
	return h.showTemplate(c, req, err)
}

func (h *Handler) showTemplate(c echo.Context, req templateRequest, wrong error) error {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	p := templatePage{Page: h.site.Page(c, "templates.new"), MayWrite: true, At: "/console/templates/new", FillIns: complaints.FillIns(),
		MaxTitle: complaints.MaxTitle, MaxBody: complaints.MaxWords}
	words, err := h.templateWords(ctx, p.Page)
	if err != nil {
		return err
	}
	if req.ID != 0 {
		t, versions, err := h.desk.Template(ctx, by, req.ID)
		if err != nil {
			return err
		}
		if wrong == nil || req.Act != "" {
			req = templateRequest{ID: t.ID, Office: t.Office, Kind: string(t.Kind), Category: t.Category, Title: t.Title, Body: t.Body, Seen: t.Version}
		}
		p.Title, p.Row, p.MayWrite, p.Retired, p.At = t.Title, words.row(t), t.MayWrite, t.Retired, "/console/templates/"+fmtInt(t.ID)
		p.Versions = versionViews(p.Page, versions)
	}
	p.Form = req
	p.choices(words, by)
	if wrong == nil {
		return h.site.Render(c, http.StatusOK, "template", p)
	}
	p.Failure = complain(&p.Page, wrong)
	return h.site.Render(c, statusFor(wrong), "template", p)
}

func versionViews(p web.Page, versions []complaints.TemplateVersion) []versionView {
	var list []versionView
	for _, v := range versions {
		key := "templates.version"
		if v.Retired {
			key = "templates.version_retired"
		}
		list = append(list, versionView{Text: p.T(key, "Number", v.Version, "Name", v.Name), At: p.Time(v.At), Title: v.Title, Body: v.Body})
	}
	return list
}

// choices fills the form's lists: only offices whose templates by may write.
func (p *templatePage) choices(w templateWords, by actor.Actor) {
	if by.Citywide(complaints.PermTemplate) {
		p.Offices = append(p.Offices, figures.Choice{Value: "0", Text: p.T("alike.citywide"), Current: p.Form.Office == 0})
	}
	for _, o := range w.offices {
		if complaints.WritesTemplates(by, o.ID) {
			p.Offices = append(p.Offices, figures.Choice{Value: fmtInt(o.ID), Text: named(p.Page, o.Name, o.NameEn, ""), Current: o.ID == p.Form.Office})
		}
	}
	kinds := slices.DeleteFunc(complaints.Kinds(), func(k complaints.Kind) bool { return k == complaints.Report })
	p.Kinds = append([]figures.Choice{{Text: p.T("templates.any_kind"), Current: p.Form.Kind == ""}}, pickFrom(p.Page, "desk.kind.", kinds, p.Form.Kind)...)
	p.Categories = append([]figures.Choice{{Value: "0", Text: p.T("templates.any_category"), Current: p.Form.Category == 0}}, current(w.categories, fmtInt(int64(p.Form.Category)))...)
}
