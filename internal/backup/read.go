package backup

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"minping/internal/blobs"
)

// maxManifest bounds what is read of a file that may be anything.
const maxManifest = 256 << 20

// Check reads an archive to its end and compares every member with the manifest.
// ErrDamaged where they differ or a part is missing.
func Check(ctx context.Context, from io.Reader) (Manifest, error) {
	var found []Member
	m, err := walk(ctx, from, func(name string, r io.Reader) error {
		d := digesting(io.Discard)
		if _, err := io.Copy(d, r); err != nil {
			return err
		}
		found = append(found, d.member(name))
		return nil
	})
	switch {
	case err != nil:
		return m, err
	case !slices.Equal(found, m.Members):
		return m, fmt.Errorf("%w: %s", ErrDamaged, difference(found, m.Members))
	case !slices.ContainsFunc(found, func(f Member) bool { return f.Name == dumpName }):
		return m, fmt.Errorf("%w: there is no dump of a database in it", ErrDamaged)
	}
	return m, nil
}

func difference(found, told []Member) string {
	for i, t := range told {
		if i >= len(found) || found[i].Name != t.Name {
			return t.Name + " is missing"
		}
		if found[i] != t {
			return t.Name + " was changed"
		}
	}
	return "it holds more than its manifest tells"
}

// walk gives every member but the manifest, which it returns.
func walk(ctx context.Context, from io.Reader, each func(name string, r io.Reader) error) (Manifest, error) {
	in := tar.NewReader(from)
	for {
		if err := ctx.Err(); err != nil {
			return Manifest{}, err
		}
		h, err := in.Next()
		switch {
		case errors.Is(err, io.EOF):
			return Manifest{}, fmt.Errorf("%w: it ends before its manifest", ErrDamaged)
		case err != nil:
			return Manifest{}, fmt.Errorf("%w: %w", ErrDamaged, err)
		case h.Typeflag != tar.TypeReg:
			return Manifest{}, fmt.Errorf("%w: %s is no file", ErrDamaged, h.Name)
		}
		if h.Name == manifestName {
			raw, err := io.ReadAll(io.LimitReader(in, maxManifest))
			if err != nil {
				return Manifest{}, fmt.Errorf("%w: %w", ErrDamaged, err)
			}
			return parseManifest(raw)
		}
		if err := each(h.Name, in); err != nil {
			if errors.Is(err, io.ErrUnexpectedEOF) {
				err = fmt.Errorf("%w: %s is cut off", ErrDamaged, h.Name)
			}
			return Manifest{}, err
		}
	}
}

// Restore puts an archive that Check has passed into an empty database and into the
// file store. The database comes whole or not at all; files that are there already stay.
func Restore(ctx context.Context, from io.Reader, c Config) (err error) {
	s, err := reach(c.DSN, c.PostgreSQL)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp(c.TmpDir, ".minping-restore-")
	if err != nil {
		return fmt.Errorf("room for the dump: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	_, err = walk(ctx, from, func(name string, r io.Reader) error {
		if name == dumpName {
			path := filepath.Join(folder, dumpName)
			if err := spill(path, r); err != nil {
				return err
			}
			return s.run(ctx, "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", "--dbname="+s.where, path)
		}
		return putBack(ctx, c.Files, strings.TrimPrefix(name, filesFolder), r)
	})
	return err
}

func putBack(ctx context.Context, store *blobs.Store, name string, r io.Reader) error {
	if store == nil {
		return errors.New("the backup holds files, and there is no file store: set MINPING_BLOB_URL")
	}
	return store.PutBack(ctx, name, r)
}

func spill(path string, from io.Reader) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("room for the dump: %w", err)
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Close())
}
