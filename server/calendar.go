package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"minping/internal/actor"
	"minping/offices/calendar"
)

// reloadClocks reads anew what limits and deadlines depend on besides the settings.
func (p *platform) reloadClocks(ctx context.Context) error {
	return errors.Join(p.calendar.Reload(ctx), p.desk.Reload(ctx))
}

// followCalendar lets the deadlines of cases follow holidays and office hours.
func (p *platform) followCalendar(ctx context.Context) error {
	changed, err := p.desk.Recompute(ctx)
	if changed > 0 {
		p.log.Info("the calendar changed: cases computed anew", "changed", changed)
	}
	return err
}

// warnOfNotice tells the log when the holiday notice of a year is missing that should be there.
func (p *platform) warnOfNotice(context.Context) error {
	if year := p.calendar.Missing(); year != 0 {
		p.log.Warn("the holiday notice is missing: deadlines that reach into that year are assumptions; import it when it is published", "year", year)
	}
	return nil
}

// maxNoticeFile is more than any notice has.
const maxNoticeFile = 1 << 20

// importHolidays brings a notice in; another person lets it hold, in the console.
func (p program) importHolidays(ctx context.Context, pf *platform, name string, f importFlags) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(io.LimitReader(file, maxNoticeFile+1))
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	by, draft := actor.System("import"), calendar.Draft{File: text, Source: f.source}
	plan, err := pf.calendar.Plan(ctx, by, draft)
	if err != nil {
		return err
	}
	for _, c := range plan.Changes {
		p.say("%s\t%s\t%s", c.Day, dayWord(c), c.Name)
	}
	moved, err := pf.desk.Foresee(ctx, by, plan.Clock, foreseeMost)
	if err != nil {
		return err
	}
	summary := fmt.Sprintf("%d: %d days off, %d worked in exchange; %d days change, %d of them over; %d live deadlines would move", plan.Year, plan.Off(), plan.Worked(), len(plan.Changes), plan.Past(), moved.Live)
	if f.dryRun {
		p.say("%s; nothing is changed", summary)
		return nil
	}
	id, _, err := pf.calendar.Propose(ctx, by, draft)
	if err == nil {
		p.say("%s; proposed as number %d: it holds once somebody approves it under /console/settings/calendar", summary, id)
	}
	return err
}

// foreseeMost is how many live cases a preview looks at.
const foreseeMost = 100_000

func dayWord(c calendar.Change) string {
	if c.Works {
		return "worked"
	}
	return "off"
}
