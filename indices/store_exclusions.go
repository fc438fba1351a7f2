package indices

import (
	"context"
	"fmt"
)

func (s store) exclusions(ctx context.Context, q ExclusionsQuery) ([]Exclusions, error) {
	rows, err := s.db.QueryContext(ctx, statement("exclusions"), dayArg(q.Period.From()), dayArg(q.Period.To()), q.Within)
	if err != nil {
		return nil, fmt.Errorf("count exclusions: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var list []Exclusions
	for rows.Next() {
		var e Exclusions
		if err := rows.Scan(&e.Unit.ID, &e.Unit.Kind, &e.Unit.Code, &e.Unit.Name, &e.Unit.NameEn, &e.Rated, &e.Excluded); err != nil {
			return nil, fmt.Errorf("read exclusions of an office: %w", err)
		}
		list = append(list, e)
	}
	return list, rows.Err()
}
