package vault

import (
	"context"
	"slices"
)

// Status is what an operator wants to know of the vault.
type Status struct {
	Current  string      // id of the current master key
	Keys     []MasterKey // of the ring, oldest first
	Records  int         // living
	Erased   int
	Openings int
	Unneeded []string // as Unneeded
}

// MasterKey is one key of the ring and what depends on it.
type MasterKey struct {
	ID      string `db:"id"`
	Wraps   int    `db:"wraps"`   // stored keys encrypted under it now: it must not be lost
	Born    int    `db:"born"`    // data keys born under it, which who knew it may know
	Records int    `db:"records"` // living records under data keys born under it
}

// Status counts keys and records.
func (v *Vault) Status(ctx context.Context) (Status, error) {
	keys := *v.keys.Load()
	s := Status{Current: keys.Current()}
	if err := selectCounts(ctx, v.db, &s); err != nil {
		return Status{}, err
	}
	uses, err := selectUses(ctx, v.db)
	if err != nil {
		return Status{}, err
	}
	for _, id := range keys.IDs() {
		k := MasterKey{ID: id}
		if i := slices.IndexFunc(uses, func(u MasterKey) bool { return u.ID == id }); i >= 0 {
			k = uses[i]
		}
		s.Keys = append(s.Keys, k)
		if k.Wraps == 0 && id != s.Current {
			s.Unneeded = append(s.Unneeded, id)
		}
	}
	return s, nil
}

// Unneeded lists the master keys of the ring that nothing stored needs and that
// are not current: they may be removed from the ring, and destroyed once no
// backup needs them.
func (v *Vault) Unneeded(ctx context.Context) ([]string, error) {
	s, err := v.Status(ctx)
	return s.Unneeded, err
}
