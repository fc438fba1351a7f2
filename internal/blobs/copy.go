package blobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"gocloud.dev/blob"
)

// Each gives every file as it lies there, encrypted, in the order of names: for backups.
// A file that goes away meanwhile is left out.
func (s *Store) Each(ctx context.Context, each func(name string, size int64, from io.Reader) error) error {
	list := s.bucket.List(nil)
	for {
		o, err := list.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return s.failed("list", err)
		}
		r, err := s.bucket.NewReader(ctx, o.Key, nil)
		if err := s.failedUnlessGone(err); err != nil {
			return err
		} else if r == nil {
			continue
		}
		err = each(o.Key, r.Size(), r)
		if err := errors.Join(err, r.Close()); err != nil {
			return err
		}
	}
}

func (s *Store) failedUnlessGone(err error) error {
	if err == nil {
		return nil
	}
	if err := s.failed("read", err); !errors.Is(err, ErrNotThere) {
		return err
	}
	return nil
}

// PutBack stores what Each gave, under its name. What is there already stays.
func (s *Store) PutBack(ctx context.Context, name string, from io.Reader) (err error) {
	if name == "" || path.Clean("/"+name) != "/"+name || strings.ContainsAny(name, "\\\x00") {
		return fmt.Errorf("no name of a file: %q", name)
	}
	if there, err := s.Exists(ctx, name); err != nil || there {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // before Close, it keeps a half-written file from taking its name
	w, err := s.bucket.NewWriter(ctx, name, &blob.WriterOptions{ContentType: "application/octet-stream", DisableContentTypeDetection: true, BufferSize: 5 << 20, MaxConcurrency: 1})
	if err != nil {
		return s.failed("write", err)
	}
	if _, err := io.Copy(w, from); err != nil {
		cancel()
		_ = w.Close()
		return s.failed("write", err)
	}
	if err := w.Close(); err != nil {
		return s.failed("write", err)
	}
	if err := s.sync(name); err != nil {
		return s.failed("write", err)
	}
	return nil
}
