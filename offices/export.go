package offices

import (
	"context"
	"fmt"
	"io"

	"github.com/jmoiron/sqlx"
	"github.com/xuri/excelize/v2"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/csvtext"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Export writes the part of the directory that by may read as the workbook
// that the import takes: importing it changes nothing. Forbidden without
// directory:read.
func (s *Service) Export(ctx context.Context, by actor.Actor, w io.Writer) error {
	sc, err := scopeOf(by, PermRead)
	if err != nil {
		return err
	}
	b, err := newBook()
	if err != nil {
		return err
	}
	defer b.close()
	err = s.read(ctx, func(q pg.Querier) error {
		for _, t := range Tables() {
			rows, err := loadRows(ctx, q, t, sc)
			if err != nil {
				return err
			}
			if err := b.sheet(t, rows); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.exported(ctx, by, "all", b.rows); err != nil {
		return err
	}
	return b.write(w)
}

// ExportCSV writes one table like Export, in UTF-8 with the byte order mark
// without which Excel would take it for GB18030. NotFound for no such table.
func (s *Service) ExportCSV(ctx context.Context, by actor.Actor, t Table, w io.Writer) error {
	sc, err := scopeOf(by, PermRead)
	if err != nil {
		return err
	}
	if _, ok := layouts[t]; !ok {
		return fault.New(fault.NotFound, "offices.fault.not_found")
	}
	var rows [][]string
	err = s.read(ctx, func(q pg.Querier) error {
		rows, err = loadRows(ctx, q, t, sc)
		return err
	})
	if err != nil {
		return err
	}
	if err := s.exported(ctx, by, string(t), len(rows)); err != nil {
		return err
	}
	return writeCSV(w, t, rows)
}

// exported tells the audit chain who takes how much of the directory away,
// before the first byte leaves.
func (s *Service) exported(ctx context.Context, by actor.Actor, sheet string, rows int) error {
	return s.write(ctx, func(tx *sqlx.Tx) error {
		return audit.Record(ctx, tx, audit.Entry{At: s.now(), By: by, Action: audit.ExportDirectory, Object: audit.Object{Kind: "directory"},
			Detail: audit.Detail{"sheet": sheet, "rows": rows}})
	})
}

func writeCSV(w io.Writer, t Table, rows [][]string) error {
	out, err := csvtext.NewExcelWriter(w)
	if err != nil {
		return err
	}
	out.Write(layouts[t].headings()...)
	for _, row := range rows {
		out.Write(row...)
	}
	return out.Close()
}

func (l layout) headings() []string {
	names := make([]string, len(l.columns))
	for i, c := range l.columns {
		names[i] = c.heading
	}
	return names
}

// book is a workbook being written.
type book struct {
	file *excelize.File
	head int // style of headings
	text int // style of cells: text, so that Excel makes no number or date of a code
	rows int // written so far
}

func newBook() (*book, error) {
	f := excelize.NewFile()
	head, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, NumFmt: 49,
		Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"DDE6F0"}},
		Alignment: &excelize.Alignment{Vertical: "center"}})
	if err != nil {
		return nil, fmt.Errorf("heading style: %w", err)
	}
	text, err := f.NewStyle(&excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{Vertical: "top"}})
	if err != nil {
		return nil, fmt.Errorf("cell style: %w", err)
	}
	return &book{file: f, head: head, text: text}, nil
}

func (b *book) close() { _ = b.file.Close() }

// sheet adds one table.
func (b *book) sheet(t Table, rows [][]string) error {
	b.rows += len(rows)
	l := layouts[t]
	widths := make([]float64, len(l.columns))
	for i, c := range l.columns {
		widths[i] = c.width
	}
	cells := make([][]string, len(rows))
	for i, row := range rows {
		cells[i] = csvtext.DisarmAll(row)
	}
	return b.grid(l.title, grid{headings: l.headings(), widths: widths, rows: cells})
}

// grid is a sheet as it is written.
type grid struct {
	headings []string
	widths   []float64
	rows     [][]string
}

// grid streams one sheet: column widths, a frozen row of headings, the rows.
func (b *book) grid(title string, g grid) error {
	if _, err := b.file.NewSheet(title); err != nil {
		return fmt.Errorf("sheet %s: %w", title, err)
	}
	w, err := b.file.NewStreamWriter(title)
	if err != nil {
		return fmt.Errorf("sheet %s: %w", title, err)
	}
	if err := b.columns(w, g.widths); err != nil {
		return fmt.Errorf("sheet %s: %w", title, err)
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return fmt.Errorf("sheet %s: %w", title, err)
	}
	if err := b.row(w, 1, g.headings, b.head); err != nil {
		return fmt.Errorf("sheet %s: %w", title, err)
	}
	for i, cells := range g.rows {
		if err := b.row(w, i+2, cells, b.text); err != nil {
			return fmt.Errorf("sheet %s row %d: %w", title, i+2, err)
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("sheet %s: %w", title, err)
	}
	return nil
}

// columns sets style and width. It goes from right to left because excelize
// puts each column before those it has, and Excel wants them to ascend.
func (b *book) columns(w *excelize.StreamWriter, widths []float64) error {
	for i := len(widths); i > 0; i-- {
		if err := w.SetColStyle(i, i, b.text); err != nil {
			return err
		}
		if err := w.SetColWidth(i, i, widths[i-1]); err != nil {
			return err
		}
	}
	return nil
}

func (b *book) row(w *excelize.StreamWriter, number int, cells []string, style int) error {
	values := make([]any, len(cells))
	for i, c := range cells {
		values[i] = excelize.Cell{StyleID: style, Value: c}
	}
	return w.SetRow(fmt.Sprintf("A%d", number), values)
}

// write ends the workbook: the sheet that excelize began with goes.
func (b *book) write(w io.Writer) error {
	if err := b.file.DeleteSheet("Sheet1"); err != nil {
		return fmt.Errorf("finish workbook: %w", err)
	}
	b.file.SetActiveSheet(0)
	if err := b.file.Write(w); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}
