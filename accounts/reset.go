package accounts

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/code"
	"minping/internal/fault"
	"minping/internal/pg"
)

// ResetKind is what a reset takes away.
type ResetKind string

// The kinds.
const (
	ResetOfPassword ResetKind = "password"
	ResetOfFactor   ResetKind = "factor" // authenticator, passkeys and recovery codes
)

// ResetState is how far a reset has come.
type ResetState string

// The states.
const (
	ResetAsked     ResetState = "asked"
	ResetConfirmed ResetState = "confirmed"
	ResetRefused   ResetState = "refused"
	ResetWithdrawn ResetState = "withdrawn"
	ResetStopped   ResetState = "stopped" // by the holder
	ResetLapsed    ResetState = "lapsed"  // too old, or too many wrong halves
	ResetUsed      ResetState = "used"
)

// A reset waits three days for its second person, and its codes a day for the
// holder. Each half has 45 bits, and five wrong tries end it.
const (
	resetWaits  = 72 * time.Hour
	resetLasts  = 24 * time.Hour
	resetLength = 9 // and a check symbol: two groups of five
	resetTries  = 5
)

// Reset is a reset of somebody's password or second factor. Two administrators take
// part, each of whom sees one half of the code; the holder needs both.
type Reset struct {
	ID          int64      `db:"id"`
	Account     int64      `db:"account_id"`
	Name        string     `db:"name"`
	Username    string     `db:"username"`
	Kind        ResetKind  `db:"kind"`
	Reason      string     `db:"reason"`
	RequestedBy int64      `db:"requested_by"`
	Requester   string     `db:"requester"`
	RequestedAt time.Time  `db:"requested_at"`
	ExpiresAt   time.Time  `db:"expires_at"`
	State       ResetState `db:"state"`
	DecidedBy   *int64     `db:"decided_by"`
	Decider     string     `db:"decider"`
	DecidedAt   *time.Time `db:"decided_at"`
	Answer      string     `db:"answer"`
	UsedAt      *time.Time `db:"used_at"`
}

// Open tells whether anything can still come of it.
func (r Reset) Open(now time.Time) bool {
	return (r.State == ResetAsked || r.State == ResetConfirmed) && now.Before(r.ExpiresAt)
}

// At is the state as it is at a moment: what is too old has lapsed.
func (r Reset) At(now time.Time) ResetState {
	if (r.State == ResetAsked || r.State == ResetConfirmed) && !now.Before(r.ExpiresAt) {
		return ResetLapsed
	}
	return r.State
}

// Half is one half of a reset's code, shown this once, to be told to the holder.
type Half struct {
	Reset     int64
	Name      string // the holder's
	Kind      ResetKind
	Code      string // as it is printed
	ExpiresAt time.Time
}

// ResetWish asks for a reset.
type ResetWish struct {
	Account int64
	Kind    ResetKind
	Reason  string
}

// AskReset asks for a reset and gives the first half of its code; nothing is
// changed until somebody else confirms and the holder uses both halves. The holder
// is told at once. Needs account:write; nobody asks for their own (Forbidden).
// Invalid with a complaint about reason (5–200 characters); NotFound where there is
// no such account; Conflict where it has nothing to reset, its holder was
// off-boarded, or one is open already.
func (s *Service) AskReset(ctx context.Context, by actor.Actor, w ResetWish) (Half, error) {
	if err := s.mayChange(by, w.Account); err != nil {
		return Half{}, s.denied(ctx, by, w.Account, err)
	}
	if err := signedIn(by); err != nil { // a program is nobody whom a second person could answer
		return Half{}, err
	}
	reason, err := resetReason(w.Reason)
	if err != nil {
		return Half{}, err
	}
	key, err := code.New(rand.Reader, resetLength)
	if err != nil {
		return Half{}, fmt.Errorf("draw code: %w", err)
	}
	r := Reset{Account: w.Account, Kind: w.Kind, Reason: reason, RequestedBy: by.Account, RequestedAt: s.now(), ExpiresAt: s.now().Add(resetWaits)}
	err = pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := s.present(ctx, tx, w.Account); err != nil {
			return err
		}
		if err := s.resettable(ctx, tx, w); err != nil {
			return err
		}
		if err := lapseResets(ctx, tx, w.Account, s.now()); err != nil {
			return fmt.Errorf("ask for a reset: %w", err)
		}
		if err := insertReset(ctx, tx, &r, resetDigest(key)); pg.Broken(err) == "account_resets_account_id_kind_key" {
			return fault.Wrap(fault.Conflict, "accounts.reset.open", err)
		} else if err != nil {
			return fmt.Errorf("ask for a reset: %w", err)
		}
		return s.resetStep(ctx, tx, by, r, resetTold{"reset.ask", NoticeResetAsked, reason})
	})
	return Half{Reset: r.ID, Name: r.Name, Kind: r.Kind, Code: code.Group(key, inviteGroup), ExpiresAt: r.ExpiresAt}, err
}

// resettable tells whether there is anything to reset.
func (s *Service) resettable(ctx context.Context, tx *sqlx.Tx, w ResetWish) error {
	a, err := anyCredentials(ctx, tx, w.Account)
	switch {
	case err != nil:
		return fmt.Errorf("ask for a reset: %w", err)
	case w.Kind == ResetOfPassword && a.Hash == "":
		return fault.New(fault.Conflict, "accounts.password.none")
	case w.Kind == ResetOfFactor && !a.enrolled():
		return fault.New(fault.Conflict, "accounts.factor.none")
	case w.Kind != ResetOfPassword && w.Kind != ResetOfFactor:
		return fault.Fielded(complain("kind", "fault.field.choice"))
	}
	return nil
}

func resetReason(text string) (string, error) {
	text = strings.TrimSpace(text)
	n := utf8.RuneCountInString(text)
	if n < 5 || n > 200 {
		return "", fault.Fielded(complain("reason", "accounts.factor.reason"))
	}
	if !printable(strings.NewReplacer("\n", " ", "\r", "").Replace(text)) {
		return "", fault.Fielded(complain("reason", "accounts.display_name.strange"))
	}
	return text, nil
}

// ConfirmReset makes a reset good that another administrator has asked for, and
// gives the second half of its code. Needs account:confirm. Forbidden for whoever
// asked, for the holder, and where one of the two administrators was made by the
// other or both by a third, as one person could be both; NotFound where there is none; Conflict where it is not
// waiting any more.
func (s *Service) ConfirmReset(ctx context.Context, by actor.Actor, id int64) (Half, error) {
	key, err := code.New(rand.Reader, resetLength)
	if err != nil {
		return Half{}, fmt.Errorf("draw code: %w", err)
	}
	var r Reset
	err = s.decide(ctx, by, id, func(tx *sqlx.Tx, found Reset) error {
		r = found
		r.State, r.ExpiresAt = ResetConfirmed, s.now().Add(resetLasts)
		if err := s.stillThere(ctx, tx, r.Account); err != nil {
			return err
		}
		if err := updateReset(ctx, tx, r, by.Account, resetDigest(key), s.now()); err != nil {
			return fmt.Errorf("confirm reset: %w", err)
		}
		return s.resetStep(ctx, tx, by, r, resetTold{"reset.confirm", NoticeResetConfirmed, r.Reason})
	})
	return Half{Reset: id, Name: r.Name, Kind: r.Kind, Code: code.Group(key, inviteGroup), ExpiresAt: r.ExpiresAt}, err
}

// stillThere refuses to reset what was off-boarded in between.
func (s *Service) stillThere(ctx context.Context, tx *sqlx.Tx, account int64) error {
	a, err := selectAccount(ctx, tx, account)
	if err == nil && a.LeftAt != nil {
		return fault.New(fault.Conflict, "accounts.left")
	}
	return err
}

// RefuseReset turns a reset down, with a reason that the one who asked can read.
// Needs account:confirm. Refusals like ConfirmReset; Invalid with a complaint about
// reason.
func (s *Service) RefuseReset(ctx context.Context, by actor.Actor, id int64, reason string) error {
	if err := mayConfirm(by); err != nil {
		return s.denied(ctx, by, 0, err)
	}
	reason, err := resetReason(reason)
	if err != nil {
		return err
	}
	return s.decide(ctx, by, id, func(tx *sqlx.Tx, r Reset) error {
		r.State, r.Answer = ResetRefused, reason
		if err := updateReset(ctx, tx, r, by.Account, nil, s.now()); err != nil {
			return fmt.Errorf("refuse reset: %w", err)
		}
		return s.resetStep(ctx, tx, by, r, resetTold{action: "reset.refuse", reason: reason})
	})
}

func mayConfirm(by actor.Actor) error {
	if err := allowed(by, accountConfirm); err != nil {
		return err
	}
	return signedIn(by)
}

// decide hands over a reset that waits and that by may answer.
func (s *Service) decide(ctx context.Context, by actor.Actor, id int64, how func(*sqlx.Tx, Reset) error) error {
	if err := mayConfirm(by); err != nil {
		return s.denied(ctx, by, 0, err)
	}
	var account int64
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		r, err := s.lockedReset(ctx, tx, id)
		if err != nil {
			return err
		}
		account = r.Account
		switch {
		case by.Account == r.RequestedBy:
			return fault.New(fault.Forbidden, "accounts.reset.same_person")
		case by.Account == r.Account:
			return fault.New(fault.Forbidden, "accounts.reset.own")
		case r.At(s.now()) != ResetAsked:
			return fault.New(fault.Conflict, "accounts.reset.over")
		}
		kin, err := sameOrigin(ctx, tx, r.RequestedBy, by.Account)
		if err != nil {
			return fmt.Errorf("answer reset: %w", err)
		}
		if kin {
			return fault.New(fault.Forbidden, "accounts.reset.same_origin")
		}
		return how(tx, r)
	})
	return s.denied(ctx, by, account, err)
}

// lockedReset takes the account first, as everything does that changes one.
func (s *Service) lockedReset(ctx context.Context, tx *sqlx.Tx, id int64) (Reset, error) {
	r, err := selectReset(ctx, tx, id)
	if err == nil {
		_, err = lockAccount(ctx, tx, r.Account)
	}
	if err == nil {
		r, err = lockReset(ctx, tx, id)
	}
	if pg.None(err) {
		return r, fault.New(fault.NotFound, "accounts.reset.unknown")
	}
	if err != nil {
		return r, fmt.Errorf("find reset: %w", err)
	}
	return r, nil
}

// EndReset ends a reset that is open: whoever asked withdraws it, and the holder
// stops one that they did not want, also when it is confirmed already. Needs no
// permission. NotFound for others and where there is none; Conflict where it is over.
func (s *Service) EndReset(ctx context.Context, by actor.Actor, id int64) error {
	if err := signedIn(by); err != nil {
		return err
	}
	return pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		r, err := s.lockedReset(ctx, tx, id)
		if err != nil {
			return err
		}
		open, told := r.Open(s.now()), resetTold{action: "reset.withdraw"}
		switch by.Account {
		case r.RequestedBy:
			r.State = ResetWithdrawn
		case r.Account:
			r.State, told.action = ResetStopped, "reset.stop"
		default:
			return fault.New(fault.NotFound, "accounts.reset.unknown")
		}
		if !open {
			return fault.New(fault.Conflict, "accounts.reset.over")
		}
		if err := updateReset(ctx, tx, r, by.Account, nil, s.now()); err != nil {
			return fmt.Errorf("end reset: %w", err)
		}
		return s.resetStep(ctx, tx, by, r, told)
	})
}

// resetTold is what the audit and the holder are told of a step.
type resetTold struct {
	action string
	notice NoticeKind // "": the holder is not told of it
	reason string
}

func (s *Service) resetStep(ctx context.Context, tx *sqlx.Tx, by actor.Actor, r Reset, told resetTold) error {
	if told.notice != "" {
		if err := insertNotice(ctx, tx, r.Account, Notice{At: s.now(), Kind: told.notice, Reason: told.reason}); err != nil {
			return fmt.Errorf("reset: %w", err)
		}
	}
	detail := map[string]string{"reset_kind": string(r.Kind), "reset": idText(r.ID)}
	if told.reason != "" {
		detail["reason"] = told.reason
	}
	return s.audit(ctx, tx, AuditEvent{Action: told.action, By: by, Object: objectOf(r.Account), Detail: detail})
}

// Resets lists resets, those that wait first, then the newest; account 0: everybody's.
// Needs account:read.
func (s *Service) Resets(ctx context.Context, by actor.Actor, account int64) ([]Reset, error) {
	if err := allowed(by, accountRead); err != nil {
		return nil, s.denied(ctx, by, account, err)
	}
	list, err := selectResets(ctx, s.db, account, s.now())
	if err != nil {
		return nil, fmt.Errorf("list resets: %w", err)
	}
	return list, nil
}

// Reset gives one. Needs account:read; NotFound where there is none.
func (s *Service) Reset(ctx context.Context, by actor.Actor, id int64) (Reset, error) {
	if err := allowed(by, accountRead); err != nil {
		return Reset{}, s.denied(ctx, by, 0, err)
	}
	r, err := selectReset(ctx, s.db, id)
	if pg.None(err) {
		return r, fault.New(fault.NotFound, "accounts.reset.unknown")
	}
	if err != nil {
		return r, fmt.Errorf("find reset: %w", err)
	}
	return r, nil
}

func resetDigest(key string) []byte {
	sum := digestOf("reset/" + key)
	return sum[:]
}
