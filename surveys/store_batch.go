package surveys

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/pg"
)

// ticketUnit is a unit for which tickets may be asked.
type ticketUnit struct {
	Unit
	Published bool `db:"published"` // on the channel, now or later
}

// fault gives the key of what keeps tickets from this unit, "" where nothing does.
func (u *ticketUnit) fault() string {
	switch {
	case u.Closed:
		return "surveys.ticket.unit_closed"
	case !u.Published:
		return "surveys.ticket.not_published"
	}
	return ""
}

// ticketUnits are the units of the city; windows also by their code.
type ticketUnits struct {
	byID   map[int64]*ticketUnit
	byCode map[string]*ticketUnit
}

func selectTicketUnits(ctx context.Context, q pg.Querier, channel Channel, now time.Time) (ticketUnits, error) {
	const query = `SELECT ` + placeColumns + `, EXISTS (
			SELECT 1 FROM publication_units pu JOIN publications p ON p.id = pu.publication_id
			WHERE pu.unit_id = u.id AND p.channel = $2 AND (p.ends_at IS NULL OR p.ends_at > $3)) AS published
		FROM units u`
	var rows []ticketUnit
	if err := q.SelectContext(ctx, &rows, query, workday.Of(now).String(), string(channel), now); err != nil {
		return ticketUnits{}, fmt.Errorf("read units for tickets: %w", err)
	}
	units := ticketUnits{byID: make(map[int64]*ticketUnit, len(rows)), byCode: make(map[string]*ticketUnit, len(rows))}
	for i := range rows {
		u := &rows[i]
		units.byID[u.ID] = u
		if u.Kind == "window" {
			units.byCode[u.Code] = u
		}
	}
	return units, nil
}

// storeBatch writes a batch with its tickets and gives its id. A drawn code that
// exists is skipped by the insert and its serial number drawn again.
func storeBatch(ctx context.Context, q pg.Querier, o TicketOrder, by actor.Actor, now time.Time) (int64, error) {
	const query = `INSERT INTO ticket_batches (unit_id, channel, visited_on, created_by, created_at, issued_by)
		VALUES ($1, $2, $3::date, $4, $5, nullif($6::bigint, 0)) RETURNING id`
	var id int64
	if err := q.GetContext(ctx, &id, query, o.Unit, string(o.Channel), o.VisitedOn.String(), by.Name, now, by.Account); err != nil {
		return 0, fmt.Errorf("store ticket batch: %w", err)
	}
	lacking := make([]int64, o.Count)
	for i := range lacking {
		lacking[i] = int64(i + 1)
	}
	for range 5 {
		fresh, err := drawCodes(len(lacking), TicketLength)
		if err != nil {
			return 0, err
		}
		if lacking, err = insertTickets(ctx, q, id, lacking, fresh); err != nil {
			return 0, err
		}
		if len(lacking) == 0 {
			return id, nil
		}
	}
	return 0, errNoFreshCode
}

// insertTickets gives the serial numbers whose code existed.
func insertTickets(ctx context.Context, q pg.Querier, batch int64, serials []int64, keys []string) ([]int64, error) {
	const query = `WITH wanted AS (SELECT w.code, w.serial FROM unnest($2::text[], $3::int[]) w (code, serial)),
		stored AS (INSERT INTO tickets (code, batch_id, serial) SELECT code, $1, serial FROM wanted
			ON CONFLICT (code) DO NOTHING RETURNING serial)
		SELECT serial FROM wanted EXCEPT SELECT serial FROM stored`
	var left []int64
	if err := q.SelectContext(ctx, &left, query, batch, pq.Array(keys), pq.Int64Array(serials)); err != nil {
		return nil, fmt.Errorf("store tickets: %w", err)
	}
	return left, nil
}

type batchRow struct {
	ID        int64     `db:"id"`
	UnitID    int64     `db:"unit_id"`
	Channel   Channel   `db:"channel"`
	VisitedOn string    `db:"visited_on"`
	CreatedBy string    `db:"created_by"`
	IssuedBy  int64     `db:"issued_by"`
	CreatedAt time.Time `db:"created_at"`
	Count     int       `db:"count"`
}

func (r batchRow) batch(units map[int64]*Unit) (TicketBatch, error) {
	day, err := workday.Parse(r.VisitedOn)
	return TicketBatch{ID: r.ID, Unit: units[r.UnitID], Channel: r.Channel, VisitedOn: day, Count: r.Count, Used: -1,
		CreatedBy: r.CreatedBy, IssuedBy: r.IssuedBy, CreatedAt: r.CreatedAt}, err
}

const batchColumns = `b.id, b.unit_id, b.channel, b.visited_on::text AS visited_on, b.created_by, coalesce(b.issued_by, 0) AS issued_by, b.created_at,
	(SELECT count(*) FROM tickets t WHERE t.batch_id = b.id) AS count`

func selectBatch(ctx context.Context, q pg.Querier, id int64) (TicketBatch, error) {
	const query = `SELECT ` + batchColumns + ` FROM ticket_batches b WHERE b.id = $1`
	var row batchRow
	if err := q.GetContext(ctx, &row, query, id); err != nil {
		return TicketBatch{}, fmt.Errorf("read ticket batch %d: %w", id, err)
	}
	units, err := directory(ctx, q)
	if err != nil {
		return TicketBatch{}, err
	}
	return row.batch(units)
}

func selectBatches(ctx context.Context, q pg.Querier, sc reach, f TicketFilter) ([]TicketBatch, error) {
	const query = `SELECT ` + batchColumns + ` FROM ticket_batches b JOIN units u ON u.id = b.unit_id
		WHERE ` + withinReach + ` AND ($3::bigint = 0 OR b.id < $3) AND ($4::bigint = 0 OR u.id = $4)
			AND ($5::bigint = 0 OR u.id = $5 OR u.office_id = $5) AND ($6::bigint = 0 OR u.id = $6 OR u.hall_id = $6)
		ORDER BY b.id DESC LIMIT $7`
	var rows []batchRow
	err := q.SelectContext(ctx, &rows, query, sc.all, pq.Int64Array(sc.units), f.BeforeID, f.Unit, f.Office, f.Hall, f.Limit)
	if err != nil {
		return nil, fmt.Errorf("list ticket batches: %w", err)
	}
	return batchesOf(ctx, q, rows)
}

func selectTicketCodes(ctx context.Context, q pg.Querier, batch int64) ([]Ticket, error) {
	const query = `SELECT serial, code FROM tickets WHERE batch_id = $1 ORDER BY serial`
	var list []Ticket
	if err := q.SelectContext(ctx, &list, query, batch); err != nil {
		return nil, fmt.Errorf("read tickets of batch %d: %w", batch, err)
	}
	return list, nil
}

// countUsed counts the tickets whose rating is stored.
func countUsed(ctx context.Context, q pg.Querier, tickets []Ticket) (int, error) {
	const query = `SELECT count(*) FROM submissions WHERE submission_id = ANY($1::uuid[])`
	ids := make([]string, len(tickets))
	for i, t := range tickets {
		ids[i] = TicketSubmission(t.Code).String()
	}
	var used int
	if err := q.GetContext(ctx, &used, query, pq.Array(ids)); err != nil {
		return 0, fmt.Errorf("count used tickets: %w", err)
	}
	return used, nil
}

// selectBatchesByID reads batches by rising id.
func selectBatchesByID(ctx context.Context, q pg.Querier, ids []int64) ([]TicketBatch, error) {
	const query = `SELECT ` + batchColumns + ` FROM ticket_batches b WHERE b.id = ANY($1::bigint[]) ORDER BY b.id`
	var rows []batchRow
	if err := q.SelectContext(ctx, &rows, query, pq.Int64Array(ids)); err != nil {
		return nil, fmt.Errorf("read ticket batches: %w", err)
	}
	return batchesOf(ctx, q, rows)
}

func batchesOf(ctx context.Context, q pg.Querier, rows []batchRow) ([]TicketBatch, error) {
	units, err := directory(ctx, q)
	if err != nil {
		return nil, err
	}
	list := make([]TicketBatch, 0, len(rows))
	for _, row := range rows {
		batch, err := row.batch(units)
		if err != nil {
			return nil, err
		}
		list = append(list, batch)
	}
	return list, nil
}
