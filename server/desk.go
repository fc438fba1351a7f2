package main

import (
	"context"

	"github.com/google/uuid"

	"minping/complaints"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
	"minping/internal/vault"
	"minping/surveys"
)

// openBadRatings opens the cases of bad ratings. A rating stays put down until its
// case is committed, so nothing is lost however the program ends; the case knows
// its rating, so nothing is opened twice.
func (p *platform) openBadRatings(ctx context.Context) error {
	by := actor.System("ratings")
	_, err := p.surveys.BadRatings(ctx, by, func(ctx context.Context, r surveys.RatingRow) error {
		ref := complaints.RatingRef{ID: r.ID, Day: r.VisitedOn, ReceivedAt: r.ReceivedAt, Level: r.Level, Comment: r.Comment, Signals: r.Signals, Language: r.Language,
			Reasons: p.surveys.ReasonTexts(r.Version, r.Tags, r.Language)}
		if r.Unit != nil {
			ref.Unit = r.Unit.ID
		}
		_, err := p.desk.OpenFromRating(ctx, by, ref)
		return err
	})
	return err
}

// excludeRating carries out what a reviewer decided.
func (p *platform) excludeRating(ctx context.Context, r complaints.Ruled) error {
	return p.surveys.Exclude(ctx, actor.System("review"), surveys.Exclusion{Rating: r.RatingID, Day: r.Day, Reason: string(r.Reason), By: r.By})
}

// putContact stores the contact of a case in the vault, in the transaction that files it.
func (p *platform) putContact(ctx context.Context, q pg.Querier, subject string, c vault.Contact) (uuid.UUID, error) {
	if p.vault == nil { // a command that does not open the vault files no contacts
		return uuid.UUID{}, fault.Fielded(fault.Field{Name: "identity", Key: "complaints.contact_closed"})
	}
	return p.vault.Put(ctx, q, vault.Entry{Kind: "case_contact", Subject: subject, Contact: c})
}

// holders tells the desk to whom a case may be given.
func (p *platform) holders(ctx context.Context, need actor.Permission, at actor.Place) ([]complaints.Person, error) {
	list, err := p.accounts.Holders(ctx, actor.System("desk"), need, at)
	people := make([]complaints.Person, len(list))
	for i, h := range list {
		people[i] = complaints.Person(h)
	}
	return people, err
}

// indexCases cuts the words of cases that are not indexed yet, for searches.
func (p *platform) indexCases(ctx context.Context) error {
	n, err := p.desk.IndexWords(ctx)
	if n > 0 {
		p.log.Info("cases indexed for searches", "cases", n)
	}
	return err
}

// wakeCases does what time alone brings to cases.
func (p *platform) wakeCases(ctx context.Context) error {
	_, err := p.desk.Escalate(ctx)
	return err
}

// noteStaleAnswers tells the audit which answers of the base must be looked at anew.
func (p *platform) noteStaleAnswers(ctx context.Context) error {
	_, err := p.public.NoteStale(ctx)
	return err
}

// takeIn reads new cases for suggestions, similar cases and topics.
func (p *platform) takeIn(ctx context.Context) error {
	_, err := p.desk.TakeIn(ctx)
	return err
}

// foldCounts keeps what the three rates are read from short.
func (p *platform) foldCounts(ctx context.Context) error {
	_, err := p.desk.FoldCounts(ctx)
	return err
}
