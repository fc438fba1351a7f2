package accounts

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Identity is who somebody is at a single sign-on provider. Issuer and Subject
// together are the name; Label is only for the holder's eyes.
type Identity struct {
	ID       int64      `db:"id"`
	Issuer   string     `db:"issuer"`
	Subject  string     `db:"subject"`
	Label    string     `db:"label"`
	LinkedAt time.Time  `db:"linked_at"`
	UsedAt   *time.Time `db:"used_at"`
}

// Arrival is somebody whom a provider vouches for.
type Arrival struct {
	Identity
	// Username links the identity to the account of this name at the first arrival;
	// "" unless the configuration says in so many words that the provider's names are ours.
	Username string
	// Proved tells that the provider has asked a second factor which the configuration trusts.
	Proved bool
}

// EnterByIdentity finds the account of an identity and says in Next which gate
// comes. Every refusal is the same Unauthorized fault "sso.refused": an identity that
// no account is linked to, a disabled or a locked account.
func (s *Service) EnterByIdentity(ctx context.Context, in Arrival, source string) (Account, error) {
	var a credentials
	var tried int64
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		account, err := s.identified(ctx, tx, in)
		if err != nil {
			return err
		}
		tried = account
		a, err = openCredentials(ctx, tx, account, s.now())
		return err
	})
	if pg.None(err) {
		return Account{}, s.refuseIdentity(ctx, tried, source)
	}
	if err != nil {
		return Account{}, fmt.Errorf("enter by identity: %w", err)
	}
	a.Next = s.next(a, in.Proved)
	if in.Proved {
		a.Next = GateOpen // the provider's word stands for both factors
	}
	return a.Account.After(MethodSSO), nil
}

// identified gives the account of an identity, linking it where the names agree and
// the configuration says that they may.
func (s *Service) identified(ctx context.Context, tx *sqlx.Tx, in Arrival) (int64, error) {
	account, err := useIdentity(ctx, tx, in.Issuer, in.Subject, s.now())
	if !pg.None(err) || in.Username == "" {
		return account, err
	}
	account, err = unlinkedAccount(ctx, tx, strings.ToLower(in.Username), in.Issuer)
	if err != nil {
		return 0, err
	}
	if _, err := lockAccount(ctx, tx, account); err != nil {
		return 0, err
	}
	return account, s.link(ctx, tx, account, in.Identity, "username")
}

func (s *Service) link(ctx context.Context, tx *sqlx.Tx, account int64, i Identity, how string) error {
	i.LinkedAt = s.now()
	if err := insertIdentity(ctx, tx, account, i); err != nil {
		return err
	}
	if err := insertNotice(ctx, tx, account, Notice{At: s.now(), Kind: NoticeLinked, Reason: i.Label}); err != nil {
		return fmt.Errorf("link identity: %w", err)
	}
	return s.audit(ctx, tx, AuditEvent{Action: "identity.link", Account: account,
		Detail: map[string]string{"issuer": i.Issuer, "how": how}})
}

func (s *Service) refuseIdentity(ctx context.Context, account int64, source string) error {
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if account != 0 {
			row := signInRow{Account: account, At: s.now(), Outcome: outcomeSSO, Source: source}
			if err := insertSignIn(ctx, tx, row); err != nil {
				return fmt.Errorf("record refusal: %w", err)
			}
		}
		return s.audit(ctx, tx, AuditEvent{Action: "signin.refused", Account: account, Outcome: "refused",
			Detail: map[string]string{"method": outcomeSSO}})
	})
	if err != nil {
		return err
	}
	return fault.New(fault.Unauthorized, "sso.refused")
}

// ConfirmPassword asks the caller's password again before a serious step that
// happens elsewhere. Invalid with a complaint about current.
func (s *Service) ConfirmPassword(ctx context.Context, by actor.Actor, password string) error {
	if err := signedIn(by); err != nil {
		return err
	}
	username, err := s.usernameOf(ctx, by.Account)
	if err != nil {
		return err
	}
	_, err = s.confirmPassword(ctx, username, password)
	return err
}

// LinkIdentity ties the identity that the provider has just vouched for to the
// caller's account; ask the password before (ConfirmPassword). Conflict where it is
// another account's, or this account has one at the provider.
func (s *Service) LinkIdentity(ctx context.Context, by actor.Actor, i Identity) error {
	if err := signedIn(by); err != nil {
		return err
	}
	if _, err := s.usernameOf(ctx, by.Account); err != nil {
		return err
	}
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error { return s.link(ctx, tx, by.Account, i, "holder") })
	switch pg.Broken(err) {
	case "account_identities_issuer_subject_key":
		return fault.Wrap(fault.Conflict, "sso.taken", err)
	case "account_identities_account_id_issuer_key":
		return fault.Wrap(fault.Conflict, "sso.linked_already", err)
	}
	return err
}

// UnlinkIdentity takes an identity off the caller's account. Invalid with a
// complaint about current; NotFound where it is not theirs.
func (s *Service) UnlinkIdentity(ctx context.Context, by actor.Actor, id int64, password string) error {
	if err := s.ConfirmPassword(ctx, by, password); err != nil {
		return err
	}
	return pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		issuer, err := deleteIdentity(ctx, tx, by.Account, id)
		if pg.None(err) {
			return fault.New(fault.NotFound, "sso.unknown")
		}
		if err != nil {
			return fmt.Errorf("unlink identity: %w", err)
		}
		return s.audit(ctx, tx, AuditEvent{Action: "identity.unlink", Account: by.Account, Detail: map[string]string{"issuer": issuer}})
	})
}
