package privacy

import (
	"context"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
)

// CaseContact is a contact that was left with a case. The desk keeps which case; the
// vault keeps the contact.
type CaseContact struct {
	Record     uuid.UUID
	Submission uuid.UUID
	Place      actor.Place
	ByPerson   bool // asked for with receipt and PIN; otherwise its time is over
}

// EraseCase ends the contact of a case for good, in the caller's transaction: vault and,
// where the person asked for it, register and chain. Who may is the caller's business.
func (s *Service) EraseCase(ctx context.Context, tx *sqlx.Tx, c CaseContact) error {
	if err := s.Vault.Erase(ctx, tx, c.Record); err != nil || !c.ByPerson {
		return err
	}
	now := s.Now()
	if _, err := insertRequest(ctx, tx, requestRow{Kind: "erase", Way: WayReceipt, Submission: &c.Submission, AskedAt: now, DueOn: s.due().String(),
		AnsweredAt: &now, Outcome: ptr("done")}); err != nil {
		return err
	}
	return s.record(ctx, tx, doing{action: audit.ContactErase, kind: "contact", id: c.Record.String(), place: c.Place, detail: audit.Detail{"way": WayReceipt}})
}

// CopiedCase writes into register and chain that a citizen was given a copy of what is
// kept of them in a case, in the caller's transaction.
func (s *Service) CopiedCase(ctx context.Context, tx *sqlx.Tx, submission uuid.UUID) error {
	now := s.Now()
	if _, err := insertRequest(ctx, tx, requestRow{Kind: "export", Way: WayReceipt, Submission: &submission, AskedAt: now, DueOn: s.due().String(),
		AnsweredAt: &now, Outcome: ptr("done")}); err != nil {
		return err
	}
	return s.record(ctx, tx, doing{action: audit.PrivacyExport, kind: "submission", id: submission.String(), detail: audit.Detail{"way": WayReceipt, "ratings": 0}})
}
