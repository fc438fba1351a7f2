package surveys

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/settings"
)

// Permissions that this package checks.
const (
	PermSurveyRead       actor.Permission = "survey:read"
	PermPublicationRead  actor.Permission = "publication:read"
	PermPublicationWrite actor.Permission = "publication:write"
	PermTicketWrite      actor.Permission = "ticket:write"
	PermTicketRead       actor.Permission = "ticket:read" // what was issued, by whom; never a code
	PermRatingRead       actor.Permission = "rating:read"
	PermImportRun        actor.Permission = "import:run"
)

// Config is what the service stands on.
type Config struct {
	DB        *sqlx.DB
	Log       *slog.Logger
	Now       func() time.Time
	Calendar  *workday.Calendar
	Working   func() *workday.Calendar // working days as they are known now; nil: Calendar, for ever
	DeviceKey []byte                   // keys the device pseudonyms; at least 16 bytes
	Intake    IntakeLimits
	Settings  *settings.Set // has Settings(); nil: their defaults
}

// Service is the domain's one door. Stop ends its intake.
type Service struct {
	db      *sqlx.DB
	log     *slog.Logger
	now     func() time.Time
	working func() *workday.Calendar
	device  devicePseudonyms
	lookup  *lookup
	set     handles
	intake  *Intake
}

// New loads units, publications and codes and starts the intake.
func New(ctx context.Context, c Config) (*Service, error) {
	if len(c.DeviceKey) < 16 {
		return nil, fmt.Errorf("surveys: the device key needs at least 16 bytes")
	}
	set, err := handlesOf(c.Settings)
	if err != nil {
		return nil, fmt.Errorf("surveys: %w", err)
	}
	s := &Service{set: set, db: c.DB, log: c.Log, now: c.Now, working: c.Working,
		device: devicePseudonyms{key: c.DeviceKey}, lookup: &lookup{db: c.DB}}
	if s.working == nil {
		s.working = func() *workday.Calendar { return c.Calendar }
	}
	if err := s.lookup.reload(ctx); err != nil {
		return nil, err
	}
	if c.Intake.CoolDown == nil {
		c.Intake.CoolDown = func(at time.Time) time.Duration { return set.coolDown.At(at) }
	}
	s.intake = NewIntake(c.DB, c.Log, c.Intake)
	return s, nil
}

// Reload reads units, publications and codes anew; every node calls it when the
// database says that they changed.
func (s *Service) Reload(ctx context.Context) error { return s.lookup.reload(ctx) }

// Intake gives the intake, for metrics.
func (s *Service) Intake() *Intake { return s.intake }

// Stop drains the intake: what was taken is stored, then the writers end.
func (s *Service) Stop(ctx context.Context) error { return s.intake.Close(ctx) }

// EnsurePartitions makes the monthly partitions from two months back to three
// months ahead; a job calls it every day.
func (s *Service) EnsurePartitions(ctx context.Context) error {
	today := workday.Of(s.now())
	return ensurePartitions(ctx, s.db, today.AddDays(-62).String(), today.AddDays(93).String())
}

// Latest gives the newest version of a survey, nil where there is none.
func (s *Service) Latest(survey string) *Version { return s.lookup.snap.Load().latest(survey) }

// Devices gives the function that turns the value of a device cookie into its
// pseudonym at an instant, for ratings that Fill stores.
func (s *Service) Devices() func(cookie string, at time.Time) []byte { return s.device.of }
