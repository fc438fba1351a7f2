package offices

import (
	"bytes"
	"fmt"
	"io"

	"minping/internal/fault"
)

// Form is a one-sheet workbook or CSV file that another package imports: read,
// checked and explained as the directory's own are. Faults are the same too.
type Form struct {
	Title   string // of the sheet
	Rules   []string
	Columns []FormColumn
}

// FormColumn is one column of a form. Values of a Code have full-width characters
// folded; a Day comes as 2026-11-23, whatever way it was written.
type FormColumn struct {
	Name, Heading       string
	Aliases             []string
	Required, Code, Day bool
	Max                 int
	Width               float64
	Note                string
}

// FormSheet is a form as it was filled in. Rows with problems are left out of Rows.
type FormSheet struct {
	Rows     []Row
	Count    int // rows with and without problems
	Problems []Problem
	sheet    Sheet
}

// At makes a problem about a column (by name; "" the whole row) of a row.
func (f *FormSheet) At(row int, column, key string, args map[string]any) Problem {
	return f.sheet.at(row, f.sheet.layout().index(column), problem{key, args})
}

func (f Form) layout() *layout {
	l := layout{title: f.Title}
	for _, c := range f.Columns {
		col := column{name: c.Name, heading: c.Heading, aliases: c.Aliases, width: c.Width, note: c.Note,
			rule: textRule{required: c.Required, code: c.Code, max: c.Max}}
		if c.Day {
			col.day, col.rule.max = openEnd, 40
		}
		l.columns = append(l.columns, col)
	}
	return &l
}

// ReadForm reads and checks a file as a form. Faults of the file as a whole like
// ReadSheets; those of rows are in Problems.
func ReadForm(name string, r io.Reader, form Form) (FormSheet, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return FormSheet{}, fmt.Errorf("read upload: %w", err)
	}
	sheets, err := readAny(name, data, form.layout())
	if err != nil {
		return FormSheet{}, err
	}
	if len(sheets.Sheets) == 0 {
		return FormSheet{}, fault.New(fault.Invalid, "offices.import.form_unknown").With("Sheet", form.Title)
	}
	f := FormSheet{sheet: sheets.Sheets[0], Problems: sheets.Sheets[0].problems, Count: len(sheets.Sheets[0].Rows)}
	if len(f.Problems) > 0 { // without its columns no row can be understood
		return f, nil
	}
	for _, row := range f.sheet.Rows {
		values, right := make([]string, len(row.Cells)), true
		for i, c := range f.sheet.layout().columns {
			value, wrong := c.read(row.Cells[i], f.sheet.from1904)
			if values[i] = value; wrong != nil {
				f.Problems, right = append(f.Problems, f.sheet.at(row.Number, i, *wrong)), false
			}
		}
		if right {
			f.Rows = append(f.Rows, Row{row.Number, values})
		}
	}
	return f, nil
}

// Template writes the empty workbook of a form, with a sheet that explains it.
func (f Form) Template(w io.Writer) error {
	b, err := newBook()
	if err != nil {
		return err
	}
	defer b.close()
	l := f.layout()
	guide := grid{headings: []string{"列", "是否必填", "最多字数", "说明"}, widths: []float64{16, 10, 10, 80}}
	for _, rule := range f.Rules {
		guide.rows = append(guide.rows, []string{"通用", "", "", rule})
	}
	widths := make([]float64, len(l.columns))
	for i, c := range l.columns {
		widths[i] = c.width
		guide.rows = append(guide.rows, []string{c.heading, yesNo(c.rule.required), c.most(), c.note})
	}
	if err := b.grid(f.Title, grid{headings: l.headings(), widths: widths}); err != nil {
		return err
	}
	if err := b.grid(guideTitle, guide); err != nil {
		return err
	}
	return b.write(w)
}

// readAny reads whatever a file is: the sheets of the directory, or those of one form.
func readAny(name string, data []byte, form *layout) (Sheets, error) {
	if len(data) > maxFile {
		return Sheets{}, fault.New(fault.TooLarge, "offices.import.file_too_large").With("MaxMB", maxFile>>20)
	}
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return Sheets{}, fault.New(fault.Invalid, "offices.import.empty_file")
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return readWorkbook(data, form)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")): // OLE: .xls, or .xlsx with a password
		return Sheets{}, fault.New(fault.Invalid, "offices.import.old_format")
	}
	return readCSV(stem(name), data, form)
}
