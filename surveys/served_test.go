package surveys

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/offices"
)

func servedSheet(t *testing.T, text string) offices.FormSheet {
	t.Helper()
	sheet, err := ReadServed("办件量.csv", strings.NewReader("窗口编码,日期,办件量,叫号量\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	return sheet
}

// windowCodes are the codes of the place's windows.
func (p *place) windowCodes(t testing.TB) []string {
	t.Helper()
	var codes []string
	if err := p.db.SelectContext(t.Context(), &codes, `SELECT code FROM units WHERE kind = 'window' ORDER BY id`); err != nil {
		t.Fatal(err)
	}
	return codes
}

func yesterday(p *place) workday.Day { return workday.Of(p.service.now()).AddDays(-1) }

func TestServedIsWrittenOnceAndSummed(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.windowsIn(t, 2)
	w, day, by := p.windowCodes(t), yesterday(p), citywide(PermServedWrite)
	text := fmt.Sprintf("%s,%s,120,130\n%s,%s,30,\n", w[0], day, w[1], day)
	for i, want := range []ServedReport{{Rows: 2, New: 2}, {Rows: 2, Same: 2}} {
		plan, err := p.service.PlanServed(t.Context(), by, servedSheet(t, text))
		if err != nil || plan.New != want.New || plan.Same != want.Same {
			t.Fatalf("plan %d: %+v, %v", i, plan, err)
		}
		got, err := p.service.ApplyServed(t.Context(), by, servedSheet(t, text))
		if err != nil || got.New != want.New || got.Same != want.Same || got.From != day || got.To != day {
			t.Fatalf("%d: %+v, %v", i, got, err)
		}
	}
	got, err := p.service.PutServed(t.Context(), by, []Served{{Window: w[1], Day: day, Served: 50}})
	if err != nil || got.Changed != 1 || got.New != 0 {
		t.Fatalf("%+v, %v", got, err)
	}
	const sums = `SELECT count(*) FROM service_rollups r JOIN units u ON u.id = r.unit_id WHERE u.kind = 'city' AND r.served = 170`
	if n := p.count(t, sums); n != 2 { // its day and its month
		t.Errorf("%d sums of the city are 170", n)
	}
	if report, err := p.service.Verify(t.Context()); err != nil || len(report.Differences) > 0 {
		t.Errorf("%+v, %v", report.Differences, err)
	}
	if n := p.count(t, `SELECT count(*) FROM audit_entries WHERE action = 'served.tell'`); n != 2 {
		t.Errorf("%d audit entries, want one for each time something changed", n)
	}
	if _, err := p.db.ExecContext(t.Context(), `UPDATE service_rollups SET served = served + 1 WHERE grain = 'm'`); err != nil {
		t.Fatal(err)
	}
	if report, err := p.service.Verify(t.Context()); err != nil || len(report.Differences) == 0 || report.Differences[0].Table != "service_rollups" {
		t.Errorf("tampered sums are not found: %+v, %v", report.Differences, err)
	}
}

func TestServedFileWithFaultsWritesNothing(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.windowsIn(t, 2)
	w, day := p.windowCodes(t), yesterday(p)
	text := fmt.Sprintf("%s,%s,120,\nno-such,%s,3,\n%s,%s,-4,\n%s,%s,1,\n%s,%s,7,\n%s,%s,两百,\n", w[0], day, day, w[1], day, w[1], day.AddDays(90), w[0], day, w[1], day.AddDays(-1))
	sheet := servedSheet(t, text)
	plan, err := p.service.PlanServed(t.Context(), citywide(PermServedWrite), sheet)
	if err != nil || len(plan.Problems) != 5 {
		t.Fatalf("%+v, %v", plan.Problems, err)
	}
	if _, err := p.service.ApplyServed(t.Context(), citywide(PermServedWrite), sheet); fault.KindOf(err) != fault.Invalid {
		t.Errorf("%v", err)
	}
	if n := p.count(t, `SELECT count(*) FROM service_counts`); n != 0 {
		t.Errorf("%d rows written", n)
	}
	_, err = p.service.PutServed(t.Context(), citywide(PermServedWrite), []Served{{Window: w[0], Day: day, Served: 1}, {Window: "no-such", Day: day}, {Window: w[1], Day: day, Served: MaxServed + 1}})
	wantFields(t, err, "rows.2.served served.number", "rows.1.window served.window")
	if n := p.count(t, `SELECT count(*) FROM service_counts`); n != 0 {
		t.Errorf("%d rows written", n)
	}
}

func TestServedWithinReach(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.windowsIn(t, 2)
	row := []Served{{Window: p.windowCodes(t)[0], Day: yesterday(p), Served: 9}}
	_, err := p.service.PutServed(t.Context(), actor.Actor{}, row)
	wantKind(t, err, fault.Forbidden)
	_, err = p.service.PutServed(t.Context(), officer(987654, 0, PermServedWrite), row)
	wantFields(t, err, "rows.0.window served.window")
	if found, err := p.service.ServedFindings(t.Context(), officer(987654, 0, PermServedWrite), yesterday(p).AddDays(-30), yesterday(p)); err != nil || len(found) != 0 {
		t.Errorf("%v, %v", found, err)
	}
}

func TestMoreRatingsThanServicesIsFound(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for range 3 {
		if _, err := p.service.Rate(t.Context(), submission(p.codes[0], 5)); err != nil {
			t.Fatal(err)
		}
	}
	today := workday.Of(p.service.now())
	by := citywide(PermServedWrite)
	for served, want := range map[int]int{3: 0, 2: 1} {
		var list []Served
		for _, w := range p.windowCodes(t) {
			list = append(list, Served{Window: w, Day: today, Served: served})
		}
		if _, err := p.service.PutServed(t.Context(), by, list); err != nil {
			t.Fatal(err)
		}
		found, err := p.service.ServedFindings(t.Context(), by, today, today)
		if err != nil || len(found) != want || want == 1 && (found[0].Rated != 3 || found[0].Served != 2) {
			t.Errorf("%d served: %+v, %v", served, found, err)
		}
	}
}

// Two systems that tell at once leave sums that are right.
func TestServedAtOnce(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.windowsIn(t, 8)
	codes, day := p.windowCodes(t), yesterday(p)
	var wait sync.WaitGroup
	for i, code := range codes {
		wait.Go(func() {
			if _, err := p.service.PutServed(context.Background(), citywide(PermServedWrite), []Served{{Window: code, Day: day, Served: i + 1}}); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if report, err := p.service.Verify(t.Context()); err != nil || len(report.Differences) > 0 {
		t.Errorf("%+v, %v", report.Differences, err)
	}
}
