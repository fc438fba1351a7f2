package panel

import (
	"context"
	"crypto/hmac"
	"crypto/rand"

	"github.com/emmansun/gmsm/sm3"
	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/code"
	"minping/internal/fault"
)

// tokenLength is how many symbols of some five bits a link has, besides the check symbol.
const tokenLength = 19

// Letter is one invitation. Link is known to nobody else, and shown this once.
type Letter struct {
	Reference, Group, District string
	Token                      string
}

// Letters makes a link for every member who has none, and with again a new one for those
// who have one and answered nothing yet (the old one ends). The first letters open the
// wave. What comes back is kept nowhere. Forbidden as Waves; NotFound; Conflict where the wave
// is closed, or there is nobody to write to.
func (s *Service) Letters(ctx context.Context, by actor.Actor, id int64, again bool) ([]Letter, error) {
	if err := admit(by); err != nil {
		return nil, err
	}
	var list []Letter
	err := s.inWave(ctx, id, func(tx *sqlx.Tx, w locked) error {
		if w.State == Closed {
			return fault.New(fault.Conflict, "five.panel.fault.closed")
		}
		rows, err := selectUnlettered(ctx, tx, id, again)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			return fault.New(fault.Conflict, "five.panel.fault.nobody")
		}
		ids, digests := make([]int64, len(rows)), make([][]byte, len(rows))
		for i, r := range rows {
			token, err := code.New(rand.Reader, tokenLength)
			if err != nil {
				return err
			}
			list = append(list, Letter{r.Reference, r.Group, r.District, token})
			ids[i], digests[i] = r.ID, s.mac("link", token)
		}
		if err := updateDigests(ctx, tx, ids, digests); err != nil {
			return err
		}
		if err := openWave(ctx, tx, id, s.now()); err != nil {
			return err
		}
		return s.note(ctx, tx, by, did{audit.PanelLetters, id, audit.Detail{"count": len(rows)}})
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// mac is what is kept of a link, for one purpose.
func (s *Service) mac(purpose, token string) []byte {
	mac := hmac.New(sm3.New, s.key)
	mac.Write([]byte("panel " + purpose + "\x00" + token))
	return mac.Sum(nil)
}
