package citizen

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"minping/indices"
	"minping/internal/fault"
	"minping/internal/i18n"
	"minping/offices"
	"minping/server/web"
	"minping/server/web/figures"
)

// boardPage is a page of results.
type boardPage struct {
	web.Page
	Heading string
	Unit    offices.Unit
	Parents []web.Crumb
	Picker  figures.Picker
	Report  figures.Report
	Note    string // of the methodology in force
	Offices figures.Compare
	Halls   figures.Compare
	Windows figures.Compare
	Query   string
	Keep    []figures.Kept
	Period  string
	Desk    *deskPart // office
}

// grains of the public board; see Board for why not fewer days.
func boardGrains() []indices.Grain {
	return []indices.Grain{indices.Month, indices.Quarter, indices.Year}
}

// asked reads the request. A period that the board does not show is complained
// about and the last full month shown instead.
func (b *Board) asked(c echo.Context) (boardRequest, indices.Period, error) {
	var req boardRequest
	last := figures.LastMonth(figures.TodayOf(b.now()))
	if err := web.Bind(c, &req); err != nil {
		return boardRequest{Code: req.Code}, last, err
	}
	p, err := figures.ReadPeriod(req.Period, "", "", last)
	if err != nil {
		return req, last, err
	}
	for _, g := range boardGrains() {
		if p.Grain() == g {
			return req, p, nil
		}
	}
	return req, last, fault.Fielded(fault.Field{Name: "period", Key: "board.fault.grain"})
}

// city answers GET /board.
func (b *Board) city(c echo.Context) error {
	req, period, wrong := b.asked(c)
	d, err := b.kept.get(c.Request().Context(), "city "+period.String(), b.cityData(period))
	if err != nil {
		return err
	}
	page, link := b.page(c, req, period, d)
	page.Heading = page.T("board.city.heading")
	if d.unit.Name != "" && d.unit.Name != "全市" {
		page.Heading = page.T("board.city.heading_of", "Name", titleOf(d.unit, page.Lang))
	}
	page.Title = page.Heading
	page.Offices = b.compare(page.Page, req, link, compared{"board.offices", "office", d.offices, nil, nil})
	page.Halls = b.compare(page.Page, boardRequest{Sort: req.Sort}, link, compared{"board.halls", "hall", d.halls, nil, nil})
	return b.show(c, "board", page, wrong)
}

// unit answers GET /board/office/:code and its like.
func (b *Board) unit(kind offices.Kind) echo.HandlerFunc {
	return func(c echo.Context) error {
		req, period, wrong := b.asked(c)
		key := string(kind) + " " + req.Code + " " + period.String() + b.edition()
		d, err := b.kept.get(c.Request().Context(), key, b.unitData(kind, req.Code, period))
		if err != nil {
			return err
		}
		page, link := b.page(c, req, period, d)
		page.Heading, page.Title = titleOf(d.unit, page.Lang), titleOf(d.unit, page.Lang)
		page.Crumbs = []web.Crumb{{Text: page.T("board.title"), Href: "/board?" + url.Values{"period": {period.String()}}.Encode()}, {Text: page.Heading}}
		page.Windows = b.compare(page.Page, req, link, compared{"board.windows", "window", d.windows, d.numbers, d.places})
		if kind == offices.Office && b.public != nil {
			page.Desk = newDeskPart(page.Page, d)
		}
		return b.show(c, "board_unit", page, wrong)
	}
}

func (b *Board) show(c echo.Context, name string, page boardPage, wrong error) error {
	if wrong == nil {
		return b.render(c, http.StatusOK, name, page)
	}
	page.Errors = web.Fields(wrong, page.Page)
	page.Picker.Error = page.Errors["period"]
	return b.render(c, http.StatusUnprocessableEntity, name, page)
}

// page prepares what all pages of results share.
func (b *Board) page(c echo.Context, req boardRequest, period indices.Period, d boardData) (boardPage, figures.Link) {
	p := b.site.Page(c, "board.title")
	link := figures.Link{Path: c.Request().URL.Path, Query: url.Values{}}
	for name, value := range map[string]string{"period": period.String(), "q": req.Query, "sort": req.Sort} {
		link = link.Set(name, value)
	}
	return boardPage{
		Page: p, Unit: d.unit, Query: req.Query, Period: period.String(), Keep: link.Without("q").Kept(),
		Report: d.figures.Word(p, period), Note: d.formula.Note(p.Lang),
		Picker: figures.NewPicker(figures.PickerConfig{Page: p, Period: period, Today: figures.TodayOf(b.now()), Link: link, Grains: boardGrains()}),
	}, link
}

// compared names a table of units and where its rows lead.
type compared struct {
	caption string
	kind    string
	rows    []indices.Row
	numbers map[int64]string
	places  map[int64]string
}

func (b *Board) compare(p web.Page, req boardRequest, link figures.Link, t compared) figures.Compare {
	period := link.Query.Get("period")
	return figures.NewCompare(figures.CompareConfig{
		Page: p, Caption: p.T(t.caption), Link: link, Anchor: "#" + t.kind + "s", Sort: req.Sort, Query: req.Query, At: req.At, Size: boardRows, Numbers: t.numbers, Places: t.places,
		Href: func(r indices.Row) string {
			return "/board/" + t.kind + "/" + url.PathEscape(r.Unit.Code) + "?" + url.Values{"period": {period}}.Encode()
		},
	}, t.rows)
}

func titleOf(u offices.Unit, lang string) string {
	name := u.Name
	if lang == i18n.English && u.NameEn != "" {
		name = u.NameEn
	}
	if u.Kind == offices.Window && u.Number != "" {
		return u.Number + " " + name
	}
	return name
}

// methodologyPage explains the figures in plain words.
type methodologyPage struct {
	web.Page
	Versions []methodologyVersion
}

type methodologyVersion struct {
	Version, From, Note string
	Scores              []figures.LevelRow
	Below, Grade        string
	Confidence          string
}

// methodology answers GET /board/methodology.
func (b *Board) methodology(c echo.Context) error {
	list, err := b.indices.Methodologies(c.Request().Context())
	if err != nil {
		return err
	}
	page := methodologyPage{Page: b.site.Page(c, "board.methodology.title")}
	page.Crumbs = []web.Crumb{{Text: page.T("board.title"), Href: "/board"}, {Text: page.Title}}
	keys := figures.LevelKeys()
	for i := len(list) - 1; i >= 0; i-- {
		m := list[i]
		v := methodologyVersion{Version: m.Version, From: page.Date(m.EffectiveFrom), Note: m.Note(page.Lang),
			Below: page.Num(m.SuppressBelow), Grade: page.Num(m.GradeFrom), Confidence: page.Percent(m.Confidence)}
		for level := 5; level >= 1; level-- {
			v.Scores = append(v.Scores, figures.LevelRow{Level: level, Text: page.T(keys[level-1]), Count: page.Num(m.Scores[level-1])})
		}
		page.Versions = append(page.Versions, v)
	}
	return b.render(c, http.StatusOK, "board_methodology", page)
}
