package surveys

import (
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
)

// ticketed publishes over tickets and issues some for today's visit.
func (p *place) ticketed(t *testing.T, count int) []string {
	t.Helper()
	p.exec(t, `INSERT INTO publications (version_id, title, channel, starts_at) SELECT min(id), '小票', 'ticket', '2026-01-01' FROM survey_versions`)
	p.exec(t, `INSERT INTO publication_units SELECT max(p.id), $1 FROM publications p`, p.windows[0])
	if err := p.service.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	by := actor.System("test")
	batch, err := p.service.IssueTickets(t.Context(), by, TicketOrder{Unit: p.windows[0], Channel: ChannelTicket, VisitedOn: workday.Of(p.clock), Count: count})
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	if err := p.db.Select(&codes, `SELECT code FROM tickets WHERE batch_id = $1 ORDER BY serial`, batch.ID); err != nil {
		t.Fatal(err)
	}
	return codes
}

func TestOneTicketManyFormsOneIsAcknowledged(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for _, ticket := range p.ticketed(t, 10) {
		var mu sync.Mutex
		var wg sync.WaitGroup
		answered := map[uuid.UUID]string{}
		forms := make([]Submission, 20)
		for i := range forms {
			forms[i] = submission(ticket, 1+i%5)
			wg.Go(func() {
				stored, err := p.service.Rate(t.Context(), forms[i])
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					answered[forms[i].ID] = stored.Receipt
				} else if fault.KindOf(err) != fault.Conflict {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if len(answered) != 1 {
			t.Fatalf("%d forms acknowledged, want 1", len(answered))
		}
		for _, form := range forms { // each sent once more: the same answer as before
			again, err := p.service.Rate(t.Context(), form)
			if receipt, was := answered[form.ID]; was != (err == nil) || again.Receipt != receipt {
				t.Errorf("again: %q, %v; first %q", again.Receipt, err, receipt)
			}
		}
	}
	if n := p.count(t, `SELECT count(*) FROM ratings`); n != 10 {
		t.Errorf("%d ratings of 10 visits", n)
	}
	p.clean(t)
}

func TestTicketOutlivesItsPublication(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	tickets := p.ticketed(t, 2)
	p.exec(t, `UPDATE publications SET ends_at = $1 WHERE channel = 'ticket'`, p.clock.Add(12*time.Hour))
	p.clock = p.clock.Add(24 * time.Hour)
	if err := p.service.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	// A late rating belongs to the visit's day, though nothing is published any more.
	if _, err := p.service.Rate(t.Context(), submission(tickets[0], 4)); err == nil {
		if n := p.count(t, `SELECT count(*) FROM ratings WHERE visited_on = '2026-11-23'`); n != 1 {
			t.Errorf("%d ratings on the day of the visit, want 1", n)
		}
	} else {
		t.Errorf("late rating of a visit during the publication: %v", err)
	}
	p.clock = p.clock.AddDate(0, 0, 30)
	if _, err := p.service.Rate(t.Context(), submission(tickets[1], 4)); fault.KindOf(err) != fault.Gone {
		t.Errorf("a month later: %v, want Gone", err)
	}
}

func TestParallelRepeatsOfOneDeviceAreAllSeen(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	var wg sync.WaitGroup
	for range 30 {
		sub := submission(p.codes[0], 5)
		sub.Device = "phone"
		wg.Go(func() {
			if _, err := p.service.Rate(t.Context(), sub); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := p.count(t, `SELECT count(*) FROM ratings WHERE standing = 'clear'`); n != 1 {
		t.Errorf("%d of 30 are clear, want 1", n)
	}
}
