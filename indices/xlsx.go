package indices

import (
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"

	"minping/internal/csvtext"
)

// writeXLSX writes one sheet: headings in the reader's words, numbers as numbers.
func writeXLSX[T any](w io.Writer, rows []T, cols []columnOf[T], heading func(column string) string) (err error) {
	book := excelize.NewFile()
	defer func() { _ = book.Close() }()
	sheet, err := book.NewStreamWriter("Sheet1")
	if err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	line := make([]any, len(cols))
	for i, c := range cols {
		line[i] = heading(c.name)
	}
	if err := sheet.SetColWidth(2, 2, 28); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	if err := sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	if err := sheet.SetRow("A1", line); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	for n, r := range rows {
		for i, c := range cols {
			line[i] = xlsxValue(c.cell(r))
		}
		if err := sheet.SetRow(fmt.Sprintf("A%d", n+2), line); err != nil {
			return fmt.Errorf("write workbook: %w", err)
		}
	}
	if err := sheet.Flush(); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	if err := book.Write(w); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

func xlsxValue(c cell) any {
	if c.number {
		if v, err := strconv.ParseFloat(c.text, 64); err == nil {
			return v
		}
	}
	return csvtext.Disarm(c.text)
}
