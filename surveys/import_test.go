package surveys

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
)

func ratingFile(t *testing.T, text string) *RatingFile {
	t.Helper()
	f, err := ReadRatings(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestImportRefusesRowsWithReasonsAndStoresTheRest(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	f := ratingFile(t, "respondent,office,window,service,level,date\n"+
		"1,O1,W1,7,5,2026-03-02\n"+
		"1,O1,W1,7,5,2026-03-02\n"+ // the same visit twice in a file: two ratings
		"2,O1,W1,,9,2026-03-02\n"+
		"3,O1,W3,,4,2026-03-02\n"+ // W3 belongs to O2
		"4,O9,,,4,2026-03-02\n"+
		"5,O1,,,4,2099-01-01\n"+
		"6,O2,,,1,2026-03-31\n")
	var refused bytes.Buffer
	report, err := p.service.ImportRatings(t.Context(), actor.System("test"), RatingImport{File: f, Rejects: csv.NewWriter(&refused)})
	if err != nil || report != (RatingReport{Rows: 7, Stored: 3, Refused: 4}) {
		t.Fatalf("report %+v, %v", report, err)
	}
	lines := strings.Split(strings.TrimSpace(refused.String()), "\n")
	if len(lines) != 5 || !strings.HasPrefix(lines[0], "row,reason,respondent") || !strings.HasPrefix(lines[1], "4,") ||
		!strings.Contains(lines[2], "another office") || !strings.Contains(lines[3], "not in the directory") || !strings.Contains(lines[4], "2099") {
		t.Errorf("refused rows:\n%s", refused.String())
	}
	if n := p.count(t, `SELECT count(*) FROM ratings WHERE channel = 'import' AND standing = 'clear' AND service = '7' AND visited_on = '2026-03-02'`); n != 2 {
		t.Errorf("%d imported as they stand, want 2", n)
	}
	p.clean(t)
	again, err := p.service.ImportRatings(t.Context(), actor.System("test"), RatingImport{File: f})
	if err != nil || again.Stored != 0 || again.Known != 3 {
		t.Errorf("second run: %+v, %v", again, err)
	}
	p.clean(t)
}

func TestImportSpreadsUndatedRows(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	var text strings.Builder
	text.WriteString("\ufeff评价人,机关,窗口,事项,评价等级\n")
	for i := range 3000 {
		fmt.Fprintf(&text, "%d,O1,W1,0,%d\n", i, 1+i%5)
	}
	f := ratingFile(t, text.String())
	from, to := workday.Day{Year: 2026, Month: 1, Day: 1}, workday.Day{Year: 2026, Month: 1, Day: 30}
	if _, err := p.service.ImportRatings(t.Context(), actor.System("test"), RatingImport{File: f}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("undated rows without a period: %v, want Invalid", err)
	}
	report, err := p.service.ImportRatings(t.Context(), actor.System("test"), RatingImport{File: f, From: from, To: to})
	if err != nil || report.Stored != 3000 {
		t.Fatalf("report %+v, %v", report, err)
	}
	if n := p.count(t, `SELECT count(DISTINCT visited_on) FROM ratings WHERE visited_on BETWEEN '2026-01-01' AND '2026-01-30'`); n != 30 {
		t.Errorf("spread over %d days, want 30", n)
	}
	later := RatingImport{File: f, From: from, To: to.AddDays(100)}
	if again, err := p.service.ImportRatings(t.Context(), actor.System("test"), later); err != nil || again.Known != 3000 {
		t.Errorf("another period on the second run: %+v, %v; the first import stands", again, err)
	}
	p.clean(t)
}

func TestImportNeedsPermission(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	_, err := p.service.ImportRatings(t.Context(), actor.Actor{}, RatingImport{File: ratingFile(t, "office,level\nO1,5\n")})
	if fault.KindOf(err) != fault.Forbidden {
		t.Errorf("got %v, want Forbidden", err)
	}
}

func TestReadRatingsRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"empty": "", "no level": "office,window\n1,2\n", "binary": "\xff\xfe\xff\x00\x81"} {
		if _, err := ReadRatings(strings.NewReader(text)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestVerifyNamesWhatWasTamperedWith(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for level := 1; level <= 5; level++ {
		if _, err := p.service.Rate(t.Context(), submission(p.codes[0], level)); err != nil {
			t.Fatal(err)
		}
	}
	p.exec(t, `UPDATE rating_rollups SET n5 = 100 WHERE unit_id = $1 AND grain = 'd'`, p.windows[0])
	p.exec(t, `DELETE FROM rating_rollups WHERE unit_id = $1 AND grain = 'm'`, p.windows[0])
	report, err := p.service.Verify(t.Context())
	if err != nil || len(report.Differences) != 2 {
		t.Fatalf("%d differences, %v; want 2: %v", len(report.Differences), err, report.Differences)
	}
	if err := p.service.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.clean(t)
}
