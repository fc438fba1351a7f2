package complaints

import (
	"context"
	"fmt"
	"time"

	"minping/internal/pg"
)

// ledgerBatch is how many cases are read at a time.
const ledgerBatch = 5000

// ledgerPage walks through the cases of a period by the time they were received.
type ledgerPage struct {
	reach       reach
	query       LedgerQuery
	now         time.Time
	from, until time.Time
	afterAt     time.Time
	after       ID
}

const inLedger = ` FROM cases c WHERE c.received_at >= $23 AND c.received_at < $24 AND ` + readable + ` AND ` + narrowed

// more tells whether there are more cases than so many.
func (p *ledgerPage) more(ctx context.Context, q pg.Querier, most int) (bool, error) {
	const query = `SELECT count(*) > $25::int FROM (SELECT 1` + inLedger + ` LIMIT $25::int + 1) n`
	var yes bool
	if err := q.GetContext(ctx, &yes, query, append(p.reach.args(p.query.Filter, p.now), p.from, p.until, most)...); err != nil {
		return false, fmt.Errorf("count the ledger: %w", err)
	}
	return yes, nil
}

func (p *ledgerPage) next(ctx context.Context, q pg.Querier) ([]LedgerLine, error) {
	const query = `SELECT c.id, c.kind, c.channel, c.identity, c.urgency, coalesce(c.category_id, 0) AS category_id, c.state, c.sealed,
			coalesce(c.unit_id, 0) AS unit_id, coalesce(c.hall_id, 0) AS hall_id, coalesce(c.division_id, 0) AS division_id,
			coalesce(c.office_id, 0) AS office_id, coalesce(c.first_office_id, 0) AS first_office_id, c.level, c.round, c.returned, c.extended,
			coalesce(c.merged_into, 0) AS merged_into, coalesce(c.split_from, 0) AS split_from, c.disposition,
			coalesce(c.rating_level, 0) AS rating_level, coalesce(c.follow_up, 0) AS follow_up, c.received_at, c.dispatched_at, c.taken_at, c.taken_in_time,
			c.first_reply_at, c.replied_at, c.replied_in_time, c.closed_at, c.due_at, c.due_clock, c.contacted, c.solved, coalesce(c.satisfied, 0) AS satisfied` +
		inLedger + ` AND ($26::bigint = 0 OR (c.received_at, c.id) > ($25::timestamptz, $26)) ORDER BY c.received_at, c.id LIMIT $27`
	var lines []LedgerLine
	if err := q.SelectContext(ctx, &lines, query, append(p.reach.args(p.query.Filter, p.now), p.from, p.until, p.afterAt, p.after, ledgerBatch)...); err != nil {
		return nil, fmt.Errorf("read the ledger: %w", err)
	}
	if n := len(lines); n > 0 {
		p.afterAt, p.after = lines[n-1].ReceivedAt, lines[n-1].ID
		p.from = p.afterAt // the index is entered where the last page ended
	}
	return lines, nil
}

func selectUnitLabels(ctx context.Context, q pg.Querier) ([]UnitLabel, error) {
	const query = `SELECT id, name, coalesce(name_en, '') AS name_en, coalesce(number, '') AS number FROM units`
	var list []UnitLabel
	if err := q.SelectContext(ctx, &list, query); err != nil {
		return nil, fmt.Errorf("names of units: %w", err)
	}
	return list, nil
}
