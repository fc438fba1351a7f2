package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"minping/internal/actor"
	"minping/internal/i18n"
	"minping/surveys"
)

// importServed takes how many were served: all of a file, or where there is any fault nothing.
func (p program) importServed(ctx context.Context, pf *platform, name string, dryRun bool) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	sheet, err := surveys.ReadServed(filepath.Base(name), file)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	act := pf.surveys.ApplyServed
	if dryRun {
		act = pf.surveys.PlanServed
	}
	report, err := act(ctx, actor.System("import"), sheet)
	texts, terr := i18n.Load()
	if terr != nil {
		return terr
	}
	for _, problem := range report.Problems {
		_, _ = fmt.Fprintf(p.err, "row %d %s: %s\n", problem.Row, problem.Column, texts.Text("en", problem.Key, problem.Args))
	}
	if err != nil {
		return err
	}
	p.say("%d rows: %d new, %d changed, %d the same, %d wrong", report.Rows, report.New, report.Changed, report.Same, len(report.Problems))
	return nil
}
