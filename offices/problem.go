package offices

import "github.com/xuri/excelize/v2"

// Problem is one thing that keeps an import from being applied, and where the
// user finds it.
type Problem struct {
	Table  Table
	Sheet  string         // as the file names it
	Row    int            // as Excel shows it; 0 = the whole sheet
	Column string         // heading; "" = the whole row
	Cell   string         // e.g. "C5"; "" = the column is not in the file
	Key    string         // message key
	Args   map[string]any // values for the message
}

// at makes a problem about a column of a row; col < 0 is the whole row.
func (s *Sheet) at(row, col int, p problem) Problem {
	found := Problem{Table: s.Table, Sheet: s.Title, Row: row, Key: p.key, Args: p.args}
	if col < 0 {
		return found
	}
	found.Column = s.layout().columns[col].heading
	if s.places[col] >= 0 && row > 0 {
		found.Cell = cellName(s.places[col], row)
	}
	return found
}

// cellName names a cell by its column from 0 and row from 1; "" where there is none such.
func cellName(column, row int) string {
	name, err := excelize.CoordinatesToCellName(column+1, row)
	if err != nil {
		return ""
	}
	return name
}
