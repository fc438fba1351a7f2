package console

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"minping/complaints/workday"
	"minping/indices"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/offices"
	"minping/server/web"
	"minping/server/web/figures"
	"minping/surveys"
)

// The ratings of a unit. Who opens it: an office's staff after a bad figure, to
// read what people wrote; the quality role looking at suspect ones. In five
// seconds: the latest bad ratings with their reasons and words. Times are shown
// to the hour, for a minute would point at the person in the queue.

const permRatingRead = surveys.PermRatingRead

type ratingsRequest struct {
	Unit    int64  `query:"unit" validate:"min=0"`
	Period  string `query:"period" validate:"max=30"`
	From    string `query:"from" validate:"max=10"`
	To      string `query:"to" validate:"max=10"`
	Level   string `query:"rating" validate:"omitempty,oneof=bad 1 2 3 4 5"`
	Channel string `query:"channel" validate:"omitempty,oneof=desk exit ticket kiosk sms web import"`
	Comment string `query:"comment" validate:"omitempty,oneof=1"`
	Suspect string `query:"suspect" validate:"omitempty,oneof=1"`
	After   string `query:"after" validate:"max=40"`
}

type ratingsPage struct {
	web.Page
	Unit    offices.Unit
	Heading string
	Picker  figures.Picker
	Rows    []ratingView
	Levels  []figures.Choice
	Channel []figures.Choice
	Comment bool
	Suspect bool
	Keep    []figures.Kept
	More    moreLink
	Back    string
}

// ratingView is one rating in words.
type ratingView struct {
	Level     int
	LevelText string
	When      string
	Unit      string
	Hall      string
	Channel   string
	Stratum   string
	Tags      []string
	Answers   []answerView
	Comment   string
	Lang      string
	Suspect   []string
	Aside     bool // in quarantine: counts nowhere
}

type answerView struct{ Question, Answer string }

const ratingRows = 30

func (h *Handler) ratings(c echo.Context) error {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	var req ratingsRequest
	wrong := web.Bind(c, &req)
	if wrong != nil {
		req = ratingsRequest{Unit: max(req.Unit, 0)}
	}
	period, err := figures.ReadPeriod(req.Period, req.From, req.To, h.usualPeriod())
	if wrong == nil {
		wrong = err
	}
	unit, err := h.ratedUnit(ctx, by, req.Unit)
	if err != nil {
		return err
	}
	req.Unit = unit.ID
	list, err := h.surveys.Ratings(ctx, by, req.filter(unit, period))
	if err != nil {
		return err
	}
	p := ratingsPage{Page: h.site.Page(c, "console.ratings.title"), Unit: unit}
	p.fill(req, h.pickRatings(p.Page, req, period))
	if err := h.wordRatings(ctx, &p, req, period, list); err != nil {
		return err
	}
	if wrong != nil {
		p.Errors = web.Fields(wrong, p.Page)
		p.Picker.Error = p.Errors["period"]
		return h.site.Render(c, http.StatusUnprocessableEntity, "ratings", p)
	}
	return h.site.Render(c, http.StatusOK, "ratings", p)
}

// ratedUnit finds the unit asked for; without one, where the actor's ratings begin.
func (h *Handler) ratedUnit(ctx context.Context, by actor.Actor, id int64) (offices.Unit, error) {
	if id == 0 {
		if own := by.Scope(permRatingRead).Units(); len(own) > 0 {
			id = own[0]
		}
	}
	if id != 0 {
		return h.offices.Unit(ctx, by, id)
	}
	city, err := h.offices.Units(ctx, by, offices.Filter{Kind: offices.City, Limit: 1})
	if err == nil && len(city) == 0 {
		err = fault.New(fault.NotFound, "indices.fault.unit")
	}
	if err != nil {
		return offices.Unit{}, err
	}
	return city[0], nil
}

func (r ratingsRequest) filter(unit offices.Unit, p indices.Period) surveys.RatingFilter {
	f := surveys.RatingFilter{From: dayOf(p.From()), To: dayOf(p.To()), Channel: surveys.Channel(r.Channel),
		WithComment: r.Comment == "1", Suspect: r.Suspect == "1", BadOnly: r.Level == "bad", Limit: ratingRows + 1}
	if unit.Kind != offices.City {
		f.Unit = unit.ID
	}
	if level, err := strconv.Atoi(r.Level); err == nil {
		f.Levels = []int{level}
	}
	if day, id, ok := strings.Cut(r.After, "_"); ok {
		before, err := workday.Parse(day)
		if n, wrong := strconv.ParseInt(id, 10, 64); err == nil && wrong == nil {
			f.BeforeDay, f.BeforeID = before, n
		}
	}
	return f
}

func dayOf(t time.Time) workday.Day {
	y, m, d := t.Date()
	return workday.Day{Year: y, Month: m, Day: d}
}

func (r ratingsRequest) link(p indices.Period) figures.Link {
	l := figures.Link{Path: "/console/ratings", Query: url.Values{}}
	for name, value := range map[string]string{"unit": strconv.FormatInt(r.Unit, 10), "period": p.String(), "rating": r.Level,
		"channel": r.Channel, "comment": r.Comment, "suspect": r.Suspect} {
		l = l.Set(name, value)
	}
	return l
}

func (h *Handler) pickRatings(p web.Page, req ratingsRequest, period indices.Period) figures.Picker {
	return figures.NewPicker(figures.PickerConfig{Page: p, Period: period, Today: h.today(), Link: req.link(period), Free: true,
		Grains: []indices.Grain{indices.Month, indices.Quarter, indices.Year}})
}

// fill lays out the filters.
func (p *ratingsPage) fill(req ratingsRequest, picker figures.Picker) {
	p.Heading = unitTitle(p.Page, p.Unit)
	p.Title = p.Heading + " · " + p.Title
	p.Picker = picker
	p.Comment, p.Suspect = req.Comment == "1", req.Suspect == "1"
	p.Levels = []figures.Choice{{Text: p.T("console.filter.all"), Current: req.Level == ""},
		{Text: p.T("console.ratings.bad"), Value: "bad", Current: req.Level == "bad"}}
	for i, key := range figures.LevelKeys() {
		level := strconv.Itoa(i + 1)
		p.Levels = append(p.Levels, figures.Choice{Text: p.T(key), Value: level, Current: req.Level == level})
	}
	p.Channel = []figures.Choice{{Text: p.T("console.filter.all"), Current: req.Channel == ""}}
	for _, v := range indices.Channels() {
		p.Channel = append(p.Channel, figures.Choice{Text: figures.ChannelText(p.Page, v), Value: v, Current: v == req.Channel})
	}
}

// wordRatings writes the rows out and links the next page.
func (h *Handler) wordRatings(ctx context.Context, p *ratingsPage, req ratingsRequest, period indices.Period, list []surveys.RatingRow) error {
	link := req.link(period)
	p.Keep = link.Without("rating", "channel", "comment", "suspect").Kept()
	p.Back = "/console?" + url.Values{"unit": {strconv.FormatInt(req.Unit, 10)}, "period": {period.String()}}.Encode()
	if len(list) > ratingRows {
		list = list[:ratingRows]
		last := list[ratingRows-1]
		p.More = moreLink{p.T("console.more"), link.With("after", last.VisitedOn.String()+"_"+strconv.FormatInt(last.ID, 10))}
	}
	words := newWordings(h.surveys, p.Page)
	for _, r := range list {
		view, err := words.rating(ctx, r)
		if err != nil {
			return err
		}
		p.Rows = append(p.Rows, view)
	}
	return nil
}
