package complaints

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/lib/pq"

	"minping/internal/pg"
)

// finding is how a search is run.
type finding struct {
	query string // tsquery
	more  bool   // the filter asks for more than the query holds
	now   time.Time
}

// A search has two ways. It may walk through what by reads in the order of the
// results and look at each case: short for a frequent word, endless for a rare one. Or it
// may ask the index for all that holds the words and sort it: short for a rare word, long
// for a frequent one. The first steps of a walk tell how frequent it is.
const (
	firstSteps = 400
	mostSteps  = 6000
)

const turn = `case_turn(c.state, c.due_at, c.received_at)`

// selectFound gives the cases that a query finds, in their order.
func selectFound(ctx context.Context, q pg.Querier, r reach, f Filter, by finding) ([]Case, error) {
	for steps := firstSteps; ; {
		path, err := selectPath(ctx, q, r, f, steps)
		if err != nil {
			return nil, err
		}
		list, err := selectAmong(ctx, q, r, f, amongst{by, path})
		if err != nil || len(list) == f.Limit || len(path) < steps {
			return list, err
		}
		next := mostSteps + 1
		if len(list) > 0 {
			next = steps * f.Limit / len(list) * 3 / 2
		}
		if steps > firstSteps || next > mostSteps {
			return selectHits(ctx, q, r, f, by)
		}
		steps = next
	}
}

// selectPath gives the next cases that r may read, but for bars, in the order of the
// results: those of each part of the city by an index of their own.
func selectPath(ctx context.Context, q pg.Querier, r reach, f Filter, steps int) ([]ID, error) {
	const after = `(` + turn + `, c.id) > ($2::bigint, $3::bigint) ORDER BY ` + turn + `, c.id LIMIT $1`
	const city = `SELECT c.id FROM cases c WHERE ` + after
	const parts = `WITH near AS (
			SELECT k.id, k.turn FROM unnest($4::bigint[]) o, LATERAL (SELECT c.id, ` + turn + ` AS turn FROM cases c WHERE c.office_id = o AND ` + after + `) k
			UNION SELECT k.id, k.turn FROM unnest($5::bigint[]) o, LATERAL (SELECT c.id, ` + turn + ` AS turn FROM cases c WHERE c.hall_id = o AND ` + after + `) k
			UNION SELECT k.id, k.turn FROM unnest($6::bigint[]) o, LATERAL (SELECT c.id, ` + turn + ` AS turn FROM cases c WHERE c.division_id = o AND ` + after + `) k
			UNION (SELECT c.id, ` + turn + ` AS turn FROM case_units u JOIN cases c ON c.id = u.case_id WHERE u.unit_id = ANY($4::bigint[]) AND u.role <> 'lead' AND ` + after + `)
			UNION (SELECT c.id, ` + turn + ` AS turn FROM cases c WHERE $7 AND c.sealed AND ` + after + `))
		SELECT id FROM near ORDER BY turn, id LIMIT $1`
	var from Mark
	if f.After != nil {
		from = *f.After
	}
	var ids []ID
	var err error
	if r.all || r.system {
		err = q.SelectContext(ctx, &ids, city, steps, from.Turn, from.ID)
	} else {
		err = q.SelectContext(ctx, &ids, parts, steps, from.Turn, from.ID, pq.Int64Array(r.offices), pq.Int64Array(r.halls), pq.Int64Array(r.divisions), r.discipline)
	}
	if err != nil {
		return nil, fmt.Errorf("walk cases: %w", err)
	}
	return ids, nil
}

type amongst struct {
	finding
	ids []ID
}

// selectAmong gives those of some cases that a query finds.
func selectAmong(ctx context.Context, q pg.Querier, r reach, f Filter, by amongst) ([]Case, error) {
	const query = `WITH hit AS MATERIALIZED (SELECT n.id, n.place FROM unnest($24::bigint[]) WITH ORDINALITY n(id, place) JOIN case_search s ON s.case_id = n.id
			WHERE (s.words || s.marks) @@ $25::tsquery)
		SELECT ` + caseColumns + ` FROM hit JOIN cases c ON c.id = hit.id WHERE ` + readable + ` AND ` + narrowed + ` ORDER BY hit.place LIMIT $23`
	var list []Case
	if err := q.SelectContext(ctx, &list, query, append(r.args(f, by.now), f.Limit, pq.Int64Array(by.ids), by.query)...); err != nil {
		return nil, fmt.Errorf("look at cases: %w", err)
	}
	return list, nil
}

// selectHits asks the index. The marks are all that is asked of most searches: then
// the order needs nothing of cases, and only what is shown is read there.
func selectHits(ctx context.Context, q pg.Querier, r reach, f Filter, by finding) ([]Case, error) {
	const query = `WITH hit AS MATERIALIZED (SELECT s.case_id, s.turn FROM case_search s
			WHERE (s.words || s.marks) @@ $27::tsquery AND (s.turn, s.case_id) > ($24::bigint, $23::bigint)
				AND NOT EXISTS (SELECT 1 FROM case_bars b WHERE b.case_id = s.case_id AND NOT $7 AND (b.account_id = $5 OR b.unit_id = ANY($6::bigint[])))
			ORDER BY s.turn, s.case_id LIMIT $26)
		SELECT ` + caseColumns + ` FROM hit JOIN cases c ON c.id = hit.case_id WHERE ` + readable + ` AND ` + narrowed + `
		ORDER BY hit.turn, hit.case_id LIMIT $25`
	var after Mark
	if f.After != nil {
		after = *f.After
	}
	var enough any
	if !by.more {
		enough = f.Limit
	}
	var list []Case
	if err := q.SelectContext(ctx, &list, query, append(r.args(f, by.now), after.ID, after.Turn, f.Limit, enough, by.query)...); err != nil {
		return nil, fmt.Errorf("search cases: %w", err)
	}
	return list, nil
}

func caseOfReceipt(ctx context.Context, q pg.Querier, receipt string) (ID, error) {
	const query = `SELECT coalesce((SELECT id FROM cases WHERE receipt = $1), 0)`
	var id ID
	if err := q.GetContext(ctx, &id, query, receipt); err != nil {
		return 0, fmt.Errorf("look for a receipt: %w", err)
	}
	return id, nil
}

// placesNamed gives the units with a text in their names.
func placesNamed(ctx context.Context, q pg.Querier, text string) ([]int64, error) {
	const query = `SELECT id FROM units WHERE kind <> 'city' AND (name ILIKE $1 OR name_en ILIKE $1) ORDER BY kind <> 'office', id LIMIT 20`
	like := "%" + strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(text) + "%"
	var ids []int64
	if err := q.SelectContext(ctx, &ids, query, like); err != nil {
		return nil, fmt.Errorf("look for places: %w", err)
	}
	return ids, nil
}

func selectCases(ctx context.Context, q pg.Querier, r reach, ids []ID, now time.Time) ([]Case, error) {
	const query = `SELECT ` + caseColumns + ` FROM cases c WHERE c.id = ANY($23::bigint[]) AND ` + readable + ` AND ` + narrowed
	var list []Case
	if err := q.SelectContext(ctx, &list, query, append(r.args(Filter{States: States()}, now), pq.Int64Array(ids))...); err != nil {
		return nil, fmt.Errorf("read cases: %w", err)
	}
	return list, nil
}
