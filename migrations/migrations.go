// Package migrations holds the schema as ordered SQL files and runs them.
package migrations

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	_ "github.com/lib/pq" // the driver goose runs over
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/rivermigrate"
)

//go:embed *.sql
var files embed.FS

// queueModule names the module whose own migrations run after ours.
const queueModule = "riverqueue/river v0.25.0"

// ErrPending and ErrNewer say that the database's schema is not this program's.
var (
	ErrPending = errors.New("the database schema is older than this program: run `migrate` first")
	ErrNewer   = errors.New("the database schema is newer than this program: install the newer program")
)

// Up brings the schema to this program's version. A session lock keeps two
// programs from doing it at once.
func Up(ctx context.Context, dsn string) error {
	return with(dsn, func(db *sql.DB, p *goose.Provider) error {
		if err := refuseNewer(ctx, p); err != nil {
			return err
		}
		if _, err := p.Up(ctx); err != nil {
			return err
		}
		return queue(ctx, db, rivermigrate.DirectionUp, nil)
	})
}

// Down takes everything away again; tests prove with it that each step can be undone.
func Down(ctx context.Context, dsn string) error {
	return with(dsn, func(db *sql.DB, p *goose.Provider) error {
		if err := queue(ctx, db, rivermigrate.DirectionDown, &rivermigrate.MigrateOpts{TargetVersion: -1}); err != nil {
			return err
		}
		_, err := p.DownTo(ctx, 0)
		return err
	})
}

// Check tells whether the schema is exactly this program's: nil, ErrPending or ErrNewer.
func Check(ctx context.Context, dsn string) error {
	return with(dsn, func(db *sql.DB, p *goose.Provider) error {
		if err := refuseNewer(ctx, p); err != nil {
			return err
		}
		pending, err := p.HasPending(ctx)
		if err != nil {
			return fmt.Errorf("read schema version: %w", err)
		}
		if pending {
			return ErrPending
		}
		return checkQueue(ctx, db)
	})
}

// Latest is the number of this program's newest migration.
func Latest() int64 {
	var latest int64
	_ = fs.WalkDir(files, ".", func(path string, _ fs.DirEntry, err error) error {
		if n, e := goose.NumericComponent(path); e == nil {
			latest = max(latest, n)
		}
		return err
	})
	return latest
}

// Fingerprint changes whenever any migration changes.
func Fingerprint() string {
	h := sha256.New()
	h.Write([]byte(queueModule))
	_ = fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := files.ReadFile(path)
		h.Write([]byte(path))
		h.Write(text)
		return err
	})
	return hex.EncodeToString(h.Sum(nil))[:16]
}

func refuseNewer(ctx context.Context, p *goose.Provider) error {
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read schema version: %w", err)
	}
	if current > target {
		return ErrNewer
	}
	return nil
}

// queue runs the job queue's own migrations, which River keeps in its module.
func queue(ctx context.Context, db *sql.DB, way rivermigrate.Direction, opts *rivermigrate.MigrateOpts) error {
	m, err := rivermigrate.New(riverdatabasesql.New(db), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("queue migrations: %w", err)
	}
	if _, err := m.Migrate(ctx, way, opts); err != nil {
		return fmt.Errorf("migrate queue: %w", err)
	}
	return nil
}

func checkQueue(ctx context.Context, db *sql.DB) error {
	m, err := rivermigrate.New(riverdatabasesql.New(db), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("queue migrations: %w", err)
	}
	result, err := m.Validate(ctx)
	if err != nil {
		return fmt.Errorf("check queue: %w", err)
	}
	if !result.OK {
		return ErrPending
	}
	return nil
}

func with(dsn string, f func(*sql.DB, *goose.Provider) error) error {
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	defer func() { _ = db.Close() }()
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return fmt.Errorf("schema lock: %w", err)
	}
	p, err := goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(locker))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	return f(db, p)
}
