package pgtest

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

// stand-in schemas keep these tests apart from the real migrations.
func standIn(fingerprint string, built *int) schema {
	return schema{fingerprint: fingerprint, up: func(ctx context.Context, dsn string) error {
		*built++
		db, err := sql.Open("postgres", dsn)
		if err != nil {
			return err
		}
		defer db.Close()
		_, err = db.ExecContext(ctx, `CREATE TABLE word (text text NOT NULL); INSERT INTO word VALUES ('from the template')`)
		return err
	}}
}

func openTest(t *testing.T, sc schema) *server {
	t.Helper()
	s, err := openServer(t.Context(), sc)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func closeTest(t *testing.T, s *server) {
	t.Helper()
	if err := s.close(context.WithoutCancel(t.Context())); err != nil {
		t.Error(err)
	}
}

// unique keeps runs at the same time in other processes from sharing a stand-in.
func unique(t *testing.T) string { return t.Name() + time.Now().Format(time.RFC3339Nano) }

func has(t *testing.T, s *server, database string) bool {
	t.Helper()
	found, err := databaseExists(t.Context(), s.admin, database)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestNewGivesTheCurrentSchema(t *testing.T) {
	t.Parallel()
	db := New(t)
	var tables int
	const q = `SELECT count(*) FROM pg_tables WHERE schemaname = 'public'`
	if err := db.GetContext(t.Context(), &tables, q); err != nil {
		t.Fatal(err)
	}
	if tables == 0 {
		t.Error("no tables")
	}
	if got := db.Stats().MaxOpenConnections; got != poolSize {
		t.Errorf("pool of %d, want %d", got, poolSize)
	}
}

func TestDatabasesAreApartAndDropped(t *testing.T) {
	t.Parallel()
	built := 0
	s := openTest(t, standIn(unique(t), &built))
	var names [4]string
	t.Run("group", func(t *testing.T) {
		for i := range names {
			t.Run("clone", func(t *testing.T) {
				t.Parallel()
				db, err := sql.Open("postgres", s.fresh(t))
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { db.Close() })
				var n int
				const q = `WITH a AS (INSERT INTO word VALUES ('mine')) SELECT count(*) FROM word`
				if err := db.QueryRowContext(t.Context(), q).Scan(&n); err != nil || n != 1 {
					t.Errorf("%d rows of another test or none of the template's, %v", n, err)
				}
				if err := db.QueryRowContext(t.Context(), `SELECT current_database()`).Scan(&names[i]); err != nil {
					t.Error(err)
				}
			})
		}
	})
	for _, name := range names {
		if name == "" || has(t, s, name) {
			t.Errorf("database %q was not dropped", name)
		}
	}
	closeTest(t, s)
}

func TestTemplateIsBuiltOnce(t *testing.T) {
	t.Parallel()
	built := 0 // guarded by the building lock
	sc := standIn(unique(t), &built)
	var wg sync.WaitGroup
	var servers [4]*server
	for i := range servers {
		wg.Go(func() {
			var err error
			if servers[i], err = openServer(t.Context(), sc); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, s := range servers {
		if s != nil {
			closeTest(t, s)
		}
	}
	if built != 1 {
		t.Errorf("built %d times", built)
	}
}

func TestBrokenMigrationLeavesNoTemplate(t *testing.T) {
	t.Parallel()
	broken := schema{fingerprint: unique(t), up: func(context.Context, string) error { return errors.New("no such column") }}
	if _, err := openServer(t.Context(), broken); err == nil || !strings.Contains(err.Error(), "no such column") {
		t.Fatalf("error %v", err)
	}
	built := 0
	s := openTest(t, standIn(broken.fingerprint, &built))
	defer closeTest(t, s)
	if built != 1 {
		t.Error("a broken template was used")
	}
}

func TestSweeping(t *testing.T) {
	t.Parallel()
	built := 0
	old := openTest(t, standIn(unique(t)+"old", &built))
	now := time.Now()
	stale := databaseName(now.Add(-2*leftoverAge), "sweep"+strings.ToLower(old.template[2:8]))
	recent := databaseName(now, "sweep"+strings.ToLower(old.template[2:8]))
	for _, name := range []string{stale, recent} {
		if err := createEmpty(t.Context(), old.admin, name); err != nil {
			t.Fatal(err)
		}
	}
	second := openTest(t, standIn(unique(t)+"second", &built))
	if !has(t, second, old.template) {
		t.Error("a template in use was dropped")
	}
	if has(t, second, stale) || !has(t, second, recent) {
		t.Error("leftovers: the stale one must go and the recent one stay")
	}
	if err := dropDatabase(t.Context(), second.admin, recent); err != nil {
		t.Error(err)
	}
	closeTest(t, old)
	third := openTest(t, standIn(unique(t)+"third", &built))
	if has(t, third, old.template) {
		t.Error("an unused template stays")
	}
	closeTest(t, second)
	closeTest(t, third)
}

func TestCreatedAt(t *testing.T) {
	t.Parallel()
	at := time.Unix(1_700_000_000, 0)
	if got, ok := createdAt(databaseName(at, "abc")); !ok || !got.Equal(at) {
		t.Errorf("%v, %v", got, ok)
	}
	for _, name := range []string{"minping", "mptest_", "mptest_x_y", "mptest_17"} {
		if _, ok := createdAt(name); ok {
			t.Errorf("%s counts as a test's database", name)
		}
	}
}

func TestConfiguredAddress(t *testing.T) {
	t.Parallel()
	address, err := databaseOf("postgres://u:p%40@db:5433/main?sslmode=require")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := address("other"), "postgres://u:p%40@db:5433/other?sslmode=require"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if _, err := databaseOf("host=db password=hush"); err == nil || strings.Contains(err.Error(), "hush") {
		t.Errorf("error %v", err)
	}
}

// BenchmarkClone decides cloneBy: a clone of the real schema and its end, for either strategy.
func BenchmarkClone(b *testing.B) {
	s, err := shared()
	if err != nil {
		b.Fatal(err)
	}
	for _, by := range []strategy{byLog, byFile} {
		b.Run(string(by), func(b *testing.B) {
			var dropping time.Duration
			for b.Loop() {
				name := databaseName(time.Now(), "bench")
				if err := cloneDatabase(b.Context(), s.admin, clone{name, s.template, by}); err != nil {
					b.Fatal(err)
				}
				begin := time.Now()
				if err := dropDatabase(b.Context(), s.admin, name); err != nil {
					b.Fatal(err)
				}
				dropping += time.Since(begin)
			}
			b.ReportMetric(float64(dropping.Milliseconds())/float64(b.N), "ms-drop/op")
		})
	}
}
