package pgtest

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/migrations"
)

const (
	openTimeout  = 3 * time.Minute // the first run makes the cluster and its template
	closeTimeout = time.Minute
	poolSize     = 8
)

// process is what the tests of one process share.
var process struct {
	mu     sync.Mutex
	opened bool
	server *server
	err    error
}

// New returns a pool on a fresh database with the current schema. The test's end closes and drops it.
func New(t testing.TB) *sqlx.DB {
	t.Helper()
	db, err := sqlx.Open("postgres", DSN(t))
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(poolSize)
	db.SetMaxIdleConns(poolSize)
	t.Cleanup(func() { db.Close() })
	return db
}

// DSN returns the address of such a database, for tests that start the real program on it.
func DSN(t testing.TB) string {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatalf("test database: %v", err)
	}
	return s.fresh(t)
}

// Main runs a package's tests and then lets go of the server:
//
//	func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }
//
// Without it everything works too, but the server of the last such package runs on until a later test run ends.
func Main(m *testing.M) int {
	code := m.Run()
	process.mu.Lock()
	defer process.mu.Unlock()
	if process.server == nil {
		return code
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	if err := process.server.close(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "test database:", err)
		return max(code, 1)
	}
	return code
}

// shared opens the server for the first test that needs it. A failure is final: every test would wait for it again.
func shared() (*server, error) {
	process.mu.Lock()
	defer process.mu.Unlock()
	if !process.opened {
		process.opened = true
		ctx, cancel := context.WithTimeout(context.Background(), openTimeout)
		defer cancel()
		process.server, process.err = openServer(ctx, schema{fingerprint: migrations.Fingerprint(), up: migrations.Up})
	}
	return process.server, process.err
}
