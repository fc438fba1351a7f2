package main

import (
	"context"
	"strconv"
	"strings"
	"time"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/pg"
	"minping/internal/vault"

	"github.com/jmoiron/sqlx"
)

func runVault(ctx context.Context, p program, args []string) error {
	fs := p.flags("vault", "vault status\n       server vault new-key ID      (prints a line for the key ring)\n       server vault rotate [--batch N] [--rewrap]")
	batch := fs.Int("batch", 100, "rotate: records in one transaction, 1–10000")
	rewrap := fs.Bool("rewrap", false, "rotate: only encrypt the data keys anew, not the records; enough where the old master key is known to nobody")
	rest, err := p.parse(fs, args)
	if err != nil {
		return err
	}
	switch {
	case len(rest) == 2 && rest[0] == "new-key":
		line, err := vault.Generate(rest[1])
		if err == nil {
			p.say("%s", line)
		}
		return err
	case len(rest) == 1 && rest[0] == "status":
		return p.withVault(ctx, p.vaultStatus)
	case len(rest) == 1 && rest[0] == "rotate":
		if *batch < 1 || *batch > 10000 {
			return p.wrong(fs, "--batch wants 1–10000, not %d", *batch)
		}
		return p.withVault(ctx, func(ctx context.Context, pf *platform) error {
			return p.rotateVault(ctx, pf, vault.Rotation{Batch: *batch, Reencrypt: !*rewrap})
		})
	}
	return p.wrong(fs, "vault wants status, new-key ID, or rotate")
}

// withVault is attach with the vault open.
func (p program) withVault(ctx context.Context, f func(context.Context, *platform) error) error {
	return p.attach(ctx, func(ctx context.Context, pf *platform) error {
		if err := pf.unlock(ctx, p.config); err != nil {
			return err
		}
		return f(ctx, pf)
	})
}

func (p program) vaultStatus(ctx context.Context, pf *platform) error {
	s, err := pf.vault.Status(ctx)
	if err != nil {
		return err
	}
	p.say("key\tdata keys under it\tborn under it\trecords")
	for _, k := range s.Keys {
		mark := ""
		if k.ID == s.Current {
			mark = "\tcurrent"
		}
		p.say("%s\t%d\t%d\t%d%s", k.ID, k.Wraps, k.Born, k.Records, mark)
	}
	if len(s.Unneeded) > 0 {
		p.say("not needed any more by this database: %s (destroy them once no backup needs them)", strings.Join(s.Unneeded, " "))
	}
	p.say("%d records, %d erased, %d openings, current key %s", s.Records, s.Erased, s.Openings, s.Current)
	return nil
}

// rotateVault encrypts anew and says how far it is at most once a second.
func (p program) rotateVault(ctx context.Context, pf *platform, r vault.Rotation) error {
	said, began := time.Now(), time.Now()
	r.Progress = func(now vault.Progress) {
		if time.Since(said) < time.Second {
			return
		}
		said = time.Now()
		p.say("%d records encrypted anew, %d to go", now.Reencrypted, now.Remaining)
	}
	done, err := pf.vault.Rotate(ctx, r)
	if err != nil {
		return err
	}
	if err := pg.InTx(ctx, pf.db.DB, func(tx *sqlx.Tx) error {
		s, err := pf.vault.Status(ctx)
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{At: time.Now(), By: actor.System("vault"), Action: audit.VaultRotate,
			Object: audit.Object{Kind: "key", ID: s.Current}, Detail: audit.Detail{"keys": done.Rewrapped, "records": done.Reencrypted, "dropped": done.Dropped}})
	}); err != nil {
		return err
	}
	p.say("%s keys and %s records encrypted anew in %s, %d old data keys removed", strconv.Itoa(done.Rewrapped),
		strconv.Itoa(done.Reencrypted), time.Since(began).Round(time.Millisecond), done.Dropped)
	return nil
}
