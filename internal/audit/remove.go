package audit

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Remove reads an archive back from where it is kept, proves it, and takes its
// days off the table; the chain goes on from its last digest. Needs audit:archive
// over the city: Forbidden. ErrArchive where the file is not as it was signed;
// Invalid with a complaint about file where it is not one of ours or its days are not the oldest online (any more).
func (s *Service) Remove(ctx context.Context, by actor.Actor, file io.Reader) (Archive, error) {
	if err := allowed(by, mayArchive); err != nil {
		return Archive{}, err
	}
	a, err := ReadArchive(file, s.PublicKey())
	if err != nil {
		return Archive{}, err
	}
	now := s.now()
	err = pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		noted, err := archiveByDigest(ctx, tx, a.FileDigest)
		if pg.None(err) || (err == nil && noted.RemovedAt != nil) {
			return fault.Fielded(fault.Field{Name: "file", Key: "fault.field.invalid"})
		}
		if err != nil {
			return fmt.Errorf("find archive: %w", err)
		}
		if noted.Entries != a.Entries || !bytes.Equal(noted.Last, a.Last) {
			return fmt.Errorf("%w: it was noted otherwise", ErrArchive)
		}
		if oldest, err := oldestOnline(ctx, tx); err != nil {
			return fmt.Errorf("oldest audit entry: %w", err)
		} else if !oldest.Equal(noted.FirstDay) { // another archive took part of its days
			return fault.Fielded(fault.Field{Name: "file", Key: "fault.field.invalid"})
		}
		if err := removeArchive(ctx, tx, noted.ID, now); err != nil {
			return fmt.Errorf("remove archive %d: %w", noted.ID, err)
		}
		return Record(ctx, tx, Entry{At: now, By: by, Action: AuditRemove, Object: a.object(), Detail: a.detail()})
	})
	if err != nil {
		return Archive{}, err
	}
	return a, nil
}
