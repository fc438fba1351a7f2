package media

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Limits of what is taken.
const (
	MaxBytes = 10 << 20 // of one file as it comes
	Edge     = 2560     // longest side of a picture that is kept
	Small    = 320      // longest side of a thumbnail

	maxPixels = 50_000_000
	maxMemory = 96 << 20 // what decoding one picture may take
)

// Cleaner makes files safe, a bounded number of them at once. All methods may be
// called at once.
type Cleaner struct{ turn chan struct{} }

// New makes a cleaner that works on so many files at a time; others wait.
func New(atOnce int) *Cleaner { return &Cleaner{make(chan struct{}, max(1, atOnce))} }

// Made is a file that may be kept.
type Made struct {
	Kind          Kind
	Body          io.ReadSeeker
	Size          int64
	Width, Height int    // of a picture
	Thumb         []byte // JPEG of a picture; nil of a document
}

// Take looks at a file and makes what is kept of it. Invalid about the field "file"
// where it is nothing that is taken, empty, too large, broken or dangerous; the
// context's error where it ends while waiting for a turn.
func (c *Cleaner) Take(ctx context.Context, src io.ReaderAt, size int64) (Made, error) {
	if size > MaxBytes {
		return Made{}, refused("attach.large")
	}
	head := make([]byte, headSize)
	n, err := src.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return Made{}, fmt.Errorf("read upload: %w", err)
	}
	kind, err := sniff(head[:min(int64(n), size)])
	if err != nil {
		return Made{}, err
	}
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return Made{}, fmt.Errorf("wait to look at an upload: %w", context.Cause(ctx))
	}
	if kind != formatPDF {
		return takePicture(kind, io.NewSectionReader(src, 0, size))
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(io.NewSectionReader(src, 0, size), body); err != nil {
		return Made{}, fmt.Errorf("read upload: %w", err)
	}
	if err := checkPDF(body); err != nil {
		return Made{}, err
	}
	return Made{Kind: Document, Body: io.NewSectionReader(src, 0, size), Size: size}, nil
}
