package e2e

import (
	"syscall"
	"testing"
	"time"
)

// TestStop: a stop under load loses nothing that was acknowledged and leaves nothing running.
func TestStop(t *testing.T) {
	in := newInstance(t)
	in.importCity()
	in.publish()
	s := in.start()
	load := in.rate(32, false)
	load.until(300)
	code, took := s.stop()
	acked := load.end()
	if code != 0 || took > 10*time.Second {
		t.Errorf("exit %d after %s", code, took)
	}
	if pid := in.postmaster(); pid != 0 {
		t.Errorf("the database %d still runs", pid)
	}
	more := in.compare(acked)
	t.Logf("stopped in %s with %d ratings acknowledged; %d more stored, whose answer was lost", took.Round(time.Millisecond), len(acked), more)
	if more > 32 {
		t.Errorf("%d ratings are stored unacknowledged; at most one a rater can be", more)
	}
	in.verify()

	// On a busy machine one start may be unlucky; three are not.
	best := time.Hour
	for range 3 {
		begun := time.Now()
		s := in.start()
		best = min(best, time.Since(begun))
		if code, took := s.stopBy(syscall.SIGINT); code != 0 || took > 10*time.Second || in.postmaster() != 0 {
			t.Errorf("after Ctrl-C exit %d in %s, database %d", code, took, in.postmaster())
		}
		if best <= 3*time.Second {
			break
		}
	}
	t.Logf("ready %s after a start on existing data", best.Round(time.Millisecond))
	if best > 3*time.Second {
		t.Errorf("ready only after %s", best)
	}
}
