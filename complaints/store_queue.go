package complaints

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"minping/complaints/workday"
	"minping/internal/pg"
)

// readable is the rule of see as SQL: $1 all, $2 offices, $3 halls, $4 discipline,
// $5 account, $6 own offices, $7 the program itself, $20 divisions.
const readable = `($7 OR (CASE WHEN c.sealed THEN $4 ELSE $1 OR c.office_id = ANY($2::bigint[]) OR c.hall_id = ANY($3::bigint[]) OR c.division_id = ANY($20::bigint[])
		OR EXISTS (SELECT 1 FROM case_units u WHERE u.case_id = c.id AND u.unit_id = ANY($2::bigint[])) END
	AND NOT EXISTS (SELECT 1 FROM case_bars b WHERE b.case_id = c.id AND (b.account_id = $5 OR b.unit_id = ANY($6::bigint[])))))`

// narrowed: $8 states, $9 kinds, $10 office, $11 hall, $12 unit, $13 category, $14 handler, $15 nobody, $16 overdue, $17 now, $18 due by, $19 level, $21 as, $22 due from.
const narrowed = `c.state = ANY($8::text[]) AND ($9::text[] IS NULL OR c.kind = ANY($9::text[]))
	AND ($10::bigint = 0 OR c.office_id = $10) AND ($11::bigint = 0 OR c.hall_id = $11) AND ($12::bigint = 0 OR c.unit_id = $12)
	AND ($13::int = 0 OR c.category_id = $13) AND ($14::bigint = 0 OR c.handler_id = $14) AND (NOT $15 OR c.handler_id IS NULL)
	AND (NOT $16 OR c.due_at < $17) AND ($18::timestamptz IS NULL OR c.due_at <= $18) AND c.level >= $19
	AND ($22::timestamptz IS NULL OR c.due_at >= $22) AND ($21 = '' OR NOT EXISTS (SELECT 1 FROM case_units t WHERE t.case_id = c.id AND ` + isNear + `) AND NOT ` + isConcerned + `
		AND NOT EXISTS (SELECT 1 FROM case_parts p WHERE p.case_id = c.id AND p.account_id = $5 AND p.part <> $21))`

func (r reach) args(f Filter, now time.Time) []any {
	states := f.States
	if len(states) == 0 {
		states = live
	}
	var kinds any
	if len(f.Kinds) > 0 {
		kinds = pq.Array(f.Kinds)
	}
	return []any{r.all, pq.Int64Array(r.offices), pq.Int64Array(r.halls), r.discipline, r.account, pq.Int64Array(r.own), r.system,
		pq.Array(states), kinds, f.Office, f.Hall, f.Unit, f.Category, f.Handler, f.Nobody, f.Overdue, now, moment(f.DueBy), f.Level,
		pq.Int64Array(r.divisions), f.As, moment(f.DueFrom)}
}

func selectQueue(ctx context.Context, q pg.Querier, r reach, f Filter, now time.Time) ([]Case, error) {
	const query = `SELECT ` + caseColumns + ` FROM cases c WHERE ` + readable + ` AND ` + narrowed + `
		AND ($23::bigint = 0 OR (coalesce(c.due_at, 'infinity'), c.id) > (coalesce($24::timestamptz, 'infinity'), $23))
		ORDER BY coalesce(c.due_at, 'infinity'), c.id LIMIT $25`
	var after Mark
	if f.After != nil {
		after = *f.After
	}
	var list []Case
	if err := q.SelectContext(ctx, &list, query, append(r.args(f, now), after.ID, after.DueAt, f.Limit)...); err != nil {
		return nil, fmt.Errorf("list cases: %w", err)
	}
	return list, nil
}

func selectCounts(ctx context.Context, q pg.Querier, r reach, f Filter, now time.Time) (Counts, error) {
	const query = `SELECT c.state, count(*)::int AS n, (count(*) FILTER (WHERE c.due_at < $17))::int AS overdue,
			(count(*) FILTER (WHERE c.due_at >= $17 AND c.due_at < $23::timestamptz))::int AS today, (count(*) FILTER (WHERE c.handler_id IS NULL))::int AS nobody, (count(*) FILTER (WHERE c.handler_id = $5))::int AS mine
		FROM cases c WHERE ` + readable + ` AND ` + narrowed + ` GROUP BY c.state`
	var rows []struct {
		State   State `db:"state"`
		N       int   `db:"n"`
		Overdue int   `db:"overdue"`
		Today   int   `db:"today"`
		Nobody  int   `db:"nobody"`
		Mine    int   `db:"mine"`
	}
	midnight := workday.Of(now).AddDays(1).Start()
	if err := q.SelectContext(ctx, &rows, query, append(r.args(f, now), midnight)...); err != nil {
		return Counts{}, fmt.Errorf("count cases: %w", err)
	}
	c := Counts{ByState: map[State]int{}}
	for _, row := range rows {
		c.ByState[row.State] = row.N
		c.Live, c.Overdue, c.DueToday, c.Nobody = c.Live+row.N, c.Overdue+row.Overdue, c.DueToday+row.Today, c.Nobody+row.Nobody
		c.Mine += row.Mine
	}
	return c, nil
}

func selectUnits(ctx context.Context, q pg.Querier, id ID) ([]CaseUnit, error) {
	const query = `SELECT unit_id, role, since FROM case_units WHERE case_id = $1 ORDER BY since, unit_id`
	var list []CaseUnit
	if err := q.SelectContext(ctx, &list, query, id); err != nil {
		return nil, fmt.Errorf("units of case %d: %w", id, err)
	}
	return list, nil
}
