package accounts

import (
	"context"

	"github.com/lib/pq"

	"minping/internal/pg"
)

type holderRow struct {
	Account int64 `db:"id"`
	actorRow
}

// holderRows reads the roles of the day that accounts in service hold.
func holderRows(ctx context.Context, q pg.Querier, roles []string, day string) ([]holderRow, error) {
	const query = `
		SELECT a.id, a.display_name, '' AS password_hash, a.epoch, false AS disabled, r.role, r.unit_id, u.kind, u.office_id
		FROM accounts a
		JOIN account_roles r ON r.account_id = a.id AND r.from_on <= $2::date AND (r.to_on IS NULL OR r.to_on >= $2::date)
		JOIN units u ON u.id = r.unit_id
		WHERE a.disabled_at IS NULL AND a.left_at IS NULL AND r.role = ANY($1::text[])
		ORDER BY a.display_name, a.id`
	var rows []holderRow
	err := q.SelectContext(ctx, &rows, query, pq.StringArray(roles), day)
	return rows, err
}
