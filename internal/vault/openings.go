package vault

import (
	"context"
	"time"

	"minping/internal/actor"
	"minping/internal/fault"
)

// Filter narrows openings; the zero Filter takes them all.
type Filter struct {
	Account *int64 // who opened; 0 = the program itself
	Record  *ID
	From    time.Time // from this moment on
	To      time.Time // before this moment
	People  bool      // without what the program itself opened
	Before  int64     // openings with a smaller id: the next page
	Limit   int       // at most this many, 1–500; 0 = 100
}

const (
	usualPage   = 100
	largestPage = 500
)

// Openings lists who saw what and why, newest first. Needs audit:read citywide.
func (v *Vault) Openings(ctx context.Context, by actor.Actor, f Filter) ([]Opening, error) {
	if !by.Citywide(AuditPermission) {
		return nil, fault.New(fault.Forbidden, "fault.forbidden")
	}
	if f.Limit <= 0 {
		f.Limit = usualPage
	}
	f.Limit = min(f.Limit, largestPage)
	return selectOpenings(ctx, v.db, f)
}

// PersonCount is how often one person opened contacts.
type PersonCount struct {
	Account  int64     `db:"account_id"`
	Name     string    `db:"account_name"` // as it was at the last opening
	Openings int       `db:"openings"`
	Records  int       `db:"records"` // different ones
	LastAt   time.Time `db:"last_at"`
}

// OpeningsPerPerson counts openings per person, most first; Before and Limit of
// the filter do not matter. Needs audit:read citywide.
func (v *Vault) OpeningsPerPerson(ctx context.Context, by actor.Actor, f Filter) ([]PersonCount, error) {
	if !by.Citywide(AuditPermission) {
		return nil, fault.New(fault.Forbidden, "fault.forbidden")
	}
	return countOpenings(ctx, v.db, f)
}

// CountPermission lets see how often each person opened contacts, but not which and why.
const CountPermission = actor.Permission("opening:count")

// MonthCount is how often one person opened contacts in one month of Asia/Shanghai.
type MonthCount struct {
	Month    string `db:"month"` // 2026-11
	Account  int64  `db:"account_id"`
	Name     string `db:"account_name"`
	Openings int    `db:"openings"`
	Records  int    `db:"records"` // different ones
}

// OpeningsPerMonth counts openings per person and month, newest month first and
// most openings first in it. Needs audit:read or opening:count citywide.
func (v *Vault) OpeningsPerMonth(ctx context.Context, by actor.Actor, f Filter) ([]MonthCount, error) {
	if !by.Citywide(AuditPermission) && !by.Citywide(CountPermission) {
		return nil, fault.New(fault.Forbidden, "fault.forbidden")
	}
	if f.Limit <= 0 {
		f.Limit = usualPage
	}
	f.Limit = min(f.Limit, largestPage)
	return countByMonth(ctx, v.db, f)
}
