package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"minping/internal/blobs"
	"minping/internal/jobs"
	"minping/internal/vault"
	"minping/privacy"
	"minping/server/config"
)

// openFiles opens the place of photos and documents.
func openFiles(ctx context.Context, c config.Config, log *slog.Logger) (*blobs.Store, error) {
	address, err := c.Files()
	var store *blobs.Store
	if err == nil {
		store, err = blobs.Open(ctx, address, log)
	}
	switch {
	case err == nil:
		return store, nil
	case c.BlobURL != "":
		return nil, fmt.Errorf("MINPING_BLOB_URL: %w", err)
	}
	// A container has no folder of its own; everything else works without one.
	log.Warn("nothing can be attached to complaints: the data directory cannot be written; set MINPING_BLOB_URL", "error", err)
	return nil, nil //nolint:nilnil // no store is no fault
}

// closeFiles lets go of it, once: the stop of a server comes by here twice.
func (p *platform) closeFiles() error {
	var err error
	p.filesOnce.Do(func() {
		if p.files != nil {
			err = p.files.Close()
		}
	})
	return err
}

// opened is the vault, once it is.
func (p *platform) opened() *vault.Vault { return p.vault }

// sweepFiles is the job that takes away what no form was sent with.
func (p *platform) sweepFiles() jobs.Periodic {
	return jobs.Periodic{Name: "files never sent", Every: 20 * time.Minute, Do: func(ctx context.Context) error {
		_, err := p.desk.SweepFiles(ctx)
		return err
	}}
}

func (p *platform) fileKeeper() privacy.Keeper {
	return privacy.Keeper{Count: p.desk.CountOldFiles, End: p.desk.EndOldFiles}
}

// verifyFiles says which files of cases are not where they should be.
func (p program) verifyFiles(ctx context.Context, pf *platform) (missing int, err error) {
	gone, checked, err := pf.desk.MissingFiles(ctx)
	if err != nil {
		return 0, err
	}
	for _, a := range gone {
		p.say("file %d of case %d is not in the file store", a.ID, a.Case)
	}
	p.say("%d files of cases: %d missing", checked, len(gone))
	return len(gone), nil
}
