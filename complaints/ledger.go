package complaints

import (
	"context"
	"fmt"
	"time"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
)

// LedgerQuery asks for the ledger 台账 of the cases received in a period, both days included.
type LedgerQuery struct {
	From, To workday.Day
	Filter   Filter // States empty: every state; After, Limit and As mean nothing here
	Most     int    // more cases than this are refused; 0: no limit
}

// ledgerYears is how long a period may be.
const ledgerYears = 10

// LedgerLine is a case as the ledger has it: where it stood when, and nobody's words or name.
type LedgerLine struct {
	ID       ID          `db:"id"`
	Kind     Kind        `db:"kind"`
	Channel  Channel     `db:"channel"`
	Identity Identity    `db:"identity"`
	Urgency  Urgency     `db:"urgency"`
	Category int         `db:"category_id"`
	State    State       `db:"state"`
	Sealed   bool        `db:"sealed"`
	Unit     int64       `db:"unit_id"`
	Hall     int64       `db:"hall_id"`
	Division int64       `db:"division_id"`
	Office   int64       `db:"office_id"`
	First    int64       `db:"first_office_id"`
	Level    int         `db:"level"`
	Round    int         `db:"round"`
	Returned int         `db:"returned"`
	Extended bool        `db:"extended"`
	Merged   ID          `db:"merged_into"`
	Split    ID          `db:"split_from"`
	Did      Disposition `db:"disposition"`
	Rating   int         `db:"rating_level"`
	FollowUp int         `db:"follow_up"`

	ReceivedAt    time.Time  `db:"received_at"`
	DispatchedAt  *time.Time `db:"dispatched_at"`
	TakenAt       *time.Time `db:"taken_at"`
	TakenInTime   *bool      `db:"taken_in_time"`
	FirstReplyAt  *time.Time `db:"first_reply_at"`
	RepliedAt     *time.Time `db:"replied_at"`
	RepliedInTime *bool      `db:"replied_in_time"`
	ClosedAt      *time.Time `db:"closed_at"`
	DueAt         *time.Time `db:"due_at"`
	DueClock      ClockName  `db:"due_clock"`
	Contacted     bool       `db:"contacted"`
	Solved        *bool      `db:"solved"`
	Satisfied     int        `db:"satisfied"`
}

// Ledger hands over, by the time they were received, the cases of a period that by
// may read: exactly those that Queue would list. It reads in short pages, so that a slow taker keeps
// no transaction open. What each gives back ends it.
//
// Forbidden like Queue; Invalid with fields from, to, and rows where there are more than Most.
// The program itself gets no sealed ones: it is not the discipline role.
func (s *Service) Ledger(ctx context.Context, by actor.Actor, in LedgerQuery, each func(LedgerLine) error) (int, error) {
	r, err := reachOf(by)
	if err != nil {
		return 0, err
	}
	if r.system {
		r = reach{all: true}
	}
	if err := in.check(); err != nil {
		return 0, err
	}
	if len(in.Filter.States) == 0 {
		in.Filter.States = States()
	}
	page := ledgerPage{reach: r, query: in, now: s.now(), from: in.From.Start(), until: in.To.AddDays(1).Start()}
	if in.Most > 0 {
		if more, err := page.more(ctx, s.cfg.DB, in.Most); err != nil {
			return 0, err
		} else if more {
			return 0, fault.Fielded(fault.Field{Name: "to", Key: "complaints.ledger_rows", Args: map[string]any{"Max": in.Most}})
		}
	}
	n := 0
	for {
		lines, err := page.next(ctx, s.cfg.DB)
		if err != nil {
			return n, err
		}
		for _, l := range lines {
			if err := each(l); err != nil {
				return n, err
			}
			n++
		}
		if len(lines) < ledgerBatch {
			return n, nil
		}
	}
}

func (in LedgerQuery) check() error {
	var wrong []fault.Field
	for name, day := range map[string]workday.Day{"from": in.From, "to": in.To} {
		if day.IsZero() {
			wrong = append(wrong, fault.Field{Name: name, Key: "fault.field.required"})
		} else if day.Year < 2000 || day.Year > 2999 {
			wrong = append(wrong, fault.Field{Name: name, Key: "fault.field.choice"})
		}
	}
	if len(wrong) == 0 && (in.To.Before(in.From) || in.To.Year-in.From.Year > ledgerYears) {
		wrong = append(wrong, fault.Field{Name: "to", Key: "complaints.ledger_period", Args: map[string]any{"Years": ledgerYears}})
	}
	if len(wrong) > 0 {
		return fault.Fielded(wrong...)
	}
	return nil
}

// taken tells the audit chain who takes how much of the ledger away.
func (s *Service) taken(ctx context.Context, by actor.Actor, in LedgerQuery, rows int) error {
	place := actor.Place{Office: in.Filter.Office, Hall: in.Filter.Hall}
	err := audit.RecordNow(ctx, s.cfg.DB, audit.Entry{At: s.now(), By: by, Action: audit.ExportLedger, Place: place, Object: audit.Object{Kind: "city"},
		Detail: audit.Detail{"from": in.From.String(), "to": in.To.String(), "rows": rows}})
	if err != nil {
		return fmt.Errorf("audit of the ledger: %w", err)
	}
	return nil
}

// LedgerNames gives what the numbers in a ledger are called: all units, and the
// paths of all categories.
func (s *Service) LedgerNames(ctx context.Context) (LedgerNames, error) {
	n := LedgerNames{Units: map[int64]UnitLabel{}, Paths: map[int][3]string{}}
	units, err := selectUnitLabels(ctx, s.cfg.DB)
	if err != nil {
		return n, err
	}
	for _, u := range units {
		n.Units[u.ID] = u
	}
	tree, err := selectCategories(ctx, s.cfg.DB)
	for _, c := range tree { // parents come first
		path := n.Paths[c.Parent]
		path[c.Level-1] = c.Name
		n.Paths[c.ID] = path
	}
	return n, err
}

// LedgerNames are the names in a ledger.
type LedgerNames struct {
	Units map[int64]UnitLabel
	Paths map[int][3]string
}
