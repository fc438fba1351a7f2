package pgembed

import (
	"context"
	"database/sql"
	"fmt"

	_ "github.com/lib/pq" // the driver "postgres"
)

// createDatabase creates the program's database in the running cluster when it is missing.
func createDatabase(ctx context.Context, dsn string) error {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return fmt.Errorf("open the new cluster: %w", err)
	}
	defer db.Close()
	const exists = `SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = 'minping')`
	var found bool
	if err := db.QueryRowContext(ctx, exists).Scan(&found); err != nil {
		return fmt.Errorf("look for the database minping: %w", err)
	}
	if found {
		return nil
	}
	const create = `CREATE DATABASE minping TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`
	if _, err := db.ExecContext(ctx, create); err != nil {
		return fmt.Errorf("create the database minping: %w", err)
	}
	return nil
}
