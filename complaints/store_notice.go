package complaints

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/lib/pq"

	"minping/internal/pg"
)

func selectWaking(ctx context.Context, q pg.Querier, until time.Time, after wakeMark) ([]wakeMark, error) {
	const query = `SELECT wake_at, id FROM cases WHERE wake_at <= $1 AND ($2::bigint = 0 OR (wake_at, id) > ($3, $2)) ORDER BY wake_at, id LIMIT $4`
	var list []wakeMark
	if err := q.SelectContext(ctx, &list, query, until, after.ID, after.At, batch); err != nil {
		return nil, fmt.Errorf("look for what is due: %w", err)
	}
	return list, nil
}

func insertNotices(ctx context.Context, q pg.Querier, c *Case, e Event, audiences []string) error {
	const query = `INSERT INTO case_notices (case_id, seq, audience, clock, percent, office_id, account_id, send_at)
		SELECT $1, $2, a, $4, $5, nullif($6::bigint, 0), CASE a WHEN 'handler' THEN nullif($7::bigint, 0) END, $8 FROM unnest($3::text[]) a`
	if _, err := q.ExecContext(ctx, query, c.ID, e.Seq, pq.Array(audiences), string(e.Detail.Clock), e.Detail.Percent, c.Office, c.Handler, e.At); err != nil {
		return fmt.Errorf("notices of case %d: %w", c.ID, err)
	}
	return nil
}

func takeNotices(ctx context.Context, q pg.Querier, now time.Time, most int) ([]Notice, error) {
	const query = `UPDATE case_notices SET sent_at = $1 WHERE id IN (
			SELECT id FROM case_notices WHERE sent_at IS NULL AND send_at <= $1 ORDER BY send_at, id LIMIT $2 FOR UPDATE SKIP LOCKED)
		RETURNING id, case_id, audience, clock, percent, coalesce(office_id, 0) AS office_id, coalesce(account_id, 0) AS account_id, send_at`
	var list []Notice
	if err := q.SelectContext(ctx, &list, query, now, most); err != nil {
		return nil, fmt.Errorf("take notices: %w", err)
	}
	slices.SortFunc(list, func(a, b Notice) int { return a.SendAt.Compare(b.SendAt) })
	return list, nil
}
