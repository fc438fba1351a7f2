package offices

import (
	"archive/zip"
	"bytes"
	"fmt"

	"github.com/xuri/excelize/v2"

	"minping/internal/fault"
)

const (
	maxUnzipped = 256 << 20
	// Parts larger than this are unpacked to a temporary file, not to memory.
	maxInMemory = 16 << 20
	// To look for merged cells the whole sheet must be loaded; larger sheets are not searched.
	maxMergedSearch = 20_000
)

// guideTitle is the sheet of explanations in the template; it is never read.
const guideTitle = "填写说明"

// readWorkbook reads every sheet of a workbook that has rows of ours, or of a form.
func readWorkbook(data []byte, form *layout) (s Sheets, err error) {
	// The parser meets files from anywhere; should one break it, the user hears
	// that the file cannot be read.
	defer func() {
		if broken := recover(); broken != nil {
			s, err = Sheets{}, unreadable(fmt.Errorf("workbook parser: %v", broken))
		}
	}()
	if err := checkBomb(data); err != nil {
		return Sheets{}, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: maxInMemory})
	if err != nil {
		return Sheets{}, unreadable(err)
	}
	defer func() { _ = f.Close() }() // only removes temporary files
	props, err := f.GetWorkbookProps()
	if err != nil {
		return Sheets{}, unreadable(err)
	}
	from1904 := props.Date1904 != nil && *props.Date1904
	budget := maxRows
	for _, title := range f.GetSheetList() {
		if simplify(title) == guideTitle {
			continue
		}
		hint, named := tableNamed(title)
		g := &gatherer{sheet: Sheet{Title: title, from1904: from1904, form: form}, hint: hint, fixed: named && form == nil, budget: &budget}
		if err := readSheet(f, title, g); err != nil {
			return Sheets{}, err
		}
		g.into(&s)
	}
	return s, nil
}

// checkBomb adds up what the archive says it unpacks to; archive/zip holds each
// part to its word.
func checkBomb(data []byte) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return unreadable(err)
	}
	var sum uint64
	for _, part := range z.File {
		if sum += part.UncompressedSize64; sum > maxUnzipped || part.UncompressedSize64 > maxUnzipped {
			return fault.New(fault.TooLarge, "offices.import.bomb").With("MaxMB", maxUnzipped>>20)
		}
	}
	return nil
}

func unreadable(cause error) error {
	return fault.Wrap(fault.Invalid, "offices.import.unreadable", cause)
}

// readSheet streams the rows of one sheet; a sheet that is a chart has none.
func readSheet(f *excelize.File, title string, g *gatherer) error {
	rows, err := f.Rows(title)
	if err != nil {
		g.seen++
		return nil
	}
	defer func() { _ = rows.Close() }()
	for number := 1; rows.Next(); number++ {
		cells, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return unreadable(err)
		}
		if err := g.add(number, cells); err != nil {
			return err
		}
	}
	if err := rows.Error(); err != nil {
		return unreadable(err)
	}
	return dropRemarks(f, title, g)
}

// dropRemarks takes off closing rows that are one merged cell: remarks such as
// "填表人：…" and not data.
func dropRemarks(f *excelize.File, title string, g *gatherer) error {
	rows := g.sheet.Rows
	if len(rows) == 0 || len(rows) > maxMergedSearch || filled(rows[len(rows)-1]) != 1 {
		return nil
	}
	merged, err := f.GetMergeCells(title, true)
	if err != nil {
		return unreadable(err)
	}
	for n := len(rows); n > 0 && filled(rows[n-1]) == 1 && spans(merged, rows[n-1].Number); n-- {
		g.rest = append(g.rest, Ignored{Sheet: title, Row: rows[n-1].Number})
		g.sheet.Rows = rows[:n-1]
	}
	return nil
}

func filled(r Row) int {
	n := 0
	for _, c := range r.Cells {
		if !blank([]string{c}) {
			n++
		}
	}
	return n
}

// spans tells whether a merged cell of two columns or more lies over a row.
func spans(merged []excelize.MergeCell, row int) bool {
	for _, m := range merged {
		c1, r1, err1 := excelize.CellNameToCoordinates(m.GetStartAxis())
		c2, r2, err2 := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err1 == nil && err2 == nil && r1 <= row && row <= r2 && c2 > c1 {
			return true
		}
	}
	return false
}
