package e2e

import (
	"syscall"
	"testing"
	"time"
)

// TestCrash kills the server, then its database, under load. Whatever was
// acknowledged must be there, once.
func TestCrash(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.importCity()
	in.publish()
	first := in.start()
	load := in.rate(32, true)
	load.until(300)

	before := in.postmaster()
	first.kill()
	begun := time.Now()
	if now := in.postmaster(); now != before || now == 0 {
		t.Errorf("the database (%d) did not outlive the killed server: %d", before, now)
	}
	second := in.start()
	t.Logf("ready %s after kill -9 of the server", time.Since(begun).Round(time.Millisecond))
	if now := in.postmaster(); now != before {
		t.Errorf("the restarted server did not join the running database %d but started %d", before, now)
	}
	load.until(load.count.Load() + 300)

	if err := syscall.Kill(before, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	begun = time.Now()
	eventually(t, 30*time.Second, "the watchdog starts the database again", func() bool {
		now := in.postmaster()
		return now != 0 && now != before && in.ready()
	})
	t.Logf("ready %s after kill -9 of the database", time.Since(begun).Round(time.Millisecond))
	load.until(load.count.Load() + 300)
	select {
	case <-second.done:
		t.Error("the server ended with its database")
	default:
	}

	// Both at once, as when the power fails (what the disk had in its own memory apart).
	died := in.postmaster()
	second.kill()
	if err := syscall.Kill(died, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	begun = time.Now()
	third := in.start()
	t.Logf("ready %s after kill -9 of both", time.Since(begun).Round(time.Millisecond))
	load.until(load.count.Load() + 300)

	acked := load.end()
	t.Logf("%d ratings acknowledged, %d forms sent again", len(acked), load.retries.Load())
	if more := in.compare(acked); more != 0 { // every form was sent until it was acknowledged
		t.Errorf("%d ratings are stored that nobody was told of", more)
	}
	in.verify()
	if code, _ := third.stop(); code != 0 {
		t.Errorf("exit %d", code)
	}
	in.verify()
}
