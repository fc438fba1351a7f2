package accounts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Passkey is a key of one of the holder's authenticators: a phone, a computer, a
// security key.
type Passkey struct {
	ID        int64      `db:"id"`
	Name      string     `db:"name"`
	CreatedAt time.Time  `db:"created_at"`
	UsedAt    *time.Time `db:"used_at"`
}

const (
	passkeysMax = 10
	// CeremonyTime is how long an authenticator may take to answer.
	CeremonyTime = 5 * time.Minute
)

// Ceremony is what an answer of an authenticator is checked against. The edge hands
// it back as it was given, kept from the browser's eyes and bound to its session; that
// it is answered once only is the database's business.
type Ceremony struct {
	Purpose   string // what the answer is good for
	Account   int64  // 0: whoever answers
	Challenge string
	Until     int64 // Unix seconds
}

// The purposes of ceremonies.
const (
	forNew    = "new"
	forFactor = "factor"
	forEntry  = "entry"
)

// relyingParty is this installation as authenticators know it.
type relyingParty struct {
	*webauthn.WebAuthn
	origin string
	why    string // key of the text that says why there can be no passkeys; "": there can
}

// newRelyingParty reads the public address. Browsers let a page use passkeys only
// by https or on localhost, and never on a bare IP address (WebAuthn §5.1.3, §13.4.9).
func newRelyingParty(baseURL, name string) (relyingParty, error) {
	u, err := url.Parse(baseURL)
	if err != nil || u.Host == "" {
		return relyingParty{why: "passkey.off.plain"}, nil //nolint:nilerr // no public address, no passkeys
	}
	host := u.Hostname()
	rp := relyingParty{origin: u.Scheme + "://" + u.Host}
	if _, err := netip.ParseAddr(host); err == nil {
		rp.why = "passkey.off.number"
		return rp, nil
	}
	if u.Scheme != "https" && host != "localhost" && !strings.HasSuffix(host, ".localhost") {
		rp.why = "passkey.off.plain"
		return rp, nil
	}
	rp.WebAuthn, err = webauthn.New(&webauthn.Config{RPID: host, RPDisplayName: name, RPOrigins: []string{rp.origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementPreferred, UserVerification: protocol.VerificationPreferred},
		Timeouts: webauthn.TimeoutsConfig{Login: webauthn.TimeoutConfig{Timeout: CeremonyTime, TimeoutUVD: CeremonyTime},
			Registration: webauthn.TimeoutConfig{Timeout: CeremonyTime, TimeoutUVD: CeremonyTime}}})
	if err != nil {
		return rp, fmt.Errorf("accounts: passkeys for %s: %w", baseURL, err)
	}
	return rp, nil
}

// Passkeys tells whether passkeys can be used here, and where not, the key of the
// text that says why; origin is the only address at which they work.
func (s *Service) Passkeys() (origin, why string) {
	if !s.SecondFactor() {
		return s.rp.origin, "accounts.factor.off"
	}
	return s.rp.origin, s.rp.why
}

func (s *Service) passkeysWanted() error {
	if _, why := s.Passkeys(); why != "" {
		return fault.New(fault.Conflict, why)
	}
	return nil
}

// keyHolder is an account as the library asks for it.
type keyHolder struct {
	handle   []byte
	username string
	name     string
	keys     []passkeyRow
}

func (h keyHolder) WebAuthnID() []byte          { return h.handle }
func (h keyHolder) WebAuthnName() string        { return h.username }
func (h keyHolder) WebAuthnDisplayName() string { return h.name }

func (h keyHolder) WebAuthnCredentials() []webauthn.Credential {
	out := make([]webauthn.Credential, 0, len(h.keys))
	for _, k := range h.keys {
		c := webauthn.Credential{ID: k.Credential, PublicKey: k.PublicKey,
			Flags:         webauthn.CredentialFlags{BackupEligible: k.Eligible},
			Authenticator: webauthn.Authenticator{SignCount: uint32(k.Count)}}
		for _, t := range strings.Fields(k.Transports) {
			c.Transport = append(c.Transport, protocol.AuthenticatorTransport(t))
		}
		out = append(out, c)
	}
	return out
}

// keyHolder reads an account's keys, of this installation's address only.
func (s *Service) keyHolder(ctx context.Context, account int64) (keyHolder, error) {
	a, err := selectAccount(ctx, s.db, account)
	if pg.None(err) {
		return keyHolder{}, fault.New(fault.NotFound, "accounts.unknown")
	}
	if err != nil {
		return keyHolder{}, fmt.Errorf("holder of passkeys: %w", err)
	}
	h := keyHolder{username: a.Username, name: a.DisplayName}
	if h.handle, err = handleOf(ctx, s.db, account, randomBytes(32)); err != nil {
		return h, fmt.Errorf("holder of passkeys: %w", err)
	}
	keys, err := passkeysOf(ctx, s.db, account)
	if err != nil {
		return h, fmt.Errorf("holder of passkeys: %w", err)
	}
	for _, k := range keys {
		if k.RPID == s.rp.Config.RPID {
			h.keys = append(h.keys, k)
		}
	}
	return h, nil
}

func (s *Service) ceremony(purpose string, account int64, challenge string) Ceremony {
	return Ceremony{purpose, account, challenge, s.now().Add(CeremonyTime).Unix()}
}

// fits tells whether a ceremony is of this purpose and not too old.
func (s *Service) fits(c Ceremony, purpose string, account int64) bool {
	return c.Purpose == purpose && c.Account == account && c.Challenge != "" && s.now().Unix() < c.Until
}

// BeginPasskey gives what a browser asks an authenticator for to make a new key of
// the caller's, as JSON. Conflict where there can be no passkeys or enough of them are.
func (s *Service) BeginPasskey(ctx context.Context, by actor.Actor) ([]byte, Ceremony, error) {
	if err := signedIn(by); err != nil {
		return nil, Ceremony{}, err
	}
	if err := s.passkeysWanted(); err != nil {
		return nil, Ceremony{}, err
	}
	h, err := s.keyHolder(ctx, by.Account)
	if err != nil {
		return nil, Ceremony{}, err
	}
	if len(h.keys) >= passkeysMax {
		return nil, Ceremony{}, fault.New(fault.Conflict, "passkey.enough")
	}
	have := h.WebAuthnCredentials()
	barred := make([]protocol.CredentialDescriptor, 0, len(have))
	for _, c := range have {
		barred = append(barred, c.Descriptor())
	}
	options, session, err := s.rp.BeginRegistration(h, webauthn.WithExclusions(barred))
	if err != nil {
		return nil, Ceremony{}, fmt.Errorf("begin passkey: %w", err)
	}
	text, err := json.Marshal(options.Response)
	return text, s.ceremony(forNew, by.Account, session.Challenge), err
}

// BeginFactor gives what a browser asks an authenticator for as the second factor
// of an account whose password was right. NotFound where it has no passkey here.
func (s *Service) BeginFactor(ctx context.Context, account int64) ([]byte, Ceremony, error) {
	if err := s.passkeysWanted(); err != nil {
		return nil, Ceremony{}, err
	}
	h, err := s.keyHolder(ctx, account)
	if err != nil {
		return nil, Ceremony{}, err
	}
	if len(h.keys) == 0 {
		return nil, Ceremony{}, fault.New(fault.NotFound, "passkey.none")
	}
	options, session, err := s.rp.BeginLogin(h)
	if err != nil {
		return nil, Ceremony{}, fmt.Errorf("begin passkey: %w", err)
	}
	text, err := json.Marshal(options.Response)
	return text, s.ceremony(forFactor, account, session.Challenge), err
}

// BeginEntry gives what a browser asks an authenticator for to sign in with nothing
// else: the key says whose it is, and its holder must have proved it (PIN, finger, face).
func (s *Service) BeginEntry() ([]byte, Ceremony, error) {
	if err := s.passkeysWanted(); err != nil {
		return nil, Ceremony{}, err
	}
	options, session, err := s.rp.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, Ceremony{}, fmt.Errorf("begin passkey: %w", err)
	}
	text, err := json.Marshal(options.Response)
	return text, s.ceremony(forEntry, 0, session.Challenge), err
}

var errUnanswered = errors.New("no answer of an authenticator")
