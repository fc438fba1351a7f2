package main

import (
	"context"
	"log/slog"
	"text/tabwriter"
	"time"

	"minping/accounts"
	"minping/complaints"
	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/settings"
	"minping/offices/calendar"
	"minping/privacy"
	"minping/server/web"
	"minping/surveys"
)

// openSettings puts the tables of settings together, in the order in which they are shown.
func openSettings(ctx context.Context, db *database, log *slog.Logger, widen func(settings.Pair) []settings.Pair) (*settings.Service, error) {
	set, err := settings.NewSet(complaints.Settings(), calendar.Settings(), surveys.Settings(), web.Settings(), accounts.Settings(), privacy.Settings())
	if err != nil {
		return nil, err
	}
	return settings.New(ctx, settings.Config{DB: db.DB, Set: set, Now: time.Now, Log: log, Program: programVersion(), Widen: widen})
}

// runSettings only reads: a value set from the server's terminal would pass by the
// second person and leave nobody to answer for it.
func runSettings(ctx context.Context, p program, args []string) error {
	fs := p.flags("settings", "settings list\n       server settings get KEY [--at DAY]\n       server settings history KEY")
	at := fs.String("at", "", "get: the value at the beginning of this day in China, like 2026-11-23 (default: now)")
	rest, err := p.parse(fs, args)
	if err != nil {
		return err
	}
	when := time.Now()
	if *at != "" {
		day, err := workday.Parse(*at)
		if err != nil {
			return p.wrong(fs, "--at wants a day like 2026-11-23, not %q", *at)
		}
		when = day.Start()
	}
	by := actor.System("settings")
	switch {
	case len(rest) == 1 && rest[0] == "list":
		return p.attach(ctx, func(ctx context.Context, pf *platform) error { return p.listSettings(ctx, pf, by) })
	case len(rest) == 2 && rest[0] == "get":
		return p.attach(ctx, func(ctx context.Context, pf *platform) error {
			if _, err := pf.settings.Get(ctx, by, rest[1]); err != nil {
				return err
			}
			v, _ := pf.settings.Set().At(rest[1], when)
			p.say("%s", v.Text())
			return nil
		})
	case len(rest) == 2 && rest[0] == "history":
		return p.attach(ctx, func(ctx context.Context, pf *platform) error { return p.settingHistory(ctx, pf, by, rest[1]) })
	}
	return p.wrong(fs, "settings wants list, get KEY, or history KEY")
}

func (p program) listSettings(ctx context.Context, pf *platform, by actor.Actor) error {
	o, err := pf.settings.List(ctx, by)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	out := program{out: w}
	out.say("KEY\tVALUE\tSINCE\tBY\tNEXT")
	for _, c := range o.Settings {
		next := "-"
		if c.Next != nil {
			next = shownValue(*c.Next) + " from " + shownTime(c.Next.From)
		} else if c.Pending != nil {
			next = "waits for approval"
		}
		out.say("%s\t%s\t%s\t%s\t%s", c.Definition.Key, c.Value.Text(), shownTime(c.Since.From), shownPerson(c.Since), next)
	}
	for _, e := range o.Unknown {
		out.say("%s\t%s\t%s\t%s\t%s", e.Key, shownValue(e), shownTime(e.From), shownPerson(e), "unknown to this program")
	}
	return w.Flush()
}

func (p program) settingHistory(ctx context.Context, pf *platform, by actor.Actor, key string) error {
	d, err := pf.settings.Get(ctx, by, key)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	out := program{out: w}
	out.say("FROM\tSCOPE\tVALUE\tBY\tREASON")
	for _, e := range d.History {
		scope := e.Scope.String()
		if scope == "" {
			scope = "-"
		}
		out.say("%s\t%s\t%s\t%s\t%s", shownTime(e.From), scope, shownValue(e), shownPerson(e), e.Reason)
	}
	return w.Flush()
}

func shownValue(e settings.Entry) string {
	if e.Unset {
		return "(unset)"
	}
	return e.Text
}

func shownTime(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format(time.RFC3339)
}

func shownPerson(e settings.Entry) string {
	switch {
	case e.Default:
		return "(default)"
	case e.ProposedBy != "":
		return e.ProposedBy + ", approved by " + e.DecidedBy
	}
	return e.DecidedBy
}
