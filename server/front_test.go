package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"minping/server/config"
)

// selfSigned writes a certificate for minping.example and gives its files.
func selfSigned(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"minping.example"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, about, about, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

func TestFrontSpeaksTLSAndSendsPlainHTTPOn(t *testing.T) {
	t.Parallel()
	cert, key := selfSigned(t)
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Proto) })
	c := config.Config{Addr: "127.0.0.1:0", BaseURL: "https://minping.example", TLSCert: cert, TLSKey: key, TLSRedirectAddr: "127.0.0.1:0"}
	f, err := openFront(t.Context(), c, page, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	failed := f.serve()
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true}
	ask := func(address string) (string, *http.Response) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		res, err := transport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		body, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(body), res
	}
	if body, _ := ask("https://" + f.address()); body != "HTTP/2.0" {
		t.Errorf("with TLS: %q", body)
	}
	if _, res := ask("http://" + f.sockets[1].Addr().String() + "/r/win00001"); res.Header.Get("Location") != "https://minping.example/r/win00001" {
		t.Errorf("plain: %v", res.Header)
	}
	transport.CloseIdleConnections()
	if err := f.shutdown(context.WithoutCancel(t.Context())); err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := <-failed; err != http.ErrServerClosed {
			t.Error(err)
		}
	}
}

func TestFrontRefusesToOpenWithoutItsCertificate(t *testing.T) {
	t.Parallel()
	c := config.Config{Addr: "127.0.0.1:0", TLSCert: "/nowhere/cert.pem", TLSKey: "/nowhere/key.pem"}
	if _, err := openFront(t.Context(), c, http.NotFoundHandler(), slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "/nowhere/cert.pem") {
		t.Errorf("%v", err)
	}
}
