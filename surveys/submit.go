package surveys

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"minping/complaints/workday"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Rate stores a citizen's rating durably and gives its receipt. Anybody who
// holds an open code may call it.
//
// Invalid with fields where the form breaks a rule; NotFound for a code nobody
// issued; Gone for one that was withdrawn or has ended; Conflict for one not yet
// open and for a visit that is rated already; Busy on overload. A repeat of the
// same submission gives the first receipt, also after the code was closed.
func (s *Service) Rate(ctx context.Context, sub Submission) (Stored, error) {
	e, err := s.Resolve(ctx, sub.Code)
	if err != nil {
		return Stored{}, err
	}
	if e.State != StateOpen {
		return s.repeated(ctx, e, sub)
	}
	now := s.now()
	r := Rating{SubmissionID: sub.ID, VisitedOn: e.VisitedOn, ReceivedAt: now, Unit: e.Unit.ID,
		Parents: e.Unit.Parents(), Version: e.Version.ID, Channel: e.Channel, Language: sub.Language,
		Elder: sub.Elder, Seconds: secondsSince(sub.ID, now), Device: s.device.of(sub.Device, now)}
	if err := e.Version.Definition.judge(sub, &r); err != nil {
		return Stored{}, err
	}
	if sub.Honeypot {
		r.Signals = append(r.Signals, SignalHoneypot)
	}
	if r.Seconds >= 0 && float64(r.Seconds) < s.set.hasty.At(now).Seconds() {
		r.Signals = append(r.Signals, SignalHasty)
	}
	if e.Ticket {
		return s.rateTicket(ctx, e, r)
	}
	return s.intake.Submit(ctx, r)
}

// rateTicket stores the one rating of a ticket's visit: its submission id is
// derived from the ticket, so the database itself keeps 一次一评. Which form was
// stored stands beside it: only that one is acknowledged, however many race.
func (s *Service) rateTicket(ctx context.Context, e Entry, r Rating) (Stored, error) {
	r.Form, r.SubmissionID = r.SubmissionID, TicketSubmission(e.Code)
	stored, err := s.intake.Submit(ctx, r)
	if err == nil && stored.form != r.Form {
		return Stored{}, e.refusal(StateUsed)
	}
	return stored, err
}

// repeated answers a form sent again after its code stopped being open.
func (s *Service) repeated(ctx context.Context, e Entry, sub Submission) (Stored, error) {
	id := sub.ID
	if e.Ticket {
		id = TicketSubmission(e.Code)
	}
	found, err := receipts(ctx, s.db, []string{id.String()})
	if err != nil {
		return Stored{}, err
	}
	was := found[id]
	if was.Receipt == "" || e.Ticket && was.Form.UUID != sub.ID {
		return Stored{}, e.refusal(e.State)
	}
	return Stored{Receipt: was.Receipt, Repeat: true, form: was.Form.UUID}, nil
}

// refusal is the fault of a code that takes no rating.
func (e Entry) refusal(state State) *fault.Fault {
	kind := fault.Gone
	switch state {
	case StateMistyped, StateUnknown:
		kind = fault.NotFound
	case StateNotYet, StateUsed:
		kind = fault.Conflict
	}
	return fault.New(kind, "fault.code."+string(state))
}

// secondsSince tells how long ago a form was printed from the time inside its
// UUIDv7; -1 where the id does not tell or a day has passed.
func secondsSince(id uuid.UUID, now time.Time) int {
	if id.Version() != 7 {
		return -1
	}
	sec, nsec := id.Time().UnixTime()
	took := now.Sub(time.Unix(sec, nsec))
	if took < 0 || took > 24*time.Hour {
		return -1
	}
	return int(took / time.Second)
}

// ReceiptView is what the holder of a receipt may see again.
type ReceiptView struct {
	Receipt   string
	RatingID  int64 // not shown: by it the case of a bad rating is found
	VisitedOn workday.Day
	Level     int
	Unit      *Unit
}

// Receipt looks a receipt up. NotFound where nobody was given it.
func (s *Service) Receipt(ctx context.Context, receipt string) (ReceiptView, error) {
	const query = `SELECT r.id, r.unit_id, r.level, r.visited_on::text AS visited_on
		FROM submissions s JOIN ratings r ON r.visited_on = s.visited_on AND r.id = s.rating_id
		WHERE s.receipt = $1`
	var row struct {
		ID        int64  `db:"id"`
		UnitID    int64  `db:"unit_id"`
		Level     int    `db:"level"`
		VisitedOn string `db:"visited_on"`
	}
	if err := s.db.GetContext(ctx, &row, query, receipt); pg.None(err) {
		return ReceiptView{}, fault.New(fault.NotFound, "fault.receipt.unknown")
	} else if err != nil {
		return ReceiptView{}, fmt.Errorf("look up receipt: %w", err)
	}
	day, err := workday.Parse(row.VisitedOn)
	return ReceiptView{Receipt: receipt, RatingID: row.ID, VisitedOn: day, Level: row.Level,
		Unit: s.lookup.snap.Load().units[row.UnitID]}, err
}
