package main

import (
	"context"
	"time"

	"minping/indices"
	"minping/internal/actor"
	"minping/internal/i18n"
)

type indexFlags struct {
	level, period, within, channel, stratum, suspects, format, lang string
}

func runIndices(ctx context.Context, p program, args []string) error {
	var f indexFlags
	fs := p.flags("indices", "indices --level city|office|division|hall|window --period PERIOD [--format table|csv|json]")
	fs.StringVar(&f.level, "level", "office", "city, office, division, hall or window")
	fs.StringVar(&f.period, "period", "", "2026, 2026-Q3, 2026-11, 2026-W47, 2026-11-22 or FROM..TO (default: this month)")
	fs.StringVar(&f.within, "within", "", "only units below this one, e.g. office:tax or hall:H01")
	fs.StringVar(&f.channel, "channel", "", "only one channel")
	fs.StringVar(&f.stratum, "stratum", "", "only one stratum")
	fs.StringVar(&f.suspects, "suspects", "include", "include or exclude ratings under suspicion")
	fs.StringVar(&f.format, "format", "table", "table, csv or json")
	fs.StringVar(&f.lang, "lang", "zh-CN", "language of the table: zh-CN or en")
	if rest, err := p.parse(fs, args); err != nil {
		return err
	} else if len(rest) > 0 {
		return p.wrong(fs, "indices takes flags only, not %q", rest[0])
	}
	switch f.format {
	case "table", "csv", "json":
	default:
		return p.wrong(fs, "--format is table, csv or json, not %q", f.format)
	}
	return p.attach(ctx, func(ctx context.Context, pf *platform) error { return p.printIndices(ctx, pf, f) })
}

func (p program) printIndices(ctx context.Context, pf *platform, f indexFlags) error {
	by := actor.System("indices")
	if f.period == "" {
		f.period = time.Now().Format("2006-01")
	}
	period, err := indices.ParsePeriod(f.period)
	if err != nil {
		return err
	}
	q := indices.Query{Level: indices.Level(f.level), Period: period, Channel: f.channel, Stratum: f.stratum, Suspects: indices.Suspects(f.suspects)}
	if f.within != "" {
		unit, err := pf.indices.Resolve(ctx, by, f.within)
		if err != nil {
			return err
		}
		q.Within = unit.ID
	}
	rows, err := pf.indices.Index(ctx, by, q)
	if err != nil {
		return err
	}
	switch f.format {
	case "csv":
		return indices.WriteCSV(p.out, rows)
	case "json":
		return indices.WriteJSON(p.out, rows)
	}
	texts, err := i18n.Load()
	if err != nil {
		return err
	}
	return indices.WriteTable(p.out, rows, f.lang, func(key string) string { return texts.Text(f.lang, key) })
}
