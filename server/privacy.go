package main

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/accounts"
	"minping/complaints"
	"minping/internal/actor"
	"minping/internal/jobs"
	"minping/notify"
	"minping/privacy"
	"minping/server/config"
	"minping/surveys"
)

// unlock opens the vault and makes what stands on it.
func (p *platform) unlock(ctx context.Context, c config.Config) (err error) {
	if p.vault, err = openVault(ctx, c, p.db); err != nil {
		return err
	}
	queue, err := jobs.NewQueue(p.db.DB)
	if err != nil {
		return err
	}
	p.notify = notify.New(notify.Config{DB: p.db.DB, Vault: p.vault, Queue: queue, Log: p.log, Now: time.Now,
		Gateway: notify.Gateway{URL: c.SMSURL.Reveal(), Secret: []byte(c.SMSSecret.Reveal()), Digest: c.SMSDigest}})
	with := privacy.Config{Log: p.log, DB: p.db.DB, Vault: p.vault, Now: time.Now, Calendar: p.calendar.Calendar, Settings: p.settings.Set(), Key: derive(p.key, "phone proofs"),
		Given: p.given, GivenAs: p.givenAs, BlackOut: p.blackOut}
	if p.notify.Ready() {
		with.SendCode = p.sendCode
	}
	p.privacy, err = privacy.New(with)
	return err
}

func (p *platform) given(ctx context.Context, receipt string) (privacy.Rating, error) {
	g, err := p.surveys.GivenWith(ctx, receipt)
	return ratingOf(g), err
}

func (p *platform) givenAs(ctx context.Context, ids []uuid.UUID) ([]privacy.Rating, error) {
	given, err := p.surveys.GivenAs(ctx, ids)
	list := make([]privacy.Rating, 0, len(given))
	for _, g := range given {
		list = append(list, ratingOf(g))
	}
	return list, err
}

// ratingOf carries a rating from the domain that stores it to the one that answers for it.
func ratingOf(g surveys.Given) privacy.Rating {
	r := privacy.Rating{Submission: g.Submission, Receipt: g.Receipt, Place: g.Place, VisitedOn: g.VisitedOn, ReceivedAt: g.ReceivedAt, Until: g.LateUntil,
		Level: g.Level, Channel: string(g.Channel), Stratum: string(g.Stratum), Service: g.Service, Tags: g.Tags, Texts: g.Texts, Comment: g.Comment,
		Language: g.Language, Questioning: g.Standing != surveys.StandingClear}
	if u := g.Unit; u != nil {
		r.UnitID, r.Unit, r.UnitEn = u.ID, u.Name, u.NameEn
	}
	for _, a := range g.Answers {
		r.Answers = append(r.Answers, privacy.Answer{Question: a.Question, Value: a.Value})
	}
	return r
}

func (p *platform) blackOut(ctx context.Context, tx *sqlx.Tx, by actor.Actor, w privacy.Words) error {
	done, err := p.surveys.BlackOut(ctx, tx, by, surveys.Blackout{Submission: w.Submission, Request: strconv.FormatInt(w.Request, 10), Comment: w.Comment, Texts: w.Texts})
	if err != nil {
		return err
	}
	// A bad rating's case was opened with the same words.
	return p.desk.BlackOutRating(ctx, tx, by, complaints.Blackout{Rating: done.Rating, Before: done.Before, After: done.After})
}

func (p *platform) sendCode(ctx context.Context, tx *sqlx.Tx, c privacy.Code) error {
	return p.notify.Send(ctx, tx, notify.SMS{Phone: c.Phone, Text: c.Text, Template: "proof", LateAt: c.LateAt, Unwanted: c.Unwanted})
}

// keepers are who ends what, by the rules of package privacy.
func (p *platform) keepers() map[string]privacy.Keeper {
	all := p.privacy.Keepers()
	all["message"] = privacy.Keeper{Count: p.notify.CountOld, End: p.notify.RemoveOld}
	all["case_contact"] = privacy.Keeper{Count: p.desk.CountContacts, End: p.desk.EndContacts}
	all["notice"] = privacy.Keeper{Count: p.desk.CountNotices, End: p.desk.EndNotices}
	all["file"] = p.fileKeeper()
	all["device"] = privacy.Keeper{Count: p.surveys.CountDevices, End: p.surveys.ForgetDevices}
	for kind, old := range map[string]accounts.Old{"signin": accounts.OldSignIns, "session": accounts.OldSessions, "browser": accounts.OldBrowsers} {
		all[kind] = privacy.Keeper{
			Count: func(ctx context.Context, before time.Time) (int, error) { return p.accounts.CountOld(ctx, old, before) },
			End: func(ctx context.Context, before time.Time, batch int) (int, error) {
				return p.accounts.RemoveOld(ctx, old, before, batch)
			}}
	}
	return all
}

// retain ends what is over; a job does it every day.
func (p *platform) retain(ctx context.Context) error {
	_, err := p.privacy.End(ctx, p.keepers(), func(o privacy.Over) {
		if o.Count > 0 {
			p.log.Info("retention", "kind", o.Rule.Kind, "ended", o.Count)
		}
	})
	return err
}

func runRetention(ctx context.Context, p program, args []string) error {
	fs := p.flags("retention", "retention [--dry-run]")
	dry := fs.Bool("dry-run", false, "only tell what would go, and how many")
	if rest, err := p.parse(fs, args); err != nil {
		return err
	} else if len(rest) > 0 {
		return p.wrong(fs, "retention takes no arguments")
	}
	return p.withVault(ctx, func(ctx context.Context, pf *platform) error {
		total := 0
		say := func(o privacy.Over) {
			total += o.Count
			p.say("%s\t%d days after %s\t%s\t%d\tbefore %s", o.Rule.Kind, o.Rule.Days, o.Rule.From, o.Rule.Then, o.Count, o.Before.UTC().Format(time.RFC3339))
		}
		if *dry {
			list, err := pf.privacy.Due(ctx, pf.keepers())
			if err != nil {
				return err
			}
			for _, o := range list {
				say(o)
			}
			p.say("%d would go; nothing is changed", total)
			return nil
		}
		_, err := pf.privacy.End(ctx, pf.keepers(), say)
		if errors.Is(err, context.Canceled) {
			p.say("stopped after %d; run it again to go on", total)
		}
		if err == nil {
			p.say("%d gone", total)
		}
		return err
	})
}
