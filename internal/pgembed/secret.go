package pgembed

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func secretPath(dir string) string { return filepath.Join(dir, "pg.secret") }

// password returns the superuser's password. Only a cluster that is still to be made may get a new one.
func password(dir string, clusterExists bool) (string, error) {
	path := secretPath(dir)
	text, err := os.ReadFile(path)
	if secret := strings.TrimSpace(string(text)); err == nil && secret != "" {
		return secret, nil
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("database password: %w", err)
	}
	if clusterExists {
		return "", fmt.Errorf("%s is missing: without it the database in this directory cannot be opened; restore it from a backup", path)
	}
	secret := rand.Text()
	if err := writeFile(path, secret+"\n"); err != nil {
		return "", fmt.Errorf("database password: %w", err)
	}
	return secret, nil
}

// writeFile puts a private file in place at once or not at all.
func writeFile(path, text string) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".tmp") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails after the rename, as it should
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
