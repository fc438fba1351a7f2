package main

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
)

const auditUsage = `audit verify [--head DAY/NUMBER/DIGEST]
       server audit head
       server audit archive --until DAY FILE
       server audit check FILE --public-key KEY
       server audit remove FILE`

func runAudit(ctx context.Context, p program, args []string) error {
	fs := p.flags("audit", auditUsage)
	until := fs.String("until", "", "archive: last day that goes into the file, at least six months ago")
	key := fs.String("public-key", "", "check: the key that `audit head` printed, in hexadecimal")
	var heads []audit.Head
	fs.Func("head", "verify: a head noted earlier, which the chain must still go through; may be given several times", func(text string) error {
		h, err := audit.ParseHead(text)
		heads = append(heads, h)
		return err
	})
	rest, err := p.parse(fs, args)
	if err != nil {
		return err
	}
	by := actor.System("audit")
	switch {
	case len(rest) == 1 && rest[0] == "verify":
		return p.attach(ctx, func(ctx context.Context, pf *platform) error { return p.proveChain(ctx, pf, heads) })
	case len(rest) == 1 && rest[0] == "head":
		return p.attach(ctx, p.auditHead)
	case len(rest) == 2 && rest[0] == "archive":
		return p.archiveAudit(ctx, fs, *until, rest[1])
	case len(rest) == 2 && rest[0] == "check":
		return p.checkArchive(fs, *key, rest[1])
	case len(rest) == 2 && rest[0] == "remove":
		return p.attach(ctx, func(ctx context.Context, pf *platform) error { return p.removeArchived(ctx, pf, by, rest[1]) })
	}
	return p.wrong(fs, "audit wants verify, head, archive FILE, check FILE or remove FILE")
}

// proveChain prints how long the chain is and where it ends; the first broken link is an error.
func (p program) proveChain(ctx context.Context, pf *platform, heads []audit.Head) error {
	r, err := pf.audit.Verify(ctx, heads...)
	if err != nil {
		return err
	}
	if r.Archived > 0 {
		p.say("%d older entries are in archives that were removed: prove those with `audit check`", r.Archived)
	}
	if len(heads) > 0 && r.FirstBroken == nil {
		p.say("the chain goes through the %d heads that were noted", len(heads))
	}
	p.say("%d audit entries over %d days, newest %s", r.Entries, r.Days, r.Head)
	if r.FirstBroken != nil {
		return r.FirstBroken
	}
	return nil
}

func (p program) auditHead(ctx context.Context, pf *platform) error {
	h, err := audit.Latest(ctx, pf.db)
	if err != nil {
		return err
	}
	p.say("public key of archives: %s", hex.EncodeToString(pf.audit.PublicKey()))
	if h.Seq == 0 {
		p.say("the audit chain is empty")
		return nil
	}
	p.say("day %s, number %d, digest %s", h.Day.Format(time.DateOnly), h.Seq, h.Grouped())
	p.say("%s", h)
	return nil
}

func (p program) archiveAudit(ctx context.Context, fs *flag.FlagSet, until, name string) error {
	day, err := time.Parse(time.DateOnly, until)
	if err != nil {
		return p.wrong(fs, "archive wants --until with a day like 2026-03-31, not %q", until)
	}
	return p.attach(ctx, func(ctx context.Context, pf *platform) error {
		var a audit.Archive
		err := writeWhole(name, func(w io.Writer) (err error) {
			a, err = pf.audit.Archive(ctx, actor.System("audit"), day.AddDate(0, 0, 1), w)
			if err == nil && a.Entries == 0 {
				return errors.New("no entries that old are online")
			}
			return err
		})
		if f, ok := fault.As(err); ok && f.Kind == fault.Invalid {
			return fmt.Errorf("entries stay online for six months: --until may not be later than %s", lastDay(f))
		}
		if err != nil {
			return err
		}
		p.say("check it where it will be kept, then take its days off the table with `audit remove`")
		p.say("%s: %d entries, %s to %s", name, a.Entries, a.FirstDay.Format(time.DateOnly), a.LastDay.Format(time.DateOnly))
		return nil
	})
}

// lastDay is the last day that may be archived; the fault names the first that may not.
func lastDay(f *fault.Fault) string {
	for _, field := range f.Fields {
		if text, ok := field.Args["Max"].(string); ok {
			if day, err := time.Parse(time.DateOnly, text); err == nil {
				return day.AddDate(0, 0, -1).Format(time.DateOnly)
			}
		}
	}
	return "six months ago"
}

// writeWhole writes a file that appears under its name whole, on the disk, or not
// at all; one that is there already is never touched.
func writeWhole(name string, write func(io.Writer) error) (err error) {
	if _, err := os.Lstat(name); err == nil {
		return fmt.Errorf("%s is there already", name)
	}
	part, err := os.CreateTemp(filepath.Dir(name), ".minping-audit-*.part")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(part.Name()) }()
	if err := errors.Join(write(part), part.Sync(), part.Close()); err != nil {
		return err
	}
	if err := os.Link(part.Name(), name); err != nil { // unlike a rename, never over another file
		return err
	}
	dir, err := os.Open(filepath.Dir(name))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// checkArchive proves a file without a database, as an outsider would.
func (p program) checkArchive(fs *flag.FlagSet, key, name string) (err error) {
	public, err := hex.DecodeString(key)
	if err != nil || len(public) != ed25519.PublicKeySize {
		return p.wrong(fs, "check wants --public-key with the %d hexadecimal digits that `audit head` printed", 2*ed25519.PublicKeySize)
	}
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	a, err := audit.ReadArchive(file, public)
	if err != nil {
		return err
	}
	p.say("begins after %x", a.Prev)
	p.say("ends with    %x", a.Last)
	p.say("%s is intact: %d entries, %s to %s", name, a.Entries, a.FirstDay.Format(time.DateOnly), a.LastDay.Format(time.DateOnly))
	return nil
}

func (p program) removeArchived(ctx context.Context, pf *platform, by actor.Actor, name string) (err error) {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	a, err := pf.audit.Remove(ctx, by, file)
	if f, ok := fault.As(err); ok && f.Kind == fault.Invalid {
		return fmt.Errorf("%s is not the archive of the oldest days online: it was removed already, or an older one comes first", name)
	}
	if err != nil {
		return err
	}
	p.say("%d entries from %s to %s are off the table; keep %s", a.Entries, a.FirstDay.Format(time.DateOnly), a.LastDay.Format(time.DateOnly), name)
	return nil
}
