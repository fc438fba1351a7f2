package publish

import (
	"context"
	"fmt"
	"time"

	"minping/internal/fault"
	"minping/internal/pg"
)

// finding is a Search as the store asks it.
type finding struct {
	words       string // tsquery; "": any
	nothing     bool   // what was typed can stand nowhere
	office      string
	category    int
	from, until string
	after       *PlaceIn
	limit       int
}

const replyFrom = ` FROM published_replies p JOIN units u ON u.id = p.office_id JOIN cases c ON c.id = p.case_id
	LEFT JOIN categories k3 ON k3.id = p.category_id LEFT JOIN categories k2 ON k2.id = k3.parent_id LEFT JOIN categories k1 ON k1.id = k2.parent_id`

const replyColumns = `p.id, p.kind, p.office_id, u.name AS office_name, u.name_en AS office_name_en, u.code AS office_code, coalesce(p.category_id, 0) AS category_id,
	coalesce(k1.name, k2.name, k3.name, '') AS category_name, p.title, p.received_on, p.answered_on,
	c.state NOT IN ('closed', 'excluded') AS reopened`

// findReplies lists what is shown. Of the words only the beginning is read.
func findReplies(ctx context.Context, q pg.Querier, f finding) ([]Reply, error) {
	const query = `SELECT ` + replyColumns + `, left(p.question, 160) AS question, '' AS answer` + replyFrom + `
		WHERE p.state = 'shown' AND NOT c.sealed AND ($1 = '' OR p.search @@ $1::tsquery) AND ($2 = '' OR u.code = $2 AND u.kind = 'office')
			AND ($3::int = 0 OR $3 IN (k3.id, k2.id, k1.id)) AND ($4 = '' OR p.answered_on >= nullif($4, '')::date AND p.answered_on < nullif($5, '')::date)
			AND ($6::bigint = 0 OR (p.answered_on, p.id) < (nullif($7, '')::date, $6))
		ORDER BY p.answered_on DESC, p.id DESC LIMIT $8`
	var after PlaceIn
	if f.after != nil {
		after = *f.after
	}
	var list []Reply
	if err := q.SelectContext(ctx, &list, query, f.words, f.office, f.category, f.from, f.until, after.ID, after.Day, f.limit); err != nil {
		return nil, fmt.Errorf("find replies: %w", err)
	}
	return list, nil
}

// selectReply reads one reply; for the public only what is shown.
func selectReply(ctx context.Context, q pg.Querier, number int64, public bool) (Reply, error) {
	const query = `SELECT ` + replyColumns + `, p.question, p.answer, p.state = 'shown' AND NOT c.sealed AS shown` + replyFrom + ` WHERE p.id = $1`
	var r struct {
		Reply
		Shown bool `db:"shown"`
	}
	err := q.GetContext(ctx, &r, query, number)
	switch {
	case pg.None(err):
		return Reply{}, unknown()
	case err != nil:
		return Reply{}, fmt.Errorf("read reply %d: %w", number, err)
	case public && !r.Shown:
		return Reply{}, fault.New(fault.Gone, "publish.gone")
	}
	return r.Reply, nil
}

func selectChoices(ctx context.Context, q pg.Querier) (offices, categories []Choice, months []string, err error) {
	const byOffice = `SELECT u.id, u.code, u.name, u.name_en, count(*)::int AS n FROM published_replies p JOIN units u ON u.id = p.office_id
		WHERE p.state = 'shown' GROUP BY u.id ORDER BY u.code COLLATE "C"`
	const byCategory = `SELECT coalesce(k1.id, k2.id, k3.id) AS id, '' AS code, coalesce(k1.name, k2.name, k3.name) AS name, '' AS name_en, count(*)::int AS n
		FROM published_replies p JOIN categories k3 ON k3.id = p.category_id LEFT JOIN categories k2 ON k2.id = k3.parent_id LEFT JOIN categories k1 ON k1.id = k2.parent_id
		WHERE p.state = 'shown' GROUP BY 1, 3 ORDER BY n DESC, 1`
	const byMonth = `SELECT DISTINCT to_char(answered_on, 'YYYY-MM') FROM published_replies WHERE state = 'shown' ORDER BY 1 DESC LIMIT 36`
	if err = q.SelectContext(ctx, &offices, byOffice); err == nil {
		err = q.SelectContext(ctx, &categories, byCategory)
	}
	if err == nil {
		err = q.SelectContext(ctx, &months, byMonth)
	}
	if err != nil {
		err = fmt.Errorf("what replies can be narrowed by: %w", err)
	}
	return offices, categories, months, err
}

func selectWork(ctx context.Context, q pg.Querier, office int64, from, until time.Time) (OfficeWork, error) {
	const query = `SELECT count(*) FILTER (WHERE dispatched_at >= $2 AND dispatched_at < $3)::int AS received,
			count(*) FILTER (WHERE closed_at >= $2 AND closed_at < $3)::int AS closed,
			count(*) FILTER (WHERE due_clock <> '')::int AS open,
			count(*) FILTER (WHERE first_reply_at >= $2 AND first_reply_at < $3 AND dispatched_at IS NOT NULL)::int AS replied,
			(avg(extract(epoch FROM first_reply_at - dispatched_at)) FILTER (WHERE first_reply_at >= $2 AND first_reply_at < $3 AND dispatched_at IS NOT NULL) / 86400)::float8 AS days
		FROM case_facts WHERE office_id = $1 AND NOT sealed AND merged_into IS NULL AND channel <> 'import'`
	var w OfficeWork
	if err := q.GetContext(ctx, &w, query, office, from, until); err != nil {
		return w, fmt.Errorf("work of office %d: %w", office, err)
	}
	return w, nil
}
