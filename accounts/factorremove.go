package accounts

import (
	"context"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// RemoveTOTP takes the caller's authenticator away where a passkey stays, and gives
// the account with its new stamp; recovery codes stay. The account's other sessions
// end. Invalid with a complaint about current; NotFound where there is no
// authenticator; Conflict where it is the only second factor.
func (s *Service) RemoveTOTP(ctx context.Context, by actor.Actor, password, session string) (Account, error) {
	if err := s.ConfirmPassword(ctx, by, password); err != nil {
		return Account{}, err
	}
	var a credentials
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) (err error) {
		if _, err := lockAccount(ctx, tx, by.Account); err != nil {
			return fmt.Errorf("remove authenticator: %w", err)
		}
		a, err = credentialsOf(ctx, tx, by.Account)
		switch {
		case err != nil:
			return fmt.Errorf("remove authenticator: %w", err)
		case !a.TOTP:
			return fault.New(fault.NotFound, "accounts.factor.none")
		case !a.Passkey:
			return fault.New(fault.Conflict, "accounts.factor.only")
		}
		if err := deleteTOTP(ctx, tx, by.Account); err != nil {
			return fmt.Errorf("remove authenticator: %w", err)
		}
		if err := insertNotice(ctx, tx, by.Account, Notice{At: s.now(), Kind: NoticeTOTPRemoved}); err != nil {
			return fmt.Errorf("remove authenticator: %w", err)
		}
		if err := endOtherSessions(ctx, tx, by.Account, session); err != nil {
			return fmt.Errorf("remove authenticator: %w", err)
		}
		if a, err = credentialsOf(ctx, tx, by.Account); err != nil {
			return fmt.Errorf("remove authenticator: %w", err)
		}
		return s.audit(ctx, tx, AuditEvent{Action: "factor.remove", Account: by.Account})
	})
	a.Next = s.next(a, true)
	return a.Account, err
}

// RenamePasskey gives one of the caller's keys another name. Invalid with a
// complaint about name; NotFound where it is not theirs.
func (s *Service) RenamePasskey(ctx context.Context, by actor.Actor, id int64, name string) error {
	if err := signedIn(by); err != nil {
		return err
	}
	if err := CheckPasskeyName(name); err != nil {
		return err
	}
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		n, err := updatePasskeyName(ctx, tx, passkeyRow{Passkey: Passkey{ID: id, Name: strings.TrimSpace(name)}, Account: by.Account})
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.NotFound, "passkey.none")
		}
		return s.audit(ctx, tx, AuditEvent{Action: "passkey.rename", Account: by.Account})
	})
	if pg.Broken(err) == "account_passkeys_account_id_name_key" {
		return fault.Fielded(complain("name", "passkey.name_taken"))
	}
	return err
}
