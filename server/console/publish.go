package console

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/offices"
	"minping/server/web"
	"minping/server/web/figures"
	"minping/surveys"
)

// The form that publishes a survey. Who opens it: the brand team or a hall
// manager, a few times a year. In five seconds: pick the hall, press the button;
// everything else has a sensible beginning, but nothing is ticked for them.

type publishRequest struct {
	Version  int64    `query:"version" form:"version"`
	Title    string   `form:"title"`
	Channels []string `form:"channels"`
	StartsAt string   `form:"starts_at" validate:"omitempty,datetime=2006-01-02T15:04"`
	EndsAt   string   `form:"ends_at" validate:"omitempty,datetime=2006-01-02T15:04"`
	Late     int      `form:"late_workdays"`
	Office   int64    `query:"office" form:"office"`
	Hall     int64    `query:"hall" form:"hall"`
	Units    []int64  `query:"units" form:"units"`
}

type publishPage struct {
	web.Page
	Form     publishRequest
	Failure  string
	Versions []pickOption
	Channels []figures.Choice
	Offices  []pickOption
	Halls    []pickOption
	Tree     []checkBranch
}

// checkBranch is an office or hall with boxes for its windows.
type checkBranch struct {
	Text  string
	Open  bool
	Boxes []checkBox
}

type checkBox struct {
	Value   int64
	Text    string
	Checked bool
}

func (h *Handler) newPublication(c echo.Context) error {
	late := h.surveys.LateDays(h.now())
	req := publishRequest{Late: late}
	if err := web.Bind(c, &req); err != nil {
		req = publishRequest{Late: late}
	}
	return h.showPublish(c, req, nil)
}

func (h *Handler) publish(c echo.Context) error {
	var req publishRequest
	err := web.Bind(c, &req)
	if err == nil {
		var made []surveys.Publication
		made, err = h.surveys.Publish(c.Request().Context(), web.ActorOf(c), req.input())
		if err == nil {
			h.site.Flash(c, "ok", "console.publication.made", "Count", len(made))
			if len(made) == 1 {
				return c.Redirect(http.StatusSeeOther, publicationHref(made[0].ID))
			}
			return c.Redirect(http.StatusSeeOther, "/console/publications")
		}
	}
	if !refused(err) {
		return err
	}
	return h.showPublish(c, req, err)
}

func (r publishRequest) input() surveys.PublishInput {
	in := surveys.PublishInput{VersionID: int(r.Version), Title: r.Title, StartsAt: moment(r.StartsAt), EndsAt: moment(r.EndsAt),
		LateWorkdays: r.Late, UnitIDs: r.Units, Office: r.Office, Hall: r.Hall}
	for _, channel := range r.Channels {
		in.Channels = append(in.Channels, surveys.Channel(channel))
	}
	return in
}

// moment reads what <input type="datetime-local"> sends, in China's one zone;
// the zero time for nothing. The form's rule has refused what cannot be read.
func moment(text string) time.Time {
	t, err := time.ParseInLocation("2006-01-02T15:04", text, time.FixedZone("CST", 8*60*60))
	if err != nil {
		return time.Time{}
	}
	return t
}

func (h *Handler) showPublish(c echo.Context, req publishRequest, wrong error) error {
	p := publishPage{Page: h.site.Page(c, "console.publications.new"), Form: req}
	p.Crumbs = []web.Crumb{{Text: p.T("console.publications.title"), Href: "/console/publications"}, {Text: p.Title}}
	ctx, by := c.Request().Context(), web.ActorOf(c)
	if err := h.fillVersions(ctx, &p); err != nil {
		return err
	}
	if err := h.fillTargets(ctx, by, &p); err != nil {
		return err
	}
	if wrong == nil {
		return h.site.Render(c, http.StatusOK, "publish", p)
	}
	p.Failure = complain(&p.Page, wrong)
	return h.site.Render(c, statusFor(wrong), "publish", p)
}

// fillVersions offers every version, the latest first. Hall managers may publish
// but not read surveys; the titles are public, so the console asks for them.
func (h *Handler) fillVersions(ctx context.Context, p *publishPage) error {
	list, err := h.surveys.Surveys(ctx, actor.System("console"))
	if err != nil {
		return err
	}
	for _, s := range list {
		for _, v := range s.Versions {
			p.Versions = append(p.Versions, pickOption{int64(v.ID),
				p.T("console.surveys.version", "Title", s.Title.In(p.Lang), "Number", v.Number), int64(v.ID) == p.Form.Version})
		}
	}
	for _, v := range surveys.Channels() {
		choice := figures.Choice{Text: figures.ChannelText(p.Page, string(v)), Value: string(v)}
		for _, chosen := range p.Form.Channels {
			choice.Current = choice.Current || chosen == string(v)
		}
		p.Channels = append(p.Channels, choice)
	}
	return nil
}

// fillTargets offers what the actor may publish to.
func (h *Handler) fillTargets(ctx context.Context, by actor.Actor, p *publishPage) error {
	tree, err := h.offices.Tree(ctx, by)
	if err != nil {
		return err
	}
	chosen := map[int64]bool{}
	for _, id := range p.Form.Units {
		chosen[id] = true
	}
	may := func(at actor.Place) bool { return by.Can(surveys.PermPublicationWrite, at) }
	for _, o := range tree.City.Children {
		if o.Open && may(actor.Place{Office: o.ID}) {
			p.Offices = append(p.Offices, pickOption{o.ID, named(p.Page, o.Name, o.NameEn, ""), o.ID == p.Form.Office})
			p.Tree = append(p.Tree, branchOf(p.Page, o, chosen))
		}
	}
	for _, hall := range tree.Halls {
		if hall.Open && may(actor.Place{Hall: hall.ID}) {
			p.Halls = append(p.Halls, pickOption{hall.ID, named(p.Page, hall.Name, hall.NameEn, ""), hall.ID == p.Form.Hall})
			if !by.Citywide(surveys.PermPublicationWrite) { // otherwise its windows stand under their offices
				p.Tree = append(p.Tree, branchOf(p.Page, hall, chosen))
			}
		}
	}
	if len(p.Tree) == 0 {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	return nil
}

func branchOf(p web.Page, n *offices.Node, chosen map[int64]bool) checkBranch {
	b := checkBranch{Text: named(p, n.Name, n.NameEn, "")}
	b.Boxes = append(b.Boxes, checkBox{n.ID, p.T("console.publish.itself", "Kind", kindText(p, n.Kind)), chosen[n.ID]})
	var walk func(nodes []*offices.Node)
	walk = func(nodes []*offices.Node) {
		for _, w := range nodes {
			if w.Kind == offices.Window && w.Open {
				b.Boxes = append(b.Boxes, checkBox{w.ID, named(p, w.Name, w.NameEn, w.Number), chosen[w.ID]})
			}
			walk(w.Children)
		}
	}
	walk(n.Children)
	for _, box := range b.Boxes {
		b.Open = b.Open || box.Checked
	}
	return b
}

// closeForm asks before a publication is ended, closePublication ends it.
func (h *Handler) closeForm(c echo.Context) error {
	var req idRequest
	if err := web.Bind(c, &req); err != nil {
		return echo.ErrNotFound
	}
	pub, units, err := h.surveys.Publication(c.Request().Context(), web.ActorOf(c), req.ID)
	if err != nil {
		return err
	}
	p := confirmPage{Page: h.site.Page(c, "console.publication.close"), Back: publicationHref(pub.ID), Danger: true}
	p.Question = p.T("console.publication.close_ask", "Title", pub.Title)
	p.Consequence = p.T("console.publication.close_what", "Count", strconv.Itoa(len(units)))
	p.Action = p.T("console.publication.close")
	return h.site.Render(c, http.StatusOK, "confirm", p)
}

func (h *Handler) closePublication(c echo.Context) error {
	var req idRequest
	if err := web.Bind(c, &req); err != nil {
		return echo.ErrNotFound
	}
	pub, err := h.surveys.ClosePublication(c.Request().Context(), web.ActorOf(c), req.ID)
	if err != nil {
		return err
	}
	h.site.Flash(c, "ok", "console.publication.was_closed", "Title", pub.Title)
	return c.Redirect(http.StatusSeeOther, publicationHref(pub.ID))
}
