package pgembed

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
)

const superuser = "minping"

// Cluster is one user's hold on the private server.
type Cluster struct {
	dir      string // absolute data directory
	place    string // the cluster's directory
	acct     account
	bin      binaries
	password string
	params   map[string]string
	log      *slog.Logger
	port     atomic.Int64

	mu   sync.Mutex // Ensure against Release
	used *lock      // the shared lock; nil after Release
}

// Acquire makes the cluster if there is none, starts it or joins the one that runs on the same directory, and makes sure
// of the database minping. Every Acquire wants one Release.
func Acquire(ctx context.Context, c Config) (*Cluster, error) {
	dir, err := dataDir(c.Dir)
	if err != nil {
		return nil, fmt.Errorf("embedded database: %w", err)
	}
	cl := &Cluster{dir: dir, params: c.Params, log: c.logger()}
	if err := exclusively(ctx, dir, func() error { return cl.join(ctx, c.Mirror) }); err != nil {
		return nil, fmt.Errorf("embedded database: %w", err)
	}
	return cl, nil
}

// dataDir makes the directory, which root opens for passing through (not for listing) to the server's account.
func dataDir(dir string) (string, error) {
	if dir == "" {
		return "", errors.New("no data directory given")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	mode := os.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o711
	}
	return dir, os.MkdirAll(dir, mode)
}

// join does Acquire's work under the start lock.
func (c *Cluster) join(ctx context.Context, mirror string) error {
	used, err := openLock(c.dir, "pg.lock")
	if err != nil {
		return err
	}
	// Only Release takes it exclusively, under the start lock that we hold; so it is free to share.
	if ok, err := used.try(syscall.LOCK_SH); err != nil || !ok {
		used.close()
		return errors.Join(err, fmt.Errorf("%s: somebody else holds it exclusively", used.f.Name()))
	}
	c.used = &used
	if err := c.prepare(ctx, mirror); err != nil {
		used.close()
		return err
	}
	err = c.bringUp(ctx)
	if err == nil {
		err = createDatabase(ctx, c.DSN("postgres"))
	}
	if err != nil {
		return errors.Join(err, c.leave(context.WithoutCancel(ctx)))
	}
	return nil
}

// prepare finds the place, the account, the password and the binaries, and makes the cluster if there is none.
func (c *Cluster) prepare(ctx context.Context, mirror string) error {
	acct, err := serverAccount(os.Geteuid(), user.Lookup)
	if err != nil {
		return err
	}
	c.place, err = site{dir: c.dir, away: elsewhere, acct: acct, log: c.log}.locate(ctx)
	if err != nil {
		return err
	}
	major, err := clusterMajor(c.place)
	if err != nil {
		return err
	}
	if c.password, err = password(c.dir, major != 0); err != nil {
		return err
	}
	if c.bin, err = c.programs(ctx, mirror, major); err != nil {
		return err
	}
	if major != 0 {
		c.acct, err = ownerAccount(c.place, os.Geteuid(), acct)
		return err
	}
	c.acct = acct
	c.log.Info("making the database", "cluster", c.place, "postgresql", c.bin.major)
	return c.makeCluster(ctx)
}

// programs finds installed binaries, or downloads some where the machine has none.
func (c *Cluster) programs(ctx context.Context, mirror string, major int) (binaries, error) {
	dest := c.place + ".bin"
	found := systemPlaces().find(ctx)
	if b, err := inspect(ctx, filepath.Join(dest, "bin")); err == nil { // downloaded by an earlier run
		found = append(found, b)
	}
	b, err := choose(found, c.place, major)
	if !errors.Is(err, errNoBinaries) {
		return b, err
	}
	c.log.Info("no PostgreSQL on this machine; using a downloaded one", "mirror", mirror)
	return fetch(ctx, download{mirror: mirror, dest: dest, major: major})
}

// DSN returns lib/pq's URL for a database of the cluster. It changes only if Ensure found the former port taken.
func (c *Cluster) DSN(database string) string {
	u := url.URL{
		Scheme:   "postgres",
		User:     url.UserPassword(superuser, c.password),
		Host:     net.JoinHostPort("127.0.0.1", strconv.FormatInt(c.port.Load(), 10)),
		Path:     "/" + database,
		RawQuery: "sslmode=disable",
	}
	return u.String()
}

// Alive says whether the server's main process runs.
func (c *Cluster) Alive() bool { return c.PID() != 0 }

// PID returns the server's main process, 0 when it is not running.
func (c *Cluster) PID() int {
	pf, ok := runningPostmaster(c.place)
	if !ok {
		return 0
	}
	return pf.pid
}

// Ensure restarts the server if its main process died, on the same port where that is still free.
// It does nothing while the server lives, and fails after Release.
func (c *Cluster) Ensure(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.used == nil {
		return errors.New("embedded database: already released")
	}
	if pf, alive := runningPostmaster(c.place); alive {
		if pf.status == "ready" { // maybe on another port, if another user of the cluster restarted it
			c.port.Store(int64(pf.port))
		}
		return nil
	}
	c.log.Warn("database is down; restarting it", "cluster", c.place)
	if err := exclusively(ctx, c.dir, func() error { return c.bringUp(ctx) }); err != nil {
		return fmt.Errorf("embedded database: restart: %w", err)
	}
	return nil
}

// Release ends this user's hold; the last user's stops the server and waits for its end, at most until ctx ends: give it
// a context that the program's own shutdown has not cancelled. A second Release does nothing.
func (c *Cluster) Release(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.used == nil {
		return nil
	}
	err := exclusively(ctx, c.dir, func() error { return c.leave(ctx) })
	if c.used != nil { // the start lock could not be had; give up the hold all the same
		c.used.close()
		c.used = nil
	}
	if err != nil {
		return fmt.Errorf("embedded database: %w", err)
	}
	return nil
}

// leave turns the shared lock into an exclusive one: possible only for the last user. Under the start lock.
func (c *Cluster) leave(ctx context.Context) error {
	last, err := c.used.try(syscall.LOCK_EX)
	c.used.close()
	c.used = nil
	if err != nil || !last {
		return err
	}
	pf, ok := runningPostmaster(c.place)
	if !ok {
		return nil
	}
	c.log.Info("stopping the database", "cluster", c.place)
	return stopPostmaster(ctx, c.place, pf.pid)
}
