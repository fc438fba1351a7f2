package config

import (
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// checkFiles complains about where photos and documents are said to lie.
func (c *Config) checkFiles() []error {
	if c.BlobURL == "" {
		return nil
	}
	u, err := url.Parse(c.BlobURL.Reveal())
	switch {
	case err == nil && u.Scheme == "s3" && u.Host != "":
		return nil
	case err == nil && u.Scheme == "file" && u.Host == "" && strings.HasPrefix(u.Path, "/") && u.Path != "/":
		return nil
	}
	return []error{errors.New("MINPING_BLOB_URL must be file:///an/absolute/folder or s3://bucket?region=…")}
}

// Files is where photos and documents lie.
func (c *Config) Files() (string, error) {
	if c.BlobURL != "" {
		return c.BlobURL.Reveal(), nil
	}
	if err := os.MkdirAll(c.DataDir, 0o711); err != nil {
		return "", err
	}
	folder, err := filepath.Abs(filepath.Join(c.DataDir, "files"))
	if err != nil {
		return "", err
	}
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(folder)}
	return u.String(), nil
}

// UploadDir is where uploads lie for the moment in which they are looked at: on the
// disk of the data directory, because the system's place for such files is memory on
// many machines. "", the system's place, where there is no such folder.
func (c *Config) UploadDir() string {
	dir := filepath.Join(c.DataDir, "uploads")
	if err := errors.Join(os.MkdirAll(c.DataDir, 0o711), os.MkdirAll(dir, 0o700)); err != nil {
		return ""
	}
	return dir
}
