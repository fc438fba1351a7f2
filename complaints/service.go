package complaints

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/pg"
	"minping/internal/vault"
)

// ID is a case's number, which staff call it by.
type ID = int64

// Config is what the service stands on.
type Config struct {
	DB  *sqlx.DB
	Log *slog.Logger
	Now func() time.Time
	// Clock gives the working-day clock as it is known now; it is asked once per
	// transaction. Nil: the built-in calendar and usual office hours.
	Clock func() *workday.Clock
	// Limits; nil: DefaultLimits.
	Limits Limits
	// PINKey keys the digests of PINs; at least 16 bytes.
	PINKey []byte
	// PutContact stores a contact in the vault, in the transaction of the filing.
	// Nil: only anonymous filing is possible.
	PutContact func(ctx context.Context, q pg.Querier, subject string, c vault.Contact) (uuid.UUID, error)
	// Holders lists who holds a permission at a place, by name. Nil: a case is given
	// to whoever is named.
	Holders func(ctx context.Context, p actor.Permission, at actor.Place) ([]Person, error)
	// Exclude takes a rating out of the figures, or finds that it is out already.
	// Nil: rulings wait.
	Exclude func(ctx context.Context, r Ruled) error
}

// Service is the domain's one door.
type Service struct{ cfg Config }

// TakesContacts tells whether a citizen may be reachable or named: whether there is
// a vault for the contact.
func (s *Service) TakesContacts() bool { return s.cfg.PutContact != nil }

// New makes the service.
func New(c Config) (*Service, error) {
	if len(c.PINKey) < 16 {
		return nil, fmt.Errorf("complaints: the PIN key needs at least 16 bytes")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Limits == nil {
		c.Limits = DefaultLimits
	}
	if c.Clock == nil {
		w := workday.NewClock(workday.Builtin(), workday.OfficeHours())
		c.Clock = func() *workday.Clock { return w }
	}
	return &Service{cfg: c}, nil
}

// now is as fine as PostgreSQL keeps time: what is computed now and from the
// stored event later must be the same.
func (s *Service) now() time.Time { return s.cfg.Now().UTC().Truncate(time.Microsecond) }
