package complaints

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/blobs"
	"minping/internal/media"
	"minping/internal/pg"
	"minping/internal/settings"
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
	// Settings; nil: the defaults.
	Settings *settings.Set
	// Limits, where they do not come from Settings: in tests.
	Limits Limits
	// PINKey keys the digests of PINs; at least 16 bytes.
	PINKey []byte
	// PutContact stores a contact in the vault, in the transaction of the filing.
	// Nil: only anonymous filing is possible.
	PutContact func(ctx context.Context, q pg.Querier, subject string, c vault.Contact) (uuid.UUID, error)
	// Contacts is what else is done with the contacts of citizens.
	Contacts Contacts
	// Recipients tells whom a notice reaches, by role and place. Nil: nobody.
	Recipients func(ctx context.Context, q pg.Querier, to Addressee) ([]int64, error)
	// Files keeps what comes with words, encrypted by keys of the Vault. Where either
	// is nil, or Vault gives nil, nothing can be attached.
	Files *blobs.Store
	Vault func() *vault.Vault
	// Holders lists who holds a permission at a place, by name. Nil: a case is given
	// to whoever is named.
	Holders func(ctx context.Context, p actor.Permission, at actor.Place) ([]Person, error)
	// Exclude takes a rating out of the figures, or finds that it is out already.
	// Nil: rulings wait.
	Exclude func(ctx context.Context, r Ruled) error
}

// Service is the domain's one door.
type Service struct {
	cfg     Config
	clean   *media.Cleaner
	set     dials
	parents *atomic.Pointer[tree]
}

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
	if c.Clock == nil {
		w := workday.NewClock(workday.Builtin(), workday.OfficeHours())
		c.Clock = func() *workday.Clock { return w }
	}
	set, err := dialsOf(c.Settings)
	if err != nil {
		return nil, err
	}
	s := &Service{cfg: c, set: set, parents: new(atomic.Pointer[tree]), clean: media.New(picturesAtOnce)}
	if c.Limits == nil {
		s.cfg.Limits = s.limit
	}
	return s, nil
}

// now is as fine as PostgreSQL keeps time: what is computed now and from the
// stored event later must be the same.
func (s *Service) now() time.Time { return s.cfg.Now().UTC().Truncate(time.Microsecond) }
