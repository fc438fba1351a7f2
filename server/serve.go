package main

import (
	"context"
	"errors"
	"runtime/debug"
	"sync"
	"time"

	"minping/internal/jobs"
	"minping/internal/words"
	"minping/server/web"
)

// graceful is how long a stop may take: requests end, the intake drains.
const graceful = 10 * time.Second

func runServe(ctx context.Context, p program, args []string) error {
	if _, err := p.parse(p.flags("serve", "serve"), args); err != nil {
		return err
	}
	return p.serve(ctx, nil)
}

// serve runs the platform until ctx ends. prepare, where given, runs before the
// address is opened and says what to print once it is.
func (p program) serve(ctx context.Context, prepare func(context.Context, *platform) (announce func(), err error)) (err error) {
	// The live heap is some ten megabytes: collecting at five times that instead of twice
	// saves a tenth of the processor under load, and the soft limit bounds what it may cost.
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(80 << 20)
	log := p.log()
	db, err := openDatabase(ctx, p.config, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.close()) }()
	pf, err := assemble(ctx, p.config, db, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, pf.finish()) }()
	if err := pf.settings.NoteDefaults(ctx); err != nil {
		return err
	}
	if err := pf.unlock(ctx, p.config); err != nil {
		return err
	}
	announce := func() {}
	if prepare != nil {
		if announce, err = prepare(ctx, pf); err != nil {
			return err
		}
	}
	return p.listen(ctx, pf, announce)
}

func (pf *platform) finish() error { return within(graceful, pf.stop) }

// within runs a step of the stop with its own time.
func within(limit time.Duration, step func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return step(ctx)
}

func (p program) listen(ctx context.Context, pf *platform, announce func()) (err error) {
	demo, err := isDemo(ctx, pf.db)
	if err != nil {
		return err
	}
	access, lines := web.NewAccessLog(p.err)
	defer func() { _ = lines.Close() }()
	e, closeEdge, err := pf.edge(p.config, access, demo)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeEdge()) }()
	front, err := openFront(ctx, p.config, e, pf.log)
	if err == nil && p.config.MetricsAddr != "" {
		if err = front.open(ctx, web.NewServer(metricsOnly(pf.metrics)), p.config.MetricsAddr); err != nil {
			err = errors.Join(err, front.close())
		}
	}
	if err != nil {
		return err
	}
	background, end := context.WithCancel(context.WithoutCancel(ctx))
	var doing sync.WaitGroup
	doing.Go(func() { pf.db.watch(background, pf.log) })
	doing.Go(func() { pf.follow(background) })
	doing.Go(func() { pf.followKeys(background, p.config) })
	doing.Go(words.Warm) // the dictionary, so that no first search waits for it
	runner, err := jobs.Start(background, pf.db.DB, pf.log, pf.tasks(), pf.notify.Task())
	if err != nil {
		end()
		return errors.Join(err, front.close())
	}
	failed := front.serve()
	pf.log.Info("serving", "address", front.address(), "base_url", p.config.BaseURL, "version", programVersion())
	announce()
	select {
	case err = <-failed:
	case <-ctx.Done():
		pf.log.Info("stopping")
		err = nil
	}
	err = errors.Join(err, together(
		// Each step has a time of its own: one client that never finishes its request
		// must not take the time in which the intake is drained.
		pf.watch.Close, // open monitors would keep their connections
		func() error { return within(5*time.Second, front.shutdown) },
		func() error { return within(3*time.Second, pf.stop) },
		func() error { return within(2*time.Second, runner.Stop) },
		func() error { end(); doing.Wait(); return nil },
	))
	pf.log.Info("stopped")
	return err
}
