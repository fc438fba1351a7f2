package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/pg"
	"minping/internal/pgembed"
	"minping/migrations"
)

// stage is a temporary directory with the built program, a data directory, and
// our own hold on its PostgreSQL.
type stage struct {
	options
	dir      string
	binary   string
	cluster  *pgembed.Cluster
	children []*child
	pools    []*sqlx.DB
}

// The raw comparison wants as many connections as the generator has. It is the
// one setting that differs from what the program chooses for itself.
const databaseConnections = "320"

func openStage(ctx context.Context, o options) (*stage, error) {
	dir, err := os.MkdirTemp("", "minping-bench")
	if err != nil {
		return nil, fmt.Errorf("make directory: %w", err)
	}
	s := &stage{options: o, dir: dir, binary: filepath.Join(dir, "server")}
	if err := s.prepare(ctx); err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

func (s *stage) prepare(ctx context.Context) error {
	if err := os.Chmod(s.dir, 0o711); err != nil { // PostgreSQL's own account passes through
		return err
	}
	say("building the program")
	build := exec.CommandContext(ctx, "go", "build", "-o", s.binary, "./server")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build ./server (run bench at the root of the repository): %w\n%s", err, out)
	}
	return s.acquire(ctx)
}

// acquire makes or joins the PostgreSQL of the data directory.
func (s *stage) acquire(ctx context.Context) error {
	if s.cluster != nil {
		return nil
	}
	say("starting PostgreSQL")
	cluster, err := pgembed.Acquire(ctx, pgembed.Config{Dir: s.data(), Log: slog.New(slog.DiscardHandler),
		Params: map[string]string{"max_connections": databaseConnections}})
	if err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	s.cluster = cluster
	return nil
}

func (s *stage) path(name string) string { return filepath.Join(s.dir, name) }
func (s *stage) data() string            { return s.path("data") }

// database makes a database of this name with the program's schema and opens it.
func (s *stage) database(ctx context.Context, name string, connections int) (*sqlx.DB, error) {
	admin, err := pg.Open(ctx, s.cluster.DSN("minping"), 1)
	if err != nil {
		return nil, err
	}
	var exists bool
	err = admin.GetContext(ctx, &exists, `SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)`, name)
	if err == nil && !exists {
		_, err = admin.ExecContext(ctx, `CREATE DATABASE `+name) // a name of ours
	}
	if err = errors.Join(err, admin.Close()); err != nil {
		return nil, fmt.Errorf("make database %s: %w", name, err)
	}
	if err := migrations.Up(ctx, s.cluster.DSN(name)); err != nil {
		return nil, err
	}
	db, err := pg.Open(ctx, s.cluster.DSN(name), connections)
	if err != nil {
		return nil, err
	}
	s.pools = append(s.pools, db)
	return db, nil
}

// serve starts the program on the data directory and waits until it is ready. The
// generator is one address: limits would measure themselves.
func (s *stage) serve(ctx context.Context, env ...string) (*child, error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	c, err := s.launch("serve", addr, []string{s.binary, "serve"},
		append([]string{"MINPING_ADDR=" + addr, "MINPING_DATA_DIR=" + s.data(), "MINPING_UNLIMITED_SOURCES=127.0.0.0/8"}, env...)...)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	return c, c.await(ctx, "/readyz")
}

// release closes our pools and lets go of PostgreSQL, which ends with its last user.
func (s *stage) release() error {
	var all error
	for _, db := range s.pools {
		all = errors.Join(all, db.Close())
	}
	s.pools = nil
	if s.cluster != nil {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		all = errors.Join(all, s.cluster.Release(ctx))
		s.cluster = nil
	}
	return all
}

// close ends what we started, newest first, and removes the directory.
func (s *stage) close() error {
	var all error
	for _, c := range slices.Backward(s.children) {
		all = errors.Join(all, c.stop())
	}
	all = errors.Join(all, s.release())
	if s.keep {
		say("kept: %s", s.dir)
		return all
	}
	return errors.Join(all, os.RemoveAll(s.dir))
}
