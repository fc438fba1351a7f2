package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/audit"
	"minping/internal/vault"
	"minping/server/config"
)

// errNoVaultKeys refuses to store contacts under a key that nobody has put in a safe place.
var errNoVaultKeys = errors.New(`the vault has no master key, and with a database of your own none is made for you.
Make one with "vault new-key 2026a", put the line it prints into MINPING_VAULT_KEYS (or into a file of mode 0600 that
MINPING_VAULT_KEY_FILE names) on every node, and keep a copy where the database's backups are not: without it the
contacts that citizens leave cannot be read`)

// keyring reads the master keys from where the configuration says. A private
// database gets its first key made, unless contacts are stored under another already.
func keyring(ctx context.Context, c config.Config, db *database) (vault.Keyring, error) {
	switch {
	case c.VaultKeys != "":
		ring, err := vault.ParseKeyring(c.VaultKeys.Reveal())
		if err != nil {
			return ring, fmt.Errorf("MINPING_VAULT_KEYS: %w", err)
		}
		return ring.From("MINPING_VAULT_KEYS"), nil
	case c.VaultKeyFile != "":
		return vault.ReadKeyFile(c.VaultKeyFile)
	case c.DatabaseURL != "":
		return vault.Keyring{}, errNoVaultKeys
	}
	path := c.KeptVaultKeys()
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		return vault.ReadKeyFile(path)
	}
	needed, err := vault.Needed(ctx, db)
	if err != nil {
		return vault.Keyring{}, err
	}
	if len(needed) > 0 {
		return vault.Keyring{}, fmt.Errorf("%w: the file %s is gone, and stored contacts need the master keys [%s] of it: put it back from a backup of the data directory",
			vault.ErrMissingKey, path, strings.Join(needed, " "))
	}
	line, err := vault.Generate(fmt.Sprintf("%da", time.Now().Year()))
	if err != nil {
		return vault.Keyring{}, err
	}
	if err := c.KeepVaultKeys(line); err != nil {
		return vault.Keyring{}, err
	}
	return vault.ReadKeyFile(path)
}

// openVault opens the vault for what needs it; every opening of a contact is
// told to the audit chain in its own transaction.
func openVault(ctx context.Context, c config.Config, db *database) (*vault.Vault, error) {
	keys, err := keyring(ctx, c, db)
	if err != nil {
		return nil, err
	}
	return vault.Open(ctx, vault.Config{DB: db.DB, Keys: keys, Now: time.Now, OnOpen: recordOpening})
}

func recordOpening(ctx context.Context, tx *sqlx.Tx, o vault.Opening) error {
	return audit.Record(ctx, tx, audit.Entry{At: o.At, By: o.By, Action: audit.VaultOpen,
		Object: audit.Object{Kind: "contact", ID: o.Record.String()}, Place: o.Place(),
		Detail: audit.Detail{"purpose": o.Purpose, "reason": o.Reason}})
}

// followKeys takes a changed key file without a restart. A file that does not
// fit is left alone and told of; the keys in use stay.
func (p *platform) followKeys(ctx context.Context, c config.Config) {
	if c.VaultKeys != "" {
		return
	}
	path := c.VaultKeyFile
	if path == "" {
		path = c.KeptVaultKeys()
	}
	seen := stamp(path)
	tick := time.NewTicker(5 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := stamp(path)
		if now == seen {
			continue
		}
		seen = now
		keys, err := vault.ReadKeyFile(path)
		if err == nil {
			err = p.vault.Reload(ctx, keys)
		}
		if err != nil {
			p.log.Error("the changed key file of the vault is not taken", "error", err)
			continue
		}
		p.log.Info("the vault took a changed key file", "keys", keys)
	}
}

// stamp changes when a file does; "" of a file that is not there.
func stamp(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	return fmt.Sprint(info.ModTime().UnixNano(), info.Size())
}
