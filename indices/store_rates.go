package indices

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"
)

// countedRates is a unit with what its rates are made of.
type countedRates struct {
	Unit
	orders, responded, heard, solved, said, satisfied, content, contradicted int64
}

func (s store) rates(ctx context.Context, q RatesQuery, sc scope, now time.Time) ([]countedRates, error) {
	p := q.Period.parts()
	rows, err := s.db.QueryContext(ctx, statement("rates"), q.Level, q.Kind, q.Within, sc.all, pq.Array(sc.units), dayArg(q.Period.From()), dayArg(q.Period.To()), now,
		pq.Array(p.years), pq.Array(p.months), pq.Array(p.since), pq.Array(p.before))
	if err != nil {
		return nil, fmt.Errorf("count cases of a level: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var list []countedRates
	for rows.Next() {
		var c countedRates
		if err := rows.Scan(&c.ID, &c.Kind, &c.Code, &c.Name, &c.NameEn, &c.orders, &c.responded, &c.heard, &c.solved, &c.said,
			&c.satisfied, &c.content, &c.contradicted); err != nil {
			return nil, fmt.Errorf("read counts of a unit: %w", err)
		}
		list = append(list, c)
	}
	return list, rows.Err()
}

type closingsQuery struct {
	period  Period
	kind    string
	all     bool
	offices []int64
	floor   int64 // replies that a figure about a person takes
}

type countedClosings struct {
	Account      int64 `db:"account"`
	Heard        int64 `db:"heard"`
	Contradicted int64 `db:"contradicted"`
}

func (s store) closings(ctx context.Context, q closingsQuery) ([]countedClosings, error) {
	from, before := q.period.instants()
	var list []countedClosings
	if err := s.db.SelectContext(ctx, &list, statement("closings"), from, before, q.kind, q.all, pq.Array(q.offices), q.floor); err != nil {
		return nil, fmt.Errorf("count replies by person: %w", err)
	}
	return list, nil
}
