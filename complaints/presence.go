package complaints

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/pg"
)

// How long somebody counts as having a case open: after opening its page, which may
// be without a script, and after each sign of life that the page's script gives.
const (
	presentAtFirst = 2 * time.Minute
	presentOnSign  = 45 * time.Second
)

// Company is who else has a case open, and whether it changed meanwhile.
type Company struct {
	Others []string // as shown
	Seq    int      // number of its newest event
	State  State
}

// Enter notes that by has a case open and tells who else has. NotFound where by may
// not know of the case. Nobody outside of those who may read the case is told.
func (s *Service) Enter(ctx context.Context, by actor.Actor, id ID, sign bool) (Company, error) {
	var c Company
	err := pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		k, err := selectCase(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := see(ctx, tx, by, &k); err != nil {
			return err
		}
		now := s.now()
		c.Seq, c.State = k.Seq, k.State
		if c.Others, err = selectPresent(ctx, tx, id, by.Account, now); err != nil || by.Account == 0 {
			return err
		}
		until := now.Add(presentAtFirst)
		if sign {
			until = now.Add(presentOnSign)
		}
		return savePresence(ctx, tx, id, by.Account, until)
	})
	return c, err
}

// Leave notes that by closed a case; what is not open is left as well.
func (s *Service) Leave(ctx context.Context, by actor.Actor, id ID) error {
	if _, err := reachOf(by); err != nil {
		return err
	}
	return pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error { return endPresence(ctx, tx, id, by.Account) })
}

// ForgetPresences removes what is over; a job calls it.
func (s *Service) ForgetPresences(ctx context.Context) error {
	return removePresences(ctx, s.cfg.DB, s.now())
}
