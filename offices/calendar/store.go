package calendar

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/pg"
)

const noticeColumns = `n.id, n.year, n.source, n.proposed_by, n.proposed_name, n.proposed_at, n.state,
	coalesce(n.decided_name, '') AS decided_name, n.decided_at, coalesce(n.decision, '') AS decision`

type dayRow struct {
	Notice int64  `db:"notice_id"`
	Day    string `db:"day"`
	Name   string `db:"name"`
	Off    bool   `db:"off"`
}

// selectApproved reads the notice that holds for each year, by rising year.
func selectApproved(ctx context.Context, q pg.Querier) ([]workday.Notice, error) {
	const query = `SELECT DISTINCT ON (n.year) ` + noticeColumns + ` FROM holiday_notices n
		WHERE n.state = 'approved' ORDER BY n.year, n.decided_at DESC, n.id DESC`
	var list []Notice
	if err := q.SelectContext(ctx, &list, query); err != nil {
		return nil, fmt.Errorf("read holiday notices: %w", err)
	}
	if err := fillDays(ctx, q, list); err != nil {
		return nil, err
	}
	all := make([]workday.Notice, 0, len(list))
	for _, n := range list {
		all = append(all, workday.Notice{Year: n.Year, Days: n.Days})
	}
	return all, nil
}

func selectNotices(ctx context.Context, q pg.Querier) ([]Notice, error) {
	const query = `SELECT ` + noticeColumns + ` FROM holiday_notices n ORDER BY n.id DESC LIMIT 100`
	var list []Notice
	if err := q.SelectContext(ctx, &list, query); err != nil {
		return nil, fmt.Errorf("read holiday notices: %w", err)
	}
	return list, fillDays(ctx, q, list)
}

func selectNotice(ctx context.Context, q pg.Querier, id int64) (Notice, error) {
	const query = `SELECT ` + noticeColumns + ` FROM holiday_notices n WHERE n.id = $1`
	list := make([]Notice, 1)
	if err := q.GetContext(ctx, &list[0], query, id); err != nil {
		return Notice{}, fmt.Errorf("read holiday notice %d: %w", id, err)
	}
	err := fillDays(ctx, q, list)
	return list[0], err
}

func fillDays(ctx context.Context, q pg.Querier, list []Notice) error {
	const query = `SELECT notice_id, day::text AS day, name, off FROM holiday_days WHERE notice_id = ANY($1::bigint[]) ORDER BY day`
	ids, at := make([]int64, len(list)), map[int64]int{}
	for i, n := range list {
		ids[i], at[n.ID] = n.ID, i
	}
	var rows []dayRow
	if err := q.SelectContext(ctx, &rows, query, pq.Int64Array(ids)); err != nil {
		return fmt.Errorf("read holidays: %w", err)
	}
	for _, r := range rows {
		day, err := workday.Parse(r.Day)
		if err != nil {
			return err
		}
		n := &list[at[r.Notice]]
		n.Days = append(n.Days, workday.NoticeDay{Date: day, Name: r.Name, Off: r.Off})
	}
	return nil
}

func insertNotice(ctx context.Context, tx *sqlx.Tx, p Plan, by actor.Actor, now time.Time) (int64, error) {
	const query = `INSERT INTO holiday_notices (year, source, digest, proposed_by, proposed_name, proposed_at)
		VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`
	var id int64
	if err := tx.GetContext(ctx, &id, query, p.Year, p.Source, p.digest, by.Account, by.Name, now); err != nil {
		return 0, fmt.Errorf("store holiday notice: %w", err)
	}
	const days = `INSERT INTO holiday_days (notice_id, day, name, off)
		SELECT $1, unnest($2::date[]), unnest($3::text[]), unnest($4::boolean[])`
	dates, names, off := make([]string, len(p.Days)), make([]string, len(p.Days)), make([]bool, len(p.Days))
	for i, d := range p.Days {
		dates[i], names[i], off[i] = d.Date.String(), d.Name, d.Off
	}
	if _, err := tx.ExecContext(ctx, days, id, pq.Array(dates), pq.Array(names), pq.Array(off)); err != nil {
		return 0, fmt.Errorf("store holidays: %w", err)
	}
	return id, nil
}

type decision struct {
	state  State
	by     int64
	name   string
	at     time.Time
	reason *string
}

// decide closes an open notice; false where it is none any more.
func decide(ctx context.Context, tx *sqlx.Tx, id int64, d decision) (bool, error) {
	const query = `UPDATE holiday_notices SET state = $2, decided_by = $3, decided_name = $4, decided_at = $5, decision = $6
		WHERE id = $1 AND state = 'pending'`
	res, err := tx.ExecContext(ctx, query, id, string(d.state), d.by, d.name, d.at, d.reason)
	if err != nil {
		return false, fmt.Errorf("decide holiday notice: %w", err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}
