package pgembed

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"
)

// elsewhere is where clusters live whose data directory the server's account cannot enter.
const elsewhere = "/var/lib"

// hiddenName is the deterministic name of such a cluster: every sub-command finds the same.
func hiddenName(dir string) string {
	sum := sha256.Sum256([]byte(dir))
	return "minping-" + hex.EncodeToString(sum[:])[:12]
}

// site finds the cluster's directory below or beside the data directory.
type site struct {
	dir  string // absolute data directory
	away string // parent of clusters outside the data directory
	acct account
	log  *slog.Logger
}

// locate returns the cluster's directory, whether or not it exists yet. What an earlier run chose stays, even if
// permissions have changed since: a second, empty cluster would look like lost data.
func (s site) locate(ctx context.Context) (string, error) {
	link := filepath.Join(s.dir, "pg")
	info, err := os.Lstat(link)
	switch {
	case err == nil && info.Mode()&fs.ModeSymlink != 0:
		target, err := os.Readlink(link)
		if err != nil {
			return "", fmt.Errorf("place of the cluster: %w", err)
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(s.dir, target)
		}
		return target, nil
	case err == nil:
		return link, nil
	case !errors.Is(err, os.ErrNotExist):
		return "", fmt.Errorf("place of the cluster: %w", err)
	}
	ok, err := s.acct.canEnter(s.dir)
	if err != nil {
		return "", fmt.Errorf("place of the cluster: %w", err)
	}
	if ok {
		return link, nil
	}
	return s.hide(ctx, link)
}

// hide places the cluster outside the data directory and leaves a link.
func (s site) hide(ctx context.Context, link string) (string, error) {
	target := filepath.Join(s.away, hiddenName(s.dir))
	if err := s.setAside(ctx, target); err != nil {
		return "", err
	}
	if err := os.Symlink(target, link); err != nil {
		return "", fmt.Errorf("place of the cluster: %w", err)
	}
	s.log.Info("database placed outside the data directory, which its user cannot enter",
		"dir", s.dir, "user", s.acct.name, "cluster", target)
	return target, nil
}

// setAside renames a cluster whose data directory was deleted, password and all. The deletion asked for a fresh start,
// yet the data is not ours to destroy.
func (s site) setAside(ctx context.Context, target string) error {
	if _, err := os.Stat(target); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if _, err := os.Stat(secretPath(s.dir)); err == nil {
		return nil // only the link is missing
	}
	if pf, ok := runningPostmaster(target); ok {
		if err := stopPostmaster(ctx, target, pf.pid); err != nil {
			return err
		}
	}
	old := target + ".old-" + time.Now().UTC().Format("20060102T150405.000")
	if err := os.Rename(target, old); err != nil {
		return fmt.Errorf("set the former cluster aside: %w", err)
	}
	s.log.Warn("the data directory is new, so its former database was set aside", "dir", s.dir, "former", old)
	return nil
}
