// Package sso talks OpenID Connect to the single sign-on provider of a city: the
// authorization code flow with PKCE (RFC 7636), state and nonce. It keeps nothing:
// what belongs to one browser is worked out by the caller, who binds it to that browser.
//
// The provider is asked for its addresses (discovery) when somebody first needs them,
// not at the start, and again after it was away, so that the program starts and local
// sign-in works without it.
package sso

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"minping/internal/fault"
)

// Config is what the provider's administrator and ours have agreed on.
type Config struct {
	Issuer       string
	ClientID     string
	ClientSecret string
	Name         string // how people call it
	RedirectURL  string // where it sends people back to
	// UsernameClaim is the claim that holds our user names; "": identities are linked by
	// their holders only.
	UsernameClaim string
	// SecondFactor are values of acr or amr that say it has asked a second factor.
	SecondFactor []string
	Now          func() time.Time
}

// How long the provider may take to answer, and how long it is left alone after it has not.
const (
	patience = 8 * time.Second
	leave    = 5 * time.Second
)

// Provider is the single sign-on provider.
type Provider struct {
	cfg    Config
	client *http.Client

	mu     sync.Mutex
	found  *discovered
	failed error
	again  time.Time // not asked before
}

type discovered struct {
	*oidc.Provider
	verifier *oidc.IDTokenVerifier
	leave    string
}

// New makes the provider without asking it for anything; nil where none is configured.
func New(cfg Config) *Provider {
	if cfg.Issuer == "" {
		return nil
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Provider{cfg: cfg, client: newClient()}
}

// Name is how people call the provider.
func (p *Provider) Name() string { return p.cfg.Name }

// Flow is one browser's way there and back.
type Flow struct{ State, Nonce, Verifier string }

// Arrival is whom the provider vouches for.
type Arrival struct {
	Issuer, Subject string
	Label           string // the name it knows them by
	Username        string // our user name; "" unless UsernameClaim is set
	Proved          bool   // it has asked a second factor that we trust
}

// Begin is the address to send a browser to. Busy while the provider is away.
func (p *Provider) Begin(ctx context.Context, f Flow) (string, error) {
	d, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	return p.oauth(d).AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)), nil
}

// Finish redeems the code that the browser has brought back. Unauthorized where the
// provider or its word cannot be trusted, Busy while it is away.
func (p *Provider) Finish(ctx context.Context, code string, f Flow) (Arrival, error) {
	d, err := p.discover(ctx)
	if err != nil {
		return Arrival{}, err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	token, err := p.oauth(d).Exchange(ctx, code, oauth2.VerifierOption(f.Verifier))
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) && refused.Response != nil && refused.Response.StatusCode < http.StatusInternalServerError {
		return Arrival{}, fault.Wrap(fault.Unauthorized, "sso.broken", err)
	}
	if err != nil {
		return Arrival{}, away(err)
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return Arrival{}, fault.New(fault.Unauthorized, "sso.broken")
	}
	id, err := d.verifier.Verify(ctx, raw)
	if err != nil {
		return Arrival{}, fault.Wrap(fault.Unauthorized, "sso.broken", err)
	}
	if id.Nonce != f.Nonce || id.Subject == "" || len(id.Subject) > 255 || strings.ContainsRune(id.Subject, 0) {
		return Arrival{}, fault.New(fault.Unauthorized, "sso.broken")
	}
	return p.arrival(ctx, d, id, token)
}

// arrival reads the claims; a user name that the ID token lacks is asked of the
// userinfo endpoint, whose subject must be the same.
func (p *Provider) arrival(ctx context.Context, d *discovered, id *oidc.IDToken, token *oauth2.Token) (Arrival, error) {
	claims := map[string]any{}
	if err := id.Claims(&claims); err != nil {
		return Arrival{}, fault.Wrap(fault.Unauthorized, "sso.broken", err)
	}
	a := Arrival{Issuer: id.Issuer, Subject: id.Subject, Proved: p.proved(claims)}
	wanted := p.cfg.UsernameClaim
	if wanted == "" {
		wanted = "preferred_username"
	}
	if text(claims[wanted]) == "" {
		info, err := d.UserInfo(ctx, oauth2.StaticTokenSource(token))
		if err == nil && info.Subject == id.Subject {
			_ = info.Claims(&claims) // without a name there is simply none
		}
	}
	a.Label = text(claims[wanted])
	if p.cfg.UsernameClaim != "" {
		a.Username = a.Label
	}
	return a, nil
}

func text(claim any) string {
	s, _ := claim.(string)
	if len(s) > 200 || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\uFFFD' }) {
		return ""
	}
	return s
}

// proved tells whether the token says that a second factor was asked (OIDC Core §2, RFC 8176).
func (p *Provider) proved(claims map[string]any) bool {
	said := []string{text(claims["acr"])}
	if methods, ok := claims["amr"].([]any); ok {
		for _, m := range methods {
			said = append(said, text(m))
		}
	}
	return slices.ContainsFunc(said, func(s string) bool { return s != "" && slices.Contains(p.cfg.SecondFactor, s) })
}

// Leave is where the provider ends its own session and sends people back from
// (OIDC RP-Initiated Logout); "" where it offers none or is not known yet.
func (p *Provider) Leave(back string) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found == nil || p.found.leave == "" {
		return ""
	}
	u, err := url.Parse(p.found.leave)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") {
		return ""
	}
	q := u.Query()
	q.Set("client_id", p.cfg.ClientID)
	q.Set("post_logout_redirect_uri", back)
	u.RawQuery = q.Encode()
	return u.String()
}

func (p *Provider) oauth(d *discovered) *oauth2.Config {
	return &oauth2.Config{ClientID: p.cfg.ClientID, ClientSecret: p.cfg.ClientSecret, Endpoint: d.Endpoint(),
		RedirectURL: p.cfg.RedirectURL, Scopes: []string{oidc.ScopeOpenID, "profile"}}
}

// discover asks the provider for its addresses, once; after a failure it is left
// alone for a few seconds, so that a provider that is away holds nobody up twice.
func (p *Provider) discover(ctx context.Context) (*discovered, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	if p.cfg.Now().Before(p.again) {
		return nil, away(p.failed)
	}
	// The keys are fetched with this context later on, so it must not end with the request.
	found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client), p.cfg.Issuer)
	if err != nil {
		p.failed, p.again = err, p.cfg.Now().Add(leave)
		return nil, away(err)
	}
	var more struct {
		Leave string `json:"end_session_endpoint"`
	}
	if err := found.Claims(&more); err != nil {
		return nil, fmt.Errorf("single sign-on: %w", err)
	}
	p.found = &discovered{found, found.Verifier(&oidc.Config{ClientID: p.cfg.ClientID, Now: p.cfg.Now}), more.Leave}
	return p.found, nil
}

func away(err error) error { return fault.Wrap(fault.Busy, "sso.away", err) }
