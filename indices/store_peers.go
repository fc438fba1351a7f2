package indices

import (
	"context"
	"fmt"

	"github.com/lib/pq"
)

// peers says which units each is compared with: offices and divisions by the type of
// the office, windows by their hall (those in none by their office), halls all together.
func (s store) peers(ctx context.Context, units []int64) (map[int64]Peers, error) {
	const q = `SELECT u.id, CASE u.kind WHEN 'office' THEN u.office_type WHEN 'division' THEN o.office_type
			WHEN 'window' THEN coalesce('hall:' || h.code, 'office:' || o.code) ELSE '' END,
		CASE u.kind WHEN 'office' THEN u.office_type WHEN 'division' THEN o.office_type WHEN 'window' THEN coalesce(h.name, o.name) ELSE '' END,
		CASE u.kind WHEN 'window' THEN coalesce(h.name_en, o.name_en) ELSE '' END
		FROM units u LEFT JOIN units o ON o.id = u.office_id LEFT JOIN units h ON h.id = u.hall_id WHERE u.id = ANY ($1)`
	rows, err := s.db.QueryContext(ctx, q, pq.Array(units))
	if err != nil {
		return nil, fmt.Errorf("find peers: %w", err)
	}
	defer func() { _ = rows.Close() }()
	list := map[int64]Peers{}
	for rows.Next() {
		var unit int64
		var p Peers
		if err := rows.Scan(&unit, &p.Key, &p.Title, &p.TitleEn); err != nil {
			return nil, fmt.Errorf("read peers: %w", err)
		}
		list[unit] = p
	}
	return list, rows.Err()
}
