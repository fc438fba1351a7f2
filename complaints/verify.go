package complaints

import (
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/pg"
)

// Difference is a case whose row is not what its events say.
type Difference struct {
	ID    ID
	Field string
	Kept  string
	Gives string // what the events give
}

// String reads like "case 12 state: kept "closed", events give "replied"".
func (d Difference) String() string {
	return fmt.Sprintf("case %d %s: kept %q, events give %q", d.ID, d.Field, d.Kept, d.Gives)
}

// VerifyReport is what Verify found.
type VerifyReport struct {
	Cases, Events int
	Differences   []Difference
}

// Verify computes every case anew from its events, in one snapshot, and compares.
func (s *Service) Verify(ctx context.Context) (VerifyReport, error) {
	var report VerifyReport
	err := pg.InSnapshot(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		return s.each(ctx, tx, func(c Case, events []Event) error {
			report.Cases++
			report.Events += len(events)
			report.Differences = append(report.Differences, s.compare(c, events)...)
			return nil
		})
	})
	return report, err
}

func (s *Service) each(ctx context.Context, tx *sqlx.Tx, f func(Case, []Event) error) error {
	for after := ID(0); ; {
		cases, events, err := selectPage(ctx, tx, after)
		if err != nil || len(cases) == 0 {
			return err
		}
		for _, c := range cases {
			if err := f(c, events[c.ID]); err != nil {
				return err
			}
			after = c.ID
		}
	}
}

func (s *Service) compare(c Case, events []Event) []Difference {
	f, err := fold(events)
	if err != nil || len(events) == 0 {
		return []Difference{{c.ID, "events", "", fmt.Sprint(err)}}
	}
	want := c
	want.settle(f, s.cfg.Clock())
	var found []Difference
	a, b := reflect.ValueOf(c), reflect.ValueOf(want)
	for i := range a.NumField() {
		x, y := show(a.Field(i).Interface()), show(b.Field(i).Interface())
		if x != y {
			found = append(found, Difference{c.ID, a.Type().Field(i).Name, x, y})
		}
	}
	return found
}

func show(v any) string {
	switch v := v.(type) {
	case *time.Time:
		if v == nil {
			return ""
		}
		return v.UTC().Format(time.RFC3339Nano)
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	case *bool:
		if v == nil {
			return ""
		}
		return fmt.Sprint(*v)
	}
	return fmt.Sprint(v)
}
