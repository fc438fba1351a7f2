package config

import (
	"errors"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// checkOIDC holds single sign-on to what keeps it safe: the provider is reached by
// https, but for one on this machine.
func (c *Config) checkOIDC() (wrong []error) {
	for i, v := range c.OIDCSecondFactor {
		c.OIDCSecondFactor[i] = strings.TrimSpace(v)
	}
	c.OIDCSecondFactor = slices.DeleteFunc(c.OIDCSecondFactor, func(v string) bool { return v == "" })
	if c.OIDCIssuer == "" {
		if c.OIDCClientID != "" || c.OIDCClientSecret != "" || c.OIDCUsernameClaim != "" || len(c.OIDCSecondFactor) > 0 {
			wrong = append(wrong, errors.New("MINPING_OIDC_ISSUER is missing, without which the other MINPING_OIDC_ variables mean nothing"))
		}
		return wrong
	}
	if u, err := url.Parse(c.OIDCIssuer); err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" ||
		u.Scheme != "https" && !(u.Scheme == "http" && onThisMachine(u.Hostname())) {
		wrong = append(wrong, errors.New("MINPING_OIDC_ISSUER must be the provider's https address exactly as the provider writes it, without query"))
	}
	if c.OIDCClientID == "" {
		wrong = append(wrong, errors.New("MINPING_OIDC_CLIENT_ID is missing: the provider's administrator gives it"))
	}
	if c.OIDCClientSecret == "" {
		wrong = append(wrong, errors.New("MINPING_OIDC_CLIENT_SECRET is missing: the provider's administrator gives it"))
	}
	if n := len([]rune(c.OIDCName)); n == 0 || n > 20 {
		wrong = append(wrong, errors.New("MINPING_OIDC_NAME must have 1–20 characters: it stands on a button"))
	}
	return wrong
}

func onThisMachine(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}
