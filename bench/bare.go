package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"minping/complaints/workday"
	"minping/internal/pg"
	"minping/surveys"
)

// answers are what the program said, for the bare program to say again.
type answers struct {
	Page  answered // to a browser that has a device cookie
	First answered // to one that has none
	Done  answered // to a rating
}

type answered struct {
	Header http.Header
	Body   []byte
}

// bare is the comparison: Echo, the answers as they were captured, the form
// read the framework's way, the rows written by the same batching intake. What
// differs from the program is everything the program does around that.
type bare struct {
	answers answers
	places  map[string]place
	intake  *surveys.Intake
}

func runBare(ctx context.Context, args []string) error {
	fs := flag.NewFlagSet("bare", flag.ContinueOnError)
	dsn, page, addr := fs.String("dsn", "", "database"), fs.String("page", "", "captured answers"), fs.String("addr", "", "address")
	if err := fs.Parse(args); err != nil {
		return err
	}
	db, err := pg.Open(ctx, *dsn, 16)
	if err != nil {
		return err
	}
	list, err := places(ctx, db)
	if err != nil {
		return err
	}
	b := &bare{places: map[string]place{}}
	for _, p := range list {
		b.places[p.Code] = p
	}
	text, err := os.ReadFile(*page)
	if err == nil {
		err = json.Unmarshal(text, &b.answers)
	}
	if err != nil {
		return fmt.Errorf("read captured answers: %w", err)
	}
	b.intake = surveys.NewIntake(db, slog.New(slog.DiscardHandler), surveys.IntakeLimits{})
	e := echo.New()
	e.GET("/r/:code", b.page)
	e.POST("/r/:code", b.rate)
	e.GET("/readyz", func(c echo.Context) error { return c.NoContent(http.StatusOK) })
	server := &http.Server{Addr: *addr, Handler: e}
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	select {
	case err = <-failed:
		return err
	case <-ctx.Done():
	}
	late, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return errors.Join(server.Shutdown(late), b.intake.Close(late), db.Close())
}

func (b *bare) page(c echo.Context) error {
	a := &b.answers.Page
	if len(c.Request().Header["Cookie"]) == 0 {
		a = &b.answers.First
	}
	repeat(c, a.Header)
	c.Response().WriteHeader(http.StatusOK)
	_, err := c.Response().Write(a.Body)
	return err
}

func repeat(c echo.Context, from http.Header) {
	to := c.Response().Header()
	for name, values := range from {
		to[name] = values
	}
}

func (b *bare) rate(c echo.Context) error {
	p, known := b.places[c.Param("code")]
	id, err := uuid.Parse(c.FormValue("submission_id"))
	level, lerr := strconv.Atoi(c.FormValue("level"))
	if !known || err != nil || lerr != nil {
		return echo.ErrBadRequest
	}
	now := time.Now()
	r := surveys.Rating{SubmissionID: id, VisitedOn: workday.Of(now), ReceivedAt: now, Unit: p.Window,
		Parents: surveys.Parents{Window: p.Window, Division: p.Division, Office: p.Office, Hall: p.Hall}, Version: p.Version,
		Channel: surveys.ChannelDesk, Stratum: surveys.Stratum(c.FormValue("stratum")), Level: level,
		Comment: c.FormValue("comment"), Language: "zh-CN", Seconds: int(filledIn / time.Second)}
	for _, t := range c.Request().Form["tags"] {
		if n, err := strconv.Atoi(t); err == nil {
			r.Tags = append(r.Tags, n)
		}
	}
	if device, err := c.Cookie("mp_device"); err == nil {
		if raw, err := base64.RawURLEncoding.DecodeString(device.Value); err == nil {
			r.Device = raw[:12]
		}
	}
	stored, err := b.intake.Submit(c.Request().Context(), r)
	if err != nil {
		return echo.ErrServiceUnavailable
	}
	repeat(c, b.answers.Done.Header)
	return c.Redirect(http.StatusSeeOther, "/r/"+p.Code+"/done/"+stored.Receipt)
}

// capture asks the program once for each of the answers.
func capture(addr string, codes []string, from *devices, into string) (answers, error) {
	var a answers
	random := newPoster(nil, script{}, 0).random
	for _, q := range []struct {
		to    *answered
		shape shape
		want  int
	}{
		{&a.Page, pageShapes(addr, codes, true)[0], http.StatusOK},
		{&a.First, pageShapes(addr, codes, false)[0], http.StatusOK},
		{&a.Done, shapes(addr, codes)[0], http.StatusSeeOther},
	} {
		if err := captureOne(addr, q.shape.fill(random, from), q.to, q.want); err != nil {
			return a, fmt.Errorf("capture an answer: %w", err)
		}
	}
	text, err := json.Marshal(a)
	if err != nil {
		return a, err
	}
	return a, os.WriteFile(into, text, 0o600)
}

func captureOne(addr string, request []byte, to *answered, want int) error {
	l := &line{target: addr}
	if err := l.open(); err != nil {
		return err
	}
	defer l.close()
	if _, err := l.conn.Write(request); err != nil {
		return err
	}
	res, err := http.ReadResponse(bufio.NewReader(l.conn), nil)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != want {
		return fmt.Errorf("%w: %s", errAnswer, res.Status)
	}
	to.Header = res.Header
	to.Header.Del("Date") // net/http writes its own
	to.Header.Del("Location")
	to.Body, err = io.ReadAll(res.Body)
	return err
}
