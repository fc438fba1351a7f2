package accounts

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"minping/internal/pg"
)

// Over says over what a role is held: the city, or one of the units; a 0 is none.
type Over struct {
	City                   bool
	Office, Division, Hall int64
}

// InRoles lists the accounts that hold one of some roles today over one of the places
// named, and are in service. For the program itself, to tell somebody something.
func (s *Service) InRoles(ctx context.Context, q pg.Querier, over Over, roles ...Role) ([]int64, error) {
	const query = `SELECT DISTINCT r.account_id FROM account_roles r JOIN accounts a ON a.id = r.account_id JOIN units u ON u.id = r.unit_id
		WHERE r.role = ANY($1::text[]) AND r.from_on <= $2::date AND (r.to_on IS NULL OR r.to_on >= $2::date)
			AND a.disabled_at IS NULL AND a.left_at IS NULL
			AND (u.kind = 'city' AND $3 OR u.kind = 'office' AND u.id = $4 OR u.kind = 'division' AND u.id = $5 OR u.kind = 'hall' AND u.id = $6)
		ORDER BY r.account_id`
	var list []int64
	if err := q.SelectContext(ctx, &list, query, pq.Array(roles), s.day(), over.City, over.Office, over.Division, over.Hall); err != nil {
		return nil, fmt.Errorf("holders of roles: %w", err)
	}
	return list, nil
}
