package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/pg"
	"minping/internal/pgembed"
	"minping/migrations"
	"minping/server/config"
)

// database is the pool and, where no server is configured, the private
// PostgreSQL under the data directory that this process started or joined.
type database struct {
	*sqlx.DB
	dsn     string
	cluster *pgembed.Cluster
}

// openDatabase connects. A private database is brought to this program's schema;
// a configured one is never touched: a pending or newer schema is refused.
func openDatabase(ctx context.Context, c config.Config, log *slog.Logger) (*database, error) {
	d, err := reachDatabase(ctx, c, log)
	if err != nil {
		return nil, err
	}
	if err := d.open(ctx, c); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

// reachDatabase knows the address, and has the private database running.
func reachDatabase(ctx context.Context, c config.Config, log *slog.Logger) (*database, error) {
	d := &database{dsn: c.DatabaseURL.Reveal()}
	if d.dsn == "" {
		cluster, err := pgembed.Acquire(ctx, pgembed.Config{Dir: c.DataDir, Mirror: c.PostgresMirror, Log: log})
		if err != nil {
			return nil, fmt.Errorf("start the private PostgreSQL: %w", err)
		}
		d.cluster, d.dsn = cluster, cluster.DSN("minping")
	}
	return d, nil
}

// errNotEmpty keeps a restore from mixing two cities.
var errNotEmpty = errors.New("the database is not empty: restore into a new one (createdb), or into another MINPING_DATA_DIR")

// emptyDatabase connects to a database that has nothing in it, not even a schema.
func emptyDatabase(ctx context.Context, c config.Config, log *slog.Logger) (*database, error) {
	d, err := reachDatabase(ctx, c, log)
	if err != nil {
		return nil, err
	}
	if d.DB, err = pg.Open(ctx, d.dsn, c.Connections); err != nil {
		return nil, errors.Join(err, d.close())
	}
	if n, err := countRelations(ctx, d); err != nil {
		return nil, errors.Join(err, d.close())
	} else if n > 0 {
		return nil, errors.Join(errNotEmpty, d.close())
	}
	return d, nil
}

func (d *database) open(ctx context.Context, c config.Config) error {
	err := migrations.Check(ctx, d.dsn)
	if errors.Is(err, migrations.ErrPending) && d.cluster != nil {
		err = migrations.Up(ctx, d.dsn)
	}
	if err != nil {
		return err
	}
	d.DB, err = pg.Open(ctx, d.dsn, c.Connections)
	return err
}

// close closes the pool and lets go of the private database; the last process
// that uses it stops it.
func (d *database) close() error {
	var err error
	if d.DB != nil {
		err = d.DB.Close()
	}
	if d.cluster != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		err = errors.Join(err, d.cluster.Release(ctx))
	}
	return err
}

// watch starts the private database again whenever it died.
func (d *database) watch(ctx context.Context, log *slog.Logger) {
	if d.cluster == nil {
		return
	}
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if d.cluster.Alive() {
			continue
		}
		log.Error("the private PostgreSQL is gone; starting it again")
		if err := d.cluster.Ensure(ctx); err != nil && ctx.Err() == nil {
			log.Error("the private PostgreSQL does not start", "error", err)
		}
	}
}

func runMigrate(ctx context.Context, p program, args []string) error {
	fs := p.flags("migrate", "migrate [--grant ROLE]")
	role := fs.String("grant", "", "also give this role, as which the program serves, exactly the rights it needs")
	if _, err := p.parse(fs, args); err != nil {
		return err
	}
	dsn := p.config.DatabaseURL.Reveal()
	if dsn == "" {
		if *role != "" {
			return p.wrong(fs, "--grant is for a configured database: the private one has one role")
		}
		d, err := openDatabase(ctx, p.config, p.log())
		if err != nil {
			return err
		}
		if err := d.close(); err != nil {
			return err
		}
	} else if err := migrations.Up(ctx, dsn); err != nil {
		return err
	}
	if *role != "" {
		if err := migrations.Grant(ctx, dsn, *role); err != nil {
			return err
		}
		p.say("role %s may serve, and no more", *role)
	}
	_, err := fmt.Fprintln(p.out, "the database schema is current")
	return err
}
