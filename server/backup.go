package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/backup"
	"minping/migrations"
)

const backupUse = "backup FILE\n       server backup -             (to the standard output)\n       server backup --check FILE  (compare a backup with its digests; needs no database)"

func runBackup(ctx context.Context, p program, args []string) error {
	fs := p.flags("backup", backupUse)
	check := fs.Bool("check", false, "only prove that FILE is whole")
	rest, err := p.parse(fs, args)
	switch {
	case err != nil:
		return err
	case len(rest) != 1:
		return p.wrong(fs, "backup wants one FILE")
	case *check:
		return p.checkBackup(ctx, rest[0])
	}
	return p.attach(ctx, func(ctx context.Context, pf *platform) error { return p.makeBackup(ctx, pf, rest[0]) })
}

func (p program) checkBackup(ctx context.Context, name string) (err error) {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	m, err := backup.Check(ctx, f)
	if err == nil {
		p.say("%s", told(m))
	}
	return err
}

// told says what is in a backup.
func told(m backup.Manifest) string {
	return fmt.Sprintf("backup of %s: schema %d, PostgreSQL %d, %d files, %d bytes, written by %s",
		m.Made.Format(time.RFC3339), m.Schema, m.PostgreSQL, m.Files(), m.Bytes(), m.Program)
}

// makeBackup writes the backup beside its place and moves it there when it is whole.
// That everything was copied is in the audit before the first byte leaves.
func (p program) makeBackup(ctx context.Context, pf *platform, name string) error {
	c, err := backupOf(ctx, pf.db)
	if err != nil {
		return err
	}
	c.Files, c.TmpDir = pf.files, p.config.DataDir
	if name != "-" {
		c.TmpDir = filepath.Dir(name)
	}
	if err := pf.tellBackup(ctx, audit.BackupMake, nil); err != nil {
		return err
	}
	var m backup.Manifest
	if name == "-" {
		m, err = backup.Write(ctx, p.out, c)
		if err == nil {
			_, err = fmt.Fprintln(p.err, told(m))
		}
		return err
	}
	if err := whole(name, func(w io.Writer) (err error) {
		m, err = backup.Write(ctx, w, c)
		return err
	}); err != nil {
		return err
	}
	p.say("no key is in it: keep MINPING_SECRET_KEY or secret.key, and the vault's keys, in another place")
	p.say("%s: %s", name, told(m))
	return nil
}

// backupOf is what is known of a database before it is copied or filled.
func backupOf(ctx context.Context, db *database) (backup.Config, error) {
	major, err := serverMajor(ctx, db)
	return backup.Config{DSN: db.dsn, PostgreSQL: major, Schema: migrations.Latest(), Program: programVersion(), Now: time.Now}, err
}

func (pf *platform) tellBackup(ctx context.Context, action audit.Action, detail audit.Detail) error {
	return audit.RecordNow(ctx, pf.db.DB, audit.Entry{At: time.Now(), By: actor.System("backup"), Action: action, Detail: detail})
}

func runRestore(ctx context.Context, p program, args []string) (err error) {
	fs := p.flags("restore", "restore FILE   (into the database and file store of the configuration; the database must be empty)")
	rest, err := p.parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) != 1 {
		return p.wrong(fs, "restore wants one FILE")
	}
	f, err := os.Open(rest[0])
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	m, err := backup.Check(ctx, f)
	if err != nil {
		return err
	}
	if m.Schema > migrations.Latest() {
		return fmt.Errorf("the backup has schema %d, and this program knows up to %d: install the program %s or a newer one", m.Schema, migrations.Latest(), m.Program)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	p.say("%s", told(m))
	if err := p.restoreInto(ctx, f, filepath.Dir(rest[0])); err != nil {
		return err
	}
	p.say("restored; bringing the schema up to date and verifying …")
	return p.verifyRestored(ctx, m)
}

// restoreInto fills the empty database.
func (p program) restoreInto(ctx context.Context, f io.Reader, tmp string) (err error) {
	db, err := emptyDatabase(ctx, p.config, p.quiet())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.close()) }()
	c, err := backupOf(ctx, db)
	if err != nil {
		return err
	}
	if c.Files, err = openFiles(ctx, p.config, p.quiet()); err != nil {
		return err
	}
	if c.Files != nil {
		defer func() { err = errors.Join(err, c.Files.Close()) }()
	}
	c.TmpDir = tmp
	if err := backup.Restore(ctx, f, c); err != nil {
		return err
	}
	return migrations.Up(ctx, db.dsn)
}

// verifyRestored proves what came back, and that the keys at hand open it.
func (p program) verifyRestored(ctx context.Context, m backup.Manifest) error {
	return p.attach(ctx, func(ctx context.Context, pf *platform) error {
		detail := audit.Detail{"files": strconv.Itoa(m.Files()), "made": m.Made.Format(time.RFC3339)}
		if err := pf.tellBackup(ctx, audit.BackupRestore, detail); err != nil {
			return err
		}
		if err := p.verifyAll(ctx, pf); err != nil {
			return err
		}
		if err := pf.unlock(ctx, p.config); err != nil {
			return fmt.Errorf("everything is restored, but the keys of this machine do not open what citizens left: %w", err)
		}
		p.say("what was erased or ended since %s is back: run `retention`, and answer requests for erasure of since then again", m.Made.Format(time.DateOnly))
		p.say("restored and verified")
		return nil
	})
}
