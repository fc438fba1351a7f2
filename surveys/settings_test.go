package surveys

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"minping/internal/settings"
)

// withSettings opens the place anew with other settings than the defaults.
func (p *place) withSettings(t *testing.T, values map[string]string) {
	t.Helper()
	set, err := settings.Fixed(values, Settings())
	if err != nil {
		t.Fatal(err)
	}
	p.set = set
	p.service = p.open(t)
}

func TestCoolDownFollowsItsSetting(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.withSettings(t, map[string]string{"rating.cool_down": "1800s"})
	rate := func() {
		sub := submission(p.codes[0], 5)
		sub.Device = "phone"
		if _, err := p.service.Rate(t.Context(), sub); err != nil {
			t.Fatal(err)
		}
	}
	repeats := func(want int) {
		t.Helper()
		if n := p.count(t, `SELECT count(*) FROM ratings WHERE signals = '{repeat}'`); n != want {
			t.Errorf("%d repeats, want %d", n, want)
		}
	}
	rate()
	p.clock = p.clock.Add(20 * time.Minute) // beyond the default
	rate()
	repeats(1)
	if err := p.set.Fix(map[string]string{"rating.cool_down": "60s"}); err != nil {
		t.Fatal(err)
	}
	p.clock = p.clock.Add(2 * time.Minute)
	rate() // a running intake reads the new value
	repeats(1)
}

func TestHastyFollowsItsSetting(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.withSettings(t, map[string]string{"rating.hasty": "10s"})
	at := time.Now()
	rate := func() {
		sub := submission(p.codes[0], 5)
		sub.ID = uuid.Must(uuid.NewV7())
		p.clock = at.Add(5500 * time.Millisecond)
		if _, err := p.service.Rate(t.Context(), sub); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		limit string
		want  int
	}{{"10s", 1}, {"0s", 1}, {"3s", 1}, {"8s", 2}} {
		if err := p.set.Fix(map[string]string{"rating.hasty": step.limit}); err != nil {
			t.Fatal(err)
		}
		at = time.Now()
		rate()
		if n := p.count(t, `SELECT count(*) FROM ratings WHERE signals = '{hasty}'`); n != step.want {
			t.Errorf("under %s: %d hasty, want %d", step.limit, n, step.want)
		}
	}
}

func TestTicketsFollowTheirSettings(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	publishHall(t, p, ChannelSMS)
	p.withSettings(t, map[string]string{"ticket.batch_most": "10", "ticket.days_back": "2", "ticket.days_ahead": "7", "rating.late_days": "7"})
	issue := func(count, days int) error {
		_, err := p.service.IssueTickets(t.Context(), citywide(PermTicketWrite),
			TicketOrder{Unit: p.windows[0], Channel: ChannelSMS, VisitedOn: p.today().AddDays(days), Count: count})
		return err
	}
	for _, ok := range [][2]int{{10, 0}, {1, -2}, {1, 7}} {
		if err := issue(ok[0], ok[1]); err != nil {
			t.Errorf("%v: %v", ok, err)
		}
	}
	wantFields(t, issue(11, 0), "count surveys.ticket.count")
	wantFields(t, issue(1, -3), "visited_on surveys.ticket.day")
	wantFields(t, issue(1, 8), "visited_on surveys.ticket.day")
	if p.service.LateDays(p.clock) != 7 || p.service.TicketsMost(p.clock) != 10 {
		t.Error("what forms begin with")
	}
}
