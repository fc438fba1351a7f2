package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/i18n"
	"minping/offices"
	"minping/surveys"
)

const importSynopsis = "import offices FILE… [--dry-run]\n       server import ratings FILE [--create-units] [--from DAY --to DAY] [--rejects FILE]\n       server import complaints FILE [--office CODE] [--rejects FILE]\n       server import categories FILE\n       server import served FILE [--dry-run]\n       server import holidays FILE [--source TEXT] [--dry-run]"

type importFlags struct {
	createUnits, dryRun bool
	from, to, rejects   string
	office, source      string
}

func runImport(ctx context.Context, p program, args []string) error {
	var f importFlags
	fs := p.flags("import", importSynopsis)
	fs.BoolVar(&f.createUnits, "create-units", false, "ratings: make offices and windows that the directory lacks")
	fs.StringVar(&f.from, "from", "", "ratings: first day of the period over which rows without a day are spread")
	fs.StringVar(&f.to, "to", "", "ratings: last day of that period")
	fs.StringVar(&f.office, "office", "", "complaints: code of the office they are about (default: not known)")
	fs.StringVar(&f.rejects, "rejects", "", "ratings, complaints: where refused rows go (default FILE.rejected.csv)")
	fs.StringVar(&f.source, "source", "", "holidays: where the notice was published (default: what the file names)")
	fs.BoolVar(&f.dryRun, "dry-run", false, "offices, served, holidays: only report what would change")
	rest, err := p.parse(fs, args)
	if err != nil {
		return err
	}
	switch {
	case len(rest) >= 2 && rest[0] == "offices":
		return p.attach(ctx, func(ctx context.Context, pf *platform) error { return p.importOffices(ctx, pf, rest[1:], f.dryRun) })
	case len(rest) == 2 && rest[0] == "ratings":
		return p.attach(ctx, func(ctx context.Context, pf *platform) error { return p.importRatings(ctx, pf, rest[1], f) })
	}
	if len(rest) == 2 && rest[0] == "complaints" {
		return p.attach(ctx, func(ctx context.Context, pf *platform) error { return p.importComplaints(ctx, pf, rest[1], f) })
	}
	if len(rest) == 2 && rest[0] == "categories" {
		return p.attach(ctx, func(ctx context.Context, pf *platform) error { return p.importCategories(ctx, pf, rest[1]) })
	}
	if len(rest) == 2 && rest[0] == "served" {
		return p.attach(ctx, func(ctx context.Context, pf *platform) error { return p.importServed(ctx, pf, rest[1], f.dryRun) })
	}
	if len(rest) == 2 && rest[0] == "holidays" {
		return p.attach(ctx, func(ctx context.Context, pf *platform) error { return p.importHolidays(ctx, pf, rest[1], f) })
	}
	return p.wrong(fs, "import wants offices, ratings, complaints, categories, served or holidays, and a file")
}

func (p program) importOffices(ctx context.Context, pf *platform, files []string, dryRun bool) error {
	var sheets offices.Sheets
	for _, name := range files {
		file, err := os.Open(name)
		if err != nil {
			return err
		}
		read, err := offices.ReadSheets(filepath.Base(name), file)
		if err := errors.Join(err, file.Close()); err != nil {
			return err
		}
		sheets = sheets.With(read)
	}
	act := pf.offices.Apply
	if dryRun {
		act = pf.offices.Plan
	}
	plan, err := act(ctx, actor.System("import"), sheets)
	if perr := p.printPlan(plan); perr != nil {
		return perr
	}
	if err == nil && !plan.OK() {
		return fault.New(fault.Invalid, "offices.import.faulty").With("Count", len(plan.Problems)+plan.Dropped)
	}
	return err
}

func (p program) printPlan(plan offices.Plan) error {
	texts, err := i18n.Load()
	if err != nil {
		return err
	}
	for _, problem := range plan.Problems {
		_, _ = fmt.Fprintf(p.err, "%s row %d %s: %s\n", problem.Sheet, problem.Row, problem.Column, texts.Text("en", problem.Key, problem.Args))
	}
	for _, c := range plan.Sheets {
		p.say("%-10s %6d new %6d changed %6d unchanged", c.Table, c.New, c.Changed, c.Unchanged)
	}
	return nil
}

func (p program) importRatings(ctx context.Context, pf *platform, name string, f importFlags) error {
	in := surveys.RatingImport{Progress: func(done, rows int) { _, _ = fmt.Fprintf(p.err, "\r%d of %d rows", done, rows) }}
	var err error
	if in.From, in.To, err = f.period(); err != nil {
		return err
	}
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	in.File, err = surveys.ReadRatings(file)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	if f.createUnits {
		if err := createUnits(ctx, pf.offices, in.File); err != nil {
			return err
		}
	}
	if f.rejects == "" {
		f.rejects = name + ".rejected.csv"
	}
	return p.importTo(ctx, pf, in, f.rejects)
}

// importTo runs the import; the file of refused rows is made only when there are any.
func (p program) importTo(ctx context.Context, pf *platform, in surveys.RatingImport, rejects string) error {
	var refused bytes.Buffer
	in.Rejects = csv.NewWriter(&refused)
	report, err := pf.surveys.ImportRatings(ctx, actor.System("import"), in)
	_, _ = fmt.Fprintln(p.err)
	if err != nil {
		return err
	}
	if report.Refused > 0 {
		if err := os.WriteFile(rejects, refused.Bytes(), 0o600); err != nil {
			return fmt.Errorf("write refused rows: %w", err)
		}
		_, _ = fmt.Fprintf(p.err, "refused rows with their reasons: %s\n", rejects)
	}
	if report.Rows > 0 && report.Refused == report.Rows {
		return fmt.Errorf("all %d rows were refused", report.Rows)
	}
	p.say("%d rows: %d stored, %d known before, %d refused", report.Rows, report.Stored, report.Known, report.Refused)
	return nil
}

func (f importFlags) period() (from, to workday.Day, err error) {
	if f.from == "" && f.to == "" {
		return from, to, nil
	}
	if from, err = workday.Parse(f.from); err != nil {
		return from, to, fmt.Errorf("--from wants a day like 2026-01-01, not %q", f.from)
	}
	if to, err = workday.Parse(f.to); err != nil {
		return from, to, fmt.Errorf("--to wants a day like 2026-12-31, not %q", f.to)
	}
	return from, to, nil
}

// createUnits makes the offices and windows that a file of ratings names and the
// directory lacks, called by their codes until somebody names them.
func createUnits(ctx context.Context, s *offices.Service, file *surveys.RatingFile) error {
	by := actor.System("import")
	known := map[offices.Kind]map[string]bool{}
	for _, kind := range []offices.Kind{offices.Office, offices.Window} {
		units, err := s.AllUnits(ctx, by, kind)
		if err != nil {
			return err
		}
		known[kind] = map[string]bool{}
		for _, u := range units {
			known[kind][u.Code] = true
		}
	}
	officeRows := [][]string{{"机关编码", "机关名称"}}
	windowRows := [][]string{{"窗口编码", "窗口名称", "机关编码"}}
	offs, windows := file.Units()
	for _, o := range offs {
		if !known[offices.Office][o] {
			officeRows = append(officeRows, []string{o, "机关 " + o})
		}
	}
	for _, w := range windows {
		if !known[offices.Window][w[0]] {
			windowRows = append(windowRows, []string{w[0], "窗口 " + w[0], w[1]})
		}
	}
	return applyUnits(ctx, s, by, unitTables{{"机关", officeRows}, {"窗口", windowRows}})
}

// unitTables are rows to import, under their headings.
type unitTables []struct {
	title string
	rows  [][]string
}

// applyUnits imports rows and leaves those out that cannot be units (a code over
// its length, with a line break, …): their ratings are refused row by row later.
// Leaving an office out makes its windows faulty in the next round.
func applyUnits(ctx context.Context, s *offices.Service, by actor.Actor, tables unitTables) error {
	for {
		sheets, err := tables.sheets()
		if err != nil || len(sheets.Sheets) == 0 {
			return err
		}
		plan, err := s.Apply(ctx, by, sheets)
		if err == nil || len(plan.Problems) == 0 {
			return err
		}
		if !tables.drop(plan.Problems) {
			return fmt.Errorf("create units: %w", err)
		}
	}
}

func (t unitTables) sheets() (offices.Sheets, error) {
	var all offices.Sheets
	for _, table := range t {
		if len(table.rows) == 1 {
			continue
		}
		var text bytes.Buffer
		if err := csv.NewWriter(&text).WriteAll(table.rows); err != nil {
			return all, fmt.Errorf("create units: %w", err)
		}
		sheets, err := offices.ReadSheets(table.title+".csv", &text)
		if err != nil {
			return all, err
		}
		all = all.With(sheets)
	}
	return all, nil
}

// drop takes the faulty rows out; false where no row could be blamed.
func (t unitTables) drop(problems []offices.Problem) bool {
	dropped := false
	for i := range t {
		faulty := map[int]bool{}
		for _, p := range problems {
			faulty[p.Row] = faulty[p.Row] || p.Table.Title() == t[i].title
		}
		kept := t[i].rows[:1]
		for at, row := range t[i].rows[1:] {
			if !faulty[at+2] { // rows are numbered as a spreadsheet shows them, headings first
				kept = append(kept, row)
			}
		}
		dropped = dropped || len(kept) < len(t[i].rows)
		t[i].rows = kept
	}
	return dropped
}
