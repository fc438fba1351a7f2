package vault

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// ReadKeyFile reads a key ring from a file that nobody but its owner may open.
func ReadKeyFile(path string) (Keyring, error) {
	f, err := os.Open(path)
	if err != nil {
		return Keyring{}, fmt.Errorf("vault: open key file: %w", err)
	}
	defer func() { _ = f.Close() }()
	if err := private(f); err != nil {
		return Keyring{}, err
	}
	text, err := io.ReadAll(io.LimitReader(f, maxKeyFile))
	if err != nil {
		return Keyring{}, fmt.Errorf("vault: read key file: %w", err)
	}
	ring, err := ParseKeyring(string(text))
	if err != nil {
		return Keyring{}, fmt.Errorf("%w (in the file %s)", err, path)
	}
	return ring.From("the file " + path), nil
}

// maxKeyFile ends the reading of a file that is no key ring.
const maxKeyFile = 64 << 10

// AddKey makes a master key with an id and adds it as the last, hence current,
// key of a file, which it creates (mode 0600) if it is missing. The file must
// hold lines, not JSON.
func AddKey(path, id string) (Keyring, error) {
	line, err := Generate(id)
	if err != nil {
		return Keyring{}, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return Keyring{}, fmt.Errorf("vault: open key file: %w", err)
	}
	defer func() { _ = f.Close() }()
	if err := private(f); err != nil {
		return Keyring{}, err
	}
	if line, err = nextLine(f, line, id); err != nil {
		return Keyring{}, fmt.Errorf("%w (in the file %s)", err, path)
	}
	_, err = f.WriteString(line)
	if err := errors.Join(err, f.Sync()); err != nil {
		return Keyring{}, fmt.Errorf("vault: write key file: %w", err)
	}
	return ReadKeyFile(path)
}

// nextLine checks that the file's keys take another one, and ends the last line if it is open.
func nextLine(f *os.File, line, id string) (string, error) {
	text, err := io.ReadAll(io.LimitReader(f, maxKeyFile))
	if err != nil {
		return "", fmt.Errorf("vault: read key file: %w", err)
	}
	before := string(text)
	switch {
	case strings.HasPrefix(strings.TrimSpace(before), "{"):
		return "", errors.New("vault: the key file is JSON: add the key to it by hand")
	case strings.TrimSpace(before) == "":
		return line + "\n", nil
	}
	ring, err := ParseKeyring(before)
	if err != nil {
		return "", err
	}
	if ring.has(id) {
		return "", fmt.Errorf("vault: the key ring has a key %s already", id)
	}
	if !strings.HasSuffix(before, "\n") {
		line = "\n" + line
	}
	return line + "\n", nil
}

// private refuses a file that others than its owner may open.
func private(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("vault: look at key file: %w", err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("vault: the key file %s is not a file", f.Name())
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return fmt.Errorf("vault: others may open the key file %s (mode %04o): run chmod 600 on it", f.Name(), mode)
	}
	return nil
}
