package e2e

import (
	"syscall"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
)

// TestCasesOutliveCrashes: bad ratings come in under load while the server and then
// its database are killed. In the end every bad rating has exactly one case, and the
// books are clean.
func TestCasesOutliveCrashes(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.importCity()
	in.publish()
	first := in.start()
	load := in.rate(16, true)
	load.until(150)
	in.opens(t, 1) // the job has begun to open cases
	load.until(load.count.Load() + 100)
	first.kill()

	second := in.start()
	load.until(load.count.Load() + 150)
	died := in.postmaster()
	if err := syscall.Kill(died, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	eventually(t, 30*time.Second, "the watchdog starts the database again", func() bool {
		now := in.postmaster()
		return now != 0 && now != died && in.ready()
	})
	load.until(load.count.Load() + 100)
	died = in.postmaster()
	second.kill()
	if err := syscall.Kill(died, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	third := in.start()
	load.until(load.count.Load() + 50)
	acked := load.end()
	bad := 0
	for _, a := range acked {
		if a.Level <= 2 {
			bad++
		}
	}
	in.opens(t, bad)
	in.withDB(func(db *sqlx.DB) {
		var odd int
		const query = `SELECT (SELECT count(*) FROM ratings r WHERE r.level <= 2 AND NOT EXISTS (SELECT 1 FROM cases c WHERE c.rating_id = r.id))
			+ (SELECT count(*) FROM (SELECT rating_id FROM cases WHERE rating_id IS NOT NULL GROUP BY rating_id HAVING count(*) > 1) d)
			+ (SELECT count(*) FROM cases c WHERE c.state = 'received' AND c.office_id IS NOT NULL)
			+ (SELECT count(*) FROM bad_ratings)`
		if err := db.Get(&odd, query); err != nil || odd != 0 {
			t.Errorf("%d ratings without a case, cases twice, or cases half opened: %v", odd, err)
		}
	})
	t.Logf("%d ratings, %d bad, as many cases", len(acked), bad)
	in.verify()
	if code, _ := third.stop(); code != 0 {
		t.Errorf("exit %d", code)
	}
	in.verify()
}

// opens waits until at least so many cases are opened and none waits to be.
func (in *instance) opens(t *testing.T, least int) {
	t.Helper()
	in.withDB(func(db *sqlx.DB) {
		eventually(t, 4*time.Minute, "bad ratings have their cases", func() bool {
			var n, waiting int
			err1 := db.Get(&n, `SELECT count(*) FROM cases WHERE kind = 'bad_rating'`)
			err2 := db.Get(&waiting, `SELECT count(*) FROM bad_ratings`)
			return err1 == nil && err2 == nil && n >= least && (waiting == 0 || least == 1)
		})
	})
}
