package offices

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"minping/internal/pg"
)

// batch is how many rows one statement writes.
const batch = 10_000

// statements read and write one table as rows of text in the order of its
// layout's columns. load takes the scope as $1–$3; insert and update take one
// text array per column and then the time of the change.
type statements struct{ load, insert, update string }

func statementsOf(t Table) statements {
	switch t {
	case Offices:
		return statements{loadOffices, insertOffices, updateOffices}
	case Divisions:
		return statements{loadDivisions, insertDivisions, updateDivisions}
	case Halls:
		return statements{loadHalls, insertHalls, updateHalls}
	case Windows:
		return statements{loadWindows, insertWindows, updateWindows}
	case People:
		return statements{loadPeople, insertPeople, updatePeople}
	case Duties:
		return statements{loadDuties, insertDuties, updateDuties}
	default:
		return statements{loadTenures, insertTenures, updateTenures}
	}
}

// lockDirectory keeps other writers out until the transaction ends; readers,
// and ratings that refer to units, go on.
func lockDirectory(ctx context.Context, q pg.Querier) error {
	const query = `LOCK TABLE units, staff, duties, chief_tenures IN SHARE ROW EXCLUSIVE MODE`
	if _, err := q.ExecContext(ctx, query); err != nil {
		return fmt.Errorf("lock directory: %w", err)
	}
	return nil
}

// loadRows reads a table within a scope, in order of its key.
func loadRows(ctx context.Context, q pg.Querier, t Table, sc scope) ([][]string, error) {
	rows, err := q.QueryxContext(ctx, statementsOf(t).load, sc.args()...) //nolint:sqlclosecheck // closed just below; unseen through sqlx.Rows
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", t, err)
	}
	defer func() { _ = rows.Close() }()
	var all [][]string
	into := make([]any, len(layouts[t].columns))
	for rows.Next() {
		values := make([]string, len(into))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, fmt.Errorf("load %s: %w", t, err)
		}
		all = append(all, values)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("load %s: %w", t, err)
	}
	return all, nil
}

// writeRows runs an insert or update over all rows, many at a time.
func writeRows(ctx context.Context, q pg.Querier, t Table, query string, rows [][]string, now time.Time) error {
	for len(rows) > 0 {
		part := rows[:min(batch, len(rows))]
		rows = rows[len(part):]
		args := make([]any, 0, len(layouts[t].columns)+1)
		for i := range layouts[t].columns {
			values := make([]string, len(part))
			for j, row := range part {
				values[j] = row[i]
			}
			args = append(args, pq.Array(values))
		}
		if t != People && t != Duties && t != Tenures {
			args = append(args, now)
		}
		result, err := q.ExecContext(ctx, query, args...)
		if err != nil {
			return fmt.Errorf("write %s: %w", t, err)
		}
		n, err := result.RowsAffected()
		if err != nil {
			return fmt.Errorf("write %s: %w", t, err)
		}
		if n != int64(len(part)) { // a reference or key that the plan had found is not there
			return fmt.Errorf("write %s: %d of %d rows", t, n, len(part))
		}
	}
	return nil
}

// loadReach turns a scope's ids into codes.
func loadReach(ctx context.Context, q pg.Querier, sc scope) (reach, error) {
	r := reach{all: sc.all, offices: map[string]bool{}, divisions: map[string]bool{}, halls: map[string]bool{}}
	const query = `SELECT u.kind, u.code FROM units u
		WHERE (u.kind IN ('office', 'division') AND u.id = ANY($1)) OR (u.kind = 'hall' AND u.id = ANY($2))`
	var found []struct {
		Kind Kind   `db:"kind"`
		Code string `db:"code"`
	}
	if err := q.SelectContext(ctx, &found, query, pq.Int64Array(sc.units), pq.Int64Array(sc.halls)); err != nil {
		return reach{}, fmt.Errorf("codes of scope: %w", err)
	}
	for _, u := range found {
		switch u.Kind {
		case Office:
			r.offices[u.Code] = true
		case Division:
			r.divisions[u.Code] = true
		default:
			r.halls[u.Code] = true
		}
	}
	return r, nil
}
