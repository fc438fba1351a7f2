package complaints

import (
	"context"
	"crypto/hmac"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/emmansun/gmsm/sm3"
	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/blobs"
	"minping/internal/fault"
	"minping/internal/media"
	"minping/internal/pg"
)

// What may be attached.
const (
	MaxFiles    = 6              // to one message
	MaxFile     = media.MaxBytes // bytes of one
	StagedLasts = 24 * time.Hour // how long a file waits for its form

	writingLasts   = 15 * time.Minute
	picturesAtOnce = 1       // each may take a hundred megabytes while it is decoded
	mostStaged     = 4 << 30 // bytes of all files that wait
)

// Form is a form that files wait for: its number, which was printed into it and is
// known to its browser alone, and the button they are for. So a photo that was
// chosen for a private note is never in a reply.
type Form struct {
	ID  uuid.UUID
	For string
}

// FormFile is the button that files a case; its number is the submission's.
const FormFile = "file"

func formOf(with []Form) Form {
	if len(with) == 0 {
		return Form{}
	}
	return with[0]
}

// Upload is a file as it came.
type Upload struct {
	Name string // as its sender calls it; asked nothing, only shown
	From io.ReaderAt
	Size int64
}

// Staged is a file that waits for its form.
type Staged struct {
	ID            int64      `db:"id"`
	Name          string     `db:"name"`
	Kind          media.Kind `db:"kind"`
	Bytes         int64      `db:"bytes"`
	Width, Height int        `db:"-"`
	Thumb         []byte     `db:"-"` // JPEG of a picture
}

// TakesFiles tells whether anything can be attached.
func (s *Service) TakesFiles() bool {
	return s.cfg.Files != nil && s.cfg.Vault != nil && s.cfg.Vault() != nil
}

// fileFault is a complaint about the field of files.
func fileFault(key string) error {
	return fault.Fielded(fault.Field{Name: media.Field, Key: key, Args: map[string]any{"Max": MaxFiles, "MB": MaxFile >> 20}})
}

// Stage makes a file safe and keeps it until its form is sent, at most a day. by is
// the zero Actor for citizens; what one account put down no other finds. The same
// file again is the one that is there. Nobody needs a permission: what is never sent is read by nobody and goes again.
//
// Invalid about the field "file": nothing that is taken, broken, dangerous, too large,
// one too many. Conflict while the same file is on its way. Busy where there is no room.
func (s *Service) Stage(ctx context.Context, by actor.Actor, form Form, in Upload) (Staged, error) {
	if !s.TakesFiles() || form.ID == uuid.Nil {
		return Staged{}, fileFault("attach.closed")
	}
	made, err := s.clean.Take(ctx, in.From, in.Size)
	if err != nil {
		return Staged{}, err
	}
	row := uploadRow{Form: s.formDigest(by, form), Kind: made.Kind, Name: fileName(in.Name, made.Kind), Bytes: made.Size, Width: made.Width, Height: made.Height,
		Object: blobs.Name(s.now()), At: s.now()}
	if row.Digest, err = s.fileDigest(made.Body); err != nil {
		return Staged{}, err
	}
	key, err := s.reserve(ctx, &row)
	if err != nil || row.Ready {
		return row.staged(made.Thumb), err
	}
	if err := s.store(ctx, row, key, made); err != nil {
		s.discard(ctx, row)
		return Staged{}, err
	}
	return row.staged(made.Thumb), nil
}

// reserve puts the row down before a byte is written, so that nothing ever lies in
// the store that no row knows of. The same file that is there already is row afterwards.
func (s *Service) reserve(ctx context.Context, row *uploadRow) (key blobs.Key, err error) {
	err = pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		if err := lockForm(ctx, tx, int64(binary.BigEndian.Uint64(row.Form))); err != nil {
			return err
		}
		known, err := selectUploads(ctx, tx, row.Form)
		if err != nil {
			return err
		}
		for _, k := range known {
			if !hmac.Equal(k.Digest, row.Digest) {
				continue
			}
			if !k.Ready {
				return fault.New(fault.Conflict, "attach.again")
			}
			*row = k
			return setUploadReady(ctx, tx, k.ID, s.now().Add(StagedLasts))
		}
		if len(known) >= MaxFiles {
			return fileFault("attach.many")
		}
		if waiting, err := sumUploads(ctx, tx); err != nil {
			return err
		} else if waiting+row.Bytes > mostStaged {
			f := fault.New(fault.Busy, "attach.full")
			f.RetryAfter = 10 * time.Minute
			return f
		}
		if row.Key, key, err = s.cfg.Vault().NewFileKey(ctx, tx, row.Object); err != nil {
			return err
		}
		row.ID, err = insertUpload(ctx, tx, *row, s.now().Add(writingLasts))
		return err
	})
	return key, err
}

// store writes the bytes and says that they are whole.
func (s *Service) store(ctx context.Context, row uploadRow, key blobs.Key, made media.Made) error {
	if err := s.cfg.Files.Put(ctx, row.Object, key, made.Body); err != nil {
		return err
	}
	if made.Thumb != nil {
		if err := s.cfg.Files.Put(ctx, thumbOf(row.Object), key, readerOf(made.Thumb)); err != nil {
			return err
		}
	}
	return setUploadReady(ctx, s.cfg.DB, row.ID, s.now().Add(StagedLasts))
}

// StagedFiles lists what waits for a form, with thumbnails, so that a page that
// comes back shows it still there.
func (s *Service) StagedFiles(ctx context.Context, by actor.Actor, form Form) ([]Staged, error) {
	if !s.TakesFiles() || form.ID == uuid.Nil {
		return nil, nil
	}
	rows, err := selectUploads(ctx, s.cfg.DB, s.formDigest(by, form))
	if err != nil {
		return nil, err
	}
	var list []Staged
	for _, row := range rows {
		if !row.Ready {
			continue
		}
		var thumb []byte
		if row.Kind == media.Picture {
			if thumb, err = s.readAll(ctx, thumbOf(row.Object), row.Key); err != nil {
				return nil, err
			}
		}
		list = append(list, row.staged(thumb))
	}
	return list, nil
}

// Unstage takes a waiting file away again. One that is not there is gone already.
func (s *Service) Unstage(ctx context.Context, by actor.Actor, form Form, id int64) error {
	if !s.TakesFiles() || form.ID == uuid.Nil {
		return nil
	}
	rows, err := selectUploads(ctx, s.cfg.DB, s.formDigest(by, form))
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.ID == id && row.Ready {
			return s.remove(ctx, row.ID)
		}
	}
	return nil
}

// formDigest is what the table knows a form by: a copy of the database leads to no form.
func (s *Service) formDigest(by actor.Actor, form Form) []byte {
	mac := hmac.New(sm3.New, s.cfg.PINKey)
	mac.Write([]byte("files of a form\x00" + strconv.FormatInt(by.Account, 10) + "\x00" + form.For + "\x00"))
	mac.Write(form.ID[:])
	return mac.Sum(nil)
}

// fileDigest is keyed too: who has a photo cannot look up whether it was sent.
func (s *Service) fileDigest(body io.ReadSeeker) ([]byte, error) {
	mac := hmac.New(sm3.New, s.cfg.PINKey)
	_, err := io.Copy(mac, body)
	if _, again := body.Seek(0, io.SeekStart); err != nil || again != nil {
		return nil, fmt.Errorf("read upload: %w", errors.Join(err, again))
	}
	return mac.Sum(nil), nil
}
