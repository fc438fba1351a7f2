package console

import (
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/complaints/workday"
	"minping/internal/settings"
	"minping/offices/calendar"
	"minping/server/web"
)

// The working calendar. Who opens it: once a year somebody of the work committee,
// when the State Council has published next year's holidays. In five seconds: whether
// next year's notice is there, and how to bring it in.

// noticeFileLimit is more than any notice has; foreseeMost is how many live cases a preview looks at.
const (
	noticeFileLimit = 1 << 20
	foreseeMost     = 10_000
)

type noticeRequest struct {
	File    *multipart.FileHeader `form:"file"`
	Text    string                `form:"text" validate:"max=60000"`
	Source  string                `form:"source" validate:"max=300"`
	Confirm bool                  `form:"confirm"`
}

type calendarPage struct {
	web.Page
	NoticeMissing string
	Pending       []holidayRow
	Years         []yearRow
	Hours         string
	Notices       []holidayRow
	May           bool
	Form          noticeRequest
	Failure       string
	Preview       *noticePreview
}

type yearRow struct {
	Year, Href, Standing string
	Off, Worked          string
}

type holidayRow struct {
	Href, Year, State, Source, By, At, Decided string
}

// noticePreview is what a notice would do, in words.
type noticePreview struct {
	web.Page
	Sentence, Moved, Past, Source string
	Changes                       []noticeDay
}

type noticeDay struct {
	Day, Name, Becomes string
	Over               bool
}

func (h *Handler) workCalendar(c echo.Context) error {
	return h.showCalendar(c, noticeRequest{}, nil, nil)
}

// bringNotice shows what a notice would do, and with Confirm lets it wait for a second person.
func (h *Handler) bringNotice(c echo.Context) error {
	var req noticeRequest
	err := web.Bind(c, &req)
	if err == nil {
		err = req.take()
	}
	if err != nil {
		if !refused(err) {
			return err
		}
		return h.showCalendar(c, req, nil, err)
	}
	ctx, by, draft := c.Request().Context(), web.ActorOf(c), calendar.Draft{File: []byte(req.Text), Source: req.Source}
	if !req.Confirm {
		plan, err := h.calendar.Plan(ctx, by, draft)
		if err != nil && !refused(err) {
			return err
		}
		return h.showCalendar(c, req, &plan, err)
	}
	id, _, err := h.calendar.Propose(ctx, by, draft)
	if err == nil {
		h.site.Flash(c, "ok", "settings.done.proposed")
		return c.Redirect(http.StatusSeeOther, noticeHref(id))
	}
	if !refused(err) {
		return err
	}
	return h.showCalendar(c, req, nil, err)
}

// take reads an uploaded file as if it had been typed, so that a refused one is not lost.
func (r *noticeRequest) take() error {
	if r.File == nil || r.File.Size == 0 {
		return nil
	}
	f, err := r.File.Open()
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, noticeFileLimit))
	if err == nil && utf8.Valid(text) {
		r.Text = strings.TrimPrefix(strings.ReplaceAll(string(text), "\x00", ""), "\ufeff")
	} else {
		r.Text = ""
	}
	return err
}

func (h *Handler) showCalendar(c echo.Context, req noticeRequest, plan *calendar.Plan, wrong error) error {
	by := web.ActorOf(c)
	o, err := h.calendar.List(c.Request().Context(), by)
	if err != nil {
		return err
	}
	p := calendarPage{Page: h.site.Page(c, "calendar.title"), Form: req, May: by.Account != 0 && by.Citywide(settings.PermPropose)}
	p.Crumbs = []web.Crumb{{Text: p.T("settings.title"), Href: "/console/settings"}, {Text: p.Title}}
	p.NoticeMissing = h.noticeMissing(p.Page)
	if d, ok := h.settings.Set().Definition("office.hours"); ok {
		v, _ := h.settings.Set().At("office.hours", h.settings.Now())
		p.Hours = valueText(p.Page, d, v)
	}
	for _, y := range o.Years {
		p.Years = append(p.Years, yearOf(p.Page, y))
	}
	for _, n := range o.Notices {
		row := holidayRowOf(p.Page, n)
		if n.State == calendar.Pending {
			p.Pending = append(p.Pending, row)
		}
		p.Notices = append(p.Notices, row)
	}
	if wrong != nil {
		p.Failure = complain(&p.Page, wrong)
		return h.site.Render(c, statusFor(wrong), "calendar", p)
	}
	if plan != nil {
		preview, err := h.previewOf(c, p.Page, *plan)
		if err != nil {
			return err
		}
		p.Preview = &preview
	}
	return h.site.Render(c, http.StatusOK, "calendar", p)
}

// previewOf says what a plan would do, with how many deadlines it would move.
func (h *Handler) previewOf(c echo.Context, p web.Page, plan calendar.Plan) (noticePreview, error) {
	moved, err := h.desk.Foresee(c.Request().Context(), web.ActorOf(c), plan.Clock, foreseeMost)
	if err != nil {
		return noticePreview{}, err
	}
	v := noticePreview{Page: p, Source: plan.Source, Sentence: noticeSentence(p, plan.Year, plan.Off(), plan.Worked())}
	v.Moved = p.T("calendar.moved", "Count", moved.Live, "N", p.Num(moved.Live))
	if moved.Partial {
		v.Moved = p.T("calendar.moved_partial", "Count", moved.Live, "N", p.Num(moved.Live), "Looked", p.Num(moved.Looked))
	}
	if n := plan.Past(); n > 0 {
		v.Past = p.T("calendar.past", "Count", n)
	}
	for _, change := range plan.Changes {
		v.Changes = append(v.Changes, noticeDayOf(p, change.Day, change.Name, change.Works, change.Over))
	}
	return v, nil
}

func noticeSentence(p web.Page, year, off, worked int) string {
	return p.T("calendar.sentence", "Year", year, "Off", off, "Worked", worked)
}

func noticeDayOf(p web.Page, day workday.Day, name string, works, over bool) noticeDay {
	d := noticeDay{Day: p.T("calendar.on", "Day", p.Date(day.Start()), "Weekday", p.T("calendar.weekday."+strings.ToLower(day.Weekday().String()[:3]))),
		Name: name, Becomes: p.T("calendar.off"), Over: over}
	if works {
		d.Becomes = p.T("calendar.worked")
	}
	return d
}

func yearOf(p web.Page, y calendar.Year) yearRow {
	row := yearRow{Year: fmtInt(int64(y.Year)), Standing: p.T("calendar.standing.missing"), Off: "—", Worked: "—"}
	if y.Covered {
		row.Standing, row.Off, row.Worked = p.T("calendar.standing.builtin"), p.Num(y.Off), p.Num(y.Worked)
	}
	if y.Notice != nil {
		row.Href, row.Standing = noticeHref(y.Notice.ID), p.T("calendar.standing.approved", "Source", y.Notice.Source, "By", y.Notice.DecidedName)
	}
	return row
}

func holidayRowOf(p web.Page, n calendar.Notice) holidayRow {
	row := holidayRow{Href: noticeHref(n.ID), Year: fmtInt(int64(n.Year)), State: p.T("settings.state." + string(n.State)), Source: n.Source,
		By: n.ProposedName, At: p.Time(n.ProposedAt), Decided: n.DecidedName}
	if n.ProposedBy == 0 {
		row.By = p.T("calendar.by_command")
	}
	return row
}

func noticeHref(id int64) string { return "/console/settings/calendar/" + fmtInt(id) }

// noticeMissing says that the holiday notice of a year should be there and is not; "" where none is missing.
func (h *Handler) noticeMissing(p web.Page) string {
	if year := h.desk.NoticeMissing(); year != 0 {
		return p.T("calendar.missing", "Year", year)
	}
	return ""
}

// moveTexts says which deadlines of a case moved by the calendar.
func moveTexts(p web.Page, moves []complaints.Move) []string {
	list := make([]string, 0, len(moves))
	for _, m := range moves {
		list = append(list, p.T("desk.moved", "Clock", p.T("desk.clock."+string(m.Clock)), "Was", dueTime(p, m.Was), "Becomes", dueTime(p, m.Becomes), "At", p.Date(m.At)))
	}
	return list
}
