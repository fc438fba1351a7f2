package publish

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"minping/complaints"
	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/pg"
)

func insertReply(ctx context.Context, tx *sqlx.Tx, by actor.Actor, d Draft, src source, hidden int, now time.Time) (int64, error) {
	const query = `INSERT INTO published_replies (case_id, state, kind, office_id, category_id, title, question, answer, search, received_on, answered_on, hidden,
			author_id, author_name, publisher_id, publisher_name, published_at)
		VALUES ($1, 'shown', $2, $3, nullif($4::int, 0), $5, $6, $7, array_to_tsvector($8::text[]), $9, $10, $11, $12, $13, $14, $15, $16) RETURNING id`
	text := map[string]string{}
	for _, p := range d.Parts {
		text[p.Name] = p.Public()
	}
	var number int64
	if err := tx.GetContext(ctx, &number, query, src.ID, string(src.Kind), src.Office, src.Category, text[Title], text[Question], text[Answer],
		pq.StringArray(lexemes(text[Title], text[Question], text[Answer])), workday.Of(src.Received).String(), workday.Of(src.Answered).String(), hidden,
		d.Author, d.Name, by.Account, by.Name, now); err != nil {
		return 0, fmt.Errorf("publish case %d: %w", src.ID, err)
	}
	return number, nil
}

const publishedColumns = `p.id, p.case_id, p.state, p.kind, p.office_id, p.title, p.hidden, p.author_id, p.author_name, p.publisher_id, p.publisher_name, p.published_at,
	p.withdrawn_at, coalesce(p.withdrawn_by, '') AS withdrawn_by, coalesce(p.withdrawn_why, '') AS withdrawn_why,
	o.at AS objected_at, coalesce(o.reason, '') AS objection, coalesce(o.outcome, '') AS outcome, coalesce(o.answer, '') AS told`

func lockReply(ctx context.Context, tx *sqlx.Tx, number int64) (Published, error) {
	const query = `SELECT ` + publishedColumns + ` FROM published_replies p LEFT JOIN reply_objections o ON o.reply_id = p.id WHERE p.id = $1 FOR UPDATE OF p`
	return onePublished(ctx, tx, query, number)
}

func selectPublished(ctx context.Context, q pg.Querier, number int64) (Published, error) {
	const query = `SELECT ` + publishedColumns + ` FROM published_replies p LEFT JOIN reply_objections o ON o.reply_id = p.id WHERE p.id = $1`
	return onePublished(ctx, q, query, number)
}

func onePublished(ctx context.Context, q pg.Querier, query string, number int64) (Published, error) {
	var p Published
	err := q.GetContext(ctx, &p, query, number)
	if pg.None(err) {
		return p, unknown()
	}
	if err != nil {
		return p, fmt.Errorf("read published reply %d: %w", number, err)
	}
	return p, nil
}

// selectOfCase reads the newest that was published of a case.
func selectOfCase(ctx context.Context, q pg.Querier, id complaints.ID) (Published, error) {
	const query = `SELECT ` + publishedColumns + ` FROM published_replies p LEFT JOIN reply_objections o ON o.reply_id = p.id
		WHERE p.case_id = $1 ORDER BY p.id DESC LIMIT 1`
	var p Published
	err := q.GetContext(ctx, &p, query, id)
	return p, err
}

func liveReply(ctx context.Context, q pg.Querier, id complaints.ID) (int64, error) {
	const query = `SELECT id FROM published_replies WHERE case_id = $1 AND state <> 'withdrawn'`
	var number int64
	err := q.GetContext(ctx, &number, query, id)
	if pg.None(err) {
		return 0, unknown()
	}
	if err != nil {
		return 0, fmt.Errorf("published reply of case %d: %w", id, err)
	}
	return number, nil
}

func selectReplies(ctx context.Context, q pg.Querier, at reach, state State, most int) ([]Published, error) {
	const query = `SELECT ` + publishedColumns + ` FROM published_replies p LEFT JOIN reply_objections o ON o.reply_id = p.id
		WHERE ($1 OR p.office_id = ANY($2::bigint[])) AND p.state = $3 ORDER BY p.id DESC LIMIT $4`
	var list []Published
	if err := q.SelectContext(ctx, &list, query, at.all, pq.Int64Array(at.offices), string(state), most); err != nil {
		return nil, fmt.Errorf("list published replies: %w", err)
	}
	return list, nil
}

func withdrawReply(ctx context.Context, tx *sqlx.Tx, number int64, by, why string, now time.Time) error {
	const query = `UPDATE published_replies SET state = 'withdrawn', withdrawn_at = $2, withdrawn_by = $3, withdrawn_why = $4 WHERE id = $1`
	if _, err := tx.ExecContext(ctx, query, number, now, by, why); err != nil {
		return fmt.Errorf("withdraw reply %d: %w", number, err)
	}
	return nil
}

func setReplyState(ctx context.Context, tx *sqlx.Tx, number int64, state State) error {
	const query = `UPDATE published_replies SET state = $2 WHERE id = $1`
	if _, err := tx.ExecContext(ctx, query, number, string(state)); err != nil {
		return fmt.Errorf("change reply %d: %w", number, err)
	}
	return nil
}

// insertObjection is false where one was raised before.
func insertObjection(ctx context.Context, tx *sqlx.Tx, number int64, reason string, now time.Time) (bool, error) {
	const query = `INSERT INTO reply_objections (reply_id, at, reason) VALUES ($1, $2, $3) ON CONFLICT (reply_id) DO NOTHING`
	result, err := tx.ExecContext(ctx, query, number, now, reason)
	if err != nil {
		return false, fmt.Errorf("object to reply %d: %w", number, err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

func decideObjection(ctx context.Context, tx *sqlx.Tx, number int64, by actor.Actor, outcome, answer string, now time.Time) error {
	const query = `UPDATE reply_objections SET outcome = $2, answer = $3, decided_at = $4, account_id = $5, account_name = $6 WHERE reply_id = $1`
	account := sql.NullInt64{Int64: by.Account, Valid: by.Account != 0}
	if _, err := tx.ExecContext(ctx, query, number, outcome, answer, now, account, by.Name); err != nil {
		return fmt.Errorf("decide objection to reply %d: %w", number, err)
	}
	return nil
}

type workRow struct {
	Case    complaints.ID `db:"case_id"`
	State   string        `db:"state"`
	Name    string        `db:"author_name"`
	Changed time.Time     `db:"changed_at"`
	Remark  string        `db:"remark"`
}

func selectDrafts(ctx context.Context, q pg.Querier, at reach, state string, most int) ([]workRow, error) {
	const query = `SELECT d.case_id, d.state, d.author_name, d.changed_at, d.remark FROM release_drafts d JOIN cases c ON c.id = d.case_id
		WHERE d.state = $3 AND ($1 OR c.office_id = ANY($2::bigint[])) ORDER BY d.changed_at, d.case_id LIMIT $4`
	var list []workRow
	if err := q.SelectContext(ctx, &list, query, at.all, pq.Int64Array(at.offices), state, most); err != nil {
		return nil, fmt.Errorf("list drafts: %w", err)
	}
	return list, nil
}

// selectCandidates lists closed cases of which nothing is published or begun, the
// last closed first.
func selectCandidates(ctx context.Context, q pg.Querier, at reach, most int) ([]workRow, error) {
	const query = `SELECT c.id AS case_id, '' AS state, '' AS author_name, c.closed_at AS changed_at, '' AS remark FROM cases c
		WHERE c.state = 'closed' AND NOT c.sealed AND c.office_id IS NOT NULL AND c.body <> '' AND c.first_reply_at IS NOT NULL AND c.closed_at IS NOT NULL
			AND ($1 OR c.office_id = ANY($2::bigint[]))
			AND NOT EXISTS (SELECT 1 FROM published_replies p WHERE p.case_id = c.id) AND NOT EXISTS (SELECT 1 FROM release_drafts d WHERE d.case_id = c.id)
		ORDER BY c.closed_at DESC, c.id DESC LIMIT $3`
	var list []workRow
	if err := q.SelectContext(ctx, &list, query, at.all, pq.Int64Array(at.offices), most); err != nil {
		return nil, fmt.Errorf("list cases to publish: %w", err)
	}
	return list, nil
}
