package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
)

// theatre is what the load series run on.
type theatre struct {
	*stage
	report    *report
	serve     *child
	bare      *child
	db, raw   *sqlx.DB
	places    []place
	devices   *devices
	confirmed int // ratings acknowledged into db
	faults    int
}

// measureLoad runs every series that puts load on the program.
func measureLoad(ctx context.Context, s *stage, r *report) error {
	if !s.wants("post") && !s.wants("single") && !s.wants("visits") && !s.wants("get") {
		return nil
	}
	t, err := openTheatre(ctx, s, r)
	if err != nil {
		return err
	}
	for _, part := range []struct {
		name string
		run  func(context.Context) error
	}{{"get", t.pages}, {"post", t.ratings}, {"single", t.single}, {"visits", t.visits}} {
		if s.wants(part.name) {
			if err := part.run(ctx); err != nil {
				return fmt.Errorf("%s: %w", part.name, err)
			}
		}
	}
	now, peak := memory(t.serve.cmd.Process.Pid)
	r.set("memory_mb", now)
	r.set("memory_peak_mb", peak)
	r.atMost("resident memory after the load, peak (MB)", peak, 120)
	return t.verify(ctx)
}

func openTheatre(ctx context.Context, s *stage, r *report) (*theatre, error) {
	t := &theatre{stage: s, report: r}
	var err error
	if t.db, err = s.database(ctx, "minping", 4); err != nil {
		return nil, err
	}
	if err := found(ctx, t.db, size{offices: 8, divisions: 16, halls: 4, windows: 64}); err != nil {
		return nil, err
	}
	if err := publish(ctx, t.db); err != nil {
		return nil, err
	}
	if t.places, err = places(ctx, t.db); err != nil {
		return nil, err
	}
	if t.raw, err = s.database(ctx, "raw", 300); err != nil {
		return nil, err
	}
	const partitions = `SELECT ensure_rating_partitions(current_date - 1, current_date + 1)`
	if _, err := t.raw.ExecContext(ctx, partitions); err != nil {
		return nil, fmt.Errorf("make partitions: %w", err)
	}
	if t.serve, err = s.serve(ctx); err != nil {
		return nil, err
	}
	say("collecting %d device cookies", deviceCount)
	if t.devices, err = collectDevices(ctx, t.serve.addr, codesOf(t.places), deviceCount); err != nil {
		return nil, err
	}
	said, err := capture(t.serve.addr, codesOf(t.places), t.devices, s.path("answers.json"))
	if err != nil {
		return nil, err
	}
	t.confirmed++
	r.set("page_bytes", float64(len(said.Page.Body)))
	return t, t.openBare(ctx)
}

func (t *theatre) openBare(ctx context.Context) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	addr, err := freeAddr()
	if err != nil {
		return err
	}
	t.bare, err = t.launch("bare", addr, []string{self, "bare", "-dsn", t.cluster.DSN("minping"), "-page", t.path("answers.json"), "-addr", addr})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	return t.bare.await(ctx, "/readyz")
}

// contender is one side of a comparison.
type contender struct {
	name  string
	pid   int // 0: the database alone
	open  func(worker int) (operation, error)
	rates bool // its acknowledgements are ratings in db
}

// compare runs the contenders in turn, round after round, and gives the median of each.
func (t *theatre) compare(ctx context.Context, conns, rounds int, list ...contender) ([]figures, error) {
	samples := make([][]sample, len(list))
	for range rounds {
		for i, c := range list {
			got, err := drive(ctx, load{conns: conns, warm: 500 * time.Millisecond, open: c.open, pid: c.pid,
				measured: time.Duration(t.seconds * float64(time.Second)), database: t.cluster.PID()})
			if c.rates {
				t.confirmed += got.acknowledged
				t.faults += got.faults + got.busy
			}
			if err != nil {
				return nil, fmt.Errorf("%s at %d: %w", c.name, conns, err)
			}
			say("%-14s %3d connections: %6.0f/s  p99 %.1f ms", c.name, conns, got.rate, got.p99)
			samples[i] = append(samples[i], got)
		}
	}
	all := make([]figures, len(list))
	for i, c := range list {
		all[i] = summarize(c.name, conns, samples[i])
		t.report.series = append(t.report.series, all[i])
	}
	return all, nil
}

func (t *theatre) posting(name string, to *child, list []place) contender {
	forms := script{shapes(to.addr, codesOf(list)), t.devices}
	return contender{name, to.cmd.Process.Pid, func(worker int) (operation, error) {
		return newPoster(&line{target: to.addr}, forms, worker), nil
	}, true}
}

func (t *theatre) reading(name string, to *child) contender {
	pages := script{pageShapes(to.addr, codesOf(t.places), true), t.devices}
	return contender{name, to.cmd.Process.Pid, func(worker int) (operation, error) {
		return newRequester(&line{target: to.addr}, pages, worker, http.StatusOK), nil
	}, false}
}

// visiting gives every worker a loopback address of its own, so that the ports
// of closed connections, which rest for a minute, do not run out.
func (t *theatre) visiting(name string, to *child) contender {
	pages, forms := script{shapes: pageShapes(to.addr, codesOf(t.places), false)}, script{shapes(to.addr, codesOf(t.places)), t.devices}
	return contender{name, to.cmd.Process.Pid, func(worker int) (operation, error) {
		from := &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(1+worker%250))}
		return newVisitor(&line{target: to.addr, from: from}, pages, forms, worker), nil
	}, true}
}

func (t *theatre) rawly(ctx context.Context, name string, list []place) contender {
	return contender{name, 0, func(worker int) (operation, error) { return newRawWriter(ctx, t.raw, list, worker) }, false}
}

const atTarget = 64

func (t *theatre) ratings(ctx context.Context) error {
	for _, conns := range []int{1, 8, atTarget, 256} {
		rounds := 1
		if conns == atTarget {
			rounds = t.rounds
		}
		f, err := t.compare(ctx, conns, rounds, t.posting("post", t.serve, t.places), t.rawly(ctx, "raw", t.places))
		if err != nil {
			return err
		}
		t.report.against(fmt.Sprintf("post_to_raw_%d", conns), f[0], f[1])
		if conns == atTarget {
			t.report.atLeast("ratings over HTTP / raw transactions, 64 connections", ratio(f[0].Rate, f[1].Rate), 1.5)
			t.report.atMost("p99 of a rating, 64 connections (ms)", f[0].P99, 50)
		}
	}
	return nil
}

// single puts everything on one window; all windows take part once more, so that
// the two are measured in the same minute.
func (t *theatre) single(ctx context.Context) error {
	one := t.places[:1]
	f, err := t.compare(ctx, atTarget, t.rounds, t.posting("post-single", t.serve, one),
		t.posting("post-again", t.serve, t.places), t.rawly(ctx, "raw-single", one))
	if err != nil {
		return err
	}
	t.report.against("single_to_raw_single", f[0], f[2])
	t.report.atLeast("ratings of one single window / of all windows", ratio(f[0].Rate, f[1].Rate), 0.5)
	return nil
}

func (t *theatre) visits(ctx context.Context) error {
	f, err := t.compare(ctx, atTarget, t.rounds, t.visiting("visit", t.serve), t.visiting("bare-visit", t.bare))
	if err != nil {
		return err
	}
	t.report.against("visits_to_bare", f[0], f[1])
	t.report.atLeast("whole visits / bare Echo", ratio(f[0].Rate, f[1].Rate), 0.8)
	return nil
}

func (t *theatre) pages(ctx context.Context) error {
	for _, conns := range []int{1, 8, atTarget, 256} {
		rounds := 1
		if conns == atTarget {
			rounds = t.rounds
		}
		f, err := t.compare(ctx, conns, rounds, t.reading("get", t.serve), t.reading("bare-get", t.bare))
		if err != nil {
			return err
		}
		t.report.against(fmt.Sprintf("get_to_bare_%d", conns), f[0], f[1])
		if conns == atTarget {
			t.report.atLeast("GET of the rating page / bare Echo, 64 connections", ratio(f[0].Rate, f[1].Rate), 0.6)
		}
	}
	return nil
}

// verify stops both programs, has the program recount its rollups, and counts
// what was acknowledged against what is stored.
func (t *theatre) verify(ctx context.Context) error {
	if err := errors.Join(t.bare.stop(), t.serve.stop()); err != nil {
		return err
	}
	say("verifying")
	cmd := exec.CommandContext(ctx, t.binary, "verify")
	cmd.Env = append(cleanEnv(), "MINPING_DATA_DIR="+t.data())
	out, err := cmd.CombinedOutput()
	t.report.note("verify: %s", strings.TrimSpace(string(out)))
	t.report.is("server verify finds no difference", err == nil)
	var stored int
	if err := t.db.GetContext(ctx, &stored, `SELECT count(*) FROM ratings`); err != nil {
		return fmt.Errorf("count ratings: %w", err)
	}
	t.report.set("acknowledged", float64(t.confirmed))
	t.report.set("stored", float64(stored))
	t.report.set("refused_or_failed", float64(t.faults))
	t.report.note("%d acknowledged, %d stored, %d refused or failed", t.confirmed, stored, t.faults)
	t.report.is("every acknowledged rating is stored, and nothing else", stored >= t.confirmed && stored <= t.confirmed+t.faults)
	return nil
}
