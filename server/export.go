package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"minping/complaints"
	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/i18n"
	"minping/offices"
)

type exportFlags struct{ from, to, office, kind, lang string }

const exportUse = "export ledger FILE.xlsx|FILE.csv --from DAY --to DAY [--office CODE] [--kind KIND]"

func runExport(ctx context.Context, p program, args []string) error {
	var f exportFlags
	fs := p.flags("export", exportUse)
	fs.StringVar(&f.from, "from", "", "first day on which cases were received, as 2026-01-01")
	fs.StringVar(&f.to, "to", "", "last day")
	fs.StringVar(&f.office, "office", "", "only cases at the office with this code")
	fs.StringVar(&f.kind, "kind", "", "only one kind: complaint, consultation, suggestion, request, praise, bad_rating")
	fs.StringVar(&f.lang, "lang", "zh-CN", "language of headings and words: zh-CN or en")
	rest, err := p.parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) != 2 || rest[0] != "ledger" {
		return p.wrong(fs, "export wants `ledger` and one FILE")
	}
	format := complaints.LedgerFormat(strings.TrimPrefix(strings.ToLower(filepath.Ext(rest[1])), "."))
	if format != complaints.LedgerXLSX && format != complaints.LedgerCSV {
		return p.wrong(fs, "FILE ends in .xlsx or .csv, not %q", filepath.Base(rest[1]))
	}
	var q complaints.LedgerQuery
	if q.From, err = workday.Parse(f.from); err != nil {
		return p.wrong(fs, "--from wants a day as 2026-01-01, not %q", f.from)
	}
	if q.To, err = workday.Parse(f.to); err != nil {
		return p.wrong(fs, "--to wants a day as 2026-01-31, not %q", f.to)
	}
	if kind := complaints.Kind(f.kind); f.kind != "" {
		if !kind.Known() {
			return p.wrong(fs, "--kind %q is none", f.kind)
		}
		q.Filter.Kinds = []complaints.Kind{kind}
	}
	return p.attach(ctx, func(ctx context.Context, pf *platform) error { return p.exportLedger(ctx, pf, rest[1], f, q) })
}

// exportLedger writes the ledger beside its place and moves it there when it is whole.
func (p program) exportLedger(ctx context.Context, pf *platform, name string, f exportFlags, q complaints.LedgerQuery) error {
	by := actor.System("export")
	if f.office != "" {
		u, err := pf.offices.ByCode(ctx, by, offices.Office, f.office)
		if err != nil {
			return fmt.Errorf("--office %s: %w", f.office, err)
		}
		q.Filter.Office = u.ID
	}
	texts, err := i18n.Load()
	if err != nil {
		return err
	}
	how := complaints.LedgerFile{Format: complaints.LedgerFormat(strings.TrimPrefix(strings.ToLower(filepath.Ext(name)), ".")), TmpDir: filepath.Dir(name),
		Text: func(key string) string { return texts.Text(f.lang, key) }}
	n := 0
	err = whole(name, func(w io.Writer) (err error) {
		n, err = pf.desk.WriteLedger(ctx, by, q, how, w)
		return err
	})
	if err == nil {
		p.say("%d cases: %s", n, name)
	}
	return err
}

// whole makes a file that is there complete or not at all.
func whole(name string, write func(io.Writer) error) (err error) {
	part, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".part-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(part.Name()))
		}
	}()
	out := bufio.NewWriterSize(part, 1<<20)
	if err = write(out); err == nil {
		err = out.Flush()
	}
	if err == nil {
		err = part.Sync()
	}
	if err := errors.Join(err, part.Close()); err != nil {
		return err
	}
	return os.Rename(part.Name(), name)
}
