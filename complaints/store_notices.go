package complaints

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"minping/internal/pg"
)

// insertStaffNotices tells accounts of a notice, but for those who must have nothing to
// do with the case, and, where asking and judging is meant, those who play another part.
func insertStaffNotices(ctx context.Context, q pg.Querier, n Notice, accounts []int64, now time.Time) error {
	const query = `INSERT INTO staff_notices (notice_id, account_id, case_id, seq, made_at)
		SELECT n.id, a, n.case_id, n.seq, $4 FROM case_notices n, unnest($3::bigint[]) a
		WHERE n.id = $1 AND NOT EXISTS (SELECT 1 FROM case_bars b WHERE b.case_id = $2 AND b.account_id = a)
			AND ($5 NOT IN ('caller', 'reviewer') OR NOT EXISTS (SELECT 1 FROM case_parts p WHERE p.case_id = $2 AND p.account_id = a AND p.part <> $5))
		ON CONFLICT DO NOTHING`
	if _, err := q.ExecContext(ctx, query, n.ID, n.Case, pq.Int64Array(accounts), now, n.Audience); err != nil {
		return fmt.Errorf("deliver notice %d: %w", n.ID, err)
	}
	return nil
}

const ownNotices = ` FROM staff_notices s JOIN case_notices n ON n.id = s.notice_id JOIN cases c ON c.id = n.case_id
	WHERE s.account_id = $5 AND ` + readable + ` AND ` + narrowed

func selectStaffNotices(ctx context.Context, q pg.Querier, r reach, f NoticeFilter, now time.Time) ([]StaffNotice, error) {
	const query = `SELECT s.notice_id, n.case_id, c.title, c.kind, c.state, c.sealed, coalesce(c.office_id, 0) AS office_id, n.audience, n.clock, n.percent,
			c.due_at, n.send_at, s.read_at` + ownNotices + `
			AND (NOT $23 OR s.read_at IS NULL) AND ($24::bigint = 0 OR s.notice_id < $24) ORDER BY s.notice_id DESC LIMIT $25`
	var list []StaffNotice
	if err := q.SelectContext(ctx, &list, query, append(r.args(Filter{States: States()}, now), f.Unread, f.Before, f.Limit)...); err != nil {
		return nil, fmt.Errorf("list notices: %w", err)
	}
	return list, nil
}

func countUnread(ctx context.Context, q pg.Querier, r reach, now time.Time) (n int, err error) {
	const query = `SELECT count(*)::int FROM (SELECT 1` + ownNotices + ` AND s.read_at IS NULL LIMIT $23) few`
	if err := q.GetContext(ctx, &n, query, append(r.args(Filter{States: States()}, now), UnreadMost)...); err != nil {
		return 0, fmt.Errorf("count notices: %w", err)
	}
	return n, nil
}

func markRead(ctx context.Context, q pg.Querier, account, id int64, upTo bool, now time.Time) error {
	const query = `UPDATE staff_notices SET read_at = $4 WHERE account_id = $1 AND read_at IS NULL AND (notice_id = $2 OR $3 AND notice_id <= $2)`
	if _, err := q.ExecContext(ctx, query, account, id, upTo, now); err != nil {
		return fmt.Errorf("note reading: %w", err)
	}
	return nil
}

func countOldNotices(ctx context.Context, q pg.Querier, before time.Time) (n int, err error) {
	if err := q.GetContext(ctx, &n, `SELECT count(*)::int FROM staff_notices WHERE made_at < $1`, before); err != nil {
		return 0, fmt.Errorf("count old notices: %w", err)
	}
	return n, nil
}

func removeOldNotices(ctx context.Context, q pg.Querier, before time.Time, batch int) (int, error) {
	const query = `DELETE FROM staff_notices WHERE (account_id, notice_id) IN (SELECT account_id, notice_id FROM staff_notices WHERE made_at < $1 LIMIT $2)`
	done, err := q.ExecContext(ctx, query, before, batch)
	if err != nil {
		return 0, fmt.Errorf("remove old notices: %w", err)
	}
	n, err := done.RowsAffected()
	return int(n), err
}
