package offices

import (
	"bytes"
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
	if len(data) > maxFile {
		return Sheets{}, fault.New(fault.TooLarge, "offices.import.file_too_large").With("MaxMB", maxFile>>20)
	}
	var sheets Sheets
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return Sheets{}, fault.New(fault.Invalid, "offices.import.empty_file")
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		sheets, err = readWorkbook(data)
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")): // OLE: .xls, or .xlsx with a password
		return Sheets{}, fault.New(fault.Invalid, "offices.import.old_format")
	default:
		sheets, err = readCSV(stem(name), data)
	}
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
