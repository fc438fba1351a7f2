package pgtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/lib/pq"
)

// session is a pool or one of its connections.
type session interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// lockBuilding keeps other test processes from building and sweeping at the same time.
func lockBuilding(ctx context.Context, conn session) (unlock func(context.Context) error, err error) {
	const lock = `SELECT pg_advisory_lock(hashtextextended('minping-pgtest', 0))`
	const free = `SELECT pg_advisory_unlock(hashtextextended('minping-pgtest', 0))`
	if _, err := conn.ExecContext(ctx, lock); err != nil {
		return nil, fmt.Errorf("lock the building of templates: %w", err)
	}
	return func(ctx context.Context) error {
		_, err := conn.ExecContext(ctx, free)
		return err
	}, nil
}

// holdTemplate marks a template as used until the connection ends.
func holdTemplate(ctx context.Context, conn session, name string) error {
	const q = `SELECT pg_advisory_lock_shared(hashtextextended($1, 0))`
	if _, err := conn.ExecContext(ctx, q, name); err != nil {
		return fmt.Errorf("hold template %s: %w", name, err)
	}
	return nil
}

func databaseExists(ctx context.Context, conn session, name string) (found bool, err error) {
	const q = `SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)`
	if err := conn.QueryRowContext(ctx, q, name).Scan(&found); err != nil {
		return false, fmt.Errorf("look for database %s: %w", name, err)
	}
	return found, nil
}

// createEmpty makes a database like the program's own: UTF8, compared by code point.
func createEmpty(ctx context.Context, conn session, name string) error {
	q := `CREATE DATABASE ` + pq.QuoteIdentifier(name) + ` TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`
	if _, err := conn.ExecContext(ctx, q); err != nil {
		return fmt.Errorf("create database %s: %w", name, err)
	}
	return nil
}

// finishTemplate gives a built template its name and keeps everybody from connecting to it, which would block cloning.
func finishTemplate(ctx context.Context, conn session, building, name string) error {
	for _, q := range []string{
		`ALTER DATABASE ` + pq.QuoteIdentifier(building) + ` ALLOW_CONNECTIONS false`,
		`ALTER DATABASE ` + pq.QuoteIdentifier(building) + ` RENAME TO ` + pq.QuoteIdentifier(name),
	} {
		if _, err := conn.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("finish template %s: %w", name, err)
		}
	}
	return nil
}

// strategy is how PostgreSQL copies a template.
type strategy string

const (
	byLog  strategy = "wal_log"   // block by block through the log
	byFile strategy = "file_copy" // whole files between two checkpoints
	// cloneBy is the faster one for schemas of our size: see BenchmarkClone.
	cloneBy = byFile
)

type clone struct {
	name, template string
	by             strategy
}

func cloneDatabase(ctx context.Context, conn session, c clone) error {
	q := `CREATE DATABASE ` + pq.QuoteIdentifier(c.name) + ` TEMPLATE ` + pq.QuoteIdentifier(c.template) + ` STRATEGY ` + string(c.by)
	if _, err := conn.ExecContext(ctx, q); err != nil {
		return fmt.Errorf("clone template %s: %w", c.template, err)
	}
	return nil
}

func dropDatabase(ctx context.Context, conn session, name string) error {
	q := `DROP DATABASE IF EXISTS ` + pq.QuoteIdentifier(name) + ` WITH (FORCE)`
	if _, err := conn.ExecContext(ctx, q); err != nil {
		return fmt.Errorf("drop database %s: %w", name, err)
	}
	return nil
}

// dropLeftovers drops tests' databases made before a time.
func dropLeftovers(ctx context.Context, conn session, before time.Time) error {
	names, err := databasesLike(ctx, conn, `^`+testPrefix+`[0-9]+_`)
	if err != nil {
		return err
	}
	for _, name := range names {
		if created, ours := createdAt(name); ours && created.Before(before) {
			err = errors.Join(err, dropDatabase(ctx, conn, name))
		}
	}
	return err
}

// dropOldTemplates drops the templates of other migrations that no running test process holds.
func dropOldTemplates(ctx context.Context, conn session, current string) error {
	names, err := databasesLike(ctx, conn, `^t_[0-9a-f]{16}$`)
	if err != nil {
		return err
	}
	for _, name := range names {
		if name != current {
			err = errors.Join(err, dropUnused(ctx, conn, name))
		}
	}
	return err
}

func dropUnused(ctx context.Context, conn session, name string) error {
	const lock = `SELECT pg_try_advisory_lock(hashtextextended($1, 0))`
	const free = `SELECT pg_advisory_unlock(hashtextextended($1, 0))`
	var unused bool
	if err := conn.QueryRowContext(ctx, lock, name).Scan(&unused); err != nil {
		return fmt.Errorf("lock template %s: %w", name, err)
	}
	if !unused {
		return nil
	}
	err := dropDatabase(ctx, conn, name)
	_, ferr := conn.ExecContext(ctx, free, name)
	return errors.Join(err, ferr)
}

func databasesLike(ctx context.Context, conn session, pattern string) ([]string, error) {
	const q = `SELECT datname FROM pg_database WHERE datname ~ $1 ORDER BY datname`
	rows, err := conn.QueryContext(ctx, q, pattern)
	if err != nil {
		return nil, fmt.Errorf("list databases: %w", err)
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("list databases: %w", err)
		}
		names = append(names, name)
	}
	return names, rows.Err()
}
