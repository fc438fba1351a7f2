package citizen

import (
	"embed"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"minping/complaints/publish"
	"minping/internal/fault"
	"minping/internal/i18n"
	"minping/server/web"
)

//go:embed pages/public
var publicPages embed.FS

// Replies are the pages of what was published: answered cases with persons hidden in
// them, and questions with answers. Who opens them: somebody who wants to know how an
// office treats people, or whether the question has been answered already. In five
// seconds: a question like mine, and what came of it.
type Replies struct {
	site    *web.Site
	public  *publish.Service
	lists   *answerCache[replyData]
	answers *answerCache[[]publish.Known]
}

// RepliesConfig is what the pages stand on.
type RepliesConfig struct {
	Site   *web.Site
	Public *publish.Service
	Now    func() time.Time // nil: time.Now
}

// NewReplies parses the pages.
func NewReplies(c RepliesConfig) (*Replies, error) {
	if err := c.Site.Parse(publicPages, "pages/public"); err != nil {
		return nil, fmt.Errorf("public replies: %w", err)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Replies{site: c.Site, public: c.Public, lists: newCache[replyData](c.Now), answers: newCache[[]publish.Known](c.Now)}, nil
}

// Routes registers the pages; none needs a permission.
func (h *Replies) Routes(g *echo.Group) {
	g.GET("/replies", h.list)
	g.GET("/replies/:number", h.reply)
	g.GET("/answers", h.answerList)
	g.GET("/answers/:id", h.answer)
}

// repliesRequest is the state that the address carries.
type repliesRequest struct {
	Query    string `query:"q" validate:"max=100"`
	Office   string `query:"office" validate:"max=40"`
	Category int    `query:"category" validate:"min=0"`
	Month    string `query:"month" validate:"max=7"`
	After    string `query:"after" validate:"max=30"`
}

// repliesShown fit, with everything around them, into 14 KB.
const repliesShown = 15

func (r repliesRequest) search() publish.Search {
	return publish.Search{Query: r.Query, Office: r.Office, Category: r.Category, Month: r.Month, After: readPlace(r.After), Limit: repliesShown + 1}
}

func (r repliesRequest) values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"q": r.Query, "office": r.Office, "month": r.Month} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if r.Category != 0 {
		v.Set("category", strconv.Itoa(r.Category))
	}
	return v
}

// readPlace reads a place in a list; what is none begins at the top.
func readPlace(text string) *publish.PlaceIn {
	day, number, found := strings.Cut(text, ".")
	id, err := strconv.ParseInt(number, 10, 64)
	if _, wrong := time.Parse(time.DateOnly, day); !found || err != nil || wrong != nil || id < 1 {
		return nil
	}
	return &publish.PlaceIn{Day: day, ID: id}
}

type replyData struct {
	list       []publish.Reply
	offices    []publish.Choice
	categories []publish.Choice
	months     []string
}

type repliesPage struct {
	web.Page
	Query      string
	Offices    []formChoice
	Categories []formChoice
	Months     []formChoice
	Rows       []replyRow
	More       string
	Narrowed   bool
}

type replyRow struct{ Href, Title, Kind, Office, Category, Day, Text string }

func newReplyRow(p web.Page, r publish.Reply) replyRow {
	row := replyRow{Href: "/replies/" + strconv.FormatInt(r.Number, 10), Title: r.Title, Kind: p.T("complaint.kind." + string(r.Kind)),
		Office: nameIn(p, r.OfficeName, r.OfficeNameEn), Category: r.CategoryName, Day: p.Date(r.Answered)}
	if !strings.HasPrefix(r.Question, strings.TrimSuffix(r.Title, "…")) || len(r.Question) > len(r.Title)+30 {
		row.Text = r.Question
		if text := []rune(r.Question); len(text) > 80 {
			row.Text = string(text[:80]) + "…"
		}
	}
	return row
}

func nameIn(p web.Page, name, english string) string {
	if p.Lang == i18n.English && english != "" {
		return english
	}
	return name
}

// list answers GET /replies.
func (h *Replies) list(c echo.Context) error {
	var req repliesRequest
	wrong := web.Bind(c, &req)
	if wrong != nil && fault.KindOf(wrong) != fault.Invalid {
		return wrong
	}
	if wrong != nil {
		req = repliesRequest{}
	}
	key := strconv.FormatInt(h.public.Edition(), 10) + "?" + req.values().Encode() + "&" + req.After
	d, err := h.lists.get(c.Request().Context(), key, h.dataFor(req))
	if fault.KindOf(err) == fault.Invalid {
		wrong, req = err, repliesRequest{}
		d, err = h.lists.get(c.Request().Context(), strconv.FormatInt(h.public.Edition(), 10)+"?", h.dataFor(req))
	}
	if err != nil {
		return err
	}
	p := h.listPage(c, req, d)
	if wrong != nil {
		p.Errors = web.Fields(wrong, p.Page)
		return h.site.Render(c, http.StatusUnprocessableEntity, "replies", p)
	}
	publicCache(c)
	return h.site.Render(c, http.StatusOK, "replies", p)
}

func (h *Replies) listPage(c echo.Context, req repliesRequest, d replyData) repliesPage {
	p := repliesPage{Page: h.site.Page(c, "replies.title"), Query: req.Query, Narrowed: len(req.values()) > 0}
	list := d.list
	if len(list) > repliesShown {
		list = list[:repliesShown]
		last := list[repliesShown-1]
		next := req.values()
		next.Set("after", last.Answered.Format(time.DateOnly)+"."+strconv.FormatInt(last.Number, 10))
		p.More = "/replies?" + next.Encode()
	}
	for _, r := range list {
		p.Rows = append(p.Rows, newReplyRow(p.Page, r))
	}
	for _, o := range d.offices {
		p.Offices = append(p.Offices, formChoice{Value: o.Code, Text: nameIn(p.Page, o.Name, o.NameEn), Chosen: o.Code == req.Office})
	}
	for _, k := range d.categories {
		p.Categories = append(p.Categories, formChoice{Value: strconv.Itoa(k.ID), Text: k.Name, Chosen: k.ID == req.Category})
	}
	for _, m := range d.months {
		p.Months = append(p.Months, formChoice{Value: m, Text: m, Chosen: m == req.Month})
	}
	return p
}

type replyPage struct {
	web.Page
	Reply    publish.Reply
	Kind     string
	Office   string
	Received string
	Answered string
}

// reply answers GET /replies/{number}: an address that stays.
func (h *Replies) reply(c echo.Context) error {
	number, err := strconv.ParseInt(c.Param("number"), 10, 64)
	if err != nil {
		return echo.ErrNotFound
	}
	r, err := h.public.Reply(c.Request().Context(), number)
	if err != nil {
		return err
	}
	p := replyPage{Page: h.site.Page(c, ""), Reply: r}
	p.Title = r.Title
	p.Kind, p.Office = p.T("complaint.kind."+string(r.Kind)), nameIn(p.Page, r.OfficeName, r.OfficeNameEn)
	p.Received, p.Answered = p.Date(r.Received), p.Date(r.Answered)
	p.Crumbs = []web.Crumb{{Text: p.T("replies.title"), Href: "/replies"}, {Text: p.T("replies.number", "Number", strconv.FormatInt(number, 10))}}
	publicCache(c)
	return h.site.Render(c, http.StatusOK, "reply", p)
}
