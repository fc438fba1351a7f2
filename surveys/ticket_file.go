package surveys

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/csvtext"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Bounds of a file of ticket orders.
const (
	maxTicketFile  = 1 << 20 // bytes
	maxTicketRows  = 5000
	maxFileTickets = 50000
	maxRowFaults   = 100
)

// ticketColumns are the heads a column may have, in either language.
var ticketColumns = [3][]string{
	{"窗口", "窗口编码", "窗口代码", "window", "window code"},
	{"日期", "办理日期", "day", "date"},
	{"数量", "张数", "count"},
}

// ImportTickets issues the batches that a CSV file asks for, one per row: window
// code, day, count. It takes UTF-8 and, as Chinese spreadsheets write it,
// GB 18030. All rows are stored or none.
//
// Invalid with fields where the file is wrong: "file" for the whole of it,
// "row<n>.window", "row<n>.day" or "row<n>.count" for a row (argument Row, the
// line of the file), at most a hundred. TooLarge over 1 MiB. Forbidden without
// ticket:write.
func (s *Service) ImportTickets(ctx context.Context, by actor.Actor, channel Channel, file io.Reader) ([]TicketBatch, error) {
	if !by.Anywhere(PermTicketWrite) {
		return nil, fault.New(fault.Forbidden, "fault.forbidden")
	}
	if !ticketChannel(channel) {
		return nil, fault.Fielded(fault.Field{Name: "channel", Key: "surveys.ticket.channel"})
	}
	rows, err := readTicketFile(file)
	if err != nil {
		return nil, err
	}
	now := s.now()
	var batches []TicketBatch
	err = pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		units, err := selectTicketUnits(ctx, tx, channel, now)
		if err != nil {
			return err
		}
		orders, err := ticketOrders(by, units, rows, TicketOrder{Channel: channel}, s.ticketRules(now))
		if err != nil {
			return err
		}
		ids := make([]int64, 0, len(orders))
		for _, o := range orders {
			id, err := storeBatch(ctx, tx, o, by, now)
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		if batches, err = selectBatchesByID(ctx, tx, ids); err != nil {
			return err
		}
		for i, o := range orders {
			if err := o.told(by, batches[i], now).record(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
	return batches, err
}

// ticketFileRow is a row as it stands in the file.
type ticketFileRow struct {
	line               int
	window, day, count string
}

// ticketOrders turns rows into orders; like is what they have in common.
func ticketOrders(by actor.Actor, units ticketUnits, rows []ticketFileRow, like TicketOrder, rules ticketRules) ([]TicketOrder, error) {
	var faults []fault.Field
	orders := make([]TicketOrder, 0, len(rows))
	total := 0
	for _, row := range rows {
		o, found := row.order(by, units, like, rules)
		faults = append(faults, found...)
		orders = append(orders, o)
		total += max(o.Count, 0)
	}
	if len(faults) == 0 && total > maxFileTickets {
		faults = []fault.Field{{Name: "file", Key: "surveys.ticket.file_total", Args: map[string]any{"Max": maxFileTickets, "Count": total}}}
	}
	if len(faults) > 0 {
		return nil, fault.Fielded(faults[:min(len(faults), maxRowFaults)]...)
	}
	return orders, nil
}

func (r ticketFileRow) order(by actor.Actor, units ticketUnits, o TicketOrder, rules ticketRules) (TicketOrder, []fault.Field) {
	var faults []fault.Field
	wrong := func(column, key string, args map[string]any) {
		args["Row"] = r.line
		faults = append(faults, fault.Field{Name: fmt.Sprintf("row%d.%s", r.line, column), Key: key, Args: args})
	}
	u, known := units.byCode[r.window]
	switch {
	case !known || !by.Can(PermTicketWrite, u.Place()):
		wrong("window", "surveys.ticket.row_window", map[string]any{"Value": r.window})
	case u.fault() != "":
		wrong("window", "surveys.ticket.row_unpublished", map[string]any{"Name": u.Name})
	default:
		o.Unit = u.ID
	}
	var err error
	if o.VisitedOn, err = parseTicketDay(r.day); err != nil {
		wrong("day", "surveys.ticket.row_day", map[string]any{"Value": r.day})
		o.VisitedOn = rules.today
	}
	if o.Count, err = strconv.Atoi(r.count); err != nil {
		wrong("count", "surveys.ticket.row_number", map[string]any{"Value": r.count})
		o.Count = 1
	}
	for _, f := range o.faults(rules) {
		column := map[string]string{"visited_on": "day", "count": "count"}[f.Name]
		key := map[string]string{"visited_on": "surveys.ticket.row_day_range", "count": "surveys.ticket.row_count"}[f.Name]
		wrong(column, key, f.Args)
	}
	return o, faults
}

// parseTicketDay takes 2026-11-23, 2026/11/23, 2026/1/5 and 2026年1月5日.
func parseTicketDay(s string) (workday.Day, error) {
	s = strings.NewReplacer("/", "-", ".", "-", "年", "-", "月", "-", "日", "").Replace(s)
	parts := strings.Split(s, "-")
	for i, p := range parts {
		if len(p) == 1 {
			parts[i] = "0" + p
		}
	}
	return workday.Parse(strings.Join(parts, "-"))
}

func readTicketFile(file io.Reader) ([]ticketFileRow, error) {
	raw, err := io.ReadAll(io.LimitReader(file, maxTicketFile+1))
	if err != nil {
		return nil, fmt.Errorf("read ticket file: %w", err)
	}
	if len(raw) > maxTicketFile {
		return nil, fault.New(fault.TooLarge, "surveys.ticket.file_size")
	}
	text, err := csvtext.Decode(raw)
	if err != nil {
		return nil, wholeFile("surveys.ticket.file_text", err)
	}
	reader := csvtext.NewReader(text)
	head, err := reader.Read()
	if err != nil {
		return nil, wholeFile("surveys.ticket.file_empty", err)
	}
	columns, err := findTicketColumns(head)
	if err != nil {
		return nil, err
	}
	return readTicketRows(reader, columns)
}

func findTicketColumns(head []string) (columns [3]int, err error) {
	for i, names := range ticketColumns {
		columns[i] = -1
		for at, title := range head {
			for _, name := range names {
				if strings.EqualFold(strings.TrimSpace(title), name) {
					columns[i] = at
				}
			}
		}
		if columns[i] < 0 {
			return columns, wholeFile("surveys.ticket.file_columns", nil)
		}
	}
	return columns, nil
}

func readTicketRows(reader *csv.Reader, columns [3]int) ([]ticketFileRow, error) {
	var rows []ticketFileRow
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, wholeFile("surveys.ticket.file_text", err)
		}
		cell := func(i int) string {
			if columns[i] < len(record) {
				return Clean(record[columns[i]])
			}
			return ""
		}
		line, _ := reader.FieldPos(0)
		row := ticketFileRow{line: line, window: cell(0), day: cell(1), count: cell(2)}
		if row.window == "" && row.day == "" && row.count == "" {
			continue // spreadsheets leave empty rows behind
		}
		rows = append(rows, row)
		if len(rows) > maxTicketRows {
			return nil, wholeFile("surveys.ticket.file_rows", nil)
		}
	}
	if len(rows) == 0 {
		return nil, wholeFile("surveys.ticket.file_empty", nil)
	}
	return rows, nil
}

// wholeFile is the fault of a file as a whole.
func wholeFile(key string, cause error) error {
	f := fault.Wrap(fault.Invalid, "fault.invalid", cause)
	f.Fields = []fault.Field{{Name: "file", Key: key, Args: map[string]any{"Max": maxTicketRows}}}
	return f
}

// ExportTickets writes a batch's codes as CSV for a printer or an SMS gateway:
// serial number, code as it is printed, link. The mark at its beginning makes
// spreadsheets read it as UTF-8. NotFound like TicketCodes; nothing is written then.
func (s *Service) ExportTickets(ctx context.Context, by actor.Actor, id int64, base string, w io.Writer) error {
	_, tickets, err := s.TakeTickets(ctx, by, id)
	if err != nil {
		return err
	}
	out, err := csvtext.NewExcelWriter(w)
	if err != nil {
		return err
	}
	out.Write("序号 serial", "评价码 code", "链接 link")
	for _, t := range tickets {
		out.Write(strconv.Itoa(t.Serial), PrintedCode(t.Code), Link(base, t.Code))
	}
	return out.Close()
}
