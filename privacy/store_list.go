package privacy

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"minping/internal/pg"
)

type listedRow struct {
	contactRow
	UnitName string     `db:"unit_name"`
	UnitEn   string     `db:"unit_en"`
	Openings int        `db:"openings"`
	OpenedAt *time.Time `db:"opened_at"`
}

const listedColumns = `c.submission_id, c.record_id, c.unit_id, c.office_id, c.hall_id, c.level, c.visited_on::text AS visited_day, c.left_at,
		c.erased_at, trim(u.number || ' ' || u.name) AS unit_name, CASE WHEN u.name_en = '' THEN '' ELSE trim(u.number || ' ' || u.name_en) END AS unit_en, o.openings, o.opened_at
	FROM rating_contacts c JOIN units u ON u.id = c.unit_id
	CROSS JOIN LATERAL (SELECT count(*) AS openings, max(at) AS opened_at FROM vault_openings v
		WHERE v.record_id = c.record_id AND v.account_id <> 0) o`

type listing struct {
	offices, halls       []int64
	all                  bool
	notOffices, notHalls []int64
	f                    ContactFilter
}

func selectListed(ctx context.Context, q pg.Querier, l listing) ([]listedRow, error) {
	const query = `SELECT ` + listedColumns + `
		WHERE c.erased_at IS NULL AND ($1::boolean OR c.office_id = ANY($2) OR c.hall_id = ANY($3))
			AND NOT c.office_id = ANY($4) AND NOT c.hall_id = ANY($5) AND ($6::bigint = 0 OR c.office_id = $6)
			AND ($7::text = '' OR (c.visited_on, c.record_id) < (nullif($7, '')::date, $8::uuid))
		ORDER BY c.visited_on DESC, c.record_id DESC LIMIT $9`
	var rows []listedRow
	if err := q.SelectContext(ctx, &rows, query, l.all, ids(l.offices), ids(l.halls), ids(l.notOffices), ids(l.notHalls),
		l.f.Office, l.f.BeforeDay, l.f.Before, l.f.Limit); err != nil {
		return nil, fmt.Errorf("list contacts: %w", err)
	}
	return rows, nil
}

// ids is never null, which no id would be equal to nor different from.
func ids(list []int64) any { return pq.Array(append([]int64{}, list...)) }

func selectListedOne(ctx context.Context, q pg.Querier, record uuid.UUID) (r listedRow, err error) {
	err = q.GetContext(ctx, &r, `SELECT `+listedColumns+` WHERE c.record_id = $1`, record)
	return r, err
}

// selectListedOf gives those of some records that are contacts of ratings.
func selectListedOf(ctx context.Context, q pg.Querier, records []uuid.UUID) ([]listedRow, error) {
	texts := make([]string, 0, len(records))
	for _, id := range records {
		texts = append(texts, id.String())
	}
	const query = `SELECT ` + listedColumns + ` WHERE c.record_id = ANY($1::uuid[]) AND c.erased_at IS NULL ORDER BY c.visited_on DESC, c.record_id DESC`
	var rows []listedRow
	if err := q.SelectContext(ctx, &rows, query, pq.Array(texts)); err != nil {
		return nil, fmt.Errorf("read contacts: %w", err)
	}
	return rows, nil
}
