package surveys

import (
	"context"
	"io"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
	"minping/offices"
)

// PermServedWrite is needed to tell how much was served.
const PermServedWrite actor.Permission = "served:write"

// MaxServed is the most that one window can serve in a day, and MaxServedRows how
// many days of windows are told in one go.
const (
	MaxServed     = 100_000
	MaxServedRows = 100_000
)

// Served is how many were served at a window on a day 办件量. It is what ratings are
// counted against: without it nobody knows how many kept silent.
type Served struct {
	Window string // code
	Day    workday.Day
	Served int
	Called *int // tickets called by the queue 取号量, where there is one
	row    int  // in the file, from 1; 0 = its place in the list
}

// ServedReport is what telling did, or would do.
type ServedReport struct {
	Rows, New, Changed, Same int
	From, To                 workday.Day
	Problems                 []offices.Problem // of the rows of a file
}

// OK tells whether it may be written; Writes, whether that changes anything.
func (r ServedReport) OK() bool     { return len(r.Problems) == 0 }
func (r ServedReport) Writes() bool { return r.New+r.Changed > 0 }

// ServedForm is the file in which halls report.
func ServedForm() offices.Form {
	return offices.Form{Title: "办件量", Rules: []string{
		"第一行是表头，请勿改动。一个窗口一天一行。",
		"再次导入时，同一窗口同一天以新的为准；没有写到的日子不变。",
		"当天没有开窗的不填；开窗而没有办件的填 0。",
		"只要有一处错误，整份文件都不会写入；请按提示改好后重新导入。",
	}, Columns: []offices.FormColumn{
		{Name: "window", Heading: "窗口编码", Aliases: []string{"窗口", "code", "unit"}, Required: true, Code: true, Max: 64, Width: 18, Note: "名录里的窗口编码。"},
		{Name: "day", Heading: "日期", Aliases: []string{"办理日期"}, Required: true, Day: true, Width: 13, Note: "写成 2026-11-23 的样子。"},
		{Name: "served", Heading: "办件量", Aliases: []string{"办件数", "办结量"}, Required: true, Max: 10, Width: 10, Note: "当天在该窗口办理、可以评价的件数，0–100000 的整数。"},
		{Name: "called", Heading: "叫号量", Aliases: []string{"取号量", "tickets"}, Max: 10, Width: 10, Note: "可不填。排队系统当天在该窗口叫的号数。"},
	}}
}

// ReadServed reads a file for PlanServed and ApplyServed.
func ReadServed(name string, r io.Reader) (offices.FormSheet, error) {
	sheet, err := offices.ReadForm(name, r, ServedForm())
	if err == nil && sheet.Count > MaxServedRows {
		return sheet, fault.New(fault.TooLarge, "served.rows").With("Max", MaxServedRows)
	}
	return sheet, err
}

// PlanServed tells what ApplyServed would do and every fault of the file, and writes nothing.
func (s *Service) PlanServed(ctx context.Context, by actor.Actor, sheet offices.FormSheet) (ServedReport, error) {
	return s.servedFile(ctx, by, sheet, true)
}

// ApplyServed writes a file: all of it, or where there is any fault nothing, and
// then the answer comes with an Invalid fault.
func (s *Service) ApplyServed(ctx context.Context, by actor.Actor, sheet offices.FormSheet) (ServedReport, error) {
	return s.servedFile(ctx, by, sheet, false)
}

func (s *Service) servedFile(ctx context.Context, by actor.Actor, sheet offices.FormSheet, dry bool) (ServedReport, error) {
	list, problems := servedRows(&sheet)
	in := servedInput{list: list, source: "file", dry: dry,
		problem: func(r Served, column, key string, args map[string]any) offices.Problem {
			return sheet.At(r.row, column, key, args)
		}}
	report, err := s.tell(ctx, by, in, problems)
	report.Rows = sheet.Count
	return report, err
}

func servedRows(sheet *offices.FormSheet) (list []Served, problems []offices.Problem) {
	problems = sheet.Problems
	for _, row := range sheet.Rows {
		r := Served{Window: row.Cells[0], row: row.Number}
		right := true
		number := func(column, text string) int {
			n, err := strconv.Atoi(text)
			if err != nil || n < 0 || n > MaxServed {
				problems, right = append(problems, sheet.At(row.Number, column, "served.number", map[string]any{"Max": MaxServed})), false
			}
			return n
		}
		r.Day, _ = workday.Parse(row.Cells[1]) // read as a day already
		r.Served = number("served", row.Cells[2])
		if row.Cells[3] != "" {
			called := number("called", row.Cells[3])
			r.Called = &called
		}
		if right {
			list = append(list, r)
		}
	}
	return list, problems
}

// PutServed takes what another system tells, all of it or nothing: Invalid with a
// field for each wrong row (rows.3.window). Telling twice changes nothing.
//
// All three need served:write, and each window must lie in by's reach: one that does
// not is unknown. Forbidden where by may tell of no window at all.
func (s *Service) PutServed(ctx context.Context, by actor.Actor, list []Served) (ServedReport, error) {
	if len(list) > MaxServedRows {
		return ServedReport{}, fault.New(fault.TooLarge, "served.rows").With("Max", MaxServedRows)
	}
	var fields []fault.Field
	at := map[string]int{}
	for i := range list {
		list[i].row = i
		at[list[i].Window+list[i].Day.String()] = i
		for column, n := range map[string]*int{"served": &list[i].Served, "called": list[i].Called} {
			if n != nil && (*n < 0 || *n > MaxServed) {
				fields = append(fields, fault.Field{Name: "rows." + strconv.Itoa(i) + "." + column, Key: "served.number", Args: map[string]any{"Max": MaxServed}})
			}
		}
	}
	in := servedInput{list: list, source: "api", problem: func(r Served, column, key string, args map[string]any) offices.Problem {
		fields = append(fields, fault.Field{Name: "rows." + strconv.Itoa(r.row) + "." + column, Key: key, Args: args})
		return offices.Problem{}
	}}
	in.dry = len(fields) > 0
	report, err := s.tell(ctx, by, in, nil)
	if len(fields) > 0 {
		return ServedReport{}, fault.Fielded(fields[:min(len(fields), 100)]...)
	}
	report.Rows = len(list)
	return report, err
}

// servedInput is what is told, and how a problem of a row is said.
type servedInput struct {
	list    []Served
	source  string
	dry     bool
	problem func(r Served, column, key string, args map[string]any) offices.Problem
}

func (s *Service) tell(ctx context.Context, by actor.Actor, in servedInput, problems []offices.Problem) (ServedReport, error) {
	if !by.Anywhere(PermServedWrite) {
		return ServedReport{}, fault.New(fault.Forbidden, "fault.forbidden")
	}
	report := ServedReport{Rows: len(in.list), Problems: problems}
	now := s.now()
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := lockServed(ctx, tx); err != nil {
			return err
		}
		batch, err := in.resolve(ctx, tx, by, &report, now)
		if err != nil || len(report.Problems) > 0 {
			return err
		}
		if err := batch.compare(ctx, tx, &report); err != nil || in.dry || !report.Writes() {
			return err
		}
		if err := batch.store(ctx, tx, in.source, now); err != nil {
			return err
		}
		return doing{by: by, at: now, action: audit.ServedTell, kind: "city", detail: audit.Detail{"source": in.source, "rows": report.Rows,
			"stored": report.New, "changed": report.Changed, "same": report.Same, "from": report.From.String(), "to": report.To.String()}}.record(ctx, tx)
	})
	if err == nil && !in.dry && len(report.Problems) > 0 {
		err = fault.New(fault.Invalid, "offices.import.faulty").With("Count", len(report.Problems))
	}
	return report, err
}

// resolve finds the windows and complains about those that by may not tell of, days
// that have not come, and windows told of twice.
func (in servedInput) resolve(ctx context.Context, tx *sqlx.Tx, by actor.Actor, report *ServedReport, now time.Time) (servedBatch, error) {
	windows, err := selectWindows(ctx, tx)
	if err != nil {
		return servedBatch{}, err
	}
	today := workday.Of(now)
	seen := map[servedKey]bool{}
	var batch servedBatch
	for _, r := range in.list {
		w, known := windows[r.Window]
		key := servedKey{w.ID, r.Day}
		switch {
		case !known || !by.Can(PermServedWrite, w.place()):
			report.Problems = append(report.Problems, in.problem(r, "window", "served.window", map[string]any{"Value": r.Window}))
		case r.Day.After(today):
			report.Problems = append(report.Problems, in.problem(r, "day", "served.future", nil))
		case r.Day.Before(workday.Day{Year: 2000, Month: time.January, Day: 1}):
			report.Problems = append(report.Problems, in.problem(r, "day", "served.past", nil))
		case seen[key]:
			report.Problems = append(report.Problems, in.problem(r, "window", "served.twice", nil))
		default:
			batch.add(w, r)
		}
		seen[key] = true
		if report.From.IsZero() || r.Day.Before(report.From) {
			report.From = r.Day
		}
		if report.To.IsZero() || r.Day.After(report.To) {
			report.To = r.Day
		}
	}
	return batch, nil
}
