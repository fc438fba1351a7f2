package config

import (
	"errors"
	"fmt"
	"net"
	"strings"
)

// TLS tells whether the program speaks TLS itself.
func (c *Config) TLS() bool { return c.TLSCert != "" && c.TLSKey != "" }

func (c *Config) scheme() string {
	if c.TLS() {
		return "https"
	}
	return "http"
}

func (c *Config) checkTLS() (wrong []error) {
	if (c.TLSCert == "") != (c.TLSKey == "") {
		wrong = append(wrong, errors.New("MINPING_TLS_CERT and MINPING_TLS_KEY must be set both or neither"))
	}
	if c.TLS() && !strings.HasPrefix(c.BaseURL, "https://") {
		wrong = append(wrong, errors.New("MINPING_BASE_URL must begin with https:// where MINPING_TLS_CERT is set"))
	}
	if c.TLSRedirectAddr == "" {
		return wrong
	}
	if _, _, err := net.SplitHostPort(c.TLSRedirectAddr); err != nil {
		wrong = append(wrong, fmt.Errorf("MINPING_TLS_REDIRECT_ADDR must be host:port: %w", err))
	}
	if !c.TLS() {
		wrong = append(wrong, errors.New("MINPING_TLS_REDIRECT_ADDR needs MINPING_TLS_CERT and MINPING_TLS_KEY"))
	}
	return wrong
}
