package e2e

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/pgtest"
)

// twoRoles prepares a database as docs/operations.md says: its owner migrates, another role serves.
func twoRoles(t *testing.T) (owner, serving *instance, db *sqlx.DB) {
	t.Helper()
	dsn := pgtest.DSN(t)
	db = sqlx.MustConnect("postgres", dsn)
	role := "mptest_" + strings.ToLower(rand.Text()[:10])
	if _, err := db.Exec(`CREATE ROLE ` + role + ` LOGIN PASSWORD 'serving'`); err != nil {
		t.Skipf("the tests' role may not create roles: %v", err)
	}
	t.Cleanup(func() {
		db.MustExec(`DROP OWNED BY ` + role + `; DROP ROLE ` + role)
		_ = db.Close()
	})
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword(role, "serving")
	const secret = "MINPING_SECRET_KEY=0123456789abcdef0123456789abcdef0123456789abcdef"
	owner, serving = newInstance(t), newInstance(t)
	owner.env = []string{"MINPING_DATABASE_URL=" + dsn, secret}
	serving.env = []string{"MINPING_DATABASE_URL=" + u.String(), secret}
	serving.env = append(serving.env, "MINPING_VAULT_KEYS="+owner.ok("vault", "new-key", "2026a").last())
	owner.ok("migrate", "--grant", role)
	return owner, serving, db
}

// TestServingRole: everything that the program does while it serves works in a
// role that can rewrite nothing of what is only ever added to.
func TestServingRole(t *testing.T) {
	t.Parallel()
	_, in, db := twoRoles(t)
	in.importCity()
	in.ok("import", "ratings", in.writeFile("ratings.csv", dated()))
	key := in.ok("apikey", "create", "机关工委").last()
	if r := in.runWith(staffPassword+"\n", "account", "create", "auditadmin", "--role", "auditadmin"); r.code != 0 {
		t.Fatal(r.err)
	}
	in.ok("indices", "--level", "office", "--period", "2026-03")
	s := in.start()
	if status := in.apiStatus(key); status != http.StatusOK {
		t.Errorf("API: %d", status)
	}
	eventually(t, 30*time.Second, "the nightly check has run", func() bool {
		var n int
		return db.Get(&n, `SELECT count(*) FROM audit_checks WHERE finished_at IS NOT NULL AND NOT failed AND broken_day IS NULL`) == nil && n > 0
	})
	in.verify()
	in.ok("audit", "verify")
	if code, _ := s.stop(); code != 0 {
		t.Errorf("exit %d", code)
	}
	if log := s.log.String(); strings.Contains(log, "permission denied") || strings.Contains(log, `"level":"ERROR"`) {
		t.Errorf("the log:\n%s", log)
	}
	var refused int
	if err := db.Get(&refused, `SELECT count(*) FROM river_job WHERE state IN ('retryable', 'discarded')`); err != nil || refused > 0 {
		t.Errorf("%d jobs failed, %v", refused, err)
	}
}

// old gives the database a year-old past in the audit.
func old(t *testing.T, db *sqlx.DB, n int) (day string) {
	t.Helper()
	at := time.Now().AddDate(-1, 0, 0)
	for i := range n {
		err := audit.RecordNow(t.Context(), db, audit.Entry{At: at.Add(time.Duration(i) * time.Minute), By: actor.System("test"), Action: audit.SignOut})
		if err != nil {
			t.Fatal(err)
		}
	}
	return at.AddDate(0, 1, 0).Format(time.DateOnly)
}

func TestAuditCommands(t *testing.T) {
	t.Parallel()
	_, in, db := twoRoles(t)
	day := old(t, db, 300)
	head := in.ok("audit", "head")
	if !strings.Contains(head.out, "public key of archives: ") {
		t.Fatal(head.out)
	}
	_, rest, _ := strings.Cut(head.out, "public key of archives: ")
	key, _, _ := strings.Cut(rest, "\n")
	if r := in.run("audit", "archive", "--until", time.Now().AddDate(0, -1, 0).Format(time.DateOnly), "young.jsonl"); r.code != 1 || !strings.Contains(r.err, "six months") {
		t.Errorf("a young archive: exit %d, %q", r.code, r.err)
	}
	if r := in.ok("audit", "archive", "--until", day, "old.jsonl"); !strings.HasPrefix(r.last(), "old.jsonl: 300 entries, ") {
		t.Errorf("archive: %q", r.last())
	}
	file := filepath.Join(filepath.Dir(in.dir), "old.jsonl")
	if r := in.run("audit", "archive", "--until", day, "old.jsonl"); r.code != 1 || !strings.Contains(r.err, "there already") {
		t.Errorf("over a file: exit %d, %q", r.code, r.err)
	}
	if r := in.ok("audit", "check", "old.jsonl", "--public-key", key); !strings.Contains(r.last(), "is intact: 300 entries") {
		t.Errorf("check: %q", r.last())
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	in.writeFile("forged.jsonl", strings.Replace(string(text), "signout.done", "signin.done", 1))
	if r := in.run("audit", "check", "forged.jsonl", "--public-key", key); r.code != 1 || !strings.Contains(r.err, "line 2") || !strings.Contains(r.err, "altered") {
		t.Errorf("a forged file: exit %d, %q", r.code, r.err)
	}
	if r := in.run("audit", "check", "old.jsonl", "--public-key", strings.Repeat("0", 64)); r.code != 1 || !strings.Contains(r.err, "signature") {
		t.Errorf("another key: exit %d, %q", r.code, r.err)
	}
	if r := in.run("audit", "remove", "forged.jsonl"); r.code != 1 {
		t.Errorf("remove of a forged file: exit %d", r.code)
	}
	if r := in.ok("audit", "remove", "old.jsonl"); !strings.HasPrefix(r.last(), "300 entries from ") {
		t.Errorf("remove: %q", r.last())
	}
	if r := in.run("audit", "remove", "old.jsonl"); r.code != 1 || !strings.Contains(r.err, "removed already") {
		t.Errorf("remove again: exit %d, %q", r.code, r.err)
	}
	last := strings.TrimSpace(head.last())
	if r := in.ok("audit", "verify", "--head", last); !strings.Contains(r.out, "300 older entries are in archives") {
		t.Errorf("verify: %q", r.out)
	}
	if r := in.run("audit", "verify", "--head", last[:len(last)-4]+"0000"); r.code != 1 || !strings.Contains(r.err, "rewritten") {
		t.Errorf("another head: exit %d, %q", r.code, r.err)
	}
	db.MustExec(`ALTER TABLE audit_entries DISABLE TRIGGER ALL; UPDATE audit_entries SET actor_name = 'x' WHERE seq = 1; ALTER TABLE audit_entries ENABLE TRIGGER ALL`)
	for _, args := range [][]string{{"audit", "verify"}, {"verify"}} {
		if r := in.run(args...); r.code != 1 || !strings.Contains(r.err, time.Now().In(time.FixedZone("CST", 8*3600)).Format(time.DateOnly)+" number 1: altered") {
			t.Errorf("%v of a changed chain: exit %d, %q", args, r.code, r.err)
		}
	}
}

// TestAuditKilled: a kill in the midst leaves either what was or what shall be.
func TestAuditKilled(t *testing.T) {
	t.Parallel()
	_, in, db := twoRoles(t)
	day := old(t, db, 2000)
	dir := filepath.Dir(in.dir)
	victim := in.launch("audit", "archive", "--until", day, "old.jsonl")
	eventually(t, time.Minute, "the archive is being written", func() bool {
		part, _ := filepath.Glob(filepath.Join(dir, ".minping-audit-*.part"))
		return len(part) > 0
	})
	victim.kill()
	if _, err := os.Lstat(filepath.Join(dir, "old.jsonl")); err == nil {
		t.Log("killed after the end")
	} else {
		in.ok("audit", "archive", "--until", day, "old.jsonl")
	}
	// The removal waits for a row that we hold, and is killed there.
	tx := db.MustBegin()
	tx.MustExec(`SELECT 1 FROM audit_entries WHERE seq = 1000 FOR UPDATE`)
	victim = in.launch("audit", "remove", "old.jsonl")
	eventually(t, time.Minute, "the removal waits", func() bool {
		var n int
		return db.Get(&n, `SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%audit_remove(%' AND state <> 'idle' AND wait_event_type = 'Lock' AND datname = current_database()`) == nil && n > 0
	})
	victim.kill()
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	// The server side notices that nobody is there when it wants to answer; the transaction never commits.
	eventually(t, time.Minute, "the removal is gone", func() bool {
		var n int
		return db.Get(&n, `SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%audit_remove(%' AND state <> 'idle' AND datname = current_database() AND pid <> pg_backend_pid()`) == nil && n == 0
	})
	in.ok("audit", "verify")
	var left int
	if err := db.Get(&left, `SELECT count(*) FROM audit_entries WHERE action = 'signout.done'`); err != nil || left != 2000 {
		t.Errorf("%d entries are left, %v", left, err)
	}
	in.ok("audit", "remove", "old.jsonl")
	in.ok("audit", "verify")
}
