package main

import (
	"context"
	"fmt"

	"minping/internal/pg"
)

// isDemo tells whether the database holds the demonstration city.
func isDemo(ctx context.Context, q pg.Querier) (bool, error) {
	const query = `SELECT EXISTS (SELECT 1 FROM instance_facts WHERE key = 'demo')`
	var demo bool
	if err := q.GetContext(ctx, &demo, query); err != nil {
		return false, fmt.Errorf("read instance facts: %w", err)
	}
	return demo, nil
}

// markDemo notes that the filling with the demonstration city is in state "filling" or "complete".
func markDemo(ctx context.Context, q pg.Querier, state string) error {
	const query = `INSERT INTO instance_facts (key, value) VALUES ('demo', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value`
	if _, err := q.ExecContext(ctx, query, state); err != nil {
		return fmt.Errorf("mark as demonstration: %w", err)
	}
	return nil
}

// demoState is "", "filling" or "complete".
func demoState(ctx context.Context, q pg.Querier) (string, error) {
	const query = `SELECT coalesce((SELECT value FROM instance_facts WHERE key = 'demo'), '')`
	var state string
	if err := q.GetContext(ctx, &state, query); err != nil {
		return "", fmt.Errorf("read instance facts: %w", err)
	}
	return state, nil
}

// empty tells whether the database holds neither units nor ratings nor accounts.
func empty(ctx context.Context, q pg.Querier) (bool, error) {
	const query = `SELECT NOT EXISTS (SELECT 1 FROM units WHERE kind <> 'city')
		AND NOT EXISTS (SELECT 1 FROM ratings) AND NOT EXISTS (SELECT 1 FROM accounts)`
	var nothing bool
	if err := q.GetContext(ctx, &nothing, query); err != nil {
		return false, fmt.Errorf("look for data: %w", err)
	}
	return nothing, nil
}

// serverMajor is the major version of the PostgreSQL server.
func serverMajor(ctx context.Context, q pg.Querier) (int, error) {
	const query = `SELECT current_setting('server_version_num')::int / 10000`
	var major int
	if err := q.GetContext(ctx, &major, query); err != nil {
		return 0, fmt.Errorf("read the server's version: %w", err)
	}
	return major, nil
}

// countRelations counts what lies in the database's own schemas.
func countRelations(ctx context.Context, q pg.Querier) (int, error) {
	const query = `SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND n.nspname NOT LIKE 'pg_temp%' AND n.nspname NOT LIKE 'pg_toast_temp%'`
	var n int
	if err := q.GetContext(ctx, &n, query); err != nil {
		return 0, fmt.Errorf("look into the database: %w", err)
	}
	return n, nil
}
