package accounts

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/jmoiron/sqlx"

	"minping/internal/fault"
	"minping/internal/pg"
)

// PasskeyAnswer is what an authenticator answered, as JSON, to a ceremony.
type PasskeyAnswer struct {
	Response string
	Ceremony Ceremony
}

// PassPasskey checks a passkey as the second factor of an account whose password
// was right. It is not counted towards the lock nor held up by it, as signatures
// cannot be guessed. Invalid with a complaint about response: a wrong, foreign,
// removed or repeated answer, a count that went back, or a disabled account, without
// saying which.
func (s *Service) PassPasskey(ctx context.Context, account int64, in PasskeyAnswer, source string) (Account, error) {
	username, err := s.usernameOf(ctx, account)
	if err != nil {
		return Account{}, err
	}
	if err := s.throttle.claim(source, username, s.now()); err != nil {
		return Account{}, err
	}
	a, err := s.useKey(ctx, keyUse{PasskeyAnswer: in, account: account})
	if err != nil {
		return Account{}, s.refuseKey(ctx, a, err, source)
	}
	s.throttle.succeed(source, username)
	a.Next = s.next(a, true)
	return a.Account, s.forget(ctx, a)
}

// EnterByPasskey signs in with a passkey alone, which its holder has proved with a
// PIN, a finger or a face; that is two factors in one step, so only Next GateOpen
// follows. Refusals are as in PassPasskey.
func (s *Service) EnterByPasskey(ctx context.Context, in PasskeyAnswer, source string) (Account, error) {
	if err := s.passkeysWanted(); err != nil {
		return Account{}, err
	}
	use := keyUse{PasskeyAnswer: in}
	if answer, err := protocol.ParseCredentialRequestResponseBytes([]byte(in.Response)); err == nil {
		use.answer = answer
		// Per key, so that nobody at this source is held up by another's failures.
		key := base64.RawURLEncoding.EncodeToString(answer.RawID)
		if err := s.throttle.claim(source, "passkey/"+key, s.now()); err != nil {
			return Account{}, err
		}
		defer func() {
			if use.done {
				s.throttle.succeed(source, "passkey/"+key)
			}
		}()
		use.account, err = holderOf(ctx, s.db, answer.RawID, answer.Response.UserHandle)
		if err != nil && !pg.None(err) {
			return Account{}, fmt.Errorf("enter by passkey: %w", err)
		}
	}
	use.alone = true
	a, err := s.useKey(ctx, use)
	if err != nil {
		return Account{}, s.refuseKey(ctx, a, err, source)
	}
	use.done = true
	a.Next = GateOpen
	return a.Account, s.forget(ctx, a)
}

type keyUse struct {
	PasskeyAnswer
	account int64 // 0: nobody's key
	alone   bool  // without a password
	answer  *protocol.ParsedCredentialAssertionData
	done    bool
}

// errKey is why an answer is not taken; the text is for the audit.
type errKey string

func (e errKey) Error() string { return string(e) }

// useKey checks an answer and takes it once. The account comes back where it is
// known whose key was tried.
func (s *Service) useKey(ctx context.Context, use keyUse) (credentials, error) {
	if err := s.passkeysWanted(); err != nil {
		return credentials{}, err
	}
	if use.account == 0 {
		return credentials{}, errKey("unknown")
	}
	known := credentials{Account: Account{ID: use.account}}
	h, err := s.keyHolder(ctx, use.account)
	if err != nil {
		return known, err
	}
	row, count, err := s.proved(h, use)
	if err != nil {
		s.log.Info("passkey not accepted", "account", use.account, "error", reasonOf(err))
		return known, errKey("answer")
	}
	var a credentials
	err = pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if a, err = keyCredentials(ctx, tx, use.account); pg.None(err) {
			return errKey("account")
		} else if err != nil {
			return err
		}
		if err := s.spend(ctx, tx, use.Ceremony); errors.Is(err, errSpent) {
			return errKey("repeated")
		} else if err != nil {
			return err
		}
		n, err := countOn(ctx, tx, row.ID, count, s.now())
		if err == nil && n == 0 {
			return errKey("count")
		}
		return err
	})
	if err != nil {
		return known, err
	}
	return a, nil
}

// proved verifies the signature; count is what the authenticator says it has counted.
func (s *Service) proved(h keyHolder, use keyUse) (row passkeyRow, count uint32, err error) {
	purpose, account, verify := forFactor, use.account, protocol.VerificationPreferred
	if use.alone {
		purpose, account, verify = forEntry, 0, protocol.VerificationRequired
	}
	if !s.fits(use.Ceremony, purpose, account) {
		return row, 0, errUnanswered
	}
	if use.answer == nil {
		if use.answer, err = protocol.ParseCredentialRequestResponseBytes([]byte(use.Response)); err != nil {
			return row, 0, err
		}
	}
	c, err := s.rp.ValidateLogin(h, webauthn.SessionData{Challenge: use.Ceremony.Challenge, UserID: h.handle,
		RelyingPartyID: s.rp.Config.RPID, UserVerification: verify}, use.answer)
	if err != nil {
		return row, 0, err
	}
	for _, k := range h.keys {
		if string(k.Credential) == string(c.ID) {
			return k, use.answer.Response.AuthenticatorData.Counter, nil
		}
	}
	return row, 0, errUnanswered
}

// refuseKey records a refusal, with its reason for the audit only. What is no
// refusal goes on as it is.
func (s *Service) refuseKey(ctx context.Context, a credentials, why error, source string) error {
	var reason errKey
	if !errors.As(why, &reason) {
		return why
	}
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if a.ID != 0 {
			row := signInRow{Account: a.ID, At: s.now(), Outcome: outcomePasskey, Source: source}
			if err := insertSignIn(ctx, tx, row); err != nil {
				return fmt.Errorf("record refusal: %w", err)
			}
		}
		return s.audit(ctx, tx, AuditEvent{Action: "signin.refused", Account: a.ID, Outcome: "refused",
			Detail: map[string]string{"method": outcomePasskey, "reason": string(reason)}})
	})
	if err != nil {
		return err
	}
	if reason == "count" {
		s.log.Warn("a passkey counts backwards: it may have been copied", "account", a.ID)
	}
	return fault.Fielded(complain("response", "passkey.refused"))
}

// Factors are the kinds of second factor an account has.
type Factors struct{ TOTP, Passkey bool }

// Factors tells what an account before its gate can be asked for.
func (s *Service) Factors(ctx context.Context, account int64) (Factors, error) {
	a, err := credentialsOf(ctx, s.db, account)
	if pg.None(err) {
		return Factors{}, fault.New(fault.NotFound, "accounts.unknown")
	}
	if err != nil {
		return Factors{}, fmt.Errorf("second factors: %w", err)
	}
	return Factors{a.TOTP, a.Passkey}, nil
}
