package surveys

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
)

// MaxTickets is the size that the setting of one batch cannot exceed.
const MaxTickets = 5000

// TicketOrder asks for single-use codes for visits to a unit on a day.
type TicketOrder struct {
	Unit      int64
	Channel   Channel // ChannelTicket or ChannelSMS
	VisitedOn workday.Day
	Count     int // from 1 to what the setting ticket.batch_most says
}

// TicketBatch is what was issued in one go. Used says how many of the visits
// have been rated: only the number, for with the serial numbers a queue's list
// would tell who rated.
type TicketBatch struct {
	ID        int64
	Unit      *Unit
	Channel   Channel
	VisitedOn workday.Day
	Count     int
	Used      int    // -1 in lists, which do not count it
	CreatedBy string // name of who issued it, on that day
	IssuedBy  int64  // account; 0: a program, or before it was noted
	CreatedAt time.Time
}

// Ticket is one code of a batch.
type Ticket struct {
	Serial int    `db:"serial"`
	Code   string `db:"code"`
}

// TicketFilter narrows a list of batches like PublicationFilter.
type TicketFilter struct {
	Unit, Office, Hall int64
	BeforeID           int64
	Limit              int // 1–100; 0 = 50
}

// IssueTickets makes a batch of single-use codes. Invalid with fields (unit,
// channel, visited_on, count), also where no survey is published to the unit on
// the channel, for then nobody could use them; NotFound where the unit is
// unknown or out of by's reach; Forbidden without ticket:write.
func (s *Service) IssueTickets(ctx context.Context, by actor.Actor, o TicketOrder) (TicketBatch, error) {
	if !by.Anywhere(PermTicketWrite) {
		return TicketBatch{}, fault.New(fault.Forbidden, "fault.forbidden")
	}
	now := s.now()
	if faults := o.faults(s.ticketRules(now)); len(faults) > 0 {
		return TicketBatch{}, fault.Fielded(faults...)
	}
	var batch TicketBatch
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		units, err := selectTicketUnits(ctx, tx, o.Channel, now)
		if err != nil {
			return err
		}
		u, known := units.byID[o.Unit]
		if !known || !by.Can(PermTicketWrite, u.Place()) {
			return fault.New(fault.NotFound, "surveys.unit.not_found")
		}
		if key := u.fault(); key != "" {
			return fault.Fielded(fault.Field{Name: "unit", Key: key, Args: map[string]any{"Name": u.Name}})
		}
		id, err := storeBatch(ctx, tx, o, by, now)
		if err == nil {
			batch, err = selectBatch(ctx, tx, id)
		}
		if err != nil {
			return err
		}
		return o.told(by, batch, now).record(ctx, tx)
	})
	return batch, err
}

// told is what the audit chain learns of an order: how many, not which codes.
func (o TicketOrder) told(by actor.Actor, batch TicketBatch, now time.Time) doing {
	var at actor.Place
	if batch.Unit != nil {
		at = batch.Unit.Place()
	}
	return doing{by: by, at: now, action: audit.TicketIssue, kind: "ticket_batch", id: batch.ID, place: at,
		detail: audit.Detail{"unit": o.Unit, "channel": string(o.Channel), "visited_on": o.VisitedOn.String(), "count": o.Count}}
}

// IssuedTickets lists every batch of the city, newest first, for whoever watches that
// nobody rates themselves: who issued how many for which window. No code is in it.
// Forbidden without ticket:read over the city.
func (s *Service) IssuedTickets(ctx context.Context, by actor.Actor, f TicketFilter) ([]TicketBatch, error) {
	if !by.Citywide(PermTicketRead) {
		return nil, fault.New(fault.Forbidden, "fault.forbidden")
	}
	f.Limit = pageOf(f.Limit)
	var list []TicketBatch
	err := pg.InSnapshot(ctx, s.db, func(tx *sqlx.Tx) (err error) {
		list, err = selectBatches(ctx, tx, reach{all: true}, f)
		return err
	})
	return list, err
}

// TicketBatches lists batches within by's reach, newest first. Forbidden without ticket:write.
func (s *Service) TicketBatches(ctx context.Context, by actor.Actor, f TicketFilter) ([]TicketBatch, error) {
	sc, err := reachOf(by, PermTicketWrite)
	if err != nil {
		return nil, err
	}
	f.Limit = pageOf(f.Limit)
	var list []TicketBatch
	err = pg.InSnapshot(ctx, s.db, func(tx *sqlx.Tx) error {
		list, err = selectBatches(ctx, tx, sc, f)
		return err
	})
	return list, err
}

// TicketBatch gives one batch with how many of its tickets were used. NotFound
// where there is none within by's reach.
func (s *Service) TicketBatch(ctx context.Context, by actor.Actor, id int64) (TicketBatch, error) {
	batch, codes, err := s.TicketCodes(ctx, by, id)
	if err != nil {
		return TicketBatch{}, err
	}
	batch.Used, err = countUsed(ctx, s.db, codes)
	return batch, err
}

// TicketCodes gives a batch and its codes by serial number. NotFound where there
// is none within by's reach.
func (s *Service) TicketCodes(ctx context.Context, by actor.Actor, id int64) (TicketBatch, []Ticket, error) {
	if !by.Anywhere(PermTicketWrite) {
		return TicketBatch{}, nil, fault.New(fault.Forbidden, "fault.forbidden")
	}
	var batch TicketBatch
	var codes []Ticket
	err := pg.InSnapshot(ctx, s.db, func(tx *sqlx.Tx) (err error) {
		batch, err = selectBatch(ctx, tx, id)
		if err != nil {
			return missing(err, "surveys.ticket.not_found")
		}
		if batch.Unit == nil || !by.Can(PermTicketWrite, batch.Unit.Place()) {
			return fault.New(fault.NotFound, "surveys.ticket.not_found")
		}
		codes, err = selectTicketCodes(ctx, tx, id)
		return err
	})
	if err != nil {
		return TicketBatch{}, nil, err
	}
	return batch, codes, nil
}

// TakeTickets gives what TicketCodes gives to somebody who takes the codes away, on
// paper or as a file; the audit chain is told. NotFound like TicketCodes.
func (s *Service) TakeTickets(ctx context.Context, by actor.Actor, id int64) (TicketBatch, []Ticket, error) {
	batch, codes, err := s.TicketCodes(ctx, by, id)
	if err != nil {
		return TicketBatch{}, nil, err
	}
	err = pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		return doing{by: by, at: s.now(), action: audit.ExportTickets, kind: "ticket_batch", id: id, place: batch.Unit.Place(),
			detail: audit.Detail{"unit": batch.Unit.ID, "channel": string(batch.Channel), "count": len(codes)}}.record(ctx, tx)
	})
	if err != nil {
		return TicketBatch{}, nil, err
	}
	return batch, codes, nil
}

// faults looks at an order alone. The days around today: an earlier visit could not be
// rated any more, a later one is a slip of the pen.
func (o TicketOrder) faults(r ticketRules) []fault.Field {
	var faults []fault.Field
	if !ticketChannel(o.Channel) {
		faults = append(faults, fault.Field{Name: "channel", Key: "surveys.ticket.channel"})
	}
	if o.VisitedOn.Before(r.today.AddDays(-r.back)) || o.VisitedOn.After(r.today.AddDays(r.ahead)) {
		faults = append(faults, fault.Field{Name: "visited_on", Key: "surveys.ticket.day",
			Args: map[string]any{"Back": r.back, "Ahead": r.ahead}})
	}
	if o.Count < 1 || o.Count > r.most {
		faults = append(faults, fault.Field{Name: "count", Key: "surveys.ticket.count", Args: map[string]any{"Max": r.most}})
	}
	return faults
}

func ticketChannel(c Channel) bool { return c == ChannelTicket || c == ChannelSMS }
