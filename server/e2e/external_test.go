package e2e

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"minping/internal/pgtest"
	"minping/migrations"
)

// TestConfiguredDatabase: a database that somebody else looks after is never
// changed without being asked.
func TestConfiguredDatabase(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t)
	if err := migrations.Down(t.Context(), dsn); err != nil {
		t.Fatal(err)
	}
	in := newInstance(t)
	in.env = []string{"MINPING_DATABASE_URL=" + dsn}
	in.refusesToServe(t, "older than this program: run `migrate` first")
	if r := in.run("verify"); r.code != 1 || !strings.Contains(r.err, "migrate") {
		t.Errorf("verify on an old schema: exit %d, %q", r.code, r.err)
	}
	if r := in.ok("migrate"); r.last() != "the database schema is current" {
		t.Errorf("migrate said %q", r.last())
	}
	if r := in.ok("migrate"); r.last() != "the database schema is current" {
		t.Errorf("the second migrate said %q", r.last())
	}
	in.refusesToServe(t, "vault new-key")
	if r := in.run("vault", "status"); r.code != 1 || !strings.Contains(r.err, "MINPING_VAULT_KEYS") {
		t.Errorf("vault status without keys: exit %d, %q", r.code, r.err)
	}
	in.env = append(in.env, "MINPING_VAULT_KEYS="+in.ok("vault", "new-key", "2026a").last())
	s := in.start()
	in.ok("import", "offices", in.writeFile("机关.csv", officesCSV))
	if code, took := s.stop(); code != 0 || took > 10*time.Second {
		t.Errorf("exit %d after %s", code, took)
	}
	if _, err := os.Lstat(filepath.Join(in.dir, "pg")); err == nil {
		t.Error("a private database was made beside the configured one")
	}
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)`); err != nil {
		t.Fatal(err)
	}
	in.refusesToServe(t, "newer than this program")
	if r := in.run("migrate"); r.code != 1 || !strings.Contains(r.err, "newer") {
		t.Errorf("migrate on a newer schema: exit %d, %q", r.code, r.err)
	}
}

func (in *instance) refusesToServe(t *testing.T, why string) {
	t.Helper()
	s := in.launch("serve")
	if code := s.wait(20 * time.Second); code != 1 || !strings.Contains(s.log.String(), why) {
		t.Errorf("exit %d, %q, want %q", code, s.log.String(), why)
	}
}
