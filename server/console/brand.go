package console

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"minping/brand"
	"minping/indices"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/offices"
	"minping/server/web"
	"minping/server/web/figures"
	"minping/surveys"
)

// Brands of offices 机关品牌. Who opens the list: the work committee and the brand team, once a
// quarter; a brand's own page: the office that has to explain it. In five seconds: what the brand is
// worth and how sure that is, whether it is known, whether it is liked.

type brandRequest struct {
	ID     int64  `param:"id" validate:"min=0"`
	Period string `query:"period" validate:"max=30"`
	From   string `query:"from" validate:"max=10"`
	To     string `query:"to" validate:"max=10"`
}

type brandListPage struct {
	web.Page
	Picker   figures.Picker
	Rows     []brandRow
	Quadrant quadrantView
	Formula  string
	Weights  string
}

type brandRow struct {
	Number              int
	Name, Brand, Href   string
	Stage               string
	Value, Range        string
	Bar                 figures.Bar
	Missing, Quadrant   string
	Sure                bool
	Satisfaction, Image string
	Trust, Loyalty      string
}

func (h *Handler) readBrand(c echo.Context) (brandRequest, indices.Period, error) {
	var req brandRequest
	wrong := web.Bind(c, &req)
	if wrong != nil {
		req = brandRequest{ID: max(req.ID, 0)}
	}
	period, err := figures.ReadPeriod(req.Period, req.From, req.To, h.usualQuarter())
	if wrong == nil {
		wrong = err
	}
	return req, period, wrong
}

// usualQuarter is the last quarter that is over: brands are judged by whole quarters.
func (h *Handler) usualQuarter() indices.Period {
	last, _ := indices.Containing(h.today(), indices.Quarter).Previous()
	return last
}

func (h *Handler) brandPicker(p web.Page, period indices.Period, path string) figures.Picker {
	link := figures.Link{Path: path, Query: url.Values{}}.Set("period", period.String())
	return figures.NewPicker(figures.PickerConfig{Page: p, Period: period, Today: h.today(), Link: link, Free: true,
		Grains: []indices.Grain{indices.Quarter, indices.Year}})
}

func (h *Handler) brands(c echo.Context) error {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	_, period, wrong := h.readBrand(c)
	p := brandListPage{Page: h.site.Page(c, "brand.title")}
	p.Picker = h.brandPicker(p.Page, period, "/console/brand")
	list, err := h.indices.Brands(ctx, by, indices.Query{Level: indices.Office, Period: period})
	if err != nil {
		return err
	}
	ids := make([]int64, 0, len(list))
	for _, b := range list {
		ids = append(ids, b.Unit.ID)
	}
	steps, err := h.brand.StepsOf(ctx, by, ids)
	if err != nil {
		return err
	}
	names, err := h.brandNames(ctx, by)
	if err != nil {
		return err
	}
	slices.SortStableFunc(list, func(a, b indices.Brand) int { // those with a composite first; no order among them is claimed
		return cmp.Compare(len(a.Missing), len(b.Missing))
	})
	for i, b := range list {
		row := brandRowOf(p.Page, i+1, b)
		row.Brand = names[b.Unit.ID]
		row.Href = "/console/brand/" + fmtInt(b.Unit.ID) + "?period=" + period.String()
		if st, ok := brand.StageOn(steps[b.Unit.ID], period.To()); ok {
			row.Stage = p.T("brand.stage." + string(st.Stage))
		}
		p.Rows, p.Formula, p.Weights = append(p.Rows, row), b.Formula, weightsText(p.Page, b)
	}
	p.Quadrant = newQuadrant(p.Page, list, 0)
	status := http.StatusOK
	if wrong != nil {
		status, p.Errors = http.StatusUnprocessableEntity, web.Fields(wrong, p.Page)
		p.Picker.Error = p.Errors["period"]
	}
	return h.site.Render(c, status, "brands", p)
}

// brandNames are the brands' names by office, of offices that by may read in the directory.
func (h *Handler) brandNames(ctx context.Context, by actor.Actor) (map[int64]string, error) {
	names := map[int64]string{}
	if !by.Anywhere(offices.PermRead) {
		return names, nil
	}
	list, err := h.offices.AllUnits(ctx, by, offices.Office)
	for _, u := range list {
		names[u.ID] = u.BrandName
	}
	return names, err
}

func brandRowOf(p web.Page, number int, b indices.Brand) brandRow {
	row := brandRow{Number: number, Name: b.Unit.Title(p.Lang), Value: "—", Sure: b.Sure}
	if b.Composite != nil {
		row.Value, row.Range = figures.Points(p, b.Composite)
		row.Bar = figures.Full().Bar(b.Composite)
	}
	row.Missing = missingText(p, b)
	if b.Quadrant != "" {
		row.Quadrant = p.T("brand.quadrant." + string(b.Quadrant))
	}
	short := func(key string) string {
		for _, part := range b.Parts {
			if part.Key == key && part.Figure != nil {
				return p.Fix(part.Figure.Value, 1)
			}
		}
		return "—"
	}
	row.Satisfaction, row.Image = short(indices.PartSatisfaction), short(indices.PartImage)
	row.Trust, row.Loyalty = short(indices.PartTrust), short(indices.PartLoyalty)
	return row
}

func missingText(p web.Page, b indices.Brand) string {
	if len(b.Missing) == 0 {
		return ""
	}
	text := ""
	for i, m := range b.Missing {
		if i > 0 {
			text += p.T("brand.and")
		}
		text += p.T("brand.part." + m)
	}
	return p.T("brand.missing", "Parts", text)
}

func weightsText(p web.Page, b indices.Brand) string {
	text := ""
	for i, part := range b.Parts {
		if i > 0 {
			text += p.T("brand.and")
		}
		text += p.T("brand.weight", "Part", p.T("brand.part."+part.Key), "Weight", p.Percent(part.Weight))
	}
	return text
}

// brandOf is one office's brand, with the others that by may see for the quadrants.
func (h *Handler) brandOf(ctx context.Context, by actor.Actor, office int64, period indices.Period) (indices.Brand, []indices.Brand, error) {
	list, err := h.indices.Brands(ctx, by, indices.Query{Level: indices.Office, Period: period})
	if err != nil {
		return indices.Brand{}, nil, err
	}
	i := slices.IndexFunc(list, func(b indices.Brand) bool { return b.Unit.ID == office })
	if i < 0 {
		own, err := h.indices.Brands(ctx, by, indices.Query{Level: indices.Office, Period: period, Units: []int64{office}})
		if err != nil || len(own) == 0 {
			return indices.Brand{}, nil, cmp.Or(err, error(fault.New(fault.NotFound, "indices.fault.unit")))
		}
		return own[0], append(list, own...), nil
	}
	return list[i], list, nil
}

// saidOf is what people write about an office, for those who may read its ratings; false for others.
func (h *Handler) saidOf(ctx context.Context, by actor.Actor, office int64, period indices.Period) (surveys.Said, bool, error) {
	if !by.Can(permRatingRead, actor.Place{Office: office}) {
		return surveys.Said{}, false, nil
	}
	said, err := h.surveys.Said(ctx, by, office, dayOf(period.From()), dayOf(period.To()))
	return said, true, err
}
