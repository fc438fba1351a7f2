package pgembed

import (
	"context"
	"errors"
	"fmt"
	"syscall"
)

// stopPostmaster does what `pg_ctl stop -m fast -w` does: it disconnects clients, writes a checkpoint and waits for the end.
// Signalling here spares pg_ctl's tenths of a second and takes the exit status, without which our child stays a zombie.
func stopPostmaster(ctx context.Context, dir string, pid int) error {
	if err := syscall.Kill(pid, syscall.SIGINT); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("stop the database: %w", err)
	}
	for isPostmaster(pid, dir) || !gone(pid) {
		if err := pause(ctx, poll); err != nil {
			return fmt.Errorf("stop the database (it goes on stopping): %w", err)
		}
	}
	return nil
}
