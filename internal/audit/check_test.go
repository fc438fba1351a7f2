package audit

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"minping/internal/actor"
	"minping/internal/fault"
)

func ended(t *testing.T, s *Service) Check {
	t.Helper()
	s.checks.running.Wait()
	st, err := s.State(t.Context(), auditor)
	if err != nil || st.Last == nil || st.Running != nil {
		t.Fatalf("%+v, %v", st, err)
	}
	return *st.Last
}

// Every column that can be changed behind the program's back is noticed and its place named.
func TestChangeInEveryColumnIsNamed(t *testing.T) {
	t.Parallel()
	for column, value := range map[string]string{
		"at": "at + interval '1 microsecond'", "actor_id": "4", "actor_name": "'李四'", "source": "''", "action": "'role.withdraw'",
		"object_kind": "'unit'", "object_id": "'13'", "office_id": "NULL", "hall_id": "1", "outcome": "'refused'",
		"detail": `detail || '{"role": "quality"}'`, "prev": "decode(repeat('ab', 32), 'hex')", "digest": "decode(repeat('cd', 32), 'hex')",
		"seq": "9", "day": "'2026-03-03'",
	} {
		t.Run(column, func(t *testing.T) {
			t.Parallel()
			s, db := open(t)
			threeDays(t, db)
			tamper(t, db, fmt.Sprintf(`UPDATE audit_entries SET %s = %s WHERE day = '2026-03-04' AND seq = 2`, column, value))
			if err := s.StartCheck(t.Context(), auditor); err != nil {
				t.Fatal(err)
			}
			c := ended(t, s)
			switch broken := c.Broken(); {
			case broken == nil:
				t.Fatalf("not noticed: %+v", c)
			case column == "day" && broken.Day.Format(time.DateOnly) != "2026-03-03", // it stands on a day of its own now
				column != "day" && broken.Day.Format(time.DateOnly) != "2026-03-04":
				t.Errorf("named %v", broken)
			case column != "day" && broken.Seq != 2:
				t.Errorf("named %v", broken)
			}
		})
	}
}

func TestCheckAmongWriters(t *testing.T) {
	t.Parallel()
	s, db := open(t)
	threeDays(t, db)
	var writers sync.WaitGroup
	for i := range 4 {
		writers.Go(func() {
			for j := range 20 {
				e := grantAt(start.AddDate(0, 0, 5).Add(time.Duration(i*100+j) * time.Second))
				if err := RecordNow(context.Background(), db, e); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 3 {
		if err := s.StartCheck(t.Context(), auditor); err != nil {
			t.Fatal(err)
		}
		if c := ended(t, s); c.Broken() != nil || c.Failed || c.Entries < 9 {
			t.Errorf("%+v", c)
		}
	}
	writers.Wait()
	if r := whole(t, s); r.Entries != 9+80+3 {
		t.Errorf("%+v", r)
	}
}

func TestOneCheckAtATime(t *testing.T) {
	t.Parallel()
	s, db := open(t)
	threeDays(t, db)
	id, err := s.beginCheck(t.Context(), auditor)
	if err != nil {
		t.Fatal(err)
	}
	wantKind(t, s.StartCheck(t.Context(), auditor), fault.Conflict)
	if st, err := s.State(t.Context(), auditor); err != nil || st.Running == nil || st.Running.ID != id || st.Running.Total != 9 {
		t.Errorf("%+v, %v", st, err)
	}
	// Its program died: a minute later another may begin.
	now := s.now()
	s.now = func() time.Time { return now.Add(2 * silence) }
	if err := s.StartCheck(t.Context(), auditor); err != nil {
		t.Fatal(err)
	}
	if c := ended(t, s); c.ID == id || c.Entries != 9 || !strings.HasPrefix(c.Head, "2026-03-06/2/") {
		t.Errorf("%+v", c)
	}
	s.Stop()
	if err := s.StartCheck(t.Context(), auditor); err != nil { // noted as interrupted
		t.Fatal(err)
	}
	wantKind(t, s.StartCheck(t.Context(), actor.Actor{Account: 1}), fault.Forbidden)
}

func TestCompare(t *testing.T) {
	t.Parallel()
	s, db := open(t)
	threeDays(t, db)
	head := whole(t, s).Head
	other, gone := head, head
	other.Digest, gone.Seq = genesis(), 77
	for want, h := range map[Noted]Head{NotedSame: head, NotedOther: other, NotedMissing: gone} {
		if got, err := s.Compare(t.Context(), auditor, h); err != nil || got != want {
			t.Errorf("%s: %s, %v", want, got, err)
		}
	}
}

func TestRefusalsAreCountedNotPiledUp(t *testing.T) {
	t.Parallel()
	s, db := open(t)
	r := NewRefusals(db, slog.New(slog.DiscardHandler))
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i := range 500 {
				r.Note(Refusal{At: start, By: actor.Actor{Account: 3, Name: "王敏"}, Source: "net:1", Route: fmt.Sprint("/console/", i%100), Permission: "account:read"})
			}
		})
	}
	all.Wait()
	r.Close()
	p, err := s.Search(t.Context(), root, Filter{Action: "access."}, Cursor{}, 100)
	if err != nil || len(p.Entries) != refusalsPerson+1 {
		t.Fatalf("%d entries, %v", len(p.Entries), err)
	}
	total := 0
	for _, e := range p.Entries {
		d, err := flat(e.Detail)
		if err != nil || e.Outcome != Refused || e.ActorName != "王敏" || e.Source != "net:1" {
			t.Errorf("%+v, %v", e, err)
		}
		var n int
		if _, err := fmt.Sscanf(d["count"], "n%d", &n); err != nil {
			t.Error(err)
		}
		total += n
	}
	if total != 4000 {
		t.Errorf("%d refusals are told of 4000", total)
	}
}

func TestWatchersAreWatchedOnce(t *testing.T) {
	t.Parallel()
	s, db := open(t)
	threeDays(t, db)
	for range 3 {
		if _, err := s.Search(t.Context(), auditor, Filter{Name: "王敏"}, Cursor{}, 2); err != nil {
			t.Fatal(err)
		}
	}
	p, err := s.Search(t.Context(), root, Filter{Action: "audit.search"}, Cursor{}, 0)
	if err != nil || len(p.Entries) != 1 || string(p.Entries[0].Detail) != `{"name": "王敏"}` {
		t.Errorf("%+v, %v", p.Entries, err)
	}
}

// Entries that come in while somebody turns pages neither repeat nor hide one.
func TestPagesStandStillWhileEntriesComeIn(t *testing.T) {
	t.Parallel()
	s, db := open(t)
	threeDays(t, db)
	seen := map[Cursor]bool{}
	for below := (Cursor{}); ; {
		p, err := s.Search(t.Context(), root, Filter{Action: "role."}, below, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range p.Entries {
			at := Cursor{e.Day, e.Seq}
			if seen[at] {
				t.Errorf("%v twice", at)
			}
			seen[at] = true
		}
		record(t, db, grantAt(start.AddDate(0, 1, len(seen))))
		if below = p.Next; below == (Cursor{}) {
			break
		}
	}
	if len(seen) != 9 {
		t.Errorf("%d entries, want the 9 that were there", len(seen))
	}
}
