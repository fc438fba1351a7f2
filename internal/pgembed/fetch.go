package pgembed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	embeddedpostgres "github.com/fergusstrange/embedded-postgres"
)

// download says which PostgreSQL to fetch and where to put it.
type download struct {
	mirror string
	dest   string // becomes <dest>/bin, <dest>/lib, <dest>/share
	major  int    // 0: our choice
}

var releases = map[int]embeddedpostgres.PostgresVersion{
	15: embeddedpostgres.V15,
	16: embeddedpostgres.V16,
	17: embeddedpostgres.V17,
	18: embeddedpostgres.V18,
}

// releaseFor returns the downloadable version for a major version.
func releaseFor(major int) (embeddedpostgres.PostgresVersion, error) {
	if major == 0 {
		return embeddedpostgres.V17, nil
	}
	v, ok := releases[major]
	if !ok {
		return "", fmt.Errorf("the cluster was made by PostgreSQL %d, for which there is nothing to download: install it", major)
	}
	return v, nil
}

// fetch puts PostgreSQL's programs into dest.
//
// The library can only start a whole server, which it does as ourselves and without our locks. So it gets a throw-away data
// directory: what we keep is the binaries it unpacks first. For root its initdb must fail, so its error counts only
// when the programs do not run.
func fetch(ctx context.Context, d download) (binaries, error) {
	version, err := releaseFor(d.major)
	if err != nil {
		return binaries{}, err
	}
	if left, err := filepath.Glob(d.dest + ".tmp*"); err == nil {
		for _, path := range left { // of a killed run
			os.RemoveAll(path)
		}
	}
	work, err := os.MkdirTemp(filepath.Dir(d.dest), filepath.Base(d.dest)+".tmp")
	if err != nil {
		return binaries{}, fmt.Errorf("download PostgreSQL: %w", err)
	}
	defer os.RemoveAll(work)
	unpacked := filepath.Join(work, "unpacked")
	if err := runOnce(ctx, d.mirror, work, version); err != nil {
		if _, broken := inspect(ctx, filepath.Join(unpacked, "bin")); broken != nil {
			return binaries{}, fmt.Errorf("download PostgreSQL %s (set a mirror, install PostgreSQL, or configure a database): %w",
				version, errors.Join(err, broken))
		}
	}
	if err := errors.Join(openDirs(unpacked), os.RemoveAll(d.dest)); err != nil {
		return binaries{}, fmt.Errorf("download PostgreSQL: %w", err)
	}
	if err := os.Rename(unpacked, d.dest); err != nil {
		return binaries{}, fmt.Errorf("download PostgreSQL: %w", err)
	}
	return inspect(ctx, filepath.Join(d.dest, "bin"))
}

// runOnce lets the library download, unpack and, where it may, start and stop a server in work.
// The library takes no context: a cancelled download ends in the background.
func runOnce(ctx context.Context, mirror, work string, version embeddedpostgres.PostgresVersion) error {
	port, err := freePort(0)
	if err != nil {
		return err
	}
	c := embeddedpostgres.DefaultConfig().Version(version).Port(uint32(port)).Logger(io.Discard).
		CachePath(filepath.Join(work, "cache")).
		RuntimePath(filepath.Join(work, "run")).
		DataPath(filepath.Join(work, "data")).
		BinariesPath(filepath.Join(work, "unpacked"))
	if mirror != "" {
		c = c.BinaryRepositoryURL(mirror)
	}
	done := make(chan error, 1)
	go func() {
		server := embeddedpostgres.NewDatabase(c)
		err := server.Start()
		if err == nil {
			err = server.Stop()
		}
		done <- err
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// openDirs lets the server's account into the unpacked directories, whatever our umask.
func openDirs(root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		return os.Chmod(path, 0o755)
	})
}
