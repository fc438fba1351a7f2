package migrations_test

import (
	"os"
	"testing"

	"github.com/jmoiron/sqlx"

	"minping/internal/pgtest"
	"minping/migrations"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func TestUpDownUp(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t)
	if err := migrations.Check(t.Context(), dsn); err != nil {
		t.Fatalf("fresh schema: %v", err)
	}
	if err := migrations.Down(t.Context(), dsn); err != nil {
		t.Fatalf("down: %v", err)
	}
	db := sqlx.MustConnect("postgres", dsn)
	defer db.Close()
	var left []string
	const tables = `SELECT relname FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'S') AND relnamespace = 'public'::regnamespace
		AND relname NOT LIKE 'goose_%'`
	if err := db.Select(&left, tables); err != nil || len(left) > 0 {
		t.Errorf("left after down: %v, %v", left, err)
	}
	if err := migrations.Check(t.Context(), dsn); err != migrations.ErrPending {
		t.Errorf("after down: %v, want ErrPending", err)
	}
	if err := migrations.Up(t.Context(), dsn); err != nil {
		t.Fatalf("up again: %v", err)
	}
	if err := migrations.Check(t.Context(), dsn); err != nil {
		t.Errorf("after up: %v", err)
	}
	if _, err := db.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)`); err != nil {
		t.Fatal(err)
	}
	if err := migrations.Check(t.Context(), dsn); err != migrations.ErrNewer {
		t.Errorf("newer schema: %v, want ErrNewer", err)
	}
	if err := migrations.Up(t.Context(), dsn); err != migrations.ErrNewer {
		t.Errorf("up on newer schema: %v, want ErrNewer", err)
	}
}
