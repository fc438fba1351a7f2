package main

import (
	"context"
	"errors"

	"minping/internal/audit"
)

// attach opens the database and assembles the domains for a sub-command, which
// may run while the server runs on the same data.
func (p program) attach(ctx context.Context, f func(context.Context, *platform) error) (err error) {
	ctx = audit.WithSource(ctx, audit.FromCommand)
	db, err := openDatabase(ctx, p.config, p.quiet())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.close()) }()
	pf, err := assemble(ctx, p.config, db, p.quiet())
	if err != nil {
		return err
	}
	return errors.Join(f(ctx, pf), pf.finish())
}

var errDiffers = errors.New("the rollups differ from a recount of the ratings (`verify --rebuild` counts them anew)")

var errCasesDiffer = errors.New("cases differ from what their events and words say")

var errFilesMissing = errors.New("files of cases are not in the file store: put it back from its backup")

func runVerify(ctx context.Context, p program, args []string) error {
	fs := p.flags("verify", "verify [--rebuild]")
	rebuild := fs.Bool("rebuild", false, "count all rollups anew from the ratings, then verify")
	if rest, err := p.parse(fs, args); err != nil {
		return err
	} else if len(rest) > 0 {
		return p.wrong(fs, "verify takes no arguments")
	}
	return p.attach(ctx, func(ctx context.Context, pf *platform) error {
		if *rebuild {
			if err := pf.surveys.Rebuild(ctx); err != nil {
				return err
			}
		}
		return p.verifyAll(ctx, pf)
	})
}

// verifyAll prints what differs and how much was compared; the worst difference is its error.
func (p program) verifyAll(ctx context.Context, pf *platform) error {
	report, err := pf.surveys.Verify(ctx)
	if err != nil {
		return err
	}
	for _, d := range report.Differences {
		p.say("%s", d)
	}
	trail, err := pf.audit.Verify(ctx)
	if err != nil {
		return err
	}
	wrong, err := p.verifyDesk(ctx, pf)
	if err != nil {
		return err
	}
	p.say("%d audit entries over %d days, newest %s", trail.Entries, trail.Days, trail.Head)
	p.say("%d ratings, %d rating rollups, %d answer rollups: %d differences",
		report.Ratings, report.RatingRows, report.AnswerRows, len(report.Differences))
	switch {
	case trail.FirstBroken != nil:
		return trail.FirstBroken
	case len(report.Differences) > 0:
		return errDiffers
	}
	return wrong
}

// verifyDesk proves cases, what they are searched by, and their files; wrong says what differs.
func (p program) verifyDesk(ctx context.Context, pf *platform) (wrong, err error) {
	cases, err := pf.desk.Verify(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range cases.Differences {
		p.say("%s", d)
	}
	if year := pf.calendar.Missing(); year != 0 {
		p.say("warning: the holiday notice of %d is missing; deadlines that reach into it are assumptions (import holidays FILE)", year)
	}
	if busy, err := pf.desk.Recounting(ctx); err != nil {
		return nil, err
	} else if busy {
		p.say("warning: the calendar changed and cases are still being computed anew; what differs may be that, verify again when the server has done it")
	}
	found, err := pf.desk.VerifySearch(ctx)
	if err != nil {
		return nil, err
	}
	for _, d := range found.Differences {
		p.say("%s", d)
	}
	p.say("%d cases, %d case events: %d differences", cases.Cases, cases.Events, len(cases.Differences))
	p.say("%d cases can be searched, %d wait for it: %d differences", found.Cases-found.Waiting, found.Waiting, len(found.Differences))
	off, err := p.verifyRates(ctx, pf)
	if err != nil {
		return nil, err
	}
	missing, err := p.verifyFiles(ctx, pf)
	switch {
	case err != nil:
		return nil, err
	case len(cases.Differences)+len(found.Differences)+off > 0:
		return errCasesDiffer, nil
	case missing > 0:
		return errFilesMissing, nil
	}
	return nil, nil
}

// verifyRates proves the sums of the three rates; off is how many of them differ.
func (p program) verifyRates(ctx context.Context, pf *platform) (off int, err error) {
	rows, differ, err := pf.desk.VerifyCounts(ctx)
	if err != nil {
		return 0, err
	}
	for _, d := range differ {
		p.say("%s", d)
	}
	p.say("%d sums of the three rates: %d differences", rows, len(differ))
	return len(differ), nil
}
