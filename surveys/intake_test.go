package surveys

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/fault"
	"minping/internal/pgtest"
	"minping/internal/settings"
)

// place is a small directory: one hall, two offices, four windows with codes win00001…
type place struct {
	db      *sqlx.DB
	service *Service
	clock   time.Time
	set     *settings.Set
	windows []int64
	codes   []string
}

func newPlace(t testing.TB) *place {
	t.Helper()
	p := &place{db: pgtest.New(t), clock: time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)}
	p.exec(t, `INSERT INTO units (kind, code, name) VALUES ('hall', 'H1', '市政务服务中心'), ('office', 'O1', '市人社局'), ('office', 'O2', '市医保局')`)
	p.exec(t, `INSERT INTO units (kind, code, name, office_id) SELECT 'division', 'D-' || code, name || '办事处', id FROM units WHERE kind = 'office'`)
	p.exec(t, `INSERT INTO units (kind, code, name, number, office_id, division_id, hall_id)
		SELECT 'window', 'W' || i, '窗口' || i, 'A0' || i, o.id, d.id, h.id
		FROM generate_series(1, 4) i
		JOIN units o ON o.kind = 'office' AND o.code = 'O' || (1 + (i - 1) / 2)
		JOIN units d ON d.kind = 'division' AND d.office_id = o.id
		JOIN units h ON h.kind = 'hall'`)
	p.exec(t, `INSERT INTO publications (version_id, title, channel, starts_at) SELECT min(id), '窗口评价', 'desk', '2026-01-01' FROM survey_versions`)
	p.exec(t, `INSERT INTO publication_units SELECT p.id, u.id FROM publications p, units u WHERE u.kind = 'window'`)
	p.exec(t, `INSERT INTO codes (code, unit_id, channel) SELECT 'win0000' || right(code, 1), id, 'desk' FROM units WHERE kind = 'window'`)
	p.exec(t, `SELECT ensure_rating_partitions('2026-09-01', '2027-02-01')`)
	if err := p.db.Select(&p.windows, `SELECT id FROM units WHERE kind = 'window' ORDER BY code`); err != nil {
		t.Fatal(err)
	}
	for i := range p.windows {
		p.codes = append(p.codes, fmt.Sprintf("win%05d", i+1))
	}
	p.service = p.open(t)
	return p
}

func (p *place) exec(t testing.TB, query string, args ...any) {
	t.Helper()
	if _, err := p.db.Exec(query, args...); err != nil {
		t.Fatal(err)
	}
}

func (p *place) open(t testing.TB) *Service {
	t.Helper()
	s, err := New(t.Context(), Config{DB: p.db, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return p.clock },
		Calendar: workday.Builtin(), DeviceKey: []byte("0123456789abcdef"), Settings: p.set})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop(context.Background()) })
	return s
}

func (p *place) count(t testing.TB, query string, args ...any) int {
	t.Helper()
	var n int
	if err := p.db.Get(&n, query, args...); err != nil {
		t.Fatal(err)
	}
	return n
}

func (p *place) clean(t testing.TB) {
	t.Helper()
	report, err := p.service.Verify(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Differences) > 0 {
		t.Errorf("rollups differ from a recount: %v", report.Differences)
	}
}

func submission(code string, level int) Submission {
	return Submission{ID: uuid.New(), Code: code, Level: level, Language: "zh-CN"}
}

func TestOneRatingIsStoredAndCounted(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	sub := submission(p.codes[0], 2)
	sub.Tags, sub.Stratum, sub.Comment = []string{"214", "207", "510"}, "public", "等了\r\n一上午\x00"
	sub.Answers = map[int][]string{3: {"2"}, 8: {"10"}}
	got, err := p.service.Rate(t.Context(), sub)
	if err != nil || got.Repeat || got.Receipt == "" {
		t.Fatalf("Rate = %+v, %v", got, err)
	}
	if n := p.count(t, `SELECT count(*) FROM ratings WHERE level = 2 AND tags = '{207,214}' AND comment = E'等了\n一上午'
		AND question_ids = '{3,8}' AND answer_values = '{2,10}' AND stratum = 'public' AND visited_on = '2026-11-23' AND standing = 'clear'`); n != 1 {
		t.Errorf("stored as asked: %d, want 1", n)
	}
	// window, division, office, hall, city × day, month, year
	if n := p.count(t, `SELECT sum(n2)::int FROM rating_rollups`); n != 15 {
		t.Errorf("rollup counts = %d, want 15", n)
	}
	if n := p.count(t, `SELECT sum(n)::int FROM answer_rollups`); n != 40 {
		t.Errorf("answer counts = %d, want 40", n)
	}
	p.clean(t)
	view, err := p.service.Receipt(t.Context(), got.Receipt)
	if err != nil || view.Level != 2 || view.Unit.Code != "W1" {
		t.Errorf("Receipt = %+v, %v", view, err)
	}
}

func TestSameSubmissionFiftyTimesAtOnceIsOneRating(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	sub := submission(p.codes[0], 5)
	var wg sync.WaitGroup
	receipts := make([]string, 50)
	for i := range receipts {
		wg.Go(func() {
			stored, err := p.service.Rate(t.Context(), sub)
			if err != nil {
				t.Error(err)
			}
			receipts[i] = stored.Receipt
		})
	}
	wg.Wait()
	for _, r := range receipts {
		if r == "" || r != receipts[0] {
			t.Fatalf("receipts differ: %v", receipts)
		}
	}
	if n := p.count(t, `SELECT count(*) FROM ratings`); n != 1 {
		t.Errorf("%d ratings, want 1", n)
	}
	p.clean(t)
}

func TestSixtyFourRatersOnOneWindow(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			for j := range 10 {
				if _, err := p.service.Rate(t.Context(), submission(p.codes[0], 1+(i+j)%5)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := p.count(t, `SELECT n1 + n2 + n3 + n4 + n5 FROM rating_rollups WHERE unit_id = $1 AND grain = 'd'`, p.windows[0]); n != 640 {
		t.Errorf("window's day counts %d, want 640", n)
	}
	p.clean(t)
}

func TestTwoServicesOnTheSameWindowsNeverDeadlock(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	services := []*Service{p.service, p.open(t)}
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			for j := range 20 {
				sub := submission(p.codes[(i+j)%4], 5)
				sub.Tags = []string{"510", "511"}
				if _, err := services[i%2].Rate(t.Context(), sub); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := p.count(t, `SELECT count(*) FROM ratings`); n != 800 {
		t.Errorf("%d ratings, want 800", n)
	}
	if n := p.count(t, `SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()`); n != 0 {
		t.Errorf("%d deadlocks", n)
	}
	p.clean(t)
}

func TestRepeatedDeviceIsSuspectAndKept(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	rate := func(code, device string) {
		sub := submission(code, 5)
		sub.Device = device
		if _, err := p.service.Rate(t.Context(), sub); err != nil {
			t.Fatal(err)
		}
	}
	rate(p.codes[0], "phone")
	rate(p.codes[0], "phone") // suspect
	rate(p.codes[1], "phone") // another window: another visit
	rate(p.codes[0], "tablet")
	p.clock = p.clock.Add(10*time.Minute + time.Second)
	rate(p.codes[0], "phone") // after the cool-down
	if n := p.count(t, `SELECT count(*) FROM ratings WHERE signals = '{repeat}' AND standing = 'suspect'`); n != 1 {
		t.Errorf("%d suspects, want 1", n)
	}
	if n := p.count(t, `SELECT sum(n5)::int FROM rating_counts WHERE grain = 'm' AND standing = 'suspect'`); n != 5 {
		t.Errorf("suspects counted apart: %d, want 5", n)
	}
	p.clean(t)
}

func TestHastyAndHoneypotAreSuspect(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	sub := submission(p.codes[0], 5)
	sub.ID, sub.Honeypot = uuid.Must(uuid.NewV7()), true
	p.clock = time.Now()
	if _, err := p.service.Rate(t.Context(), sub); err != nil {
		t.Fatal(err)
	}
	if n := p.count(t, `SELECT count(*) FROM ratings WHERE signals = '{honeypot,hasty}' AND seconds = 0`); n != 1 {
		t.Errorf("%d marked, want 1", n)
	}
}

func TestFullQueueAnswersBusy(t *testing.T) {
	t.Parallel()
	in := &Intake{queues: []chan *pending{make(chan *pending)}, closing: make(chan struct{})}
	if _, err := in.Submit(t.Context(), Rating{}); fault.KindOf(err) != fault.Busy {
		t.Errorf("full queue: %v, want Busy", err)
	}
	close(in.closing)
	if _, err := in.Submit(t.Context(), Rating{}); fault.KindOf(err) != fault.Busy {
		t.Errorf("closing: %v, want Busy", err)
	}
}

func TestMissingPartitionIsMadeOnTheWay(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.clock = time.Date(2031, 5, 1, 2, 0, 0, 0, time.UTC)
	if _, err := p.service.Rate(t.Context(), submission(p.codes[0], 4)); err != nil {
		t.Fatal(err)
	}
	p.clean(t)
}

func TestImpossibleRatingDoesNotTakeItsBatchAlong(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	var wg sync.WaitGroup
	failed := make([]bool, 20)
	for i := range failed {
		r := Rating{SubmissionID: uuid.New(), VisitedOn: workday.Of(p.clock), ReceivedAt: p.clock, Unit: p.windows[0],
			Parents: Parents{Window: p.windows[0]}, Version: 1, Channel: ChannelDesk, Stratum: StratumPublic, Level: 5, Language: "zh-CN"}
		if i == 7 {
			r.Level = 9 // breaks ratings_level_check
		}
		wg.Go(func() {
			_, err := p.service.intake.Submit(t.Context(), r)
			failed[i] = err != nil
		})
	}
	wg.Wait()
	for i, f := range failed {
		if f != (i == 7) {
			t.Errorf("rating %d failed = %v", i, f)
		}
	}
	p.clean(t)
}

func TestBrokenConnectionsLoseNothing(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() { // an administrator who ends every backend, again and again
		defer close(stopped)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				_, _ = p.db.Exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
			}
		}
	}()
	var wg sync.WaitGroup
	for i := range 30 {
		wg.Go(func() {
			for range 10 {
				sub := submission(p.codes[i%4], 5)
				first, err := p.service.Rate(t.Context(), sub)
				if err != nil {
					continue // told so; not acknowledged
				}
				if again, err := p.service.Rate(t.Context(), sub); err == nil && again.Receipt != first.Receipt {
					t.Errorf("acknowledged as %s, later %s", first.Receipt, again.Receipt)
				}
			}
		})
	}
	wg.Wait()
	close(stop)
	<-stopped
	p.db.SetMaxIdleConns(0) // lets go of connections that were ended while idle
	p.clean(t)
}
