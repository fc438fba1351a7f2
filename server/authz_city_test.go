package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"minping/accounts"
	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/pg"
	"minping/internal/pgtest"
	"minping/offices"
	"minping/privacy"
	"minping/server/config"
	"minping/server/web/webtest"
	"minping/surveys"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// guarded is the whole program over a small city of two halves that have nothing
// in common, so that everything in the other half is out of scope.
type guarded struct {
	t      *testing.T
	pf     *platform
	echo   *echo.Echo
	halves map[string]half // "here" and "there"
	other  int64           // account of somebody else
}

// places are the names of the halves, in the order in which they are asked about.
var places = []string{"here", "there"}

// half is an office with all that belongs to it, by the names that the tables of
// routes use: {office}, {window}, {publication} …
type half map[string]string

func (h half) id(name string) int64 {
	id, err := strconv.ParseInt(h[name], 10, 64)
	if err != nil {
		panic("no number: " + name)
	}
	return id
}

// fill puts the half's values into an address or a form.
func (h half) fill(text string) string {
	for name, value := range h {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}

const guardedPassword = "Laoshan-2026-gate"

func openGuarded(t *testing.T) *guarded {
	t.Helper()
	dsn := pgtest.DSN(t)
	db, err := pg.Open(t.Context(), dsn, 4)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	c := config.Config{Addr: "127.0.0.1:0", BaseURL: "http://127.0.0.1", DataDir: t.TempDir(), SecretKey: config.Secret(strings.Repeat("k", 40))}
	log := slog.New(slog.DiscardHandler)
	pf, err := assemble(t.Context(), c, &database{DB: db, dsn: dsn}, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pf.stop(context.Background()) })
	if err := pf.unlock(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	e, closeEdge, err := pf.edge(c, slog.New(slog.NewTextHandler(io.Discard, nil)), true)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = closeEdge() })
	_ = pf.watch.Close() // a monitor's stream would go on for minutes
	g := &guarded{t: t, pf: pf, echo: e, halves: map[string]half{}}
	for _, name := range []string{"here", "there"} {
		g.halves[name] = g.found(name)
	}
	other, err := pf.accounts.Create(t.Context(), actor.System("test"), accounts.NewAccount{Username: "other", DisplayName: "旁人",
		Password: guardedPassword, Roles: []accounts.RoleAt{{Role: accounts.Handler, Unit: g.halves["there"].id("office")}}})
	if err != nil {
		t.Fatal(err)
	}
	g.other = other.ID
	for _, h := range g.halves {
		h["other"] = strconv.FormatInt(other.ID, 10)
	}
	return g
}

// found makes one half: office, division, hall, window, publications with codes,
// a batch of tickets, and ratings enough to be shown.
func (g *guarded) found(name string) half {
	g.t.Helper()
	ctx, by := g.t.Context(), actor.System("test")
	h := half{"half": name}
	unit := func(in offices.UnitInput) offices.Unit {
		g.t.Helper()
		in.Code, in.Name = fmt.Sprintf("%s-%s", in.Kind, name), fmt.Sprintf("%s %s", in.Kind, name)
		u, err := g.pf.offices.Save(ctx, by, in)
		if err != nil {
			g.t.Fatal(err)
		}
		h[string(in.Kind)], h[string(in.Kind)+"_code"] = strconv.FormatInt(u.ID, 10), in.Code
		return u
	}
	office := unit(offices.UnitInput{Kind: offices.Office})
	division := unit(offices.UnitInput{Kind: offices.Division, OfficeID: office.ID})
	hall := unit(offices.UnitInput{Kind: offices.Hall})
	window := unit(offices.UnitInput{Kind: offices.Window, OfficeID: office.ID, DivisionID: division.ID, HallID: hall.ID, Number: "A1"})

	walkIn := g.pf.surveys.Latest("walk-in")
	h["version"] = strconv.Itoa(walkIn.ID)
	pubs, err := g.pf.surveys.Publish(ctx, by, surveys.PublishInput{VersionID: walkIn.ID, Title: "窗口评价", StartsAt: time.Now().AddDate(0, -2, 0),
		Channels: []surveys.Channel{surveys.ChannelDesk, surveys.ChannelExit, surveys.ChannelTicket}, LateWorkdays: 5, UnitIDs: []int64{window.ID}})
	if err != nil {
		g.t.Fatal(err)
	}
	h["publication"] = strconv.FormatInt(pubs[0].ID, 10)
	codes, err := g.pf.surveys.Codes(ctx, by, surveys.CodeFilter{Unit: window.ID})
	if err != nil {
		g.t.Fatal(err)
	}
	for _, c := range codes {
		h[string(c.Channel)+"_code"] = c.Code
	}
	batch, err := g.pf.surveys.IssueTickets(ctx, by, surveys.TicketOrder{Unit: window.ID, Channel: surveys.ChannelTicket, VisitedOn: workday.Of(time.Now()), Count: 2})
	if err != nil {
		g.t.Fatal(err)
	}
	h["batch"] = strconv.FormatInt(batch.ID, 10)
	for i := range 40 {
		stored, err := g.pf.surveys.Rate(ctx, surveys.Submission{ID: uuid.Must(uuid.NewV7()), Code: h["desk_code"], Level: 1 + i%5, Language: "zh-CN",
			Device: fmt.Sprintf("device-%s-%d", name, i), Comment: "排队太久"})
		if err != nil {
			g.t.Fatal(err)
		}
		h["receipt"] = stored.Receipt
		if i == 0 {
			h["bad_receipt"] = stored.Receipt
		}
	}
	g.contact(h)
	h["case"], h["file"] = g.fileCaseWithPhoto(window.ID)
	g.publishSome(h)
	g.foundAlike(h)
	return h
}

// contact leaves one with the half's bad rating, and asks to black out its words.
func (g *guarded) contact(h half) {
	g.t.Helper()
	ctx, by := g.t.Context(), actor.System("test")
	err := g.pf.privacy.Leave(ctx, h["bad_receipt"], privacy.Left{Name: privacy.Hide("张三"), Reach: privacy.Hide("13800001234")})
	if err == nil {
		err = g.pf.privacy.AskWords(ctx, h["bad_receipt"])
	}
	if err != nil {
		g.t.Fatal(err)
	}
	list, err := g.pf.privacy.Contacts(ctx, by, privacy.ContactFilter{})
	if err != nil {
		g.t.Fatal(err)
	}
	for _, l := range list {
		if strings.HasSuffix(l.Unit, h["half"]) {
			h["record"] = l.Record.String()
		}
	}
	requests, err := g.pf.privacy.Requests(ctx, by, 10)
	if err != nil {
		g.t.Fatal(err)
	}
	for _, r := range requests {
		if id := strconv.FormatInt(r.ID, 10); h["request"] == "" && (g.halves["here"] == nil || g.halves["here"]["request"] != id) {
			h["request"] = id
		}
	}
}

// subject is somebody who asks: a role over the city or over one unit of the
// half "here", or nobody.
type subject struct {
	role accounts.Role // "": nobody is signed in
	over string        // "city", or a kind of unit
}

func (s subject) String() string {
	switch {
	case s.role == "":
		return "nobody"
	case s.over == "city":
		return string(s.role)
	}
	return string(s.role) + "@" + s.over
}

// subjects are nobody and every role over every kind of unit it may be held over.
func subjects() []subject {
	list := []subject{{}}
	for _, role := range accounts.Roles() {
		for _, kind := range []string{"city", "office", "division", "hall"} {
			if role.Over(kind) {
				list = append(list, subject{role, kind})
			}
		}
	}
	return list
}

// enter makes the subject's account and signs a browser in with it.
func (g *guarded) enter(s subject) *webtest.Browser {
	g.t.Helper()
	b := webtest.NewBrowser(g.t, g.echo)
	if s.role == "" {
		return b
	}
	g.account(s)
	answer := b.Submit("/console/signin", "/console/signin", url.Values{"username": {"asker"}, "password": {guardedPassword}})
	if answer.Status != http.StatusSeeOther {
		g.t.Fatalf("%s signs in: %d", s, answer.Status)
	}
	return b
}

func (g *guarded) account(s subject) accounts.Account {
	g.t.Helper()
	at := accounts.RoleAt{Role: s.role}
	if s.over != "city" {
		at.Unit = g.halves["here"].id(s.over)
	}
	a, err := g.pf.accounts.Create(g.t.Context(), actor.System("test"), accounts.NewAccount{Username: "asker", DisplayName: "问",
		Password: guardedPassword, Roles: []accounts.RoleAt{at}})
	if err != nil {
		g.t.Fatalf("%s: %v", s, err)
	}
	return a
}
