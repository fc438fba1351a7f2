package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// runHealthcheck asks the server of this machine whether it lives: for containers
// without a shell or curl.
func runHealthcheck(ctx context.Context, p program, args []string) error {
	fs := p.flags("healthcheck", "healthcheck [--ready]")
	ready := fs.Bool("ready", false, "ask whether it can take ratings (its database answers), not only whether it lives")
	if rest, err := p.parse(fs, args); err != nil {
		return err
	} else if len(rest) > 0 {
		return p.wrong(fs, "healthcheck takes no arguments")
	}
	path := "/healthz"
	if *ready {
		path = "/readyz"
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	answer, err := p.ask(ctx, path)
	if err != nil {
		return err
	}
	p.say("%s", strings.TrimSpace(answer))
	return nil
}

// ask calls the server of this machine. With TLS the certificate names the public
// address, not the loopback's; on the loopback there is nobody to mistake it for.
func (p program) ask(ctx context.Context, path string) (string, error) {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	defer transport.CloseIdleConnections()
	scheme := "http"
	if p.config.TLSCert != "" {
		scheme, transport.TLSClientConfig = "https", &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: true} //nolint:gosec // see above
	}
	address := scheme + "://" + nearby(p.config.Addr) + path
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return "", fmt.Errorf("healthcheck: %w", err)
	}
	res, err := transport.RoundTrip(req)
	if err != nil {
		return "", fmt.Errorf("healthcheck: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	said, err := io.ReadAll(io.LimitReader(res.Body, 200))
	if err != nil {
		return "", fmt.Errorf("healthcheck: %w", err)
	}
	if res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("healthcheck: %s says %s", address, res.Status)
	}
	return string(said), nil
}

// nearby turns an address to listen on into one to call: every interface has a loopback.
func nearby(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return addr
	}
	switch host {
	case "", "0.0.0.0":
		host = "127.0.0.1"
	case "::":
		host = "::1"
	}
	return net.JoinHostPort(host, port)
}
