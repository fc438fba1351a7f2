package pgembed

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

const lockPoll = 10 * time.Millisecond

// lock is an open file under flock(2). Each open file has its own lock, so two users in one process count as two.
// Go opens files close-on-exec: the server we start does not inherit it.
type lock struct{ f *os.File }

func openLock(dir, name string) (lock, error) {
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return lock{}, fmt.Errorf("lock: %w", err)
	}
	return lock{f}, nil
}

// try takes the lock if it is free. A lock held before is replaced; on failure it is lost.
func (l lock) try(how int) (bool, error) {
	for {
		err := syscall.Flock(int(l.f.Fd()), how|syscall.LOCK_NB)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, syscall.EWOULDBLOCK):
			return false, nil
		case !errors.Is(err, syscall.EINTR):
			return false, fmt.Errorf("lock %s: %w", l.f.Name(), err)
		}
	}
}

// wait takes the lock, however long its holder takes, until ctx ends. It polls, because a blocked flock heeds no context.
func (l lock) wait(ctx context.Context, how int) error {
	tick := time.NewTicker(lockPoll)
	defer tick.Stop()
	for {
		ok, err := l.try(how)
		if ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("lock %s: %w", l.f.Name(), ctx.Err())
		case <-tick.C:
		}
	}
}

// close frees the lock with its file.
func (l lock) close() { l.f.Close() }

// exclusively runs f while nobody else starts, stops or makes the cluster.
func exclusively(ctx context.Context, dir string, f func() error) error {
	l, err := openLock(dir, "pg.start.lock")
	if err != nil {
		return err
	}
	defer l.close()
	if err := l.wait(ctx, syscall.LOCK_EX); err != nil {
		return err
	}
	return f()
}
