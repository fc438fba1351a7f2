package workday_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"minping/complaints/workday"
)

func TestParseHolidayJSON(t *testing.T) {
	t.Parallel()
	got, err := workday.ParseHolidayJSON(strings.NewReader(`{
		"$schema": "https://example.invalid/schema.json", "year": 2023, "papers": ["http://www.gov.cn/x"],
		"days": [
			{"name": "元旦", "date": "2022-12-31", "isOffDay": true},
			{"name": "元旦", "date": "2023-01-01", "isOffDay": true},
			{"name": "春节", "date": "2023-01-28", "isOffDay": false},
			{"name": "国庆节", "date": "2023-10-01", "isOffDay": true}
		]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := map[workday.Day]bool{
		day(t, "2022-12-31"): false, day(t, "2023-01-01"): false, day(t, "2023-01-28"): true, day(t, "2023-10-01"): false,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if c := workday.New(got); !c.Covers(2023) || c.Covers(2022) || !c.IsWorkday(day(t, "2023-01-28")) {
		t.Error("the imported notice does not make 2023, and 2023 only, a covered year")
	}
}

func TestParseHolidayJSONRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       error // nil: an error of JSON or of a date
	}{
		{"nothing", ``, nil},
		{"a list", `[]`, nil},
		{"a broken date", `{"year":2026,"days":[{"date":"2026-02-30","isOffDay":true}]}`, nil},
		{"text after the end", `{"year":2026,"days":[{"date":"2026-01-01","isOffDay":true}]} x`, nil},
		{"no year", `{"days":[{"date":"2026-01-01","isOffDay":true}]}`, workday.ErrIncomplete},
		{"no days", `{"year":2026}`, workday.ErrIncomplete},
		{"no date", `{"year":2026,"days":[{"isOffDay":true}]}`, workday.ErrIncomplete},
		{"no isOffDay", `{"year":2026,"days":[{"date":"2026-01-01"}]}`, workday.ErrIncomplete},
		{"another year", `{"year":2026,"days":[{"date":"2025-10-01","isOffDay":true}]}`, workday.ErrWrongYear},
		{"both ways", `{"year":2026,"days":[{"date":"2026-01-01","isOffDay":true},{"date":"2026-01-01","isOffDay":false}]}`, workday.ErrContradicts},
		{"too large", strings.Repeat(" ", 1<<20) + `{}`, workday.ErrTooLarge},
	} {
		got, err := workday.ParseHolidayJSON(strings.NewReader(c.text))
		if err == nil || got != nil {
			t.Errorf("%s: accepted as %v", c.name, got)
		}
		if c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func TestParseHolidayJSONTakesARepeatedDay(t *testing.T) {
	t.Parallel()
	got, err := workday.ParseHolidayJSON(strings.NewReader(
		`{"year":2026,"days":[{"date":"2026-01-01","isOffDay":true},{"date":"2026-01-01","isOffDay":true}]}`))
	if err != nil || len(got) != 1 {
		t.Errorf("%v, %v", got, err)
	}
}
