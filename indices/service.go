package indices

import (
	"time"

	"github.com/jmoiron/sqlx"
)

// Config is what the service needs from outside.
type Config struct {
	DB  *sqlx.DB
	Now func() time.Time // nil = time.Now
}

// Service answers questions about figures. It changes nothing but the versions of the formulas.
type Service struct {
	Now      func() time.Time
	store    store
	formulas formulas
}

// New makes the service.
func New(c Config) *Service {
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Service{Now: c.Now, store: store{db: c.DB}}
}
