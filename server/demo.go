package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"net"
	"time"

	"minping/internal/code"
	"minping/migrations"
	"minping/server/demo"
	"minping/server/demo/fill"
)

// demoSeed makes every demonstration the same city.
const demoSeed = 1

var errHalfDemo = errors.New("an earlier `demo` was interrupted while it filled this database")

func runDemo(ctx context.Context, p program, args []string) error {
	if _, err := p.parse(p.flags("demo", "demo"), args); err != nil {
		return err
	}
	// Filling takes a while; an address that is taken is better known before it.
	if socket, err := (&net.ListenConfig{}).Listen(ctx, "tcp", p.config.Addr); err != nil {
		return fmt.Errorf("open address (another one: MINPING_ADDR=127.0.0.1:8090): %w", err)
	} else if err := socket.Close(); err != nil {
		return err
	}
	err := p.serve(ctx, p.prepareDemo)
	if errors.Is(err, errHalfDemo) {
		p.say("  an earlier demo was interrupted while filling: starting over")
		if err := p.startOver(ctx); err != nil {
			return err
		}
		return p.serve(ctx, p.prepareDemo)
	}
	return err
}

// startOver takes a half-filled demonstration away. Nothing else can be in a
// database so marked: it was empty before.
func (p program) startOver(ctx context.Context) (err error) {
	db, err := openDatabase(ctx, p.config, p.quiet())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.close()) }()
	if err := migrations.Down(ctx, db.dsn); err != nil {
		return err
	}
	return migrations.Up(ctx, db.dsn)
}

// prepareDemo fills an empty database; one that holds the demonstration is served as it is.
func (p program) prepareDemo(ctx context.Context, pf *platform) (func(), error) {
	state, err := demoState(ctx, pf.db)
	if err != nil {
		return nil, err
	}
	switch state {
	case "complete":
		return func() {
			p.say("\n  http://%s  (demonstration city, as filled before; accounts keep their password)\n", p.config.Addr)
		}, nil
	case "filling":
		return nil, errHalfDemo
	}
	if nothing, err := empty(ctx, pf.db); err != nil {
		return nil, err
	} else if !nothing {
		return nil, fill.ErrNotEmpty
	}
	if err := markDemo(ctx, pf.db, "filling"); err != nil {
		return nil, err
	}
	started := time.Now()
	filler, err := p.filler(pf, started)
	if err != nil {
		return nil, err
	}
	p.say("  password of every account: %s", filler.Password)
	result, err := filler.Run(ctx, demo.City(demoSeed, started))
	if err != nil {
		return nil, err
	}
	if err := markDemo(ctx, pf.db, "complete"); err != nil {
		return nil, err
	}
	took := time.Since(started).Round(100 * time.Millisecond)
	return func() { p.announceDemo(filler, result, took) }, nil
}

func (p program) filler(pf *platform, now time.Time) (fill.Filler, error) {
	f := fill.Filler{Offices: pf.offices, Surveys: pf.surveys, Brand: pf.brand, Accounts: pf.accounts, Privacy: pf.privacy, Desk: pf.desk, Now: now,
		Password: p.config.DemoPassword.Reveal(), APIKey: p.config.DemoAPIKey.Reveal(),
		Say: func(line string) { p.say("  %s", line) }}
	if f.Password == "" {
		word, err := code.New(rand.Reader, 8)
		if err != nil {
			return f, err
		}
		digits, err := rand.Int(rand.Reader, big.NewInt(9000))
		if err != nil {
			return f, err
		}
		f.Password = fmt.Sprintf("Demo-%s-%d", word, 1000+digits.Int64())
	}
	return f, nil
}

func (p program) say(format string, args ...any) { _, _ = fmt.Fprintf(p.out, format+"\n", args...) }

func (p program) announceDemo(f fill.Filler, r fill.Result, took time.Duration) {
	base := "http://" + p.config.Addr
	p.say("\n  澜州市（演示数据）: %d offices, %d divisions, %d halls, %d windows, %d staff, %d ratings, %d cases, filled in %s",
		r.Offices, r.Divisions, r.Halls, r.Windows, r.Staff, r.Ratings, r.Cases, took)
	p.say("\n  address            %s", base)
	p.say("  public board       %s/board", base)
	p.say("  rate a window      %s/r/demo0001  (… demo%04d)", base, r.Windows)
	p.say("  follow a case      %s/track  (receipt %s, PIN %s)", base, r.Ticket.Receipt, r.Ticket.PIN)
	p.say("  console            %s/console", base)
	p.say("\n  password of every account: %s", f.Password)
	for _, a := range r.Accounts {
		p.say("    %-14s %s", a.Username, a.Name)
	}
	if f.APIKey != "" {
		p.say("\n  API key of the committee: the one in MINPING_DEMO_API_KEY")
	}
	p.say("")
}
