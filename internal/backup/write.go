package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"minping/internal/blobs"
)

// Config says what is backed up or restored.
type Config struct {
	DSN        string // connection string of the database
	PostgreSQL int    // major version of its server
	Schema     int64  // number of the newest migration
	Program    string
	Files      *blobs.Store // nil: none
	TmpDir     string       // room for one dump of the database
	Now        func() time.Time
}

// Write writes an archive while the platform runs. The database is dumped first, in one
// snapshot; files that come in later do no harm, and what a form has not been sent
// with may be swept away meanwhile.
func Write(ctx context.Context, w io.Writer, c Config) (_ Manifest, err error) {
	m := Manifest{Format: formatVersion, Program: c.Program, Schema: c.Schema, PostgreSQL: c.PostgreSQL, Made: c.Now().UTC().Truncate(time.Second)}
	s, err := reach(c.DSN, c.PostgreSQL)
	if err != nil {
		return m, err
	}
	folder, err := os.MkdirTemp(c.TmpDir, ".minping-backup-")
	if err != nil {
		return m, fmt.Errorf("room for the dump: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	dump := filepath.Join(folder, dumpName)
	if err := s.run(ctx, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file="+dump, "--dbname="+s.where); err != nil {
		return m, err
	}
	a := archive{tar.NewWriter(w), &m}
	if err := a.dump(dump); err != nil {
		return m, err
	}
	if c.Files != nil {
		if err := c.Files.Each(ctx, a.file); err != nil {
			return m, err
		}
	}
	raw, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return m, fmt.Errorf("write the manifest: %w", err)
	}
	if err := a.header(manifestName, int64(len(raw))); err != nil {
		return m, err
	}
	if _, err := io.Copy(a.tar, bytes.NewReader(raw)); err != nil {
		return m, fmt.Errorf("write the manifest: %w", err)
	}
	return m, a.tar.Close()
}

type archive struct {
	tar      *tar.Writer
	manifest *Manifest
}

func (a archive) header(name string, size int64) error {
	h := &tar.Header{Name: name, Size: size, Mode: 0o600, ModTime: a.manifest.Made, Format: tar.FormatPAX}
	if err := a.tar.WriteHeader(h); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

func (a archive) dump(path string) (err error) {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("read the dump: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("read the dump: %w", err)
	}
	return a.add(dumpName, info.Size(), f)
}

func (a archive) file(name string, size int64, from io.Reader) error {
	return a.add(filesFolder+name, size, from)
}

func (a archive) add(name string, size int64, from io.Reader) error {
	if err := a.header(name, size); err != nil {
		return err
	}
	d := digesting(a.tar)
	if _, err := io.Copy(d, from); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	a.manifest.Members = append(a.manifest.Members, d.member(name))
	return nil
}
