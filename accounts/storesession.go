package accounts

import (
	"context"
	"hash/fnv"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/pg"
)

type signInRow struct {
	Account   int64
	At        time.Time
	Outcome   string
	Agent     string
	Source    string
	NewDevice bool
}

func insertSignIn(ctx context.Context, q pg.Querier, r signInRow) error {
	const query = `
		INSERT INTO account_signins (account_id, at, outcome, agent, source, new_device) VALUES ($1, $2, $3, $4, $5, $6)`
	_, err := q.ExecContext(ctx, query, r.Account, r.At, r.Outcome, r.Agent, r.Source, r.NewDevice)
	return err
}

// countDecoy writes as much as counting a failure does.
func countDecoy(ctx context.Context, q pg.Querier, username string) error {
	_, err := q.ExecContext(ctx, `UPDATE signin_decoys SET failures = failures + 1 WHERE id = $1`, decoyOf(username))
	return err
}

func decoyOf(username string) int64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(username))
	return int64(h.Sum32() % 16)
}

// unclaimAttempt takes one try off the count, and with it the lock that only this
// try had caused.
func unclaimAttempt(ctx context.Context, q pg.Querier, a credentials, after int) error {
	if a.KnownDevice {
		const query = `
			UPDATE account_devices SET failures = greatest(failures - 1, 0),
				locked_until = CASE WHEN failures - 1 >= $3 THEN locked_until END
			WHERE account_id = $1 AND digest = $2`
		_, err := q.ExecContext(ctx, query, a.ID, a.device, after)
		return err
	}
	const query = `
		UPDATE accounts SET failures = greatest(failures - 1, 0),
			locked_until = CASE WHEN failures - 1 >= $2 THEN locked_until END
		WHERE id = $1`
	_, err := q.ExecContext(ctx, query, a.ID, after)
	return err
}

// lastSignIn tells of the sign-in before and the failures since.
func lastSignIn(ctx context.Context, q pg.Querier, account int64, w *Welcome) error {
	const query = `
		SELECT max(at) FILTER (WHERE outcome = 'done') AS last,
			count(*) FILTER (WHERE outcome <> 'done' AND id > coalesce(
				(SELECT max(id) FROM account_signins WHERE account_id = $1 AND outcome = 'done'), 0)) AS failures
		FROM account_signins WHERE account_id = $1`
	var row struct {
		Last     *time.Time `db:"last"`
		Failures int        `db:"failures"`
	}
	err := q.GetContext(ctx, &row, query, account)
	w.Last, w.Failures = row.Last, row.Failures
	return err
}

// seeDevice tells whether a browser has been here before and notes it. What is long
// ago is ended by retention.
func seeDevice(ctx context.Context, tx *sqlx.Tx, account int64, digest []byte, now time.Time) (known bool, err error) {
	const query = `
		INSERT INTO account_devices (account_id, digest, seen_at) VALUES ($1, $2, $3)
		ON CONFLICT ON CONSTRAINT account_devices_pkey DO UPDATE SET seen_at = EXCLUDED.seen_at
		RETURNING xmax <> 0`
	err = tx.GetContext(ctx, &known, query, account, digest, now)
	return known, err
}

func insertSession(ctx context.Context, q pg.Querier, id string, r signInRow) error {
	const query = `INSERT INTO account_sessions (id, account_id, agent, source, started_at, seen_at) VALUES ($1, $2, $3, $4, $5, $5)`
	_, err := q.ExecContext(ctx, query, id, r.Account, r.Agent, r.Source, r.At)
	return err
}

func aliveSession(ctx context.Context, q pg.Querier, account int64, id string, l sessionLimits) (time.Time, error) {
	const query = `
		SELECT seen_at FROM account_sessions
		WHERE id = $1 AND account_id = $2 AND ended_at IS NULL AND seen_at > $3 AND started_at > $4`
	var seen time.Time
	err := q.GetContext(ctx, &seen, query, id, account, l.idleSince, l.startedAfter)
	return seen, err
}

func touchSession(ctx context.Context, q pg.Querier, id string, now time.Time) error {
	_, err := q.ExecContext(ctx, `UPDATE account_sessions SET seen_at = $2 WHERE id = $1 AND seen_at < $2 AND ended_at IS NULL`, id, now)
	return err
}

func runningSessions(ctx context.Context, q pg.Querier, account int64, l sessionLimits) ([]Session, error) {
	const query = `
		SELECT id, agent, source, started_at, seen_at FROM account_sessions
		WHERE account_id = $1 AND ended_at IS NULL AND seen_at > $2 AND started_at > $3
		ORDER BY started_at DESC, id`
	var list []Session
	err := q.SelectContext(ctx, &list, query, account, l.idleSince, l.startedAfter)
	return list, err
}

func endSession(ctx context.Context, q pg.Querier, account int64, id string, now time.Time) (int64, error) {
	const query = `UPDATE account_sessions SET ended_at = $3 WHERE id = $1 AND account_id = $2 AND ended_at IS NULL`
	res, err := q.ExecContext(ctx, query, id, account, now)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func endSessionsBut(ctx context.Context, q pg.Querier, account int64, keep string, now time.Time) error {
	const query = `UPDATE account_sessions SET ended_at = $3 WHERE account_id = $1 AND id <> $2 AND ended_at IS NULL`
	_, err := q.ExecContext(ctx, query, account, keep, now)
	return err
}

func recentSignIns(ctx context.Context, q pg.Querier, account int64) ([]Attempt, error) {
	const query = `
		SELECT at, outcome, agent, source, new_device FROM account_signins
		WHERE account_id = $1 ORDER BY id DESC LIMIT 15`
	var list []Attempt
	err := q.SelectContext(ctx, &list, query, account)
	return list, err
}

func insertNotice(ctx context.Context, q pg.Querier, account int64, n Notice) error {
	const query = `INSERT INTO account_notices (account_id, at, kind, reason) VALUES ($1, $2, $3, $4)`
	_, err := q.ExecContext(ctx, query, account, n.At, n.Kind, n.Reason)
	return err
}

// takeNotices gives what was not shown yet and marks it as shown.
func takeNotices(ctx context.Context, q pg.Querier, account int64, now time.Time) ([]Notice, error) {
	const query = `
		UPDATE account_notices SET shown_at = $2 WHERE account_id = $1 AND shown_at IS NULL
		RETURNING at, kind, reason`
	var list []Notice
	err := q.SelectContext(ctx, &list, query, account, now)
	return list, err
}

func noticesSince(ctx context.Context, q pg.Querier, account int64, since time.Time) ([]Notice, error) {
	const query = `SELECT at, kind, reason FROM account_notices WHERE account_id = $1 AND at >= $2 ORDER BY id DESC`
	var list []Notice
	err := q.SelectContext(ctx, &list, query, account, since)
	return list, err
}
