package web_test

import (
	"bytes"
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
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"minping/server/web"
)

var today = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// writePair writes a certificate with a serial number and its key.
func writePair(t *testing.T, dir string, serial int64, at time.Time) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(serial), DNSNames: []string{"minping.example"}, NotBefore: today.AddDate(0, -1, 0), NotAfter: today.AddDate(1, 0, 0)}
	cert, err := x509.CreateCertificate(rand.Reader, about, about, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "cert.pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}), at)
	write(t, filepath.Join(dir, "key.pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), at)
}

func write(t *testing.T, name string, data []byte, at time.Time) {
	t.Helper()
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(name, at, at); err != nil {
		t.Fatal(err)
	}
}

func TestCertificateFollowsItsFiles(t *testing.T) {
	t.Parallel()
	dir, now, log := t.TempDir(), today, &bytes.Buffer{}
	writePair(t, dir, 1, now)
	c, err := web.LoadCertificate(web.CertificateFiles{Cert: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "key.pem"),
		Log: slog.New(slog.NewTextHandler(log, nil)), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	serial := func() int64 {
		got, err := c.Get(nil)
		if err != nil {
			t.Fatal(err)
		}
		return got.Leaf.SerialNumber.Int64()
	}
	writePair(t, dir, 2, now.Add(time.Minute))
	if serial() != 1 {
		t.Error("the files are looked at more than once a second")
	}
	now = now.Add(time.Second)
	if serial() != 2 {
		t.Error("a new certificate is not taken")
	}
	write(t, filepath.Join(dir, "cert.pem"), []byte("half a fi"), now.Add(2*time.Minute))
	for range 3 {
		now = now.Add(time.Second)
		if serial() != 2 {
			t.Error("a broken file took the old certificate away")
		}
	}
	if n := strings.Count(log.String(), "not reloaded"); n != 1 {
		t.Errorf("complained %d times:\n%s", n, log)
	}
	if err := os.Remove(filepath.Join(dir, "cert.pem")); err != nil {
		t.Fatal(err)
	}
	now = now.Add(time.Second)
	if serial() != 2 {
		t.Error("a missing file took the old certificate away")
	}
	writePair(t, dir, 3, now.Add(3*time.Minute))
	now = now.Add(-time.Hour) // a clock set back must not stop it
	if serial() != 3 {
		t.Error("mended files are not taken")
	}
}

func TestBrokenCertificateAtStart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := web.CertificateFiles{Cert: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "key.pem")}
	if _, err := web.LoadCertificate(files); err == nil || !strings.Contains(err.Error(), "cert.pem") {
		t.Errorf("no files: %v", err)
	}
	writePair(t, dir, 1, today)
	other := t.TempDir()
	writePair(t, other, 2, today)
	files.Key = filepath.Join(other, "key.pem")
	if _, err := web.LoadCertificate(files); err == nil || !strings.Contains(err.Error(), files.Key) {
		t.Errorf("a key of another certificate: %v", err)
	}
}

func TestEndingCertificateIsTold(t *testing.T) {
	t.Parallel()
	dir, log := t.TempDir(), &bytes.Buffer{}
	writePair(t, dir, 1, today)
	if _, err := web.LoadCertificate(web.CertificateFiles{Cert: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "key.pem"),
		Log: slog.New(slog.NewTextHandler(log, nil)), Now: func() time.Time { return today.AddDate(1, 0, -10) }}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), "ends soon") {
		t.Errorf("log: %s", log)
	}
}

func TestTLSVersions(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writePair(t, dir, 1, today)
	c, err := web.LoadCertificate(web.CertificateFiles{Cert: filepath.Join(dir, "cert.pem"), Key: filepath.Join(dir, "key.pem"), Now: func() time.Time { return today }})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Proto) }))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	server.TLS = c.Config()
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	for version, ok := range map[uint16]bool{tls.VersionTLS10: false, tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		conn, err := tls.Dial("tcp", server.Listener.Addr().String(), &tls.Config{InsecureSkipVerify: true, MinVersion: version, MaxVersion: version})
		if (err == nil) != ok {
			t.Errorf("%s: %v", tls.VersionName(version), err)
		}
		if err == nil {
			_ = conn.Close()
		}
	}
}

func TestRedirectToTLSLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	h := web.RedirectToTLS("https://minping.example/")
	for _, tt := range []struct {
		method, target, host, want string
		status                     int
	}{
		{"GET", "/r/win00001?lang=en", "minping.example", "https://minping.example/r/win00001?lang=en", 301},
		{"GET", "/", "evil.example", "https://minping.example/", 301},
		{"GET", "//evil.example/x", "minping.example", "https://minping.example//evil.example/x", 301},
		{"GET", "http://evil.example/x", "evil.example", "https://minping.example/x", 301},
		{"POST", "/r/win00001", "minping.example", "https://minping.example/r/win00001", 308},
		{"OPTIONS", "*", "minping.example", "https://minping.example/", 308},
	} {
		r := httptest.NewRequest(tt.method, tt.target, nil)
		r.Host = tt.host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if got := w.Header().Get("Location"); w.Code != tt.status || got != tt.want {
			t.Errorf("%s %s at %s: %d to %q", tt.method, tt.target, tt.host, w.Code, got)
		}
	}
}
