package console

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"

	"minping/accounts"
	"minping/brand"
	"minping/complaints"
	"minping/complaints/filestest"
	"minping/complaints/publish"
	"minping/complaints/workday"
	"minping/indices"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/i18n"
	"minping/internal/pgtest"
	"minping/internal/settings"
	"minping/offices"
	"minping/offices/calendar"
	"minping/privacy"
	"minping/server/live"
	"minping/server/web"
	"minping/server/web/webtest"
	"minping/surveys"
)

var system = actor.System("test")

// clock stands on a Friday late in a month, so that the current month has ratings.
func clock() time.Time { return time.Date(2026, 11, 20, 10, 0, 0, 0, time.FixedZone("CST", 8*3600)) }

// city is a small directory with published codes and ratings, behind the whole router.
type city struct {
	t       *testing.T
	app     *Handler
	echo    *echo.Echo
	office  offices.Unit // rated
	other   offices.Unit // another office
	div     offices.Unit
	hall    offices.Unit
	windows []offices.Unit // two of office in the hall, one of other outside
	pub     surveys.Publication
	actors  map[int64]actor.Actor
	db      *sqlx.DB
	refused []web.Refusal
	later   time.Duration // what the desk's clock is ahead
}

func newCity(t *testing.T) *city {
	t.Helper()
	return newCityWith(t, nil)
}

// now is the time at the desk, which a test may let pass.
func (c *city) now() time.Time { return clock().Add(c.later) }

// newCityWith has settings besides the real ones, which need no texts.
func newCityWith(t *testing.T, more []settings.Definition) *city {
	t.Helper()
	t.Parallel()
	db := pgtest.New(t)
	log := slog.New(slog.DiscardHandler)
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	texts.OnMissing(func(lang, key string) { t.Errorf("no text for %s in %s", key, lang) })
	c := &city{t: t, echo: echo.New(), actors: map[int64]actor.Actor{}, db: db}
	site, err := web.NewSite(web.Config{BaseURL: "http://pj.example.gov.cn", Texts: texts, DB: db, Now: clock, Who: c.who,
		Refused: func(r web.Refusal) { c.refused = append(c.refused, r) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(site.Close)
	sv, err := surveys.New(t.Context(), surveys.Config{DB: db, Log: log, Now: clock, Calendar: workday.Builtin(), DeviceKey: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sv.Stop(context.Background()) })
	chain, err := audit.New(audit.Config{DB: db, Now: clock, Key: bytes.Repeat([]byte("k"), 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(chain.Stop)
	set, err := settings.NewSet(complaints.Settings(), calendar.Settings(), surveys.Settings(), web.Settings(), accounts.Settings(), privacy.Settings(), more)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := settings.New(t.Context(), settings.Config{DB: db, Set: set}) // the database compares with its own clock
	if err != nil {
		t.Fatal(err)
	}
	store, opened, _ := filestest.New(t, db, c.now)
	book, err := calendar.New(t.Context(), calendar.Config{DB: db, Now: c.now, Settings: set})
	if err != nil {
		t.Fatal(err)
	}
	cases, err := complaints.New(complaints.Config{DB: db, Now: c.now, Clock: book.Clock, Settings: set, PINKey: make([]byte, 32), Files: store, Vault: opened})
	if err != nil {
		t.Fatal(err)
	}
	watch := live.NewHub(live.HubConfig{})
	t.Cleanup(func() { _ = watch.Close() })
	c.app, err = New(Config{Desk: cases, Watch: watch, Public: publish.New(publish.Config{DB: db, Now: c.now, Desk: cases}), Settings: rules, Calendar: book, Audit: chain, Site: site, Offices: offices.New(offices.Config{DB: db, Now: clock}), Surveys: sv,
		Indices: indices.New(indices.Config{DB: db, Now: clock}), Brand: brand.New(brand.Config{DB: db, Now: clock}), Now: clock, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	site.Use(c.echo)
	c.app.Routes(c.echo)
	c.echo.GET("/console/as/:id", func(e echo.Context) error {
		id, _ := strconv.ParseInt(e.Param("id"), 10, 64)
		if err := site.SignIn(e, id, "stamp"); err != nil {
			return err
		}
		return e.NoContent(http.StatusNoContent)
	}, site.Session)
	c.build()
	return c
}

func (c *city) who(_ context.Context, account int64) (actor.Actor, string, error) {
	a, ok := c.actors[account]
	if !ok {
		return a, "", fault.New(fault.NotFound, "accounts.unknown")
	}
	return a, "stamp", nil
}

func (c *city) build() {
	ctx := c.t.Context()
	unit := func(in offices.UnitInput) offices.Unit {
		c.t.Helper()
		u, err := c.app.offices.Save(ctx, system, in)
		if err != nil {
			c.t.Fatalf("%s: %v", in.Name, err)
		}
		return u
	}
	c.office = unit(offices.UnitInput{Kind: offices.Office, Code: "tax", Name: "市税务局", BrandName: "税润民心"})
	c.other = unit(offices.UnitInput{Kind: offices.Office, Code: "police", Name: "市公安局"})
	c.div = unit(offices.UnitInput{Kind: offices.Division, Code: "tax-1", Name: "纳税服务处", OfficeID: c.office.ID})
	c.hall = unit(offices.UnitInput{Kind: offices.Hall, Code: "hall-1", Name: "市民中心", Address: "山东路 17 号"})
	for i := range 2 {
		c.windows = append(c.windows, unit(offices.UnitInput{Kind: offices.Window, Code: fmt.Sprintf("w-%d", i+1), Name: "税费申报窗口",
			Number: fmt.Sprintf("A%d", i+1), OfficeID: c.office.ID, DivisionID: c.div.ID, HallID: c.hall.ID}))
	}
	c.windows = append(c.windows, unit(offices.UnitInput{Kind: offices.Window, Code: "w-3", Name: "户籍窗口", Number: "3", OfficeID: c.other.ID}))
	pubs, err := c.app.surveys.Publish(ctx, system, surveys.PublishInput{VersionID: c.app.surveys.Latest("walk-in").ID, Title: "四季度窗口评价",
		Channels: []surveys.Channel{surveys.ChannelDesk, surveys.ChannelTicket}, StartsAt: clock().AddDate(0, -4, 0), LateWorkdays: 5,
		UnitIDs: []int64{c.windows[0].ID, c.windows[1].ID, c.windows[2].ID}})
	if err != nil {
		c.t.Fatal(err)
	}
	c.pub = pubs[0]
	if _, err := c.app.surveys.Fill(ctx, slices.Values(c.ratings())); err != nil {
		c.t.Fatal(err)
	}
}

// ratings: the first window has many over five months, the second eight, the third three.
func (c *city) ratings() []surveys.Rating {
	var list []surveys.Rating
	add := func(w offices.Unit, n int) {
		for i := range n {
			at := clock().AddDate(0, -(i % 5), -(i % 9)).Add(-time.Duration(i%40) * time.Minute)
			r := surveys.Rating{SubmissionID: uuid.New(), Receipt: fmt.Sprintf("r%d-%d", w.ID, i), VisitedOn: workday.Of(at), ReceivedAt: at,
				Unit: w.ID, Parents: surveys.Parents{Window: w.ID, Division: w.DivisionID, Office: w.OfficeID, Hall: w.HallID},
				Version: c.app.surveys.Latest("walk-in").ID, Channel: surveys.ChannelDesk, Stratum: surveys.StratumPublic,
				Level: 5 - i%4, Language: "zh-CN", Seconds: 20}
			if r.Level <= 2 {
				r.Tags, r.Comment = []int{213}, fmt.Sprintf("等了%d分钟 <script>alert(1)</script>", i)
			}
			if i%7 == 0 {
				r.Signals = []string{surveys.SignalHasty}
			}
			if i%2 == 0 {
				r.Answers = []surveys.Answer{{Question: 3, Value: 4}}
			}
			list = append(list, r)
		}
	}
	add(c.windows[0], 200)
	add(c.windows[1], 8)
	add(c.windows[2], 3)
	return list
}

// as signs a browser in with a role over a unit (0: the whole city).
func (c *city) as(role accounts.Role, at offices.Unit) *webtest.Browser {
	c.t.Helper()
	permissions := map[actor.Permission]bool{}
	for _, p := range role.Permissions() {
		permissions[p] = true
	}
	g := actor.Grant{Permissions: permissions}
	switch at.Kind {
	case offices.Office:
		g.Office = at.ID
	case offices.Hall:
		g.Hall = at.ID
	case offices.Division:
		g.Office, g.Division = at.OfficeID, at.ID
	}
	id := int64(len(c.actors) + 1)
	c.actors[id] = actor.Actor{Account: id, Name: string(role), Grants: []actor.Grant{g}}
	b := webtest.NewBrowser(c.t, c.echo)
	if a := b.Get(fmt.Sprintf("/console/as/%d", id)); a.Status != http.StatusNoContent {
		c.t.Fatalf("sign in as %s: %d", role, a.Status)
	}
	return b
}

func (c *city) path(format string, u offices.Unit) string { return fmt.Sprintf(format, u.ID) }

// everywhere is the place of a citywide grant.
var everywhere = offices.Unit{}
