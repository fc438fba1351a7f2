package indices

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/lib/pq"

	"minping/indices/stats"
)

// together gives what was answered together: the level with the items, in their order.
// "Not applicable" is no answer.
func (s store) together(ctx context.Context, q Subject, items []question) ([]stats.Answered, error) {
	unit, _, err := s.unit(ctx, q.Unit)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(items))
	for i, x := range items {
		ids[i] = x.ID
	}
	rows, err := s.db.QueryContext(ctx, statement("together"), unit.Kind, unit.ID, dayArg(q.Period.From()), dayArg(q.Period.To()),
		pq.Array(ids), q.Channel, q.Stratum, q.Version, q.Suspects != Exclude)
	if err != nil {
		return nil, fmt.Errorf("read answers given together: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var list []stats.Answered
	for rows.Next() {
		var level int
		var questions, values pq.Int64Array
		var n float64
		if err := rows.Scan(&level, &questions, &values, &n); err != nil {
			return nil, fmt.Errorf("read answers given together: %w", err)
		}
		cell, any := stats.Answered{Outcome: float64(level), Items: make([]float64, len(ids)), N: n}, false
		for i := range cell.Items {
			cell.Items[i] = math.NaN()
		}
		for k, id := range questions {
			if i := slices.Index(ids, id); i >= 0 && values[k] >= 1 && values[k] <= stats.Levels {
				cell.Items[i], any = float64(values[k]), true
			}
		}
		if any {
			list = append(list, cell)
		}
	}
	return list, rows.Err()
}
