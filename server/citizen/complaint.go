package citizen

import (
	"embed"
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/complaints/publish"
	"minping/internal/i18n"
	"minping/offices"
	"minping/server/web"
	"minping/surveys"
)

//go:embed pages/complaint pages/complaint/_*.html
var complaintPages embed.FS

// Complaints are the pages where citizens write to the offices and follow what
// becomes of it. Who opens them: somebody upset, on an old phone and a bad network,
// perhaps afraid. In five seconds: where do I write, who reads it, am I safe.
//
// There is no session and no account. A form carries everything itself, so nothing
// typed is lost however long it lay open; receipt and PIN travel in bodies and
// in sealed cookies, never in an address; the pages that show a case are kept by nobody.
type Complaints struct {
	site       *web.Site
	desk       *complaints.Service
	offices    *offices.Service
	surveys    *surveys.Service
	public     *publish.Service // nil: nothing is published, no answers are suggested
	now        func() time.Time
	limits     *web.Limiter
	challenges *web.Challenges
	devices    *devices
	tickets    *tickets
	secure     bool
	temp       string
}

// ComplaintsConfig is what the pages stand on. The keys are as those of Config;
// TicketKey seals the cookies that carry receipt and PIN.
type ComplaintsConfig struct {
	Site         *web.Site
	Desk         *complaints.Service
	Offices      *offices.Service
	Surveys      *surveys.Service
	Public       *publish.Service // nil: nothing is published, no answers are suggested
	Now          func() time.Time // nil: time.Now
	Limits       *web.Limiter
	ChallengeKey []byte
	DeviceKey    []byte
	TicketKey    []byte
	Temp         string // where uploads lie while they come in; "": the system's place
}

// NewComplaints parses the pages.
func NewComplaints(c ComplaintsConfig) (*Complaints, error) {
	if err := c.Site.Parse(complaintPages, "pages/complaint"); err != nil {
		return nil, fmt.Errorf("complaint pages: %w", err)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	h := &Complaints{site: c.Site, desk: c.Desk, offices: c.Offices, surveys: c.Surveys, public: c.Public, now: c.Now, limits: c.Limits, secure: secure(c.Site.BaseURL()), temp: c.Temp}
	var err error
	if h.challenges, err = web.NewChallenges(c.ChallengeKey, c.Now); err != nil {
		return nil, fmt.Errorf("complaint pages: %w", err)
	}
	if h.devices, err = newDevices(c.DeviceKey, h.secure); err != nil {
		return nil, fmt.Errorf("complaint pages: %w", err)
	}
	if h.tickets, err = newTickets(c.TicketKey, c.Now); err != nil {
		return nil, fmt.Errorf("complaint pages: %w", err)
	}
	return h, nil
}

// complaintBody bounds a posted form: 2,000 characters that are each composed of
// several, written as a form writes them, and no more.
const complaintBody = 512 << 10

// Routes registers the pages; none needs a permission.
func (h *Complaints) Routes(g *echo.Group) {
	g.GET("/complaints", h.start)
	g.GET("/complaints/to/:where", h.elsewhere)
	g.GET("/complaints/ask", h.askFirst)
	g.POST("/complaints/ask", h.suggest)
	g.GET("/complaints/new", h.blank)
	g.POST("/complaints", h.file)
	g.GET("/complaints/done", h.filed)
	g.POST("/complaints/files", h.files)
	g.GET("/track/files/:file", h.trackFile)
	g.GET("/track/files/:file/small", h.trackThumb)
	g.GET("/track/qr.svg", h.trackQR)
	g.GET("/track", h.track)
	g.POST("/track", h.openTicket)
	g.GET("/track/end", h.end)
	g.POST("/track/end", h.end)
	g.POST("/track/copy", h.mineCopy)
	g.POST("/track/forget", h.mineErase)
	g.POST("/track/:act", h.act)
	g.GET("/c/:token", h.answerForm)
	g.POST("/c/:token", h.answer)
	for _, pattern := range []string{"/complaints", "/complaints/ask", "/track", "/track/:act", "/c/:token"} {
		h.site.LimitBody(pattern, complaintBody)
	}
	for _, pattern := range []string{"/complaints", "/complaints/files", "/track/:act"} {
		h.site.LimitAttach(pattern, attachBody)
	}
}

// page prepares the common part. The pages of rating carry language and size in
// their addresses; who comes from there keeps them, here and on the pages after.
func (h *Complaints) page(c echo.Context, titleKey string) web.Page {
	p := h.site.Page(c, "")
	f := faceOf(c.Request())
	p.Lang, p.Elder = f.lang, f.elder
	if titleKey != "" {
		p.Title = p.T(titleKey)
	}
	query := c.QueryParams()
	if query.Has("lang") {
		h.keep(c, "mp_lang", f.lang)
	}
	if query.Has("elder") {
		size := "0"
		if f.elder {
			size = "1"
		}
		h.keep(c, "mp_elder", size)
	}
	return p
}

func (h *Complaints) keep(c echo.Context, name, value string) {
	c.SetCookie(&http.Cookie{Name: name, Value: value, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, Secure: h.secure, SameSite: http.SameSiteLaxMode}) //nolint:gosec // Secure wherever the site is
}

// dayWords writes a day as people say it, with the day of the week.
func dayWords(p web.Page, t time.Time) string {
	day := p.T([...]string{"complaint.weekday.0", "complaint.weekday.1", "complaint.weekday.2", "complaint.weekday.3",
		"complaint.weekday.4", "complaint.weekday.5", "complaint.weekday.6"}[t.In(shanghai).Weekday()])
	if p.Lang == i18n.English {
		return day + ", " + p.Date(t)
	}
	return p.Date(t) + "（" + day + "）"
}

// dueDay is the day on which a limit ends: one of calendar days ends with its last
// day, at the instant in which the next begins.
func dueDay(p web.Page, t time.Time) string { return dayWords(p, t.Add(-time.Second)) }

// shanghai has had one time without summer time since 1991.
var shanghai = time.FixedZone("CST", 8*3600)
