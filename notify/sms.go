package notify

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/jobs"
	"minping/internal/pg"
	"minping/internal/vault"
)

// Config is what the service stands on.
type Config struct {
	DB      *sqlx.DB
	Vault   *vault.Vault
	Queue   *jobs.Queue
	Log     *slog.Logger
	Now     func() time.Time
	Gateway Gateway
}

// Service is the domain's one door.
type Service struct {
	db      *sqlx.DB
	vault   *vault.Vault
	queue   *jobs.Queue
	log     *slog.Logger
	now     func() time.Time
	gateway Gateway
	client  *http.Client
}

// New makes the service.
func New(c Config) *Service {
	return &Service{db: c.DB, vault: c.Vault, queue: c.Queue, log: c.Log, now: c.Now, gateway: c.Gateway, client: client()}
}

// Ready tells whether there is a gateway to send through.
func (s *Service) Ready() bool { return s.gateway.URL != "" }

// SMS is a short message to be sent.
type SMS struct {
	Phone    vault.Text
	Text     vault.Text
	Template string    // what sort of message
	LateAt   time.Time // of no use from then on
	Unwanted bool      // store it as any other, but never send it
}

const (
	recordKind = "sms"
	taskName   = "send sms"
	maxTries   = 5
)

// Task is what the queue does.
func (s *Service) Task() jobs.Task { return jobs.Task{Name: taskName, Do: s.send} }

// Send makes a message in the caller's transaction; it goes out once that has
// committed. Who may is the caller's business.
func (s *Service) Send(ctx context.Context, tx *sqlx.Tx, m SMS) error {
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("notify: make id: %w", err)
	}
	record, err := s.vault.Put(ctx, tx, vault.Entry{Kind: recordKind, Subject: id.String(), Unlisted: true,
		Contact: vault.Contact{Phone: m.Phone, Note: m.Text}})
	if err != nil {
		return err
	}
	row := messageRow{ID: id, Record: record, Template: m.Template, State: queued, MadeAt: s.now(), LateAt: m.LateAt}
	if m.Unwanted {
		row.State, row.EndedAt = unwanted, &row.MadeAt
	}
	if err := insertMessage(ctx, tx, row); err != nil {
		return err
	}
	return s.queue.Put(ctx, tx, taskName, id.String())
}

// send tries a message once; an error makes the queue try again.
func (s *Service) send(ctx context.Context, id string) error {
	row, err := countTry(ctx, s.db, id)
	if pg.None(err) {
		return nil // removed meanwhile
	}
	if err != nil {
		return err
	}
	switch {
	case row.State != queued:
		return s.forget(ctx, row)
	case !s.now().Before(row.LateAt):
		return s.end(ctx, row, late, 0)
	}
	c, err := s.vault.Reveal(ctx, actor.System("sms"), vault.Request{Record: row.Record, Purpose: "sms", Reason: "发送短信 send a short message"})
	if kind := fault.KindOf(err); kind == fault.Gone || kind == fault.NotFound {
		return s.end(ctx, row, failed, 0)
	} else if err != nil {
		return err
	}
	status, err := s.gateway.post(ctx, s.client, s.now(), posted{row.ID.String(), c.Phone.Reveal(), c.Note.Reveal()})
	switch {
	case err == nil:
		return s.end(ctx, row, sent, status)
	case final(status) || row.Tries >= maxTries:
		s.log.Error("a short message is not sent", "message", row.ID, "status", status, "error", err)
		return s.end(ctx, row, failed, status)
	}
	if noteErr := noteStatus(ctx, s.db, row.ID, status); noteErr != nil {
		return noteErr
	}
	return err
}

// end notes how a message ended and takes number and text out of the vault.
func (s *Service) end(ctx context.Context, row messageRow, as string, status int) error {
	return pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := endMessage(ctx, tx, row.ID, as, status, s.now()); err != nil {
			return err
		}
		return s.vault.Erase(ctx, tx, row.Record)
	})
}

func (s *Service) forget(ctx context.Context, row messageRow) error {
	return pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error { return s.vault.Erase(ctx, tx, row.Record) })
}
