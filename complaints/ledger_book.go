package complaints

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"

	"minping/internal/csvtext"
)

// sheetRows is how many rows a sheet holds, its heading with them.
const sheetRows = 1_048_576

// ledgerBook is a workbook that grows in temporary files; what does not fit a
// sheet goes on in the next, under the same heading.
type ledgerBook struct {
	file    *excelize.File
	writer  *excelize.StreamWriter
	title   string
	heading []any
	sheets  int
	rows    int // in this sheet
	full    int // rows of a sheet
}

func newLedgerBook(file LedgerFile) *ledgerBook {
	return &ledgerBook{file: excelize.NewFile(excelize.Options{TmpDir: file.TmpDir}), title: file.Text("ledger.sheet"), full: sheetRows}
}

func (b *ledgerBook) row(values []any) error {
	if b.heading == nil {
		b.heading = append([]any{}, values...)
		return b.sheet()
	}
	if b.rows >= b.full {
		if err := b.writer.Flush(); err != nil {
			return fmt.Errorf("end a sheet: %w", err)
		}
		if err := b.sheet(); err != nil {
			return err
		}
	}
	return b.put(values)
}

// sheet begins the next sheet.
func (b *ledgerBook) sheet() error {
	name := b.title
	if b.sheets++; b.sheets > 1 {
		name = fmt.Sprintf("%s %d", b.title, b.sheets)
	}
	var err error
	if b.sheets == 1 {
		err = b.file.SetSheetName("Sheet1", name)
	} else {
		_, err = b.file.NewSheet(name)
	}
	if err == nil {
		b.writer, err = b.file.NewStreamWriter(name)
	}
	for i := len(ledgerColumns) - 1; err == nil && i >= 0; i-- {
		err = b.writer.SetColWidth(i+1, i+1, ledgerColumns[i].width)
	}
	if err == nil {
		err = b.writer.SetPanes(&excelize.Panes{Freeze: true, XSplit: 1, YSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"})
	}
	if err != nil {
		return fmt.Errorf("begin a sheet: %w", err)
	}
	b.rows = 0
	return b.put(b.heading)
}

func (b *ledgerBook) put(values []any) error {
	b.rows++
	cell, err := excelize.CoordinatesToCellName(1, b.rows)
	if err == nil {
		err = b.writer.SetRow(cell, values)
	}
	if err != nil {
		return fmt.Errorf("write a row: %w", err)
	}
	return nil
}

func (b *ledgerBook) end(w io.Writer) error {
	if err := b.writer.Flush(); err != nil {
		return err
	}
	// Left to itself, the library makes the whole archive in memory first.
	b.file.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(w) })
	_, err := b.file.WriteToBuffer()
	return err
}

// drop removes the temporary files.
func (b *ledgerBook) drop() { _ = errors.Join(b.file.Close()) }

// disarmed keeps a spreadsheet from running a name as a formula.
func disarmed(v any) any {
	if text, ok := v.(string); ok {
		return csvtext.Disarm(text)
	}
	return v
}
