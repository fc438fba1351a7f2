package fill

import (
	"context"
	"log/slog"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/jmoiron/sqlx"

	"minping/accounts"
	"minping/complaints"
	"minping/complaints/workday"
	"minping/indices"
	"minping/internal/actor"
	"minping/internal/pg"
	"minping/internal/pgtest"
	"minping/internal/vault"
	"minping/offices"
	"minping/server/demo"
	"minping/surveys"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// TestCasesOfTheCity: a year of cases is told by the rules of the desk, in every
// state, with clean books, and quickly.
func TestCasesOfTheCity(t *testing.T) {
	t.Parallel()
	ctx, by := t.Context(), actor.System("demo")
	now := time.Now().UTC().Truncate(time.Microsecond)
	f, db := newFiller(t, now)
	city := demo.City(1, now)
	if err := f.directory(ctx, by, city); err != nil {
		t.Fatal(err)
	}
	p, err := f.places(ctx, by, city)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.accounts(ctx, by, city, p); err != nil {
		t.Fatal(err)
	}
	before, started := processor(), time.Now()
	report, err := f.cases(ctx, by, city, p)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d cases, %d events, %d cut, in %s with %s of this process's processor time", report.Cases, report.Events, report.Cut,
		time.Since(started).Round(time.Millisecond), (processor() - before).Round(time.Millisecond))
	if report.Cases < 2000 || report.Cut > report.Cases/200 {
		t.Errorf("%d cases, %d of which broke a rule", report.Cases, report.Cut)
	}
	verified, err := f.Desk.Verify(ctx)
	if err != nil || len(verified.Differences) > 0 || verified.Cases != report.Cases {
		t.Fatalf("verify: %d cases, %v, %v", verified.Cases, verified.Differences, err)
	}
	lively(t, f)
	rows, err := indices.New(indices.Config{DB: db}).Rates(ctx, by, indices.RatesQuery{Level: indices.City, Period: indices.Containing(now, indices.Year)})
	if err != nil || len(rows) != 1 || rows[0].Response.Figure == nil || rows[0].Resolve.N < 300 || rows[0].Satisfy.N < 200 || rows[0].False.Hits == 0 {
		t.Errorf("the three rates of the city: %+v, %v", rows, err)
	}
	if _, err := f.cases(ctx, by, city, p); err == nil {
		t.Error("a desk that has cases was filled again")
	}
}

// lively: what the pages of the desk want to show is there.
func lively(t *testing.T, f Filler) {
	t.Helper()
	system := actor.System("test")
	for _, state := range complaints.States() {
		if state == complaints.Excluded || state == complaints.RatingReview || state == complaints.Terminated {
			continue // of bad ratings, which this city has none of
		}
		list, err := f.Desk.Queue(t.Context(), system, complaints.Filter{States: []complaints.State{state}, Limit: 1})
		if err != nil || len(list) == 0 && state != complaints.Triaged && state != complaints.Received && state != complaints.Waiting && state != complaints.InCallback {
			t.Errorf("no case is %s (%v)", state, err)
		}
	}
	counts, err := f.Desk.Counts(t.Context(), system, complaints.Filter{})
	if err != nil || counts.Overdue == 0 || counts.Live < 60 || counts.Overdue > counts.Live/2 {
		t.Errorf("counts: %+v, %v", counts, err)
	}
	t.Logf("live %d, overdue %d, due today %d: %v", counts.Live, counts.Overdue, counts.DueToday, counts.ByState)
	for level := 1; level <= 3; level++ {
		list, err := f.Desk.Queue(t.Context(), system, complaints.Filter{Level: level, Limit: 1})
		if err != nil || len(list) == 0 {
			t.Errorf("nothing is supervised at level %d (%v)", level, err)
		}
	}
}

func newFiller(t *testing.T, now time.Time) (Filler, *sqlx.DB) {
	t.Helper()
	db := pgtest.New(t)
	f := Filler{Offices: offices.New(offices.Config{DB: db, Now: time.Now}), Now: now, Password: "Demo-test-1234", Say: func(string) {}}
	var err error
	if f.Accounts, err = accounts.New(accounts.Config{DB: db, Now: time.Now}); err != nil {
		t.Fatal(err)
	}
	if f.Surveys, err = surveys.New(t.Context(), surveys.Config{DB: db, Now: time.Now, Calendar: workday.Builtin(), DeviceKey: []byte("0123456789abcdef")}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Surveys.Stop(t.Context()) })
	if f.Desk, err = complaints.New(complaints.Config{DB: db, Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug})), Now: func() time.Time { return now }, PINKey: []byte("0123456789abcdef"),
		PutContact: func(context.Context, pg.Querier, string, vault.Contact) (uuid.UUID, error) { return uuid.New(), nil }}); err != nil {
		t.Fatal(err)
	}
	return f, db
}

// processor is the time that this process had so far.
func processor() time.Duration {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
