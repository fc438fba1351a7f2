package audit

import (
	"context"
	"crypto/ed25519"
	"crypto/hmac"
	"errors"
	"time"

	"github.com/emmansun/gmsm/sm3"
	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
)

// The permissions that this package checks.
const (
	mayRead    = actor.Permission("audit:read")
	mayArchive = actor.Permission("audit:archive")
)

// Config is what the service needs.
type Config struct {
	DB  *sqlx.DB
	Now func() time.Time // nil: time.Now
	Key []byte           // secret of 32 bytes or more, for pseudonyms of sources and signatures of archives
}

// Service is what reads the chain; Record and RecordNow, which write it, need none.
// Stop it before the database is closed.
type Service struct {
	db      *sqlx.DB
	now     func() time.Time
	secret  []byte
	private ed25519.PrivateKey
	asked   questions
	checks  checks
}

// New makes the service.
func New(cfg Config) (*Service, error) {
	if len(cfg.Key) < 32 {
		return nil, errors.New("audit: the key is shorter than 32 bytes")
	}
	s := &Service{db: cfg.DB, now: cfg.Now, secret: cfg.Key}
	if s.now == nil {
		s.now = time.Now
	}
	s.checks.ctx, s.checks.stop = context.WithCancel(context.Background())
	s.private = ed25519.NewKeyFromSeed(s.key("archives"))
	return s, nil
}

// PublicKey is what outsiders check the signatures of archives with.
func (s *Service) PublicKey() ed25519.PublicKey {
	return ed25519.PublicKey(s.private[ed25519.PrivateKeySize-ed25519.PublicKeySize:])
}

// key derives a key of 32 bytes for one purpose.
func (s *Service) key(purpose string) []byte {
	mac := hmac.New(sm3.New, s.secret)
	mac.Write([]byte("audit " + purpose))
	return mac.Sum(nil)
}

func allowed(by actor.Actor, p actor.Permission) error {
	if !by.Citywide(p) {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	return nil
}

// shanghai has had one offset since 1991.
func shanghai() *time.Location { return time.FixedZone("Asia/Shanghai", 8*60*60) }

// dayOf is the day in Shanghai on which an instant falls, written as midnight UTC.
func dayOf(at time.Time) time.Time {
	y, m, d := at.In(shanghai()).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}
