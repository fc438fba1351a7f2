package accounts

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"
	_ "time/tzdata" // days are Shanghai's even where the system has no zone data

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/pg"
	"minping/internal/settings"
)

// Config is what the service needs.
type Config struct {
	DB  *sqlx.DB
	Now func() time.Time // nil: time.Now
	Log *slog.Logger     // security events; nil: none

	// SecondFactor makes a second factor compulsory for everybody; it needs Seal.
	SecondFactor bool
	Seal         Sealer        // keeps the factors' secrets; NewSealer
	Settings     *settings.Set // has Settings(); nil: their defaults
	BaseURL      string        // public address, to which passkeys are bound; "": no passkeys
	Issuer       string        // how the authenticator names this program; "": Minping

	// Audit records what was done, in the transaction q that did it; nil: nothing.
	Audit func(ctx context.Context, q pg.Querier, e AuditEvent) error
}

// Service is the accounts domain.
type Service struct {
	db       *sqlx.DB
	now      func() time.Time
	log      *slog.Logger
	shanghai *time.Location
	sets     map[setKey]map[actor.Permission]bool
	hasher   *hasher
	keys     *keyCache

	cfg      Config
	set      handles
	factor   atomic.Bool
	rp       relyingParty
	common   commonWords
	throttle *throttle
	door     queue
}

// New makes the service.
func New(cfg Config) (*Service, error) {
	if cfg.SecondFactor && cfg.Seal == nil {
		return nil, errors.New("accounts: a second factor needs a sealing key")
	}
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	set, err := handlesOf(cfg.Settings)
	if err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	h, err := newHasher()
	if err != nil {
		return nil, err
	}
	s := &Service{
		db: cfg.DB, now: cfg.Now, log: cfg.Log, shanghai: zone,
		sets: permissionSets(), hasher: h, keys: newKeyCache(),
		cfg: cfg.filled(), set: set, common: readCommon(), throttle: newThrottle(),
	}
	if s.rp, err = newRelyingParty(cfg.BaseURL, s.cfg.Issuer); err != nil {
		return nil, err
	}
	s.factor.Store(cfg.SecondFactor)
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	return s, nil
}

func (c Config) filled() Config {
	if c.Issuer == "" {
		c.Issuer = "Minping"
	}
	return c
}

// WithoutSecondFactor asks nobody for a second factor: for the demonstration
// city only, whose accounts everybody shares. Call it before serving.
func (s *Service) WithoutSecondFactor() { s.factor.Store(false) }

// SecondFactor tells whether a second factor is asked of everybody.
func (s *Service) SecondFactor() bool { return s.factor.Load() }

// day is today in Shanghai, as SQL reads a date.
func (s *Service) day() string { return s.now().In(s.shanghai).Format(time.DateOnly) }
