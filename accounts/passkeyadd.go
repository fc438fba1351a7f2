package accounts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/emmansun/gmsm/sm3"
	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// NewPasskey is a key to be registered. Who is signed in proves it with the
// password; at the gate (First) it has just been given.
type NewPasskey struct {
	Name     string
	Response string // of the authenticator, as JSON
	Ceremony Ceremony
	First    bool
	Password string
	Session  string // goes on; the account's other sessions end
}

// CheckPasskeyName complains about a name that cannot be one.
func CheckPasskeyName(name string) error {
	name = strings.TrimSpace(name)
	n := utf8.RuneCountInString(name)
	if n == 0 || n > 40 || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
		return fault.Fielded(complain("name", "passkey.name"))
	}
	return nil
}

// AddPasskey registers a key as a second factor of the caller's and gives the
// account with its new stamp and next gate; with the account's first factor come ten
// recovery codes, this once. Invalid with complaints about name, current or response;
// Conflict where First is set and there is a factor already.
func (s *Service) AddPasskey(ctx context.Context, by actor.Actor, in NewPasskey) ([]string, Account, error) {
	if err := signedIn(by); err != nil {
		return nil, Account{}, err
	}
	if err := s.passkeysWanted(); err != nil {
		return nil, Account{}, err
	}
	if err := CheckPasskeyName(in.Name); err != nil {
		return nil, Account{}, err
	}
	h, err := s.keyHolder(ctx, by.Account)
	if err != nil {
		return nil, Account{}, err
	}
	if !in.First {
		if _, err := s.confirmPassword(ctx, h.username, in.Password); err != nil {
			return nil, Account{}, err
		}
	}
	row, err := s.registered(h, by.Account, in)
	if err != nil {
		s.log.Info("passkey not registered", "account", by.Account, "error", reasonOf(err))
		return nil, Account{}, fault.Fielded(complain("response", "passkey.unproved"))
	}
	codes, err := s.newRecoveryCodes(ctx)
	if err != nil {
		return nil, Account{}, err
	}
	return s.keepPasskey(ctx, row, in, codes)
}

// registered checks the answer to a ceremony for a new key.
func (s *Service) registered(h keyHolder, account int64, in NewPasskey) (passkeyRow, error) {
	if !s.fits(in.Ceremony, forNew, account) {
		return passkeyRow{}, errUnanswered
	}
	answer, err := protocol.ParseCredentialCreationResponseBytes([]byte(in.Response))
	if err != nil {
		return passkeyRow{}, err
	}
	c, err := s.rp.CreateCredential(h, webauthn.SessionData{Challenge: in.Ceremony.Challenge, UserID: h.handle,
		RelyingPartyID: s.rp.Config.RPID, UserVerification: protocol.VerificationPreferred,
		CredParams: webauthn.CredentialParametersDefault()}, answer)
	if err != nil {
		return passkeyRow{}, err
	}
	transports := make([]string, 0, len(c.Transport))
	for _, t := range c.Transport {
		if !strings.ContainsFunc(string(t), func(r rune) bool { return r <= ' ' || r > '~' }) && len(t) < 20 {
			transports = append(transports, string(t))
		}
	}
	slices.Sort(transports)
	return passkeyRow{Passkey: Passkey{Name: strings.TrimSpace(in.Name), CreatedAt: s.now()}, Account: account,
		Credential: c.ID, PublicKey: c.PublicKey, RPID: s.rp.Config.RPID, Transports: strings.Join(slices.Compact(transports), " "),
		Count: int64(c.Authenticator.SignCount), Eligible: c.Flags.BackupEligible}, nil
}

func (s *Service) keepPasskey(ctx context.Context, row passkeyRow, in NewPasskey, codes recovery) ([]string, Account, error) {
	var a credentials
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		had, err := s.beforeNewFactor(ctx, tx, row.Account, in.First)
		if err != nil {
			return err
		}
		if had {
			codes = recovery{}
		} else if err := replaceRecovery(ctx, tx, row.Account, codes); err != nil {
			return fmt.Errorf("add passkey: %w", err)
		}
		if err := s.spend(ctx, tx, in.Ceremony); err != nil {
			return fault.Fielded(complain("response", "passkey.unproved"))
		}
		if err := insertPasskey(ctx, tx, row); err != nil {
			return err
		}
		if err := insertNotice(ctx, tx, row.Account, Notice{At: s.now(), Kind: NoticePasskeyAdded, Reason: row.Name}); err != nil {
			return fmt.Errorf("add passkey: %w", err)
		}
		if err := endOtherSessions(ctx, tx, row.Account, in.Session); err != nil {
			return fmt.Errorf("add passkey: %w", err)
		}
		if a, err = credentialsOf(ctx, tx, row.Account); err != nil {
			return fmt.Errorf("add passkey: %w", err)
		}
		return s.audit(ctx, tx, AuditEvent{Action: "passkey.add", Account: row.Account})
	})
	switch pg.Broken(err) {
	case "account_passkeys_account_id_name_key":
		return nil, Account{}, fault.Fielded(complain("name", "passkey.name_taken"))
	case "account_passkeys_credential_id_key":
		return nil, Account{}, fault.Fielded(complain("response", "passkey.known"))
	}
	if err != nil {
		return nil, Account{}, err
	}
	a.Next = s.next(a, true)
	return codes.shown(), a.Account, nil
}

// beforeNewFactor lets one new factor in at a time and tells whether there is one
// already; at the gate there must be none, as whoever has one must use it.
func (s *Service) beforeNewFactor(ctx context.Context, tx *sqlx.Tx, account int64, first bool) (had bool, err error) {
	if _, err := lockAccount(ctx, tx, account); err != nil {
		return false, fmt.Errorf("new factor: %w", err)
	}
	a, err := credentialsOf(ctx, tx, account)
	if pg.None(err) {
		return false, fault.New(fault.NotFound, "accounts.unknown")
	}
	if err != nil {
		return false, fmt.Errorf("new factor: %w", err)
	}
	if first && a.enrolled() {
		return true, fault.New(fault.Conflict, "accounts.factor.enrolled")
	}
	return a.enrolled(), nil
}

// reasonOf is what the library thinks of an answer, for the log.
func reasonOf(err error) string {
	var e *protocol.Error
	if errors.As(err, &e) {
		return e.Details + " " + e.DevInfo
	}
	return err.Error()
}

var errSpent = errors.New("challenge was answered before")

// spend uses a ceremony up: of two answers at once, the second finds it taken.
func (s *Service) spend(ctx context.Context, tx *sqlx.Tx, c Ceremony) error {
	sum := sm3.Sum([]byte("passkey/" + c.Purpose + "/" + c.Challenge))
	n, err := spendChallenge(ctx, tx, sum[:], s.now())
	if err == nil && n == 0 {
		err = errSpent
	}
	return err
}

// Removal names a key to remove; the password proves the holder.
type Removal struct {
	ID       int64
	Password string
	Session  string // goes on; the account's other sessions end
}

// RemovePasskey takes one of the caller's keys away and gives the account with its
// new stamp; Next is GateEnrol where that was the last second factor, whose recovery
// codes go with it. Invalid with a complaint about current; NotFound where it is not theirs.
func (s *Service) RemovePasskey(ctx context.Context, by actor.Actor, in Removal) (Account, error) {
	if err := signedIn(by); err != nil {
		return Account{}, err
	}
	username, err := s.usernameOf(ctx, by.Account)
	if err != nil {
		return Account{}, err
	}
	if _, err := s.confirmPassword(ctx, username, in.Password); err != nil {
		return Account{}, err
	}
	var a credentials
	err = pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if _, err := lockAccount(ctx, tx, by.Account); err != nil {
			return fmt.Errorf("remove passkey: %w", err)
		}
		n, err := deletePasskey(ctx, tx, by.Account, in.ID)
		if err != nil {
			return fmt.Errorf("remove passkey: %w", err)
		}
		if n == 0 {
			return fault.New(fault.NotFound, "passkey.none")
		}
		if a, err = credentialsOf(ctx, tx, by.Account); err != nil {
			return fmt.Errorf("remove passkey: %w", err)
		}
		keep := in.Session
		if !a.enrolled() {
			keep = ""
			if _, err := deleteFactor(ctx, tx, by.Account); err != nil {
				return fmt.Errorf("remove passkey: %w", err)
			}
		}
		if err := endOtherSessions(ctx, tx, by.Account, keep); err != nil {
			return fmt.Errorf("remove passkey: %w", err)
		}
		if a.Stamp, err = stampIn(ctx, tx, by.Account); err != nil {
			return fmt.Errorf("remove passkey: %w", err)
		}
		return s.audit(ctx, tx, AuditEvent{Action: "passkey.remove", Account: by.Account})
	})
	a.Next = s.next(a, true)
	return a.Account, err
}
