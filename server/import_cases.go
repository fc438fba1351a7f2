package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"

	"minping/complaints"
	"minping/internal/actor"
	"minping/offices"
)

func (p program) importComplaints(ctx context.Context, pf *platform, name string, f importFlags) error {
	by := actor.System("import")
	in := complaints.CaseImport{Progress: func(done, rows int) { _, _ = fmt.Fprintf(p.err, "\r%d of %d rows", done, rows) }}
	if f.office != "" {
		u, err := pf.offices.ByCode(ctx, by, offices.Office, f.office)
		if err != nil {
			return fmt.Errorf("--office %s: %w", f.office, err)
		}
		in.Unit = u.ID
	}
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	in.File, err = complaints.ReadCases(file)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	var refused bytes.Buffer
	in.Rejects = csv.NewWriter(&refused)
	report, err := pf.desk.ImportCases(ctx, by, in)
	_, _ = fmt.Fprintln(p.err)
	if err != nil {
		return err
	}
	if report.Refused > 0 {
		if f.rejects == "" {
			f.rejects = name + ".rejected.csv"
		}
		if err := os.WriteFile(f.rejects, refused.Bytes(), 0o600); err != nil {
			return fmt.Errorf("write refused rows: %w", err)
		}
		_, _ = fmt.Fprintf(p.err, "refused rows with their reasons: %s\n", f.rejects)
	}
	if report.Rows > 0 && report.Refused == report.Rows {
		return fmt.Errorf("all %d rows were refused", report.Rows)
	}
	p.say("%d rows: %d stored, %d known before, %d refused", report.Rows, report.Stored, report.Known, report.Refused)
	return nil
}

func (p program) importCategories(ctx context.Context, pf *platform, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	paths, err := complaints.ReadCategories(file)
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	report, err := pf.desk.ImportCategories(ctx, actor.System("import"), paths)
	if err == nil {
		p.say("%d rows: %d new, %d known before", report.Rows, report.Made, report.Known)
	}
	return err
}
