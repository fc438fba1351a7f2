package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	stdlog "log"
	"log/slog"
	"net"
	"net/http"

	"minping/server/config"
	"minping/server/web"
)

// front is what listens: the site, with TLS where a certificate is configured,
// and then perhaps a second address that sends plain HTTP on.
type front struct {
	tls     bool
	servers []*http.Server
	sockets []net.Listener
}

func openFront(ctx context.Context, c config.Config, h http.Handler, log *slog.Logger) (f *front, err error) {
	f = &front{tls: c.TLS()}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.close())
		}
	}()
	server := web.NewServer(h)
	server.ErrorLog = stdlog.New(troubles{log}, "", 0)
	if f.tls {
		certificate, err := web.LoadCertificate(web.CertificateFiles{Cert: c.TLSCert, Key: c.TLSKey, Log: log})
		if err != nil {
			return f, err
		}
		server.TLSConfig = certificate.Config()
	}
	if err := f.open(ctx, server, c.Addr); err != nil {
		return f, err
	}
	if c.TLSRedirectAddr != "" {
		err = f.open(ctx, web.NewServer(web.RedirectToTLS(c.BaseURL)), c.TLSRedirectAddr)
	}
	return f, err
}

func (f *front) open(ctx context.Context, server *http.Server, addr string) error {
	socket, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("open address: %w", err)
	}
	f.servers, f.sockets = append(f.servers, server), append(f.sockets, socket)
	return nil
}

func (f *front) address() string { return f.sockets[0].Addr().String() }

// serve begins to answer; what ends a server before shutdown is sent on the channel.
func (f *front) serve() <-chan error {
	failed := make(chan error, len(f.servers))
	for i, server := range f.servers {
		go func() {
			if i == 0 && f.tls {
				failed <- server.ServeTLS(f.sockets[i], "", "")
				return
			}
			failed <- server.Serve(f.sockets[i])
		}()
	}
	return failed
}

func (f *front) shutdown(ctx context.Context) error {
	var all error
	for _, server := range f.servers {
		if err := server.Shutdown(ctx); errors.Is(err, context.DeadlineExceeded) {
			err = server.Close() // who is this slow is cut off
			all = errors.Join(all, err)
		} else {
			all = errors.Join(all, err)
		}
	}
	return all
}

// close gives back addresses that were opened and never served.
func (f *front) close() error {
	var all error
	for _, socket := range f.sockets {
		all = errors.Join(all, socket.Close())
	}
	return all
}

// troubles takes what the HTTP server complains of. Handshakes that fail are the
// business of scanners, and their lines hold addresses of people.
type troubles struct{ log *slog.Logger }

func (t troubles) Write(line []byte) (int, error) {
	if !bytes.Contains(line, []byte("TLS handshake error")) {
		t.log.Warn("http server", "message", string(bytes.TrimSpace(line)))
	}
	return len(line), nil
}
