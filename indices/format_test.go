package indices

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"minping/internal/i18n"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func sampleRows(t *testing.T) []Row {
	m := Methodology{Version: "sat-1", Scores: [5]float64{0, 25, 50, 75, 100}, SuppressBelow: 5, GradeFrom: 30, Confidence: 0.95}
	row := func(code, name string, counts tally) Row {
		return Row{Unit: Unit{ID: 12, Kind: Window, Code: code, Name: name, NameEn: "Window"}, Period: period(t, "2026-Q3"), Figures: m.measure(counts)}
	}
	list := []Row{
		row("tax-01", "税务局一号窗口", tally{Levels: [5]int64{2, 3, 5, 30, 60}, Suspect: 4}),
		row("tax-02", "Ａ区\"综合\", 窗口", tally{Levels: [5]int64{0, 0, 0, 0, 7}}),
		row("tax-03", "=HYPERLINK(\"x\")", tally{Levels: [5]int64{1, 1, 1, 1, 0}, Suspect: 3}),
		row("-04", "é́窗", tally{}),
	}
	list[0].Services, list[1].Services = m.against(list[0].Figures, 400), m.against(list[1].Figures, 6)
	return list
}

func TestFormatGoldens(t *testing.T) {
	t.Parallel()
	catalog, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	table := func(language string) func(io.Writer, []Row) error {
		return func(w io.Writer, rows []Row) error {
			return WriteTable(w, rows, language, func(key string) string { return catalog.Text(language, key) })
		}
	}
	for name, write := range map[string]func(io.Writer, []Row) error{
		"rows.csv": WriteCSV, "rows.json": WriteJSON, "rows.zh.txt": table("zh-CN"), "rows.en.txt": table("en"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var b bytes.Buffer
			if err := write(&b, sampleRows(t)); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join("testdata", name)
			if *update {
				if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), b.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCSVHeading(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	if err := WriteCSV(&b, nil); err != nil {
		t.Fatal(err)
	}
	const want = "unit,name,level,period,n,n_eff,suspect,n1,n2,n3,n4,n5,sat,sat_low,sat_high,mean,mean_low,mean_high," +
		"good_rate,good_low,good_high,top2_rate,top2_low,top2_high,bad_rate,bad_low,bad_high,state,formula," +
		"served,response_rate,response_low,response_high,default_good_rate,default_sat,more_than_served\n"
	if b.String() != want {
		t.Error(b.String())
	}
}

// What CSV and JSON say must be one thing, and neither may tell of a suppressed row more than that it is one.
func TestCSVAndJSONAgree(t *testing.T) {
	t.Parallel()
	var c, j bytes.Buffer
	rows := sampleRows(t)
	if err := WriteCSV(&c, rows); err != nil {
		t.Fatal(err)
	}
	if err := WriteJSON(&j, rows); err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(&c).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var got struct{ Rows []map[string]any }
	d := json.NewDecoder(&j)
	d.UseNumber()
	if err := d.Decode(&got); err != nil || len(got.Rows) != len(rows) {
		t.Fatal(len(got.Rows), err)
	}
	for i, record := range records[1:] {
		for k, text := range record {
			v := got.Rows[i][records[0][k]]
			if n, ok := v.(json.Number); ok {
				v = n.String()
			}
			if v == nil {
				v = ""
			}
			if v != text && "'"+v.(string) != text {
				t.Errorf("row %d, %s: csv %q, json %v", i, records[0][k], text, v)
			}
		}
	}
	if got := strings.Join(records[3], "|"); got != "tax-03|'=HYPERLINK(\"x\")|window|2026-Q3|<5"+strings.Repeat("|", 23)+"suppressed|sat-1"+strings.Repeat("|", 7) {
		t.Errorf("suppressed row: %s", got)
	}
}

func TestCells(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"": 0, "abc": 3, "窗口": 4, "Ａ": 2, "ｱ": 1, "，": 2, "–": 1, "é": 1, "“": 1, "\u200b": 0} {
		if got := cells(text); got != want {
			t.Errorf("%q takes %d, want %d", text, got, want)
		}
	}
}
