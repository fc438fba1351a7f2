package pgembed

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	poll        = 5 * time.Millisecond
	retryEvery  = 200 * time.Millisecond
	retryFor    = 20 * time.Second // how long a killed postmaster's backends may take to leave
	logLimit    = 8 << 20
	firstPort   = 15432
	portsTo     = 32768 // below Linux's ephemeral ports, so that nobody's outgoing connection takes ours while the server restarts
	portAttempt = 50
)

// errRefused means that the postmaster ended before it was ready. It carries what the postmaster logged.
type errRefused struct{ said string }

func (e *errRefused) Error() string {
	return "PostgreSQL did not start; its log says: " + tail(e.said)
}

// The server's log is the only place where it gives its reason; lc_messages=C keeps the wording.
func (e *errRefused) portTaken() bool {
	return strings.Contains(e.said, "could not bind") || strings.Contains(e.said, "could not create any TCP/IP sockets")
}

func (e *errRefused) oldBackends() bool {
	return strings.Contains(e.said, "pre-existing shared memory block") ||
		strings.Contains(e.said, `lock file "postmaster.pid" already exists`)
}

// bringUp leaves the cluster with a ready postmaster: the running one or a new one. Under the start lock.
func (c *Cluster) bringUp(ctx context.Context) error {
	for {
		pf, alive := runningPostmaster(c.place)
		switch {
		case !alive:
			return c.start(ctx)
		case pf.status == "ready":
			c.port.Store(int64(pf.port))
			return nil
		}
		// starting for somebody who was killed, or stopping after its last user lost patience
		if err := pause(ctx, poll); err != nil {
			return fmt.Errorf("wait for PostgreSQL, which is %s: %w", pf.status, err)
		}
	}
}

// start starts the server, waiting for the backends of a killed one to leave and changing the port when it is taken.
func (c *Cluster) start(ctx context.Context) error {
	port := c.lastPort()
	deadline := time.Now().Add(retryFor)
	for {
		if err := c.clearPIDFile(); err != nil {
			return err
		}
		free, err := freePort(port)
		if err != nil {
			return err
		}
		err = c.launch(ctx, free)
		var refused *errRefused
		switch {
		case err == nil:
			c.port.Store(int64(free))
			return nil
		case !errors.As(err, &refused) || time.Now().After(deadline):
			return err
		case refused.portTaken():
			port = 0
		case refused.oldBackends():
			c.log.Info("database waits for processes of its former server to end")
		default:
			return err
		}
		if perr := pause(ctx, retryEvery); perr != nil {
			return errors.Join(err, perr)
		}
	}
}

// lastPort is the port to keep, so that pools opened before a crash find the server again; 0 when there is none.
func (c *Cluster) lastPort() int {
	if p := int(c.port.Load()); p != 0 {
		return p
	}
	pf, err := readPIDFile(c.place)
	if err != nil {
		return 0
	}
	return pf.port
}

// clearPIDFile removes a postmaster.pid that PostgreSQL itself would trip over: unreadable, or with a pid that now belongs
// to another process. A plainly stale one is left to PostgreSQL, which also looks for the old server's shared memory
// (and finds it without the file too, by the directory's inode).
func (c *Cluster) clearPIDFile() error {
	pf, err := readPIDFile(c.place)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case errors.Is(err, os.ErrPermission):
		return fmt.Errorf("start the database: %w", err)
	case err == nil && ended(pf.pid):
		return nil
	}
	c.log.Info("database's stale postmaster.pid removed", "pid", pf.pid)
	if err := os.Remove(pidPath(c.place)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("start the database: %w", err)
	}
	return nil
}

// launch runs one postmaster and waits until it accepts connections or ends.
func (c *Cluster) launch(ctx context.Context, port int) error {
	log, err := c.openLog()
	if err != nil {
		return fmt.Errorf("open the database's log: %w", err)
	}
	defer log.Close()
	from, err := log.Seek(0, 2)
	if err != nil {
		return fmt.Errorf("open the database's log: %w", err)
	}
	// The server outlives ctx, which bounds only the start.
	cmd := c.acct.command(context.Background(), c.bin.program("postgres"), arguments(c.place, settings(port, c.params))...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the database: %w", err)
	}
	pid := cmd.Process.Pid
	_ = cmd.Process.Release() // nobody waits; ended takes the exit status
	for {
		if ended(pid) {
			return &errRefused{said: readFrom(log.Name(), from)}
		}
		if pf, err := readPIDFile(c.place); err == nil && pf.pid == pid && pf.status == "ready" {
			return nil
		}
		if err := pause(ctx, poll); err != nil {
			_ = syscall.Kill(pid, syscall.SIGINT) // fast shutdown; the next start waits for its end
			return fmt.Errorf("start the database: %w", err)
		}
	}
}

// openLog opens the server's log for appending; a large one from earlier runs is kept as the one former log.
func (c *Cluster) openLog() (*os.File, error) {
	dir := filepath.Join(c.place, "log")
	if err := os.Mkdir(dir, 0o700); err == nil {
		err = c.acct.own(dir)
		if err != nil {
			return nil, err
		}
	}
	path := filepath.Join(dir, "server.log")
	if info, err := os.Stat(path); err == nil && info.Size() > logLimit {
		if err := os.Rename(path, path+".1"); err != nil {
			return nil, err
		}
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	return f, c.acct.own(path)
}

func readFrom(path string, offset int64) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	return string(text[min(int(offset), len(text)):])
}

// freePort returns the wished port if it is free, or else some free one.
func freePort(wish int) (int, error) {
	port := wish
	var last error
	for range portAttempt {
		if port != 0 {
			l, err := net.Listen("tcp", "127.0.0.1:"+strconv.Itoa(port)) //nolint:noctx // at once or not at all
			if err == nil {
				return port, l.Close()
			}
			last = err
		}
		port = firstPort + rand.IntN(portsTo-firstPort)
	}
	return 0, fmt.Errorf("find a free port for the database: %w", last)
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
