package web

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// CertificateFiles are PEM files; Log and Now may be left out.
type CertificateFiles struct {
	Cert, Key string
	Log       *slog.Logger
	Now       func() time.Time
}

// Certificate is a certificate that follows its files: when they change, the next
// handshake has the new one. What cannot be read is logged and the old one stays.
type Certificate struct {
	files CertificateFiles

	mu      sync.Mutex
	checked time.Time
	stamps  [2]fileStamp
	current *tls.Certificate
}

// fileStamp tells two states of a file apart.
type fileStamp struct {
	changed time.Time
	size    int64
}

// recheck is how often the files are looked at; warnBefore is when an old
// certificate begins to be complained about.
const (
	recheck    = time.Second
	warnBefore = 14 * 24 * time.Hour
)

// LoadCertificate reads the files for the first time; here an error is final.
func LoadCertificate(files CertificateFiles) (*Certificate, error) {
	if files.Now == nil {
		files.Now = time.Now
	}
	files.Log = orDiscard(files.Log)
	c := &Certificate{files: files, checked: files.Now()}
	stamps, err := c.stat()
	if err != nil {
		return nil, err
	}
	if c.current, err = c.read(); err != nil {
		return nil, err
	}
	c.stamps = stamps
	c.warn()
	return c, nil
}

// Config is TLS 1.2 and newer with this certificate. Go chooses cipher suites:
// its order is kept current with its releases.
func (c *Certificate) Config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.Get}
}

// Get gives the certificate of a handshake, looking at the files at most once a second.
func (c *Certificate) Get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.files.Now()
	if since := now.Sub(c.checked); since < 0 || since >= recheck {
		c.checked = now
		c.reload()
	}
	return c.current, nil
}

// reload takes files that changed; each change is tried, and complained about, once.
func (c *Certificate) reload() {
	stamps, err := c.stat()
	if err == nil && stamps == c.stamps {
		return
	}
	before := c.stamps
	c.stamps = stamps
	if err == nil {
		var fresh *tls.Certificate
		if fresh, err = c.read(); err == nil {
			c.current = fresh
			c.files.Log.Info("TLS certificate reloaded", "file", c.files.Cert, "until", fresh.Leaf.NotAfter)
			c.warn()
			return
		}
	}
	if before != stamps { // a file that stays away is told once
		c.files.Log.Error("TLS certificate not reloaded, the old one stays", "file", c.files.Cert, "error", err)
	}
}

func (c *Certificate) stat() (stamps [2]fileStamp, err error) {
	for i, name := range []string{c.files.Cert, c.files.Key} {
		info, err := os.Stat(name)
		if err != nil {
			return [2]fileStamp{}, fmt.Errorf("TLS certificate: %w", err)
		}
		stamps[i] = fileStamp{info.ModTime(), info.Size()}
	}
	return stamps, nil
}

func (c *Certificate) read() (*tls.Certificate, error) {
	pair, err := tls.LoadX509KeyPair(c.files.Cert, c.files.Key)
	if err != nil {
		return nil, fmt.Errorf("TLS certificate %s with key %s: %w", c.files.Cert, c.files.Key, err)
	}
	if pair.Leaf == nil {
		return nil, errors.New("TLS certificate: no leaf")
	}
	return &pair, nil
}

func (c *Certificate) warn() {
	if left := c.current.Leaf.NotAfter.Sub(c.files.Now()); left < warnBefore {
		c.files.Log.Warn("TLS certificate ends soon", "file", c.files.Cert, "until", c.current.Leaf.NotAfter)
	}
}
