package privacy

import (
	"context"
	"slices"
	"time"

	"github.com/google/uuid"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
	"minping/internal/vault"
)

// Listed is a rating with a contact as the callback caller sees it.
type Listed struct {
	Record    uuid.UUID
	Unit      string
	UnitEn    string
	VisitedOn string // 2026-11-23
	Level     int
	LeftAt    time.Time
	Contact   Masked
	Openings  int // by people
	OpenedAt  *time.Time
	place     actor.Place
}

// ContactFilter narrows a list: the page after a day and record, newest first.
type ContactFilter struct {
	Office    int64 // 0 = all
	BeforeDay string
	Before    uuid.UUID
	Limit     int // 1–100; 0 = 30
}

// Purposes are what a contact may be opened for by a callback caller.
func Purposes() []string { return []string{"callback", "clarify", "result"} }

// barred tells who works for the rated office or hall: who holds any role over
// it, whatever else they hold.
func barred(by actor.Actor, at actor.Place) bool {
	return slices.ContainsFunc(by.Grants, func(g actor.Grant) bool {
		return g.Office != 0 && g.Office == at.Office || g.Hall != 0 && g.Hall == at.Hall
	})
}

func own(by actor.Actor) (offices, halls []int64) {
	for _, g := range by.Grants {
		switch {
		case g.Hall != 0:
			halls = append(halls, g.Hall)
		case g.Office != 0:
			offices = append(offices, g.Office)
		}
	}
	return offices, halls
}

// Contacts lists ratings with a living contact, masked, within by's reach, but
// for those of offices and halls by works for. Needs contact:read. Forbidden.
func (s *Service) Contacts(ctx context.Context, by actor.Actor, f ContactFilter) ([]Listed, error) {
	if !by.Anywhere(PermContactRead) {
		return nil, fault.New(fault.Forbidden, "fault.forbidden")
	}
	if f.Limit <= 0 || f.Limit > 101 {
		f.Limit = 30
	}
	reach := by.Scope(PermContactRead)
	notOffices, notHalls := own(by)
	rows, err := selectListed(ctx, s.DB, listing{reach.Offices, reach.Halls, reach.All, notOffices, notHalls, f})
	if err != nil {
		return nil, err
	}
	return s.mask(ctx, rows)
}

func (s *Service) mask(ctx context.Context, rows []listedRow) ([]Listed, error) {
	ids := make([]vault.ID, 0, len(rows))
	for _, r := range rows {
		ids = append(ids, r.Record)
	}
	masked, err := s.Vault.Masked(ctx, s.DB, ids)
	if err != nil {
		return nil, err
	}
	list := make([]Listed, 0, len(rows))
	for _, r := range rows {
		list = append(list, Listed{Record: r.Record, Unit: r.UnitName, UnitEn: r.UnitEn, VisitedOn: r.VisitedOn, Level: r.Level, LeftAt: r.LeftAt,
			Contact: masked[r.Record], Openings: r.Openings, OpenedAt: r.OpenedAt, place: r.place()})
	}
	return list, nil
}

// Contact gives one of Contacts. Needs contact:read there. Forbidden; NotFound
// outside by's reach and for offices and halls by works for; Gone once erased.
func (s *Service) Contact(ctx context.Context, by actor.Actor, record uuid.UUID) (Listed, error) {
	if !by.Anywhere(PermContactRead) {
		return Listed{}, fault.New(fault.Forbidden, "fault.forbidden")
	}
	row, err := selectListedOne(ctx, s.DB, record)
	switch {
	case pg.None(err), err == nil && (!by.Can(PermContactRead, row.place()) || barred(by, row.place())):
		return Listed{}, fault.New(fault.NotFound, "privacy.contact.unknown")
	case err != nil:
		return Listed{}, err
	case row.ErasedAt != nil:
		return Listed{}, fault.New(fault.Gone, "vault.erased")
	}
	list, err := s.mask(ctx, []listedRow{row})
	if err != nil {
		return Listed{}, err
	}
	return list[0], nil
}

// Shown is a contact in plain text, to be shown once.
type Shown struct{ Name, Phone, Email vault.Text }

// Open shows one contact in plain text, after that is written down. Needs
// contact:read and vault:open there. Errors as Contact; Invalid (purpose, reason).
func (s *Service) Open(ctx context.Context, by actor.Actor, record uuid.UUID, purpose, reason string) (Shown, error) {
	l, err := s.Contact(ctx, by, record)
	if err != nil {
		return Shown{}, err
	}
	_, wrong := vault.CheckReason(reason)
	if !slices.Contains(Purposes(), purpose) {
		f := fault.Fielded(fault.Field{Name: "purpose", Key: "fault.field.choice"})
		if more, ok := fault.As(wrong); ok {
			f.Fields = append(f.Fields, more.Fields...)
		}
		return Shown{}, f
	}
	c, err := s.Vault.Reveal(ctx, by, vault.Request{Record: record, At: l.place, Purpose: purpose, Reason: reason})
	if err != nil {
		return Shown{}, err
	}
	return Shown{c.Name, c.Phone, c.Email}, nil
}

// Opening is one contact seen by somebody.
type Opening = vault.Opening

// MonthCount is how often one person opened contacts in a month.
type MonthCount = vault.MonthCount

// Openings lists who saw which contact and why, newest first. Needs audit:read citywide.
func (s *Service) Openings(ctx context.Context, by actor.Actor, before int64, limit int) ([]Opening, error) {
	return s.Vault.Openings(ctx, by, vault.Filter{People: true, Before: before, Limit: limit})
}

// OpeningsPerMonth counts them by person and month. Needs audit:read or
// opening:count citywide.
func (s *Service) OpeningsPerMonth(ctx context.Context, by actor.Actor) ([]MonthCount, error) {
	return s.Vault.OpeningsPerMonth(ctx, by, vault.Filter{People: true, Limit: 300})
}
