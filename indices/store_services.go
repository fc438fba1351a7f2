package indices

import (
	"context"
	"fmt"

	"github.com/lib/pq"
)

// served sums what was told of units over a period.
func (s store) served(ctx context.Context, q Query, units []int64) (map[int64]int64, error) {
	sp := q.Period.Split()
	rows, err := s.db.QueryContext(ctx, statement("services"), q.Level, dayArg(sp.Months.From), dayArg(sp.Months.To),
		dayArg(sp.Head.From), dayArg(sp.Head.To), dayArg(sp.Tail.From), dayArg(sp.Tail.To), pq.Array(units))
	if err != nil {
		return nil, fmt.Errorf("count services: %w", err)
	}
	defer func() { _ = rows.Close() }()
	list := map[int64]int64{}
	for rows.Next() {
		var unit, n int64
		if err := rows.Scan(&unit, &n); err != nil {
			return nil, fmt.Errorf("read services of a unit: %w", err)
		}
		list[unit] = n
	}
	return list, rows.Err()
}
