package console

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"minping/internal/csvtext"
)

// sheet is one table of a workbook; its first row is the heading.
type sheet struct {
	Name string
	Rows [][]string
}

// workbook is tables for a spreadsheet. Texts are disarmed; what is plainly a number becomes one.
type workbook []sheet

func (w workbook) write(out io.Writer) error {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}})
	if err != nil {
		return fmt.Errorf("style a workbook: %w", err)
	}
	for i, s := range w {
		name := sheetName(s.Name)
		if i == 0 {
			err = f.SetSheetName("Sheet1", name)
		} else {
			_, err = f.NewSheet(name)
		}
		if err == nil {
			err = fillSheet(f, name, s.Rows, bold)
		}
		if err != nil {
			return fmt.Errorf("write sheet %s: %w", name, err)
		}
	}
	if err := f.Write(out); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

func fillSheet(f *excelize.File, name string, rows [][]string, heading int) error {
	widths := map[int]int{}
	for r, row := range rows {
		for k, text := range row {
			cell, err := excelize.CoordinatesToCellName(k+1, r+1)
			if err != nil {
				return fmt.Errorf("name a cell: %w", err)
			}
			var value any = csvtext.Disarm(text)
			if v, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", ""), 64); err == nil {
				value = v
			}
			if err := f.SetCellValue(name, cell, value); err != nil {
				return fmt.Errorf("set a cell: %w", err)
			}
			if r == 0 && len(rows) > 1 && len(row) > 1 {
				if err := f.SetCellStyle(name, cell, cell, heading); err != nil {
					return fmt.Errorf("style a cell: %w", err)
				}
			}
			widths[k] = min(max(widths[k], 2*utf8.RuneCountInString(text)+2), 48)
		}
	}
	for k, width := range widths {
		column, err := excelize.ColumnNumberToName(k + 1)
		if err != nil {
			return fmt.Errorf("name a column: %w", err)
		}
		if err := f.SetColWidth(name, column, column, float64(width)); err != nil {
			return fmt.Errorf("set a width: %w", err)
		}
	}
	return nil
}

// sheetName is a name that a spreadsheet takes: 31 characters, none of them special.
func sheetName(name string) string {
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) {
			return ' '
		}
		return r
	}, name)
	if runes := []rune(name); len(runes) > 31 {
		name = string(runes[:31])
	}
	return name
}
