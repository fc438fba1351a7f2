package vault

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	keyA = "0123456789abcdeffedcba9876543210"
	keyB = "112233445566778899AABBCCDDEEFF00"
)

func TestParseKeyring(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"lines":       "# master keys\n2025a:" + keyA + "\n\n 2026a : " + keyB + "  # current\n",
		"windows":     "\ufeff2025a:" + keyA + "\r\n2026a:" + keyB + "\r\n",
		"environment": "2025a:" + keyA + ",2026a:" + keyB,
		"json":        ` {"keys":[{"id":"2025a","key":"` + keyA + `"},{"id":"2026a","key":"` + keyB + `"}]}`,
	} {
		k, err := ParseKeyring(text)
		if err != nil || k.Current() != "2026a" || !slices.Equal(k.IDs(), []string{"2025a", "2026a"}) {
			t.Errorf("%s: %v, %v", name, k, err)
		}
	}
}

func TestParseKeyringRefusesAndNeverRepeatsAKey(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, says string }{
		"empty":        {" \n# nothing\n", "empty"},
		"empty json":   {`{"keys":[]}`, "empty"},
		"no id":        {keyA, "line 1"},
		"swapped":      {keyA + ":2025a", "id must have"},
		"short key":    {"2025a:" + keyA[:30], "32 hexadecimal"},
		"long key":     {"2025a:" + keyA + "00", "32 hexadecimal"},
		"not hex":      {"2025a:" + keyA[:31] + "g", "32 hexadecimal"},
		"id twice":     {"2025a:" + keyA + "\n2025a:" + keyB, "twice"},
		"key twice":    {"2025a:" + keyA + "\n2026a:" + strings.ToUpper(keyA), "are the same"},
		"one byte":     {"2025a:" + strings.Repeat("ab", 16), "repeated"},
		"broken json":  {`{"keys":[{"id":"2025a","key":"` + keyA + `"}`, "not JSON"},
		"json, more":   {`{"keys":[{"id":"2025a","key":"` + keyA + `"}]} x`, "not JSON"},
		"unknown json": {`{"2025a":"` + keyA + `"}`, "not JSON"},
	} {
		k, err := ParseKeyring(c.text)
		if err == nil || !strings.Contains(err.Error(), c.says) || k.Current() != "" {
			t.Errorf("%s: %v, want %q", name, err, c.says)
			continue
		}
		for i := 0; i+8 <= len(keyA); i++ {
			if strings.Contains(strings.ToLower(err.Error()), keyA[i:i+8]) {
				t.Errorf("%s: the message repeats the key: %v", name, err)
				break
			}
		}
	}
}

func TestGenerate(t *testing.T) {
	t.Parallel()
	a, err := Generate("2026a")
	b, err2 := Generate("2026b")
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	if k, err := ParseKeyring(a + "\n" + b); err != nil || k.Current() != "2026b" {
		t.Errorf("%v, %v", k, err)
	}
	if _, err := Generate(keyA); err == nil {
		t.Error("a key passes as an id")
	}
}

func TestKeyFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "vault.keys")
	for i, id := range []string{"2025a", "2026a"} {
		k, err := AddKey(path, id)
		if err != nil || k.Current() != id || len(k.IDs()) != i+1 {
			t.Fatalf("%v, %v", k, err)
		}
	}
	if _, err := AddKey(path, "2025a"); err == nil {
		t.Error("an id was added twice")
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	text, err := os.ReadFile(path)
	if err != nil || os.WriteFile(path, []byte(strings.TrimSpace(string(text))), 0o600) != nil {
		t.Fatal(err)
	}
	if k, err := AddKey(path, "2027a"); err != nil || len(k.IDs()) != 3 { // behind a line without an end
		t.Errorf("%v, %v", k, err)
	}
	k, err := ReadKeyFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := k.missing("2020a"); !errors.Is(err, ErrMissingKey) || !strings.Contains(err.Error(), path) {
		t.Errorf("%v does not name the file", err)
	}
}

func TestKeyFileRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	good := "2025a:" + keyA
	for name, c := range map[string]struct {
		text string
		mode os.FileMode
		says string
	}{
		"group":  {good, 0o640, "chmod 600"},
		"others": {good, 0o604, "chmod 600"},
		"broken": {"2025a", 0o600, "line 1"},
	} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.WriteFile(path, []byte(c.text), 0o600), os.Chmod(path, c.mode)); err != nil {
			t.Fatal(err)
		}
		for what, read := range map[string]func() error{
			"read": func() error { _, err := ReadKeyFile(path); return err },
			"add":  func() error { _, err := AddKey(path, "2026a"); return err },
		} {
			if err := read(); err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), path) {
				t.Errorf("%s %s: %v", what, name, err)
			}
		}
	}
	if _, err := ReadKeyFile(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	if _, err := ReadKeyFile(dir); err == nil {
		t.Error("read a folder")
	}
}
