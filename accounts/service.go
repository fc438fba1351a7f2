package accounts

import (
	"fmt"
	"log/slog"
	"time"
	_ "time/tzdata" // days are Shanghai's even where the system has no zone data

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
)

// Config is what the service needs.
type Config struct {
	DB  *sqlx.DB
	Now func() time.Time // nil: time.Now
	Log *slog.Logger     // security events; nil: none
}

// Service is the accounts domain.
type Service struct {
	db       *sqlx.DB
	now      func() time.Time
	log      *slog.Logger
	shanghai *time.Location
	sets     map[Role]map[actor.Permission]bool
	hasher   *hasher
	keys     *keyCache
}

// New makes the service.
func New(cfg Config) (*Service, error) {
	zone, err := time.LoadLocation("Asia/Shanghai")
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
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	return s, nil
}

// day is today in Shanghai, as SQL reads a date.
func (s *Service) day() string { return s.now().In(s.shanghai).Format(time.DateOnly) }
