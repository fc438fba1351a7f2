package config

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
)

// checkVault complains about where the vault's keys and the SMS gateway are said to be.
func (c *Config) checkVault() (wrong []error) {
	if c.VaultKeys != "" && c.VaultKeyFile != "" {
		wrong = append(wrong, errors.New("MINPING_VAULT_KEYS and MINPING_VAULT_KEY_FILE must not be set both: the one would hide the other"))
	}
	if c.SMSURL == "" {
		return wrong
	}
	u, err := url.Parse(c.SMSURL.Reveal())
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		wrong = append(wrong, errors.New("MINPING_SMS_URL must be an http or https address"))
	}
	if len(c.SMSSecret) < 16 {
		wrong = append(wrong, errors.New("MINPING_SMS_SECRET must have at least 16 characters where MINPING_SMS_URL is set"))
	}
	if c.SMSDigest != "sm3" && c.SMSDigest != "sha256" {
		wrong = append(wrong, errors.New("MINPING_SMS_DIGEST must be sm3 or sha256"))
	}
	return wrong
}

// KeptVaultKeys is the file in the data directory where a private database's
// master keys are, unless the environment says where.
func (c *Config) KeptVaultKeys() string { return filepath.Join(c.DataDir, "vault.keys") }

// KeepVaultKeys writes a first master key into the data directory, beside the
// secret key; where another program was faster, its key stays.
func (c *Config) KeepVaultKeys(line string) error {
	if err := c.keepFile(c.KeptVaultKeys(), line); err != nil && !errors.Is(err, os.ErrExist) {
		return fmt.Errorf("keep vault key: %w", err)
	}
	return nil
}
