// Package config reads the program's settings from the environment, all errors at once.
package config

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/caarlos0/env/v11"
)

// Secret is a value that is never printed.
type Secret string

// String, GoString, MarshalText and LogValue hide the value.
func (Secret) String() string               { return "[redacted]" }
func (Secret) GoString() string             { return "[redacted]" }
func (Secret) MarshalText() ([]byte, error) { return []byte("[redacted]"), nil }
func (Secret) LogValue() slog.Value         { return slog.StringValue("[redacted]") }

// Reveal gives the value itself.
func (s Secret) Reveal() string { return string(s) }

// Config is everything the environment decides. Every variable begins with MINPING_.
type Config struct {
	Addr           string         `env:"ADDR" envDefault:"127.0.0.1:8080"`
	DatabaseURL    Secret         `env:"DATABASE_URL"`
	DataDir        string         `env:"DATA_DIR" envDefault:"./data"`
	BaseURL        string         `env:"BASE_URL"`
	SecretKey      Secret         `env:"SECRET_KEY"`
	TrustedProxies []netip.Prefix `env:"TRUSTED_PROXIES"`
	PostgresMirror string         `env:"POSTGRES_MIRROR"`
	LogLevel       slog.Level     `env:"LOG_LEVEL" envDefault:"INFO"`
	Connections    int            `env:"DATABASE_CONNECTIONS" envDefault:"16"`
	DemoPassword   Secret         `env:"DEMO_PASSWORD"`
	DemoAPIKey     Secret         `env:"DEMO_API_KEY"`

	// TLS in the program itself; without these a proxy does it.
	TLSCert         string `env:"TLS_CERT"`
	TLSKey          string `env:"TLS_KEY"`
	TLSRedirectAddr string `env:"TLS_REDIRECT_ADDR"`
	// MetricsAddr is an address of its own for /metrics; without it /metrics answers on
	// Addr, and only to callers on this machine.
	MetricsAddr string `env:"METRICS_ADDR"`
	// The master keys of the vault, as text or in a file; unset with a private
	// database: made once and kept in the data directory.
	VaultKeys    Secret `env:"VAULT_KEYS"`
	VaultKeyFile string `env:"VAULT_KEY_FILE"`
	// Where photos and documents of cases lie, encrypted: a folder or a store that
	// speaks S3; unset: the folder files in the data directory.
	BlobURL Secret `env:"BLOB_URL"` // may hold a password
	// The gateway that sends short messages; without it telephones cannot be proved.
	SMSURL    Secret `env:"SMS_URL"` // may hold a password
	SMSSecret Secret `env:"SMS_SECRET"`
	SMSDigest string `env:"SMS_DIGEST" envDefault:"sm3"`
	// Single sign-on (OpenID Connect); without an issuer there is none.
	OIDCIssuer        string   `env:"OIDC_ISSUER"`
	OIDCClientID      string   `env:"OIDC_CLIENT_ID"`
	OIDCClientSecret  Secret   `env:"OIDC_CLIENT_SECRET"`
	OIDCName          string   `env:"OIDC_NAME" envDefault:"统一身份认证"`
	OIDCUsernameClaim string   `env:"OIDC_USERNAME_CLAIM"`
	OIDCSecondFactor  []string `env:"OIDC_SECOND_FACTOR"`
	// UnlimitedSources are networks whose forms are not counted against limits.
	UnlimitedSources []netip.Prefix `env:"UNLIMITED_SOURCES"`
}

// Load reads and checks the environment.
func Load() (Config, error) {
	var c Config
	if err := env.ParseWithOptions(&c, env.Options{Prefix: "MINPING_"}); err != nil {
		return c, errors.Join(explain(err), c.check())
	}
	err := c.check() // fills in defaults, so before c is returned
	return c, err
}

// explain names every broken variable without repeating its value, which may be a secret.
func explain(err error) error {
	var all env.AggregateError
	if !errors.As(err, &all) {
		return err
	}
	var lines []error
	for _, e := range all.Errors {
		var p env.ParseError
		if errors.As(e, &p) {
			lines = append(lines, fmt.Errorf("%s is not a valid value", variable(p.Name)))
			continue
		}
		lines = append(lines, e)
	}
	return errors.Join(lines...)
}

// variable gives the environment's name of a field.
func variable(field string) string {
	if f, ok := reflect.TypeFor[Config]().FieldByName(field); ok {
		return "MINPING_" + f.Tag.Get("env")
	}
	return field
}

func (c *Config) check() error {
	var wrong []error
	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		wrong = append(wrong, fmt.Errorf("MINPING_ADDR must be host:port: %w", err))
	}
	if c.MetricsAddr != "" {
		if _, _, err := net.SplitHostPort(c.MetricsAddr); err != nil {
			wrong = append(wrong, fmt.Errorf("MINPING_METRICS_ADDR must be host:port: %w", err))
		} else if c.MetricsAddr == c.Addr {
			wrong = append(wrong, errors.New("MINPING_METRICS_ADDR must be another address than MINPING_ADDR"))
		}
	}
	if c.BaseURL == "" {
		c.BaseURL = c.scheme() + "://" + c.Addr
	}
	c.BaseURL = strings.TrimRight(c.BaseURL, "/")
	if u, err := url.Parse(c.BaseURL); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		wrong = append(wrong, errors.New("MINPING_BASE_URL must be an http or https address, e.g. https://minping.example.gov.cn"))
	}
	if c.DatabaseURL != "" {
		u, err := url.Parse(c.DatabaseURL.Reveal())
		if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
			wrong = append(wrong, errors.New("MINPING_DATABASE_URL must begin with postgres://"))
		}
	}
	if c.SecretKey != "" && len(c.SecretKey) < 32 {
		wrong = append(wrong, errors.New("MINPING_SECRET_KEY must have at least 32 characters"))
	}
	if c.DemoPassword != "" && len(c.DemoPassword) < 10 {
		wrong = append(wrong, errors.New("MINPING_DEMO_PASSWORD must have at least 10 characters"))
	}
	if c.DemoAPIKey != "" && len(c.DemoAPIKey) < 32 {
		wrong = append(wrong, errors.New("MINPING_DEMO_API_KEY must have at least 32 characters"))
	}
	if c.Connections < 4 || c.Connections > 1000 {
		wrong = append(wrong, errors.New("MINPING_DATABASE_CONNECTIONS must be 4–1000"))
	}
	wrong = append(wrong, c.checkVault()...)
	wrong = append(wrong, c.checkFiles()...)
	wrong = append(wrong, c.checkOIDC()...)
	return errors.Join(append(wrong, c.checkTLS()...)...)
}

// Key gives the secret key: the configured one, or one made once and kept in the data directory.
func (c *Config) Key() (Secret, error) {
	if c.SecretKey != "" {
		return c.SecretKey, nil
	}
	path := filepath.Join(c.DataDir, "secret.key")
	if raw, err := os.ReadFile(path); err == nil {
		key := strings.TrimSpace(string(raw))
		if len(key) < 32 {
			return "", fmt.Errorf("%s is damaged: restore it from a backup, or set MINPING_SECRET_KEY", path)
		}
		return Secret(key), nil
	} else if !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("read secret key: %w", err)
	}
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("make secret key: %w", err)
	}
	return c.keep(path, hex.EncodeToString(raw))
}

// keep writes the key so that two programs starting at once end up with the same one.
func (c *Config) keep(path, key string) (Secret, error) {
	if err := c.keepFile(path, key); errors.Is(err, os.ErrExist) {
		return c.Key()
	} else if err != nil {
		return "", fmt.Errorf("keep secret key: %w", err)
	}
	return Secret(key), nil
}

// keepFile writes a line into a new file of mode 0600, whole or not at all;
// os.ErrExist where there is one already.
func (c *Config) keepFile(path, line string) error {
	if err := os.MkdirAll(c.DataDir, 0o711); err != nil {
		return fmt.Errorf("make data directory: %w", err)
	}
	tmp, err := os.CreateTemp(c.DataDir, "secret-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	_, err = tmp.WriteString(line + "\n")
	if err := errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	return os.Link(tmp.Name(), path)
}
