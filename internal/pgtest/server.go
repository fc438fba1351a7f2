package pgtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"minping/internal/pgembed"
)

// addressVariable names a server to use instead of the embedded one.
const addressVariable = "MINPING_TEST_DATABASE_URL"

// server is this process's hold on the server and on one template.
type server struct {
	cluster  *pgembed.Cluster // nil for a configured server
	admin    *sql.DB
	hold     *sql.Conn // session that keeps the template's lock
	address  func(database string) string
	template string
}

// openServer reaches the server and makes sure of the template.
func openServer(ctx context.Context, sc schema) (*server, error) {
	s, err := reach(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.prepare(ctx, sc); err != nil {
		return nil, errors.Join(err, s.close(context.WithoutCancel(ctx)))
	}
	return s, nil
}

func reach(ctx context.Context) (*server, error) {
	if configured := os.Getenv(addressVariable); configured != "" {
		address, err := databaseOf(configured)
		if err != nil {
			return nil, err
		}
		return connect(&server{address: address}, configured)
	}
	cluster, err := pgembed.Acquire(ctx, pgembed.Config{
		Dir: filepath.Join(os.TempDir(), fmt.Sprintf("minping-pgtest-%d", os.Getuid())),
		// Speed instead of safety: after a crash the next run makes a new template.
		Params: map[string]string{"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
			"max_connections": "200", "shared_buffers": "128MB", "autovacuum": "off"},
	})
	if err != nil {
		return nil, err
	}
	return connect(&server{cluster: cluster, address: cluster.DSN}, cluster.DSN("postgres"))
}

func connect(s *server, dsn string) (*server, error) {
	var err error
	s.admin, err = sql.Open("postgres", dsn)
	return s, err
}

// databaseOf returns a function that puts a database's name into a configured address.
func databaseOf(configured string) (func(database string) string, error) {
	u, err := url.Parse(configured)
	if err != nil || !strings.HasPrefix(u.Scheme, "postgres") {
		return nil, fmt.Errorf("%s is not a postgres:// address", addressVariable) // and may hold a password
	}
	return func(database string) string {
		other := *u
		other.Path = "/" + database
		return other.String()
	}, nil
}

// prepare sweeps what crashed runs left, builds the template if it is new, and takes hold of it.
func (s *server) prepare(ctx context.Context, sc schema) error {
	conn, err := s.admin.Conn(ctx)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	s.hold = conn
	s.template = sc.template()
	unlock, err := lockBuilding(ctx, conn)
	if err != nil {
		return err
	}
	err = errors.Join(s.build(ctx, sc), holdTemplate(ctx, conn, s.template))
	if err == nil {
		err = errors.Join(dropLeftovers(ctx, conn, time.Now().Add(-leftoverAge)), dropOldTemplates(ctx, conn, s.template))
	}
	return errors.Join(err, unlock(ctx))
}

// fresh clones the template for one test.
func (s *server) fresh(t testing.TB) string {
	t.Helper()
	name := databaseName(time.Now(), strings.ToLower(rand.Text()[:10]))
	if err := cloneDatabase(t.Context(), s.admin, clone{name, s.template, cloneBy}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// t's own context has ended by now.
		ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
		defer cancel()
		if err := dropDatabase(ctx, s.admin, name); err != nil {
			t.Error(err)
		}
	})
	return s.address(name)
}

// close ends the template's lock and the hold on the server.
func (s *server) close(ctx context.Context) error {
	var err error
	if s.hold != nil {
		err = s.hold.Close()
	}
	err = errors.Join(err, s.admin.Close())
	if s.cluster != nil {
		err = errors.Join(err, s.cluster.Release(ctx))
	}
	return err
}
