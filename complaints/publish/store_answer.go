package publish

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

const entryColumns = `e.id, e.seq, e.state, e.office_id, u.name AS office_name, u.name_en AS office_name_en, coalesce(e.category_id, 0) AS category_id,
	coalesce(k.name, '') AS category_name, coalesce(e.case_id, 0) AS case_id, e.newest, e.version, coalesce(v.question, '') AS question, coalesce(v.answer, '') AS answer,
	coalesce(v.account_id, 0) AS account_id, coalesce(v.account_name, '') AS account_name, e.checker_name, e.checked_on, e.review_on, e.changed_at`

const entryFrom = ` FROM qa_entries e JOIN units u ON u.id = e.office_id LEFT JOIN categories k ON k.id = e.category_id
	LEFT JOIN qa_versions v ON v.entry_id = e.id AND v.number = e.newest`

func lockEntry(ctx context.Context, tx *sqlx.Tx, id int64, today workday.Day) (Entry, error) {
	const query = `SELECT ` + entryColumns + `, e.state = 'shown' AND e.review_on <= $2::date AS stale` + entryFrom + ` WHERE e.id = $1 FOR UPDATE OF e`
	return oneEntry(ctx, tx, query, id, today)
}

func selectEntry(ctx context.Context, q pg.Querier, id int64, today workday.Day) (Entry, error) {
	const query = `SELECT ` + entryColumns + `, e.state = 'shown' AND e.review_on <= $2::date AS stale` + entryFrom + ` WHERE e.id = $1`
	return oneEntry(ctx, q, query, id, today)
}

func oneEntry(ctx context.Context, q pg.Querier, query string, id int64, today workday.Day) (Entry, error) {
	var e Entry
	err := q.GetContext(ctx, &e, query, id, today.String())
	if pg.None(err) {
		return e, unknown()
	}
	if err != nil {
		return e, fmt.Errorf("read answer %d: %w", id, err)
	}
	return e, nil
}

func selectEntries(ctx context.Context, q pg.Querier, at reach, f EntryFilter, today workday.Day, most int) ([]Entry, error) {
	const query = `SELECT ` + entryColumns + `, e.state = 'shown' AND e.review_on <= $3::date AS stale` + entryFrom + `
		WHERE ($1 OR e.office_id = ANY($2::bigint[])) AND ($4::bigint = 0 OR e.office_id = $4) AND ((e.state = 'retired') = $5)
			AND (NOT $6 OR e.newest > e.version) AND (NOT $7 OR e.state = 'shown' AND e.review_on <= $3::date)
			AND ($8 = '' OR e.search @@ $8::tsquery OR strpos(v.question, $9) > 0)
		ORDER BY stale DESC, e.newest > e.version DESC, e.changed_at DESC, e.id DESC LIMIT $10`
	var list []Entry
	if err := q.SelectContext(ctx, &list, query, at.all, pq.Int64Array(at.offices), today.String(), f.Office, f.Retired, f.Waiting, f.Stale, wanted(f.Query), f.Query, most); err != nil {
		return nil, fmt.Errorf("list answers: %w", err)
	}
	return list, nil
}

// entryChoices tells whether an office and a category are there; no category is one too.
func entryChoices(ctx context.Context, q pg.Querier, office int64, category int) (isOffice, isCategory bool, err error) {
	const query = `SELECT EXISTS (SELECT 1 FROM units WHERE id = $1 AND kind = 'office') AS office, $2::int = 0 OR EXISTS (SELECT 1 FROM categories WHERE id = $2) AS category`
	var known struct {
		Office   bool `db:"office"`
		Category bool `db:"category"`
	}
	if err := q.GetContext(ctx, &known, query, office, category); err != nil {
		return false, false, fmt.Errorf("office and category of an answer: %w", err)
	}
	return known.Office, known.Category, nil
}

func insertEntry(ctx context.Context, tx *sqlx.Tx, in Writing, now time.Time) (int64, error) {
	const query = `INSERT INTO qa_entries (seq, state, office_id, category_id, case_id, newest, changed_at)
		VALUES (0, 'draft', $1, nullif($2::int, 0), nullif($3::bigint, 0), 0, $4) RETURNING id`
	var id int64
	if err := tx.GetContext(ctx, &id, query, in.Office, in.Category, in.Case, now); err != nil {
		return 0, fmt.Errorf("store an answer: %w", err)
	}
	return id, nil
}

func insertVersion(ctx context.Context, tx *sqlx.Tx, e Entry, in Writing, by actor.Actor, now time.Time) error {
	const version = `INSERT INTO qa_versions (entry_id, number, question, answer, account_id, account_name, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	if _, err := tx.ExecContext(ctx, version, e.ID, e.Newest+1, in.Question, in.Answer, by.Account, by.Name, now); err != nil {
		return fmt.Errorf("store a version of answer %d: %w", e.ID, err)
	}
	const entry = `UPDATE qa_entries SET seq = seq + 1, newest = $2, office_id = $3, category_id = nullif($4::int, 0), changed_at = $5 WHERE id = $1`
	if _, err := tx.ExecContext(ctx, entry, e.ID, e.Newest+1, in.Office, in.Category, now); err != nil {
		return fmt.Errorf("change answer %d: %w", e.ID, err)
	}
	return nil
}

func releaseEntry(ctx context.Context, tx *sqlx.Tx, e Entry, by actor.Actor, until, today workday.Day, now time.Time) error {
	const query = `UPDATE qa_entries SET seq = seq + 1, state = 'shown', version = newest, search = array_to_tsvector($2::text[]), review_on = $3::date, checked_on = $4::date,
		checker_id = $5, checker_name = $6, stale_since = NULL, changed_at = $7 WHERE id = $1`
	if _, err := tx.ExecContext(ctx, query, e.ID, pq.StringArray(lexemes(e.Question, e.Answer)), until.String(), today.String(), by.Account, by.Name, now); err != nil {
		return fmt.Errorf("release answer %d: %w", e.ID, err)
	}
	return nil
}

func retireEntry(ctx context.Context, tx *sqlx.Tx, id int64, now time.Time) error {
	const query = `UPDATE qa_entries SET seq = seq + 1, state = 'retired', stale_since = NULL, changed_at = $2 WHERE id = $1`
	if _, err := tx.ExecContext(ctx, query, id, now); err != nil {
		return fmt.Errorf("retire answer %d: %w", id, err)
	}
	return nil
}

// takeStale notes one answer whose day has come, the oldest first; two nodes take different ones.
func takeStale(ctx context.Context, tx *sqlx.Tx, today workday.Day, now time.Time) (id, office int64, err error) {
	const query = `UPDATE qa_entries SET stale_since = $1::date, changed_at = $2 WHERE id = (SELECT id FROM qa_entries
			WHERE state = 'shown' AND review_on <= $1::date AND stale_since IS NULL ORDER BY review_on, id LIMIT 1 FOR UPDATE SKIP LOCKED)
		RETURNING id, office_id`
	err = tx.QueryRowxContext(ctx, query, today.String(), now).Scan(&id, &office)
	if err != nil && !pg.None(err) {
		err = fmt.Errorf("note a stale answer: %w", err)
	}
	return id, office, err
}

const knownColumns = `e.id, e.office_id, u.name AS office_name, u.name_en AS office_name_en, u.code AS office_code,
	coalesce(k1.name, k2.name, k3.name, '') AS category_name, v.question, e.checked_on`

const knownFrom = ` FROM qa_entries e JOIN qa_versions v ON v.entry_id = e.id AND v.number = e.version JOIN units u ON u.id = e.office_id
	LEFT JOIN categories k3 ON k3.id = e.category_id LEFT JOIN categories k2 ON k2.id = k3.parent_id LEFT JOIN categories k1 ON k1.id = k2.parent_id`

func findAnswers(ctx context.Context, q pg.Querier, f finding, today workday.Day) ([]Known, error) {
	const query = `SELECT ` + knownColumns + `, left(v.answer, 160) AS answer, e.review_on <= $4::date AS stale` + knownFrom + `
		WHERE e.state = 'shown' AND ($1 = '' OR e.search @@ $1::tsquery) AND ($2 = '' OR u.code = $2 AND u.kind = 'office') AND ($3::int = 0 OR $3 IN (k3.id, k2.id, k1.id))
			AND ($5::bigint = 0 OR (e.checked_on, e.id) < (nullif($6, '')::date, $5))
		ORDER BY e.checked_on DESC, e.id DESC LIMIT $7`
	var after PlaceIn
	if f.after != nil {
		after = *f.after
	}
	var list []Known
	if err := q.SelectContext(ctx, &list, query, f.words, f.office, f.category, today.String(), after.ID, after.Day, f.limit); err != nil {
		return nil, fmt.Errorf("find answers: %w", err)
	}
	return list, nil
}

func suggestAnswers(ctx context.Context, q pg.Querier, words string, office int64, today workday.Day, most int) ([]Known, error) {
	const query = `SELECT ` + knownColumns + `, left(v.answer, 160) AS answer, false AS stale` + knownFrom + `
		WHERE e.state = 'shown' AND e.review_on > $3::date AND e.search @@ $1::tsquery
		ORDER BY ts_rank(e.search, $1::tsquery, 2) * CASE WHEN e.office_id = $2 THEN 2 ELSE 1 END DESC, e.id LIMIT $4`
	var list []Known
	if err := q.SelectContext(ctx, &list, query, words, office, today.String(), most); err != nil {
		return nil, fmt.Errorf("suggest answers: %w", err)
	}
	return list, nil
}

func selectKnown(ctx context.Context, q pg.Querier, id int64, today workday.Day) (Known, error) {
	const query = `SELECT ` + knownColumns + `, v.answer, e.review_on <= $2::date AS stale, e.state` + knownFrom + ` WHERE e.id = $1`
	var k struct {
		Known
		State string `db:"state"`
	}
	err := q.GetContext(ctx, &k, query, id, today.String())
	switch {
	case pg.None(err):
		return k.Known, unknown()
	case err != nil:
		return k.Known, fmt.Errorf("read answer %d: %w", id, err)
	case k.State != "shown":
		return Known{}, fault.New(fault.Gone, "publish.gone")
	}
	return k.Known, nil
}
