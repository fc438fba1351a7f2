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

// An invitation's code has 95 bits: nobody guesses one. How long it is good for is set.
const (
	inviteLength = 19 // and a check symbol: four groups of five
	inviteGroup  = 5
)

// NewInvited is somebody who is to get an account: without a password, and with a
// code by which they set one.
type NewInvited struct {
	Username    string
	DisplayName string
	StaffNo     string // in the directory; "": nobody there
	Terms       []Term
}

// Invitation is what the administrator hands over. The code is in it this once.
type Invitation struct {
	Account   int64
	Username  string
	Name      string
	Code      string // as it is printed
	ExpiresAt time.Time
}

// Invite makes an account that has no password, and a code to set one with. Needs
// account:write. Invalid with complaints about username, display_name, staff_no,
// or those of GrantTerm; Conflict where the name or the person is taken.
func (s *Service) Invite(ctx context.Context, by actor.Actor, n NewInvited) (Invitation, error) {
	if err := allowed(by, accountWrite); err != nil {
		return Invitation{}, s.denied(ctx, by, 0, err)
	}
	if wrong := s.checkInvited(&n); len(wrong) > 0 {
		return Invitation{}, fault.Fielded(wrong...)
	}
	var inv Invitation
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) (err error) {
		inv, err = s.inviteIn(ctx, tx, by, n)
		return err
	})
	return inv, s.denied(ctx, by, 0, err)
}

// CheckInvited tells what Invite would refuse, without writing.
func (s *Service) CheckInvited(ctx context.Context, by actor.Actor, n NewInvited) error {
	if err := allowed(by, accountWrite); err != nil {
		return s.denied(ctx, by, 0, err)
	}
	if wrong := s.checkInvited(&n); len(wrong) > 0 {
		return fault.Fielded(wrong...)
	}
	tx, err := s.db.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("check invitation: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // always: this only tries
	_, err = s.makeInvited(ctx, tx, by, n)
	return err
}

func (s *Service) checkInvited(n *NewInvited) []fault.Field {
	n.Username, n.DisplayName = strings.ToLower(strings.TrimSpace(n.Username)), strings.TrimSpace(n.DisplayName)
	wrong := checkNames(n.Username, n.DisplayName)
	for _, t := range n.Terms {
		wrong = append(wrong, s.checkTerm(t)...)
	}
	return wrong
}

func checkNames(username, name string) []fault.Field {
	var wrong []fault.Field
	if !usernameShape.MatchString(username) {
		wrong = append(wrong, complain("username", "accounts.username.shape"))
	}
	if l := utf8.RuneCountInString(name); l == 0 || l > 50 {
		wrong = append(wrong, complain("display_name", "accounts.display_name.length"))
	} else if !printable(name) {
		wrong = append(wrong, complain("display_name", "accounts.display_name.strange"))
	}
	return wrong
}

func (s *Service) inviteIn(ctx context.Context, tx *sqlx.Tx, by actor.Actor, n NewInvited) (Invitation, error) {
	account, err := s.makeInvited(ctx, tx, by, n)
	if err != nil {
		return Invitation{}, err
	}
	roles := make([]RoleAt, 0, len(n.Terms))
	for _, t := range n.Terms {
		roles = append(roles, RoleAt{t.Role, t.Unit})
	}
	inv, err := s.codeFor(ctx, tx, account)
	if err != nil {
		return inv, err
	}
	inv.Username, inv.Name = n.Username, n.DisplayName
	err = s.audit(ctx, tx, AuditEvent{Action: "account.invite", By: by, Object: objectOf(account),
		Detail: map[string]string{"username": n.Username, "roles": rolesIn(roles), "expires": inv.ExpiresAt.UTC().Format(time.RFC3339)}})
	for _, t := range n.Terms {
		if err == nil {
			err = s.audit(ctx, tx, t.granted(by, account))
		}
	}
	return inv, err
}

func (s *Service) makeInvited(ctx context.Context, tx *sqlx.Tx, by actor.Actor, n NewInvited) (int64, error) {
	staff, err := s.staffOf(ctx, tx, n.StaffNo)
	if err != nil {
		return 0, err
	}
	account, err := insertInvited(ctx, tx, n, staff, s.now())
	if err != nil {
		return 0, taken(err)
	}
	for _, t := range n.Terms {
		if err := s.termIn(ctx, tx, account, t.from(by)); err != nil {
			return 0, err
		}
	}
	return account, nil
}

// codeFor draws a code for an account; an older one is void from then on.
func (s *Service) codeFor(ctx context.Context, tx *sqlx.Tx, account int64) (Invitation, error) {
	key, err := code.New(rand.Reader, inviteLength)
	if err != nil {
		return Invitation{}, fmt.Errorf("draw code: %w", err)
	}
	now := s.now()
	inv := Invitation{Account: account, Code: code.Group(key, inviteGroup), ExpiresAt: now.AddDate(0, 0, s.set.inviteDays.At(now))}
	if _, err := revokeInvitations(ctx, tx, account, now); err != nil {
		return inv, fmt.Errorf("revoke invitation: %w", err)
	}
	if err := insertInvitation(ctx, tx, inv, digestOf(key), now); err != nil {
		return inv, fmt.Errorf("store invitation: %w", err)
	}
	return inv, nil
}

// Reinvite gives somebody without a password a new code; the old one is void. Who
// was off-boarded comes back so, without any role. Needs account:write; nobody
// invites themself. NotFound where there is no such account, Conflict where it has
// a password.
func (s *Service) Reinvite(ctx context.Context, by actor.Actor, account int64) (Invitation, error) {
	if err := s.mayChange(by, account); err != nil {
		return Invitation{}, s.denied(ctx, by, account, err)
	}
	var inv Invitation
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		_, err := lockAccount(ctx, tx, account)
		if pg.None(err) {
			return fault.New(fault.NotFound, "accounts.unknown")
		}
		if err != nil {
			return fmt.Errorf("invite again: %w", err)
		}
		a, err := selectAccount(ctx, tx, account)
		switch {
		case err != nil:
			return fmt.Errorf("invite again: %w", err)
		case !a.Invited:
			return fault.New(fault.Conflict, "accounts.invite.has_password")
		case a.DisabledAt != nil && a.LeftAt == nil:
			return fault.New(fault.Conflict, "accounts.invite.disabled")
		}
		if err := comeBack(ctx, tx, account); err != nil {
			return fmt.Errorf("invite again: %w", err)
		}
		if inv, err = s.codeFor(ctx, tx, account); err != nil {
			return err
		}
		inv.Username, inv.Name = a.Username, a.DisplayName
		return s.audit(ctx, tx, AuditEvent{Action: "account.invite", By: by, Object: objectOf(account),
			Detail: map[string]string{"username": a.Username, "expires": inv.ExpiresAt.UTC().Format(time.RFC3339)}})
	})
	return inv, err
}

// RevokeInvitation makes the code of an account void. Needs account:write.
// NotFound where there is none that could be used.
func (s *Service) RevokeInvitation(ctx context.Context, by actor.Actor, account int64) error {
	if err := s.mayChange(by, account); err != nil {
		return s.denied(ctx, by, account, err)
	}
	return pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		n, err := revokeInvitations(ctx, tx, account, s.now())
		if err != nil {
			return fmt.Errorf("revoke invitation: %w", err)
		}
		if n == 0 {
			return fault.New(fault.NotFound, "accounts.invite.none")
		}
		return s.audit(ctx, tx, AuditEvent{Action: "invitation.revoke", By: by, Object: objectOf(account)})
	})
}
