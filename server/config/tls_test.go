package config

import (
	"strings"
	"testing"
)

func TestTLSSettings(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		c       Config
		wrong   string // "" where it is right
		baseURL string
	}{
		{"none", Config{}, "", "http://127.0.0.1:8443"},
		{"both", Config{TLSCert: "c", TLSKey: "k"}, "", "https://127.0.0.1:8443"},
		{"both with redirect", Config{TLSCert: "c", TLSKey: "k", TLSRedirectAddr: ":80", BaseURL: "https://minping.example"}, "", "https://minping.example"},
		{"no key", Config{TLSCert: "c"}, "both or neither", ""},
		{"no certificate", Config{TLSKey: "k"}, "both or neither", ""},
		{"plain base URL", Config{TLSCert: "c", TLSKey: "k", BaseURL: "http://minping.example"}, "must begin with https://", ""},
		{"redirect without TLS", Config{TLSRedirectAddr: ":80"}, "needs MINPING_TLS_CERT", ""},
		{"redirect to nowhere", Config{TLSCert: "c", TLSKey: "k", TLSRedirectAddr: "80"}, "MINPING_TLS_REDIRECT_ADDR must be host:port", ""},
	} {
		tt.c.Addr, tt.c.Connections = "127.0.0.1:8443", 16
		err := tt.c.check()
		switch {
		case tt.wrong == "" && (err != nil || tt.c.BaseURL != tt.baseURL):
			t.Errorf("%s: %v, base URL %s", tt.name, err, tt.c.BaseURL)
		case tt.wrong != "" && (err == nil || !strings.Contains(err.Error(), tt.wrong)):
			t.Errorf("%s: %v, want %q", tt.name, err, tt.wrong)
		}
	}
}
