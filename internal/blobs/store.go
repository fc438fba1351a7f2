package blobs

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"gocloud.dev/blob"
	"gocloud.dev/blob/fileblob"
	_ "gocloud.dev/blob/memblob" // mem://, for tests
	_ "gocloud.dev/blob/s3blob"  // s3://
	"gocloud.dev/gcerrors"

	"minping/internal/fault"
)

// ErrNotThere is the answer for a name under which nothing lies.
var ErrNotThere = errors.New("blobs: nothing there")

// Store is a place for files. All methods may be called at once.
type Store struct {
	bucket *blob.Bucket
	folder string // "" unless it is one
	log    *slog.Logger
}

// Open opens a store: file:///a/folder (made where it is not there), s3://bucket?…
// as gocloud.dev/blob/s3blob reads it, mem://.
func Open(ctx context.Context, address string, log *slog.Logger) (*Store, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("the address of the file store is not one") // without it: it may hold a password
	}
	if u.Scheme == "file" {
		folder := filepath.Clean(u.Path)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return nil, fmt.Errorf("make folder for files: %w", err)
		}
		bucket, err := fileblob.OpenBucket(folder, &fileblob.Options{NoTempDir: true, Metadata: fileblob.MetadataDontWrite, DirFileMode: 0o700})
		if err != nil {
			return nil, fmt.Errorf("open folder for files: %w", err)
		}
		return &Store{bucket, folder, log}, nil
	}
	bucket, err := blob.OpenBucket(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("open the %s file store: %w", u.Scheme, err)
	}
	return &Store{bucket: bucket, log: log}, nil
}

// Close lets go of it.
func (s *Store) Close() error { return s.bucket.Close() }

// Name makes a new name, in a folder of its day so that none grows without end.
func Name(at time.Time) string {
	return at.UTC().Format("2006/01/02/") + strings.ToLower(rand.Text())
}

// Put writes a file under a name. Busy where there is no room.
func (s *Store) Put(ctx context.Context, name string, key Key, from io.Reader) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // before Close, it keeps a half-written file from taking its name
	w, err := s.bucket.NewWriter(ctx, name, &blob.WriterOptions{ContentType: "application/octet-stream", DisableContentTypeDetection: true, BufferSize: 5 << 20, MaxConcurrency: 1})
	if err != nil {
		return s.failed("write", err)
	}
	if err := seal(w, name, key, from); err != nil {
		cancel()
		_ = w.Close()
		return s.failed("write", err)
	}
	if err := w.Close(); err != nil {
		return s.failed("write", err)
	}
	if err := s.sync(name); err != nil {
		_ = s.Delete(context.WithoutCancel(ctx), name)
		return s.failed("write", err)
	}
	return nil
}

// sync makes sure that a file in a folder outlives a loss of power.
func (s *Store) sync(name string) error {
	if s.folder == "" {
		return nil
	}
	path := filepath.Join(s.folder, filepath.FromSlash(name))
	for range 4 { // the file, and the folders of its day, month and year
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return err
		}
		path = filepath.Dir(path)
	}
	return nil
}

// Get opens a file. ErrNotThere; an error at reading where it was changed or cut off.
func (s *Store) Get(ctx context.Context, name string, key Key) (io.ReadCloser, error) {
	r, err := s.bucket.NewReader(ctx, name, nil)
	if err != nil {
		return nil, s.failed("read", err)
	}
	return &opener{from: r, key: key, name: name}, nil
}

// Exists tells whether something lies under a name.
func (s *Store) Exists(ctx context.Context, name string) (bool, error) {
	there, err := s.bucket.Exists(ctx, name)
	if err != nil {
		return false, s.failed("look for", err)
	}
	return there, nil
}

// Delete takes a file away; what is not there is gone already.
func (s *Store) Delete(ctx context.Context, name string) error {
	if err := s.bucket.Delete(ctx, name); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return s.failed("remove", err)
	}
	return nil
}

// failed sorts errors: no room is told to who sends; names and addresses are told to nobody.
func (s *Store) failed(doing string, err error) error {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), strings.Contains(err.Error(), syscall.ENOSPC.Error()):
		s.log.Error("the file store is full")
		f := fault.Wrap(fault.Busy, "attach.full", errors.New("the file store is full"))
		f.RetryAfter = 10 * time.Minute
		return f
	case gcerrors.Code(err) == gcerrors.NotFound:
		return ErrNotThere
	}
	return fmt.Errorf("%s a file: %w", doing, err)
}
