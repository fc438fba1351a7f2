package audit

import (
	"bufio"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// keepMonths is how long entries stay online at the least (网络安全法 article 21:
// not less than six months).
const keepMonths = 6

// Archive is a signed file of whole days.
type Archive struct {
	FirstDay   time.Time `db:"first_day"` // midnight UTC
	LastDay    time.Time `db:"last_day"`
	Entries    int       `db:"entries"`
	Prev       []byte    `db:"prev"` // digest before its first entry
	Last       []byte    `db:"last"` // digest of its last entry
	FileDigest []byte    `db:"file_digest"`
}

// Archive writes the days before one as a signed file and notes it; the entries
// stay online until Remove has read the file back. The days must be six months old:
// Invalid with a complaint about before. With no such days it writes nothing and
// gives the zero Archive; the same days give the same bytes, so a lost file can be
// written again. Needs audit:archive over the city: Forbidden. A *Link where the
// chain is broken: a broken chain is not archived.
func (s *Service) Archive(ctx context.Context, by actor.Actor, before time.Time, w io.Writer) (Archive, error) {
	if err := allowed(by, mayArchive); err != nil {
		return Archive{}, err
	}
	now := s.now()
	if latest := dayOf(now.AddDate(0, -keepMonths, 0)); before.After(latest) {
		return Archive{}, fault.Fielded(fault.Field{Name: "before", Key: "fault.field.most",
			Args: map[string]any{"Max": latest.Format(time.DateOnly)}})
	}
	var a Archive
	err := pg.InSnapshot(ctx, s.db, func(tx *sqlx.Tx) (err error) {
		a, err = s.write(ctx, tx, before, w)
		return err
	})
	if err != nil || a.Entries == 0 {
		return Archive{}, wrapped("archive audit", err)
	}
	err = pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := insertArchive(ctx, tx, a, now); err != nil {
			return wrapped("note archive", err)
		}
		return Record(ctx, tx, Entry{At: now, By: by, Action: AuditArchive, Object: a.object(), Detail: a.detail()})
	})
	if err != nil {
		return Archive{}, err
	}
	return a, nil
}

// write streams the days from the oldest one online up to before.
func (s *Service) write(ctx context.Context, q pg.Querier, before time.Time, w io.Writer) (Archive, error) {
	v := verification{q: q}
	if err := v.begin(ctx); err != nil {
		return Archive{}, err
	}
	buffered := bufio.NewWriter(w)
	var out *archiveWriter
	for after := v.chain.at.Day; ; {
		d, err := nextDay(ctx, q, after)
		if err != nil {
			return Archive{}, err
		}
		if d.Day == nil || !d.Day.Before(before) {
			break
		}
		if out == nil {
			if out, err = newArchiveWriter(buffered, v.chain.at, s.PublicKey()); err != nil {
				return Archive{}, err
			}
		}
		after = *d.Day
		if err := out.day(ctx, q, d); err != nil {
			return Archive{}, err
		}
	}
	if out == nil {
		return Archive{}, nil
	}
	if err := out.finish(s.private); err != nil {
		return Archive{}, err
	}
	return out.archive, buffered.Flush()
}

// day writes one day, whole as its head says.
func (a *archiveWriter) day(ctx context.Context, q pg.Querier, d chainDay) error {
	before := a.archive.Entries
	if err := selectDay(ctx, q, *d.Day, a.entry); err != nil {
		return err
	}
	if n := a.archive.Entries - before; d.Seq == nil || *d.Seq != n {
		return &Link{*d.Day, n + 1, Truncated}
	}
	return nil
}

func (a *Archive) add(s Stored) {
	if a.Entries == 0 {
		a.FirstDay = s.Day
	}
	a.LastDay, a.Last = s.Day, s.Digest
	a.Entries++
}

func (a Archive) object() Object {
	return Object{Kind: "archive", ID: a.FirstDay.Format(time.DateOnly) + ".." + a.LastDay.Format(time.DateOnly)}
}

func (a Archive) detail() Detail {
	return Detail{"first_day": a.FirstDay.Format(time.DateOnly), "last_day": a.LastDay.Format(time.DateOnly),
		"entries": a.Entries, "last": hex.EncodeToString(a.Last), "file_digest": hex.EncodeToString(a.FileDigest)}
}

func wrapped(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
