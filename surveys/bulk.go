package surveys

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/pg"
)

// ErrNotEmpty refuses a first fill of a database that holds ratings.
var ErrNotEmpty = errors.New("the database already holds ratings")

// Fill stores a great many ratings into a database that has none, and builds
// the rollups once at the end: many times faster than Store, which keeps them
// right rating by rating. Submission ids must differ.
func (s *Service) Fill(ctx context.Context, ratings iter.Seq[Rating]) (int64, error) {
	var n int64
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `LOCK TABLE ratings, submissions, rating_rollups, answer_rollups IN EXCLUSIVE MODE`); err != nil {
			return fmt.Errorf("lock ratings: %w", err)
		}
		var taken bool
		if err := tx.GetContext(ctx, &taken, `SELECT EXISTS (SELECT 1 FROM ratings)`); err != nil {
			return fmt.Errorf("look for ratings: %w", err)
		}
		if taken {
			return ErrNotEmpty
		}
		var err error
		if n, err = copyRatings(ctx, tx, ratings); err != nil {
			return err
		}
		return rebuild(ctx, tx)
	})
	return n, err
}

// copyRatings streams ratings into a table of the session, then moves them where they belong.
func copyRatings(ctx context.Context, tx *sqlx.Tx, ratings iter.Seq[Rating]) (int64, error) {
	const staging = `CREATE TEMP TABLE filling (LIKE ratings, receipt text) ON COMMIT DROP`
	if _, err := tx.ExecContext(ctx, staging); err != nil {
		return 0, fmt.Errorf("prepare filling: %w", err)
	}
	const query = `COPY filling (id, visited_on, received_at, submission_id, unit_id,
		window_id, division_id, office_id, hall_id, version_id, channel, stratum, level, tags,
		question_ids, answer_values, texts, service, comment, language, elder, seconds, device,
		signals, standing, receipt) FROM STDIN`
	stmt, err := tx.PrepareContext(ctx, query) //nolint:sqlclosecheck // closed below; after a fault the rollback closes it
	if err != nil {
		return 0, fmt.Errorf("begin copy: %w", err)
	}
	var n int64
	for r := range ratings {
		n++
		if err := copyRow(ctx, stmt.ExecContext, n, r); err != nil {
			return n, fmt.Errorf("copy rating %d: %w", n, err)
		}
	}
	if _, err := stmt.ExecContext(ctx); err != nil {
		return n, fmt.Errorf("end copy: %w", err)
	}
	if err := stmt.Close(); err != nil {
		return n, fmt.Errorf("close copy: %w", err)
	}
	return n, moveFilling(ctx, tx, n)
}

func moveFilling(ctx context.Context, tx *sqlx.Tx, n int64) error {
	if n == 0 {
		return nil
	}
	var from, to string
	const span = `SELECT min(visited_on)::text, max(visited_on)::text FROM filling`
	if err := tx.QueryRowContext(ctx, span).Scan(&from, &to); err != nil {
		return fmt.Errorf("span of days: %w", err)
	}
	if err := ensurePartitions(ctx, tx, from, to); err != nil {
		return err
	}
	for _, q := range []string{
		`INSERT INTO submissions (submission_id, receipt, visited_on, rating_id)
			SELECT submission_id, receipt, visited_on, id FROM filling ORDER BY submission_id`,
		`INSERT INTO ratings (id, visited_on, received_at, submission_id, unit_id, window_id, division_id, office_id,
				hall_id, version_id, channel, stratum, level, tags, question_ids, answer_values, texts, service,
				comment, language, elder, seconds, device, signals, standing)
			SELECT id, visited_on, received_at, submission_id, unit_id, window_id, division_id, office_id,
				hall_id, version_id, channel, stratum, level, tags, question_ids, answer_values, texts, service,
				comment, language, elder, seconds, device, signals, standing FROM filling ORDER BY visited_on, id`,
		`SELECT setval('ratings_id_seq', (SELECT max(id) FROM filling))`,
	} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return fmt.Errorf("move ratings: %w", err)
		}
	}
	return nil
}

type execer func(ctx context.Context, args ...any) (sql.Result, error)

func copyRow(ctx context.Context, exec execer, id int64, r Rating) error {
	var texts any
	if len(r.Texts) > 0 {
		raw, err := json.Marshal(r.Texts)
		if err != nil {
			return err
		}
		texts = string(raw)
	}
	var seconds, device any
	if r.Seconds >= 0 {
		seconds = r.Seconds
	}
	if len(r.Device) > 0 {
		device = r.Device
	}
	signals := "{" + strings.Join(r.Signals, ",") + "}"
	_, err := exec(ctx, id, r.VisitedOn.String(), r.ReceivedAt.UTC().Format(time.RFC3339Nano), r.SubmissionID.String(), r.Unit,
		orNull(r.Parents.Window), orNull(r.Parents.Division), orNull(r.Parents.Office), orNull(r.Parents.Hall),
		r.Version, string(r.Channel), string(r.Stratum), r.Level,
		literal(len(r.Tags), func(j int) int { return r.Tags[j] }),
		literal(len(r.Answers), func(j int) int { return r.Answers[j].Question }),
		literal(len(r.Answers), func(j int) int { return r.Answers[j].Value }),
		texts, emptyNull(r.Service), emptyNull(r.Comment), r.Language, r.Elder, seconds, device,
		signals, string(r.Standing()), r.Receipt)
	return err
}

func orNull(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

func emptyNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
