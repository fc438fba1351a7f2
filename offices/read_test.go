package offices

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"minping/internal/fault"
)

const windowsCSV = "窗口编码,窗口名称,窗口号,机关编码\nW1,不动产登记窗口,A12,O1\n"

func TestReadCSVEncodings(t *testing.T) {
	t.Parallel()
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(windowsCSV)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(strings.ReplaceAll(windowsCSV, ",", "\t"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"utf-8": windowsCSV, "bom": "\ufeff" + windowsCSV, "gb18030": gb, "utf-16 tabs": wide,
		"crlf": strings.ReplaceAll(windowsCSV, "\n", "\r\n"), "semicolons": strings.ReplaceAll(windowsCSV, ",", ";"),
	} {
		s := mustRead(t, "上报.csv", text)
		if len(s.Sheets) != 1 || s.Sheets[0].Table != Windows {
			t.Fatalf("%s: %+v", name, s)
		}
		want := []Row{{Number: 2, Cells: []string{"W1", "不动产登记窗口", "", "A12", "O1", "", "", "", ""}}}
		if d := cmp.Diff(want, s.Sheets[0].Rows); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func TestReadCSVRowNumbersAreExcels(t *testing.T) {
	t.Parallel()
	s := mustRead(t, "a.csv", "\n\"标题\n两行\",\n机关编码,机关名称,品牌承诺\n\nO1,甲,\"一\n二\"\n,,\nO2,乙,\n")
	var numbers []int
	for _, r := range s.Sheets[0].Rows {
		numbers = append(numbers, r.Number)
	}
	if d := cmp.Diff([]int{5, 7}, numbers); d != "" {
		t.Error(d)
	}
}

func TestRecogniseHeadings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, headings, want string }{
		{"x.csv", "单 位 编 码,＊单位名称（必填）", "offices"},
		{"x.csv", "处室编码,处室名称,机关编码", "divisions"},
		{"x.csv", "大厅编码,大厅名称,地址", "halls"},
		{"x.csv", "Window Code,Window Name,Office Code", "windows"},
		{"x.csv", "工号,姓名,机关编码", "staff"},
		{"x.csv", "工号,窗口编码,开始日期,结束日期", "duties"},
		{"x.csv", "处室编码,工号,开始日期", "tenures"},
		{"处室.csv", "编码,名称,机关编码", "divisions"},
		{`C:\导入\窗口.csv`, "编码,名称,机关编码", "windows"},
		{"x.csv", "编码,名称,机关编码", ""},
		{"x.csv", "姓名,电话", ""},
	} {
		s, err := ReadSheets(c.file, strings.NewReader(c.headings+"\na,b,c,2026-01-01\n"))
		got := ""
		if err == nil {
			got = string(s.Sheets[0].Table)
		}
		if got != c.want {
			t.Errorf("%s with %s: %q (%v), want %q", c.file, c.headings, got, err, c.want)
		}
	}
}

func TestReadWorkbook(t *testing.T) {
	t.Parallel()
	f := excelize.NewFile()
	put := func(sheet, cell string, value any) {
		t.Helper()
		if err := f.SetCellValue(sheet, cell, value); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"机关", "备注", guideTitle} {
		if _, err := f.NewSheet(name); err != nil {
			t.Fatal(err)
		}
	}
	put("机关", "A1", "青岛市机关名录（2026 年）")
	put("机关", "A2", "序号")
	put("机关", "B2", "机关编码")
	put("机关", "C2", "机关名称")
	put("机关", "D2", "启用日期")
	put("机关", "A3", 1)
	put("机关", "B3", 1001)
	put("机关", "C3", "市教育局")
	put("机关", "D3", 46349) // 2026-11-23 as a date cell holds it
	put("机关", "A4", 2)     // prepared, but empty
	put("机关", "B6", "填表人：张三")
	put("备注", "A1", "随便写写")
	put(guideTitle, "A1", "机关编码")
	if err := f.MergeCell("机关", "B6", "D6"); err != nil {
		t.Fatal(err)
	}
	s := mustRead(t, "x.xlsx", workbookText(t, f))
	if len(s.Sheets) != 1 {
		t.Fatalf("sheets: %+v", s.Sheets)
	}
	want := []Row{{Number: 3, Cells: []string{"1001", "市教育局", "", "", "", "", "", "46349", ""}}}
	if d := cmp.Diff(want, s.Sheets[0].Rows); d != "" {
		t.Error(d)
	}
	ignored := []Ignored{{Sheet: "机关", Column: "序号"}, {Sheet: "机关", Row: 6}, {Sheet: "备注"}}
	if d := cmp.Diff(ignored, s.Ignored); d != "" {
		t.Error(d)
	}
	p := planOf(t, nil, s)
	if e := p.order[Offices][0]; !p.plan.OK() || e.values[7] != "2026-11-23" {
		t.Errorf("%+v %q", p.plan.Problems, e.values)
	}
}

func TestSheetWithoutHeadings(t *testing.T) {
	t.Parallel()
	f := excelize.NewFile()
	if err := f.SetSheetName("Sheet1", "服务窗口"); err != nil {
		t.Fatal(err)
	}
	if err := f.SetSheetRow("服务窗口", "A1", &[]string{"W1", "不动产登记", "A12"}); err != nil {
		t.Fatal(err)
	}
	p := planOf(t, nil, mustRead(t, "x.xlsx", workbookText(t, f)))
	if d := cmp.Diff([]string{"服务窗口!0 import.no_headings"}, lines(p.plan.Problems)); d != "" {
		t.Error(d)
	}
	mustSay(t, p.plan.Problems[0].Key, nil)
}

// A workbook of Mac Excel may count days from 1904.
func TestRead1904(t *testing.T) {
	t.Parallel()
	f := excelize.NewFile()
	yes := true
	if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}); err != nil {
		t.Fatal(err)
	}
	for cell, row := range map[string][]any{"A1": {"大厅编码", "大厅名称", "启用日期"}, "A2": {"H1", "大厅", 37986}} {
		if err := f.SetSheetRow("Sheet1", cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	p := planOf(t, nil, mustRead(t, "x.xlsx", workbookText(t, f)))
	if got := p.changes[Halls].insert; len(got) != 1 || got[0][4] != "2008-01-01" {
		t.Errorf("%q %v", got, lines(p.plan.Problems))
	}
}

func TestReadRefusals(t *testing.T) {
	t.Parallel()
	wide := excelize.NewFile()
	if err := wide.SetCellValue("Sheet1", "XFD1", "远"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, text, key string
		kind            fault.Kind
	}{
		{"empty", " \n", "offices.import.empty_file", fault.Invalid},
		{"old", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "offices.import.old_format", fault.Invalid},
		{"damaged", "PK\x03\x04nonsense", "offices.import.unreadable", fault.Invalid},
		{"unknown", "甲,乙\n1,2\n", "offices.import.nothing_known", fault.Invalid},
		{"encoding", "\xff\x00\x81", "offices.import.encoding", fault.Invalid},
		{"open quote", "机关编码,机关名称\nO1,甲\nO2,\"乙\nO3,丙\n", "offices.import.broken_csv", fault.Invalid},
		{"too large", strings.Repeat("x", maxFile+1), "offices.import.file_too_large", fault.TooLarge},
		{"too many rows", "机关编码,机关名称\n" + strings.Repeat("a,b\n", maxRows+1), "offices.import.too_many_rows", fault.TooLarge},
		{"too many columns", workbookText(t, wide), "offices.import.too_many_columns", fault.TooLarge},
		{"bomb", bomb(t), "offices.import.bomb", fault.TooLarge},
	} {
		_, err := ReadSheets("x", strings.NewReader(c.text))
		f, ok := fault.As(err)
		if !ok || f.Key != c.key || f.Kind != c.kind {
			t.Errorf("%s: %v, want %s", c.name, err, c.key)
			continue
		}
		mustSay(t, f.Key, f.Args)
	}
}

func FuzzReadSheets(f *testing.F) {
	f.Add("机关.csv", []byte(windowsCSV))
	f.Add("x", []byte("PK\x03\x04"))
	f.Add("x", []byte("\xff\xfea\x00"))
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		s, err := ReadSheets(name, bytes.NewReader(data))
		if err == nil && len(s.Sheets) == 0 {
			t.Error("neither sheets nor a fault")
		}
		if err != nil && fault.KindOf(err) == fault.Internal {
			t.Errorf("internal error from bad input: %v", err)
		}
	})
}
