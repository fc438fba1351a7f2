package offices

import (
	"fmt"
	"io"
	"path"
	"strings"

	"minping/internal/fault"
)

const maxFile = 20 << 20

// ReadSheets reads a workbook (XLSX) or one sheet as CSV; the content decides
// which it is, and name helps to tell what a CSV file holds. Faults: TooLarge
// over 20 MB, 200,000 rows or a bomb; Invalid where it cannot be read or holds
// no sheet of ours. Faults of single rows are found later, by Plan.
func ReadSheets(name string, r io.Reader) (Sheets, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return Sheets{}, fmt.Errorf("read upload: %w", err)
	}
	sheets, err := readAny(name, data, nil)
	if err != nil {
		return Sheets{}, err
	}
	if len(sheets.Sheets) == 0 {
		return Sheets{}, fault.New(fault.Invalid, "offices.import.nothing_known")
	}
	return sheets, nil
}

// stem is the file's name without folders and extension, on any system.
func stem(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	return strings.TrimSuffix(name, path.Ext(name))
}
