package complaints

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/pg"
)

const sweepBatch = 200

// SweepFiles takes away files whose form was never sent, what an upload that broke
// off left, and the bytes of erased files. It may run on several nodes at once, and be stopped anywhere.
func (s *Service) SweepFiles(ctx context.Context) (int, error) {
	if !s.TakesFiles() {
		return 0, nil
	}
	n := 0
	for {
		ids, err := selectExpired(ctx, s.cfg.DB, s.now(), sweepBatch)
		if err != nil {
			return n, err
		}
		for _, id := range ids {
			if err := s.remove(ctx, id); err != nil {
				return n, err
			}
			n++
		}
		if len(ids) < sweepBatch {
			break
		}
	}
	gone, err := s.sweepErased(ctx)
	return n + gone, err
}

// remove ends a file that waits: bytes first, so that no bytes are left without a row.
// A form that is sent in this moment waits for the row, and does not get it.
func (s *Service) remove(ctx context.Context, id int64) error {
	return pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		row, err := lockUpload(ctx, tx, id)
		if pg.None(err) {
			return nil // sent meanwhile
		}
		if err != nil {
			return err
		}
		if err := s.removeBytes(ctx, row.Object); err != nil {
			return err
		}
		if err := s.cfg.Vault().Erase(ctx, tx, row.Key); err != nil {
			return err
		}
		return deleteUpload(ctx, tx, id)
	})
}

// discard ends an upload that failed; what it cannot end now the sweep does.
func (s *Service) discard(ctx context.Context, row uploadRow) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := s.remove(ctx, row.ID); err != nil {
		s.cfg.Log.Warn("a failed upload is left to the sweep", "upload", row.ID, "error", err)
	}
}

func (s *Service) removeBytes(ctx context.Context, object string) error {
	if err := s.cfg.Files.Delete(ctx, thumbOf(object)); err != nil {
		return err
	}
	return s.cfg.Files.Delete(ctx, object)
}

func (s *Service) sweepErased(ctx context.Context) (int, error) {
	n := 0
	for {
		list, err := selectErased(ctx, s.cfg.DB, sweepBatch)
		if err != nil || len(list) == 0 {
			return n, err
		}
		for _, a := range list {
			if err := s.removeBytes(ctx, a.Object); err != nil {
				return n, err
			}
			if err := forgetObject(ctx, s.cfg.DB, a.ID); err != nil {
				return n, err
			}
			n++
		}
	}
}

// sweepLater tries at once; where the store is away the job does it.
func (s *Service) sweepLater(ctx context.Context) {
	if _, err := s.sweepErased(context.WithoutCancel(ctx)); err != nil {
		s.cfg.Log.Warn("erased files are left to the sweep", "error", err)
	}
}

// CountOldFiles counts the files of cases that ended before a moment.
func (s *Service) CountOldFiles(ctx context.Context, before time.Time) (int, error) {
	return countOldFiles(ctx, s.cfg.DB, before)
}

// EndOldFiles erases some of them; retention runs it until there are none.
func (s *Service) EndOldFiles(ctx context.Context, before time.Time, batch int) (n int, err error) {
	if !s.TakesFiles() {
		return 0, nil
	}
	err = pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		list, err := lockOldFiles(ctx, tx, before, batch)
		if err != nil {
			return err
		}
		for _, a := range list {
			if err := s.eraseIn(ctx, tx, a, "retention"); err != nil {
				return err
			}
		}
		n = len(list)
		return nil
	})
	if err != nil {
		return 0, err
	}
	s.sweepLater(ctx)
	return n, nil
}

// MissingFiles lists files of cases whose bytes are not in the store, for verify.
func (s *Service) MissingFiles(ctx context.Context) (missing []Attached, checked int, err error) {
	if s.cfg.Files == nil {
		return nil, 0, nil
	}
	for after := int64(0); ; {
		list, err := selectKept(ctx, s.cfg.DB, after, sweepBatch)
		if err != nil || len(list) == 0 {
			return missing, checked, err
		}
		for _, a := range list {
			there, err := s.cfg.Files.Exists(ctx, a.Object)
			if err != nil {
				return missing, checked, err
			}
			if !there {
				missing = append(missing, a)
			}
			after, checked = a.ID, checked+1
		}
	}
}
