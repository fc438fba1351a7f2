package complaints

import (
	"context"
	"fmt"
	"time"

	"minping/internal/pg"
)

type linkRow struct {
	ID        int64      `db:"id"`
	Case      ID         `db:"case_id"`
	Round     int        `db:"round"`
	Digest    []byte     `db:"digest"`
	MadeAt    time.Time  `db:"made_at"`
	ExpiresAt time.Time  `db:"expires_at"`
	UsedAt    *time.Time `db:"used_at"`
	Account   int64      `db:"account_id"`
}

func insertLink(ctx context.Context, q pg.Querier, l linkRow) error {
	const query = `INSERT INTO callback_links (case_id, round, digest, made_at, expires_at, account_id) VALUES ($1, $2, $3, $4, $5, nullif($6::bigint, 0))`
	if _, err := q.ExecContext(ctx, query, l.Case, l.Round, l.Digest, l.MadeAt, l.ExpiresAt, l.Account); err != nil {
		return fmt.Errorf("store link of case %d: %w", l.Case, err)
	}
	return nil
}

func selectLink(ctx context.Context, q pg.Querier, digest []byte) (linkRow, error) {
	const query = `SELECT id, case_id, round, made_at, expires_at, used_at FROM callback_links WHERE digest = $1`
	var l linkRow
	err := q.GetContext(ctx, &l, query, digest)
	if pg.None(err) {
		return l, unknown()
	}
	if err != nil {
		return l, fmt.Errorf("read link: %w", err)
	}
	return l, nil
}

func selectLinkOf(ctx context.Context, q pg.Querier, id ID, round int) (*LinkSent, error) {
	const query = `SELECT made_at, expires_at, used_at FROM callback_links WHERE case_id = $1 AND round = $2`
	var list []LinkSent
	if err := q.SelectContext(ctx, &list, query, id, round); err != nil {
		return nil, fmt.Errorf("link of case %d: %w", id, err)
	}
	if len(list) == 0 {
		return nil, nil //nolint:nilnil // no link is no fault
	}
	return &list[0], nil
}

func useLink(ctx context.Context, q pg.Querier, id int64, at time.Time) error {
	if _, err := q.ExecContext(ctx, `UPDATE callback_links SET used_at = $2 WHERE id = $1 AND used_at IS NULL`, id, at); err != nil {
		return fmt.Errorf("use link: %w", err)
	}
	return nil
}

func selectLanguage(ctx context.Context, q pg.Querier, id ID) (language string, err error) {
	if err := q.GetContext(ctx, &language, `SELECT language FROM cases WHERE id = $1`, id); err != nil {
		return "", fmt.Errorf("language of case %d: %w", id, err)
	}
	return language, nil
}
