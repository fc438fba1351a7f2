package publish

import (
	"context"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints"
	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
)

// The permissions that this package checks, at the place of the case or the office of
// the answer.
const (
	// PermPublish: the second look, publishing, withdrawing, deciding objections.
	PermPublish actor.Permission = "case:publish"
	permPrivacy actor.Permission = "privacy:handle" // may withdraw what names a person
)

// Config is what the service stands on.
type Config struct {
	DB   *sqlx.DB
	Now  func() time.Time
	Desk *complaints.Service
}

// Service is the package's one door.
type Service struct {
	cfg     Config
	edition atomic.Int64
}

// New makes the service.
func New(c Config) *Service {
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Service{cfg: c}
}

func (s *Service) now() time.Time { return s.cfg.Now().UTC().Truncate(time.Microsecond) }

func (s *Service) today() workday.Day { return workday.Of(s.now()) }

func unknown() error { return fault.New(fault.NotFound, "publish.not_found") }

func forbidden() error { return fault.New(fault.Forbidden, "fault.forbidden") }

func changed() error { return fault.New(fault.Conflict, "publish.changed_meanwhile") }

// note is an entry of the audit chain, last in the transaction.
type note struct {
	action audit.Action
	kind   string // reply, answer
	id     int64
	place  actor.Place
	detail audit.Detail
}

func (s *Service) record(ctx context.Context, tx *sqlx.Tx, by actor.Actor, n note) error {
	return audit.Record(ctx, tx, audit.Entry{At: s.now(), By: by, Action: n.action, Place: n.place,
		Object: audit.Object{Kind: n.kind, ID: strconv.FormatInt(n.id, 10)}, Detail: n.detail})
}

// readers may open the lists of what is, or may be, published.
func readers(by actor.Actor) bool {
	return by.Anywhere(complaints.PermReply) || by.Anywhere(PermPublish)
}

// prepares tells whether somebody may prepare what lies at a place for the public.
func prepares(by actor.Actor, at actor.Place) bool {
	return by.Can(complaints.PermReply, at) || by.Can(PermPublish, at)
}

// Edition is a number that changes whenever something was published, changed or
// withdrawn, as far as this node knows: what was kept under another is not to be shown.
func (s *Service) Edition() int64 { return s.edition.Load() }

// Reload makes this node forget what it kept. It is called when the database says
// that something changed.
func (s *Service) Reload(context.Context) error {
	s.edition.Add(1)
	return nil
}
