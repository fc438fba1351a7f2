package accounts

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"minping/internal/code"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Accept takes an invitation up: the code is used, the password set, and Next says
// which gate comes then. Of several at once one succeeds. source is as in SignIn.
// Invalid with complaints about code (the same whether it never was, was used, was
// revoked or is too old) or password; TooMany where a source tries on and on.
func (s *Service) Accept(ctx context.Context, typed, password, source string) (Account, error) {
	const attempts = "an invitation" // no username looks so
	if err := s.throttle.claim(source, attempts, s.now()); err != nil {
		return Account{}, err
	}
	key := digestOf(code.Normalize(typed))
	account, username, err := findInvitation(ctx, s.db, key, s.now())
	if pg.None(err) {
		return Account{}, fault.Fielded(complain("code", "accounts.invite.wrong"))
	}
	if err != nil {
		return Account{}, fmt.Errorf("accept invitation: %w", err)
	}
	s.throttle.succeed(source, attempts)
	if key := s.passwordRule(password, username); key != "" {
		return Account{}, fault.Fielded(complain("password", key))
	}
	_, err = s.setPassword(ctx, account, password, newPassword{first: true}, func(tx *sqlx.Tx) error {
		n, err := spendInvitation(ctx, tx, key, s.now())
		if err != nil {
			return fmt.Errorf("accept invitation: %w", err)
		}
		if n == 0 {
			return fault.Fielded(complain("code", "accounts.invite.wrong"))
		}
		return s.audit(ctx, tx, AuditEvent{Action: "invitation.accept", Account: account})
	})
	if fault.KindOf(err) == fault.Conflict { // somebody else has just set the password with this very code
		return Account{}, fault.Fielded(complain("code", "accounts.invite.wrong"))
	}
	if err != nil {
		return Account{}, err
	}
	a, err := credentialsOf(ctx, s.db, account)
	if pg.None(err) { // disabled in this very moment
		return Account{}, fault.Fielded(complain("code", "accounts.invite.wrong"))
	}
	if err != nil {
		return Account{}, fmt.Errorf("accept invitation: %w", err)
	}
	a.Next = s.next(a, false)
	return a.Account, nil
}
