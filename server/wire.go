package main

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/emmansun/gmsm/sm3"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"minping/accounts"
	"minping/brand"
	"minping/complaints"
	"minping/complaints/publish"
	"minping/indices"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/blobs"
	"minping/internal/i18n"
	"minping/internal/jobs"
	"minping/internal/settings"
	"minping/internal/vault"
	"minping/notify"
	"minping/offices"
	"minping/offices/calendar"
	"minping/privacy"
	"minping/server/api"
	"minping/server/citizen"
	"minping/server/config"
	"minping/server/console"
	"minping/server/live"
	"minping/server/sso"
	"minping/server/web"
	"minping/surveys"
)

// platform is the whole product, wired: the only place that knows everybody.
type platform struct {
	db        *database
	log       *slog.Logger
	key       config.Secret
	baseURL   string
	offices   *offices.Service
	surveys   *surveys.Service
	indices   *indices.Service
	brand     *brand.Service
	accounts  *accounts.Service
	audit     *audit.Service
	settings  *settings.Service
	calendar  *calendar.Service
	desk      *complaints.Service
	files     *blobs.Store
	filesOnce sync.Once    // closes them
	metrics   http.Handler // of the edge; nil until there is one
	public    *publish.Service
	watch     *live.Hub // the dispatch monitors that are open on this node

	// Behind the vault's keys: nil until unlock.
	vault   *vault.Vault
	notify  *notify.Service
	privacy *privacy.Service
}

// assemble makes the domains over an open database.
func assemble(ctx context.Context, c config.Config, db *database, log *slog.Logger) (*platform, error) {
	key, err := c.Key()
	if err != nil {
		return nil, err
	}
	chain, err := audit.New(audit.Config{DB: db.DB, Now: time.Now, Key: derive(key, "audit")})
	if err != nil {
		return nil, err
	}
	p := &platform{db: db, log: log, key: key, baseURL: strings.TrimSuffix(c.BaseURL, "/"), audit: chain,
		offices: offices.New(offices.Config{DB: db.DB, Now: time.Now}),
		indices: indices.New(indices.Config{DB: db.DB, Now: time.Now}), brand: brand.New(brand.Config{DB: db.DB, Now: time.Now})}
	if p.settings, err = openSettings(ctx, db, log, func(of settings.Pair) []settings.Pair { return p.desk.Widen(of) }); err != nil {
		return nil, err
	}
	set := p.settings.Set()
	if p.calendar, err = calendar.New(ctx, calendar.Config{DB: db.DB, Now: time.Now, Settings: set}); err != nil {
		return nil, err
	}
	seal, err := accounts.NewSealer(derive(key, "second factors"))
	if err != nil {
		return nil, err
	}
	if p.accounts, err = accounts.New(accounts.Config{DB: db.DB, Now: time.Now, Log: log, SecondFactor: true, Seal: seal, BaseURL: c.BaseURL,
		Audit: recordAccounts, Settings: set}); err != nil {
		return nil, err
	}
	p.surveys, err = surveys.New(ctx, surveys.Config{DB: db.DB, Log: log, Now: time.Now,
		Working: p.calendar.Calendar, DeviceKey: derive(key, "device pseudonyms"), Settings: set})
	if err != nil {
		return nil, err
	}
	if p.files, err = openFiles(ctx, c, log); err != nil {
		return nil, err
	}
	if p.desk, err = complaints.New(complaints.Config{DB: db.DB, Log: log, Now: time.Now, Clock: p.calendar.Clock, Settings: set, Files: p.files, Vault: p.opened,
		PINKey: derive(key, "case pins"), Exclude: p.excludeRating, PutContact: p.putContact, Contacts: p.contacts(), Recipients: p.recipients, Holders: p.holders}); err != nil {
		return nil, err
	}
	if err := p.desk.Reload(ctx); err != nil {
		return nil, err
	}
	p.public = publish.New(publish.Config{DB: db.DB, Now: time.Now, Desk: p.desk})
	p.watch = live.NewHub(live.HubConfig{Log: log, Gone: p.sessionsGone})
	return p, p.surveys.EnsurePartitions(ctx)
}

// derive makes a key for one purpose from the secret key.
func derive(key config.Secret, purpose string) []byte {
	mac := hmac.New(sm3.New, []byte(key.Reveal()))
	mac.Write([]byte(purpose))
	return mac.Sum(nil)
}

// stop ends a running check of the audit and drains the intake.
func (p *platform) stop(ctx context.Context) error {
	p.audit.Stop()
	return errors.Join(together(p.watch.Close, func() error { return p.surveys.Stop(ctx) }), p.closeFiles())
}

// follow keeps the in-memory copies current, on every node.
func (p *platform) follow(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { live.Listen(ctx, p.db.dsn, "settings", p.log, p.settings.Reload) })
	all.Go(func() { live.Listen(ctx, p.db.dsn, "clocks", p.log, p.reloadClocks) })
	all.Go(func() { live.Listen(ctx, p.db.dsn, "published", p.log, p.public.Reload) })
	all.Go(func() { live.Listen(ctx, p.db.dsn, "cases", p.log, p.watch.Poke) })
	live.Listen(ctx, p.db.dsn, "publications", p.log, p.surveys.Reload)
	all.Wait()
}

// tasks are what some node does now and then.
func (p *platform) tasks() []jobs.Periodic {
	return []jobs.Periodic{
		{Name: "rating partitions", Every: 12 * time.Hour, Do: p.surveys.EnsurePartitions},
		// So that a break is known within a day, and the page always has a result to show.
		{Name: "audit check", Every: 24 * time.Hour, Do: func(ctx context.Context) error {
			return p.audit.CheckNow(audit.WithSource(ctx, audit.FromJob), actor.System("nightly check"))
		}},
		// A unit that closes at midnight and a publication of tomorrow need no note to be seen.
		{Name: "reload publications", Every: time.Hour, Do: p.surveys.Reload},
		{Name: "retention", Every: 24 * time.Hour, Do: p.retain},
		{Name: "cases of bad ratings", Every: 15 * time.Second, Do: p.openBadRatings},
		{Name: "case clocks", Every: time.Minute, Do: p.wakeCases},
		{Name: "case notices", Every: time.Minute, Do: p.deliverNotices},
		p.sweepFiles(),
		{Name: "case deadlines", Every: time.Minute, Do: p.followCalendar},
		{Name: "holiday notice", Every: 24 * time.Hour, Do: p.warnOfNotice},
		{Name: "who has cases open", Every: time.Hour, Do: p.desk.ForgetPresences},
		{Name: "words of cases", Every: 10 * time.Minute, Do: p.indexCases},
		{Name: "cases read for what is alike", Every: time.Minute, Do: p.takeIn},
		{Name: "sums of the three rates", Every: time.Minute, Do: p.foldCounts},
		{Name: "rulings on ratings", Every: time.Minute, Do: p.desk.HandRulings},
		{Name: "stale answers", Every: 12 * time.Hour, Do: p.noteStaleAnswers},
	}
}

// edge makes the site and registers every route; close ends what it keeps.
func (p *platform) edge(c config.Config, access *slog.Logger, demo bool) (e *echo.Echo, closeEdge func() error, err error) {
	if demo {
		p.accounts.WithoutSecondFactor() // its accounts are everybody's
	}
	texts, err := i18n.Load()
	if err != nil {
		return nil, nil, err
	}
	refusals := audit.NewRefusals(p.db.DB, p.log)
	site, err := web.NewSite(web.Config{Refused: noteRefusal(refusals), BaseURL: c.BaseURL, Demo: demo, Texts: texts, Log: p.log, AccessLog: access,
		TrustedProxies: c.TrustedProxies, DB: p.db.DB, Now: time.Now, Who: p.accounts.Who, Key: p.accounts.KeyActor,
		Alive: p.accounts.Alive, Glance: p.accounts.Glance, Idle: accounts.IdleMost, Absolute: accounts.AbsoluteMost, // Alive knows the settings
		SourceKey: derive(p.key, "source pseudonyms"), DoorKey: derive(p.key, "browsers at the door")})
	if err != nil {
		refusals.Close()
		return nil, nil, err
	}
	e = echo.New()
	site.Use(e)
	e.Use(fromEdge(site))
	staff, err := p.routes(e, site, c)
	if err != nil {
		site.Close()
		refusals.Close()
		return nil, nil, err
	}
	return e, func() error { site.Close(); refusals.Close(); return staff.Close() }, nil
}

func (p *platform) routes(e *echo.Echo, site *web.Site, c config.Config) (*console.Handler, error) {
	limits, err := web.NewLimiter(web.LimitConfig{Now: time.Now, Unlimited: c.UnlimitedSources, Registry: site.Registry(), Settings: p.settings.Set()})
	if err != nil {
		return nil, fmt.Errorf("limits: %w", err)
	}
	pages, err := citizen.New(citizen.Config{Site: site, Surveys: p.surveys, Privacy: p.privacy, Now: time.Now, Limits: limits,
		ChallengeKey: derive(p.key, "rating challenges"), DeviceKey: derive(p.key, "device cookies")})
	if err != nil {
		return nil, fmt.Errorf("citizen pages: %w", err)
	}
	board, err := citizen.NewBoard(citizen.BoardConfig{Site: site, Indices: p.indices, Offices: p.offices, Public: p.public, Now: time.Now})
	if err != nil {
		return nil, fmt.Errorf("public board: %w", err)
	}
	write, err := citizen.NewComplaints(citizen.ComplaintsConfig{Site: site, Desk: p.desk, Offices: p.offices, Surveys: p.surveys, Public: p.public, Now: time.Now, Limits: limits,
		ChallengeKey: derive(p.key, "complaint challenges"), DeviceKey: derive(p.key, "device cookies"), TicketKey: derive(p.key, "ticket cookies"), Temp: c.UploadDir()})
	if err != nil {
		return nil, fmt.Errorf("complaint pages: %w", err)
	}
	replies, err := citizen.NewReplies(citizen.RepliesConfig{Site: site, Public: p.public, Now: time.Now})
	if err != nil {
		return nil, err
	}
	rights, err := citizen.NewRights(citizen.RightsConfig{Site: site, Privacy: p.privacy})
	if err != nil {
		return nil, fmt.Errorf("privacy pages: %w", err)
	}
	staff, err := console.New(console.Config{Site: site, Accounts: p.accounts, Offices: p.offices,
		Surveys: p.surveys, Indices: p.indices, Brand: p.brand, Audit: p.audit, Settings: p.settings, Calendar: p.calendar, Privacy: p.privacy, SSO: provider(c), Log: p.log, Desk: p.desk, Public: p.public, Watch: p.watch, FindKey: derive(p.key, "desk searches")})
	if err != nil {
		return nil, fmt.Errorf("console: %w", err)
	}
	pages.Routes(e)
	rights.Routes(e.Group("", limits.Calm))
	write.Routes(e.Group("", limits.Calm))
	// Only what is public is compressed: it is long and carries no secret. A console page
	// holds a token beside what others wrote, which compression would give away.
	open := e.Group("", limits.Calm, middleware.GzipWithConfig(middleware.GzipConfig{MinLength: 2048}))
	board.Routes(open)
	replies.Routes(open)
	staff.Routes(e)
	api.New(api.Config{Site: site, Indices: p.indices, Surveys: p.surveys}).Routes(e.Group("", limits.Calm))
	p.vitals(e, site, c)
	return staff, nil
}

// provider is the single sign-on provider; nil where none is configured.
func provider(c config.Config) *sso.Provider {
	return sso.New(sso.Config{Issuer: c.OIDCIssuer, ClientID: c.OIDCClientID, ClientSecret: c.OIDCClientSecret.Reveal(), Name: c.OIDCName,
		RedirectURL: c.BaseURL + console.SSOCallback, UsernameClaim: c.OIDCUsernameClaim, SecondFactor: c.OIDCSecondFactor})
}

// together runs the shutdown steps in order and gathers their errors.
func together(steps ...func() error) error {
	var all error
	for _, step := range steps {
		all = errors.Join(all, step())
	}
	return all
}
