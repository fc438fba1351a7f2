package surveys

import (
	"context"
	"errors"
	"fmt"

	"minping/complaints/workday"
	"minping/internal/pg"
)

var errNoTicket = errors.New("no such ticket")

type ticketRow struct {
	UnitID    int64
	Channel   Channel
	VisitedOn workday.Day
	Used      bool
}

func selectTicket(ctx context.Context, q pg.Querier, key string) (ticketRow, error) {
	const query = `SELECT b.unit_id, b.channel, b.visited_on::text AS visited_on,
			EXISTS (SELECT 1 FROM submissions s WHERE s.submission_id = $2) AS used
		FROM tickets t JOIN ticket_batches b ON b.id = t.batch_id WHERE t.code = $1`
	var row struct {
		UnitID    int64   `db:"unit_id"`
		Channel   Channel `db:"channel"`
		VisitedOn string  `db:"visited_on"`
		Used      bool    `db:"used"`
	}
	if err := q.GetContext(ctx, &row, query, key, TicketSubmission(key)); pg.None(err) {
		return ticketRow{}, errNoTicket
	} else if err != nil {
		return ticketRow{}, fmt.Errorf("look up ticket: %w", err)
	}
	day, err := workday.Parse(row.VisitedOn)
	return ticketRow{UnitID: row.UnitID, Channel: row.Channel, VisitedOn: day, Used: row.Used}, err
}
