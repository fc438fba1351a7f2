package console

import (
	"embed"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/labstack/echo/v4"

	"minping/accounts"
	"minping/brand"
	"minping/complaints"
	"minping/complaints/publish"
	"minping/indices"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/settings"
	"minping/offices"
	"minping/offices/calendar"
	"minping/privacy"
	"minping/server/live"
	"minping/server/sso"
	"minping/server/web"
	"minping/server/web/figures"
	"minping/surveys"
)

//go:embed pages pages/_*.html
var pageFiles embed.FS

// Config is what the console works with.
type Config struct {
	Site     *web.Site
	Accounts *accounts.Service
	Offices  *offices.Service
	Surveys  *surveys.Service
	Indices  *indices.Service
	Brand    *brand.Service
	Audit    *audit.Service
	Settings *settings.Service
	Calendar *calendar.Service
	Privacy  *privacy.Service
	Desk     *complaints.Service
	Public   *publish.Service
	Watch    *live.Hub
	SSO      *sso.Provider    // single sign-on; nil = none
	Log      *slog.Logger     // nil = discarded
	Now      func() time.Time // nil = time.Now
	FindKey  []byte           // seals what is searched for; nil = one that ends with the program
	TempDir  string           // where uploads wait to be confirmed; "" = the system's
}

// Handler serves the console. Close it when the server has stopped.
type Handler struct {
	site     *web.Site
	accounts *accounts.Service
	offices  *offices.Service
	surveys  *surveys.Service
	indices  *indices.Service
	brand    *brand.Service
	audit    *audit.Service
	settings *settings.Service
	calendar *calendar.Service
	privacy  *privacy.Service
	desk     *complaints.Service
	public   *publish.Service
	watch    *live.Hub
	ledgers  chan struct{} // those that are being made
	tempDir  string
	sso      *sso.Provider
	log      *slog.Logger
	now      func() time.Time
	uploads  *uploads
	finder   *finder
}

// New parses the console's pages and sets its navigation.
func New(cfg Config) (*Handler, error) {
	if err := cfg.Site.Parse(figures.WithPartials(pageFiles, "pages"), "pages"); err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	cfg.Site.SetNav(navigation()...)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.TempDir == "" {
		cfg.TempDir = os.TempDir()
	}
	find, err := newFinder(cfg.FindKey)
	if err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	h := &Handler{finder: find, site: cfg.Site, accounts: cfg.Accounts, offices: cfg.Offices, surveys: cfg.Surveys, indices: cfg.Indices, brand: cfg.Brand,
		audit: cfg.Audit, settings: cfg.Settings, calendar: cfg.Calendar, privacy: cfg.Privacy, desk: cfg.Desk, public: cfg.Public, watch: cfg.Watch,
		ledgers: make(chan struct{}, ledgersNow), tempDir: cfg.TempDir,
		sso: cfg.SSO, log: cfg.Log, now: cfg.Now, uploads: newUploads(cfg.TempDir, cfg.Now)}
	cfg.Site.SetBell(h.bell)
	return h, nil
}

// Close removes what was uploaded and never confirmed.
func (h *Handler) Close() error { return h.uploads.close() }

// today is the day in Shanghai at midnight UTC, as figures write days.
func (h *Handler) today() time.Time { return figures.TodayOf(h.now()) }

// navigation is what the left-hand column offers; entries show only to those
// who may use them.
func navigation() []web.NavGroup {
	need := func(p ...actor.Permission) []actor.Permission { return p }
	return []web.NavGroup{
		{Key: "desk.nav", Entries: []web.NavEntry{
			{Key: "desk.title", Href: "/console/desk", Need: caseReaders()},
			{Key: "topics.title", Href: "/console/topics", Need: need(complaints.PermRead)},
			{Key: "templates.title", Href: "/console/templates", Need: need(complaints.PermTemplate, complaints.PermRead)},
			{Key: "desk.callbacks.title", Href: "/console/callbacks", Need: need(complaints.PermCallback)},
			{Key: "ledger.title", Href: "/console/ledger", Need: caseReaders()},
			{Key: "wall.title", Href: "/console/wall", Need: need(complaints.PermWall)},
			{Key: "desk.reviews.title", Href: "/console/reviews", Need: need(complaints.PermReview)},
			{Key: "callback.notices.title", Href: "/console/notices", Need: caseReaders()},
			{Key: "callback.kin.title", Href: "/console/desk/kin", Need: need(complaints.PermDiscipline)},
			{Key: "desk.routed.title", Href: "/console/desk/routed", Need: need(complaints.PermDispatch)},
			{Key: "publish.title", Href: "/console/replies", Need: publishers()},
			{Key: "publish.answers.title", Href: "/console/answers", Need: publishers()[:2]},
		}},
		{Key: "console.nav.results", Entries: []web.NavEntry{
			{Key: "console.dashboard.nav", Href: "/console", Need: need(permIndexRead)},
			{Key: "brand.title", Href: "/console/brand", Need: need(indices.PermInternal)},
			{Key: "brand.change.title", Href: "/console/trend", Need: need(permIndexRead)},
			{Key: "standings.title", Href: "/console/standings", Need: need(permIndexRead)},
			{Key: "five.title", Href: "/console/five", Need: need(indices.PermInternal)},
			{Key: "callback.rates.title", Href: "/console/rates", Need: need(permIndexRead)},
			{Key: "social.title", Href: "/console/social", Need: need(indices.PermInternal, indices.PermCommittee)},
			{Key: "console.ratings.title", Href: "/console/ratings", Need: need(surveys.PermRatingRead)},
		}},
		privacyNav(),
		{Key: "console.nav.asking", Entries: []web.NavEntry{
			{Key: "console.surveys.title", Href: "/console/surveys", Need: need(surveys.PermSurveyRead)},
			{Key: "console.publications.title", Href: "/console/publications", Need: need(surveys.PermPublicationRead)},
			{Key: "served.nav", Href: "/console/served", Need: need(surveys.PermServedWrite)},
			{Key: "console.tickets.title", Href: "/console/tickets", Need: need(surveys.PermTicketWrite)},
			{Key: "console.tickets.issued_title", Href: "/console/tickets/issued", Need: need(surveys.PermTicketRead)},
		}},
		{Key: "console.nav.directory", Entries: []web.NavEntry{
			{Key: "console.directory.title", Href: "/console/directory", Need: need(offices.PermRead)},
			{Key: "console.import.title", Href: "/console/directory/import", Need: need(offices.PermImport)},
		}},
		{Key: "console.nav.access", Entries: []web.NavEntry{
			{Key: "accounts.list.title", Href: "/console/accounts", Need: need(permAccountRead)},
			{Key: "accounts.reset.list", Href: resetsAddress, Need: need(permAccountRead)},
			{Key: "accounts.table.title", Href: "/console/accounts/permissions", Need: need(permAccountRead)},
			{Key: "accounts.keys.title", Href: "/console/keys", Need: need(permKeyRead)},
		}},
		{Key: "audit.nav", Entries: []web.NavEntry{
			{Key: "audit.title", Href: "/console/audit", Need: need(permAuditRead)},
			{Key: "audit.chain.title", Href: "/console/audit/chain", Need: need(permAuditRead)},
		}},
		{Key: "console.nav.rules", Entries: []web.NavEntry{
			{Key: "settings.title", Href: "/console/settings", Need: need(settings.PermRead)},
			{Key: "calendar.title", Href: "/console/settings/calendar", Need: need(settings.PermRead)},
		}},
		{Key: "console.nav.own", Entries: []web.NavEntry{
			{Key: "accounts.own.title", Href: "/console/account"},
			{Key: "security.title", Href: "/console/security"},
		}},
	}
}

// privacyNav is what the navigation offers about the contacts and rights of citizens.
func privacyNav() web.NavGroup {
	need := func(p ...actor.Permission) []actor.Permission { return p }
	return web.NavGroup{Key: "privacy.nav", Entries: []web.NavEntry{
		{Key: "privacy.contacts.title", Href: "/console/contacts", Need: need(privacy.PermContactRead)},
		{Key: "privacy.desk.title", Href: "/console/privacy", Need: need(privacy.PermHandle)},
		{Key: "desk.files.erase_title", Href: "/console/privacy/files", Need: need(privacy.PermHandle, complaints.PermDiscipline)},
		{Key: "privacy.openings.title", Href: "/console/contacts/openings", Need: need(privacy.PermAudit, privacy.PermCount)},
	}}
}

// home is the dashboard; who has no business with figures is sent to the first
// page that the navigation offers.
func (h *Handler) home(c echo.Context) error {
	if web.Holds(web.ActorOf(c), permIndexRead) {
		return h.dashboard(c)
	}
	for _, group := range navigation() {
		for _, e := range group.Entries {
			if len(e.Need) > 0 && web.Holds(web.ActorOf(c), e.Need...) {
				return c.Redirect(http.StatusSeeOther, e.Href)
			}
		}
	}
	return c.Redirect(http.StatusSeeOther, "/console/account")
}
