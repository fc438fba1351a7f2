// Package pg is the technique of talking to PostgreSQL: opening a pool, one
// transaction per service call, and turning broken constraints into faults.
package pg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Querier is what a store needs: a pool, a connection or a transaction.
type Querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryxContext(ctx context.Context, query string, args ...any) (*sqlx.Rows, error)
	GetContext(ctx context.Context, dest any, query string, args ...any) error
	SelectContext(ctx context.Context, dest any, query string, args ...any) error
}

// Open makes a pool and waits until the server answers or ctx ends.
func Open(ctx context.Context, dsn string, size int) (*sqlx.DB, error) {
	db, err := sqlx.Open("postgres", dsn)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	db.SetConnMaxIdleTime(5 * time.Minute)
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("reach database: %w", err)
	}
	return db, nil
}

// InTx runs f in one transaction: commits when f returns nil, rolls back otherwise.
func InTx(ctx context.Context, db *sqlx.DB, f func(*sqlx.Tx) error) error {
	tx, err := db.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // no-op after Commit
	if err := f(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// InSnapshot runs f in one read-only transaction that sees one moment.
func InSnapshot(ctx context.Context, db *sqlx.DB, f func(*sqlx.Tx) error) error {
	tx, err := db.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return fmt.Errorf("begin snapshot: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	return f(tx)
}

// None tells whether a single-row query found nothing.
func None(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// Broken gives the name of the constraint that an error broke, or "".
// Constraints are named <table>_<columns>_<key|fk|check>, so callers can turn
// the name into a fault.
func Broken(err error) string {
	var e *pq.Error
	if errors.As(err, &e) {
		return e.Constraint
	}
	return ""
}

// Exhausted tells that the server lacks a resource, such as room on its disk:
// nothing is wrong with what was asked, but trying at once again will not help.
func Exhausted(err error) bool {
	var e *pq.Error
	return errors.As(err, &e) && e.Code.Class() == "53"
}

// Transient tells whether trying the same transaction again may succeed:
// the connection broke, the server is starting or stopping, or two
// transactions collided.
func Transient(err error) bool {
	var e *pq.Error
	if errors.As(err, &e) {
		switch e.Code.Class() {
		case "08", "40", "57": // connection, rollback (serialisation, deadlock), operator intervention
			return true
		case "53": // insufficient resources, but a full disk does not mend itself in seconds
			return e.Code != "53100"
		}
		return false
	}
	return err != nil && !errors.Is(err, sql.ErrNoRows) && !errors.Is(err, context.Canceled)
}
