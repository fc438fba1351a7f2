package privacy

import (
	"context"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/settings"
	"minping/internal/vault"
)

// The permissions that this package checks.
const (
	PermContactRead actor.Permission = "contact:read"
	PermHandle      actor.Permission = "privacy:handle"
	PermOpen                         = vault.OpenPermission
	PermAudit                        = vault.AuditPermission
	PermCount                        = vault.CountPermission
)

// Rating is a rating as its sender may have a copy of it. Wire brings it from
// the domain that stores ratings.
type Rating struct {
	Submission  uuid.UUID
	Receipt     string
	UnitID      int64
	Unit        string
	UnitEn      string
	Place       actor.Place
	VisitedOn   workday.Day
	ReceivedAt  time.Time
	Until       workday.Day // the last day on which a contact can be left or changed
	Level       int
	Channel     string
	Stratum     string
	Service     string
	Tags        []int
	Answers     []Answer
	Texts       map[int]string
	Comment     string
	Language    string
	Questioning bool // suspected of not being honest, waits for a person's decision
}

// Answer is one value given to one question.
type Answer struct {
	Question int `json:"question"`
	Value    int `json:"value"`
}

// Code is a proof's code on its way to a telephone.
type Code struct {
	Phone  vault.Text
	Text   vault.Text
	LateAt time.Time
	// Unwanted: nobody left this number, or too many messages were sent. The code is made and stored, so that the
	// answer takes as long, and never sent.
	Unwanted bool
}

// Words are a rating's words with what tells of a person blacked out.
type Words struct {
	Submission uuid.UUID
	Request    int64
	Comment    string
	Texts      map[int]string
}

// Config is what the service stands on.
type Config struct {
	DB       *sqlx.DB
	Vault    *vault.Vault
	Now      func() time.Time
	Calendar func() *workday.Calendar // working days as they are known now
	Settings *settings.Set            // has Settings(); nil: their defaults
	Key      []byte                   // of digests of telephones and codes
	Given    func(ctx context.Context, receipt string) (Rating, error)
	GivenAs  func(ctx context.Context, submissions []uuid.UUID) ([]Rating, error)
	BlackOut func(ctx context.Context, tx *sqlx.Tx, by actor.Actor, w Words) error
	// SendCode makes a short message in the transaction; nil where there is no
	// gateway: then telephones cannot be proved.
	SendCode func(ctx context.Context, tx *sqlx.Tx, c Code) error
	Log      *slog.Logger // nil: none
}

// Service is the domain's one door.
type Service struct {
	Config
	set dials
}

// New makes the service.
func New(c Config) (*Service, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	set, err := dialsOf(c.Settings)
	return &Service{c, set}, err
}

// ByPhone tells whether a telephone can be proved.
func (s *Service) ByPhone() bool { return s.SendCode != nil }

func (s *Service) due() workday.Day {
	now := s.Now()
	return s.Calendar().Add(workday.Of(now), s.AnswerDays(now))
}

// doing is told to the audit chain last in the transaction that does it.
type doing struct {
	by     actor.Actor
	action audit.Action
	kind   string
	id     string
	place  actor.Place
	detail audit.Detail
}

func (s *Service) record(ctx context.Context, tx *sqlx.Tx, d doing) error {
	return audit.Record(ctx, tx, audit.Entry{At: s.Now(), By: d.by, Action: d.action, Place: d.place,
		Object: audit.Object{Kind: d.kind, ID: d.id}, Detail: d.detail})
}
