package audit

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/xuri/excelize/v2"

	"minping/internal/actor"
	"minping/internal/csvtext"
	"minping/internal/fault"
	"minping/internal/pg"
)

var columns = []string{"day", "seq", "at", "actor_id", "actor_name", "source", "action", "object_kind", "object_id",
	"office_id", "hall_id", "outcome", "detail", "prev", "digest"}

// Format is how an export is written.
type Format string

// The formats.
const (
	CSV   Format = "csv"   // UTF-8 with a mark, as Excel wants it
	XLSX  Format = "xlsx"  // sheets of a million rows
	JSONL Format = "jsonl" // a line per entry, by the names of an archive
)

// Known tells whether there is such a format.
func (f Format) Known() bool { return f == CSV || f == XLSX || f == JSONL }

// Export writes the filter's entries, newest first, while it reads them, and is
// an entry of the chain itself, before the first byte leaves. No spreadsheet runs
// anything in it. Needs audit:read over the city: Forbidden.
func (s *Service) Export(ctx context.Context, by actor.Actor, f Filter, as Format, w io.Writer) error {
	if err := allowed(by, mayRead); err != nil {
		return err
	}
	write, ok := map[Format]func(context.Context, pg.Querier, Filter, io.Writer) error{CSV: writeCSV, XLSX: writeXLSX, JSONL: writeJSONL}[as]
	if !ok {
		return fault.New(fault.NotFound, "audit.export.format")
	}
	err := RecordNow(ctx, s.db, Entry{At: s.now(), By: by, Action: AuditExport, Object: Object{Kind: "audit", ID: string(as)}, Detail: f.detail()})
	if err != nil {
		return err
	}
	err = pg.InSnapshot(ctx, s.db, func(tx *sqlx.Tx) error { return write(ctx, tx, f, w) })
	if err != nil {
		return fmt.Errorf("export audit: %w", err)
	}
	return nil
}

func writeCSV(ctx context.Context, q pg.Querier, f Filter, w io.Writer) error {
	out, err := csvtext.NewExcelWriter(w)
	if err != nil {
		return err
	}
	out.Write(columns...)
	err = selectEntries(ctx, q, f, span{}, func(e Stored) error { out.Write(e.row()...); return nil })
	return errors.Join(err, out.Close())
}

func writeJSONL(ctx context.Context, q pg.Querier, f Filter, w io.Writer) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	return selectEntries(ctx, q, f, span{}, func(e Stored) error { return out.Encode(lineOf(e)) })
}

// sheetRows is how many entries a sheet holds below its head (ECMA-376: 1,048,576 rows).
const sheetRows = 1_000_000

// writeXLSX writes rows to a temporary file of the library's and packs them at the end.
func writeXLSX(ctx context.Context, q pg.Querier, f Filter, w io.Writer) (err error) {
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	var sheet *excelize.StreamWriter
	n := 0
	next := func() error {
		name := "audit " + strconv.Itoa(n/sheetRows+1)
		if n == 0 {
			if err := book.SetSheetName("Sheet1", name); err != nil {
				return err
			}
		} else if _, err := book.NewSheet(name); err != nil {
			return err
		}
		if sheet, err = book.NewStreamWriter(name); err != nil {
			return err
		}
		return sheet.SetRow("A1", cells(columns))
	}
	if err := next(); err != nil {
		return err
	}
	err = selectEntries(ctx, q, f, span{}, func(e Stored) error {
		if n > 0 && n%sheetRows == 0 {
			if err := sheet.Flush(); err != nil {
				return err
			}
			if err := next(); err != nil {
				return err
			}
		}
		n++
		return sheet.SetRow("A"+strconv.Itoa((n-1)%sheetRows+2), cells(e.row()))
	})
	if err != nil {
		return err
	}
	if err := sheet.Flush(); err != nil {
		return err
	}
	return book.Write(w)
}

// cells are all texts: a number that is a name must not be reckoned with.
func cells(row []string) []any {
	all := make([]any, len(row))
	for i, text := range row {
		all[i] = csvtext.Disarm(text)
	}
	return all
}

func (s Stored) row() []string {
	row := []string{s.Day.Format(time.DateOnly), strconv.Itoa(s.Seq), s.At.UTC().Format(timeLayout), number(s.ActorID), s.ActorName,
		s.Source, string(s.Action), s.ObjectKind, s.ObjectID, number(s.OfficeID), number(s.HallID), string(s.Outcome),
		string(s.Detail), hex.EncodeToString(s.Prev), hex.EncodeToString(s.Digest)}
	return row
}

// detail tells what was asked for, without what was not.
func (f Filter) detail() Detail {
	d := Detail{}
	for key, value := range map[string]string{"name": f.Name, "action": f.Action, "object_kind": f.ObjectKind, "object_id": f.ObjectID,
		"outcome": string(f.Outcome), "source": f.Source, "query": f.Query} {
		if value != "" {
			d[key] = value
		}
	}
	for key, day := range map[string]time.Time{"from": f.From, "to": f.To} {
		if !day.IsZero() {
			d[key] = day.Format(time.DateOnly)
		}
	}
	for key, id := range map[string]int64{"actor": f.Actor, "office": f.Office, "hall": f.Hall} {
		if id != 0 {
			d[key] = id
		}
	}
	return d
}
