package blobs

import (
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// Key encrypts one or two files that have different names.
type Key = cipher.AEAD

const (
	magic = "MPF1"
	piece = 64 << 10
)

// ErrChanged is all that is said of a file that is not what was written.
var ErrChanged = errors.New("blobs: the key is wrong, or the stored bytes were changed")

// nonce of the n-th piece. Keys serve one file each, so counting is enough; the name
// separates the two that may share one.
func nonce(name string, n uint32, last bool) []byte {
	b := make([]byte, 12)
	copy(b, name[max(0, len(name)-7):])
	binary.BigEndian.PutUint32(b[7:], n)
	if last {
		b[11] = 1
	}
	return b
}

func bound(name string) []byte { return []byte("minping/blobs\x00" + name) }

func seal(w io.Writer, name string, key Key, from io.Reader) error {
	if _, err := io.WriteString(w, magic); err != nil {
		return err
	}
	now, next := make([]byte, piece), make([]byte, piece)
	out := make([]byte, 0, piece+key.Overhead())
	n, err := fill(from, now)
	for i := uint32(0); err == nil; i++ {
		var ahead int
		if n == piece {
			ahead, err = fill(from, next)
		}
		if err != nil {
			break
		}
		out = key.Seal(out[:0], nonce(name, i, ahead == 0), now[:n], bound(name))
		if _, err := w.Write(out); err != nil {
			return err
		}
		if ahead == 0 {
			return nil
		}
		now, next, n = next, now, ahead
	}
	return fmt.Errorf("read what is to be written: %w", err)
}

// fill reads until a piece is full or there is no more.
func fill(from io.Reader, into []byte) (int, error) {
	n, err := io.ReadFull(from, into)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return n, err
}

// opener decrypts as it is read; it gives no byte of a piece that is not as it was written.
type opener struct {
	from      io.ReadCloser
	key       Key
	name      string
	begun     bool
	n         uint32
	now, next []byte // encrypted
	plain     []byte
	rest      []byte // of plain
	err       error
}

func (o *opener) Read(p []byte) (int, error) {
	for len(o.rest) == 0 {
		if o.err == nil {
			o.err = o.step()
		}
		if len(o.rest) == 0 && o.err != nil {
			return 0, o.err
		}
	}
	n := copy(p, o.rest)
	o.rest = o.rest[n:]
	return n, nil
}

// step decrypts one piece; io.EOF with the last.
func (o *opener) step() error {
	size := piece + o.key.Overhead()
	if !o.begun {
		head := make([]byte, len(magic))
		if _, err := io.ReadFull(o.from, head); err != nil || string(head) != magic {
			return ErrChanged
		}
		o.begun, o.now, o.next = true, make([]byte, size), make([]byte, size)
		n, err := fill(o.from, o.now)
		if err != nil {
			return err
		}
		o.now = o.now[:n]
	}
	ahead := 0
	if len(o.now) == size {
		var err error
		if ahead, err = fill(o.from, o.next[:size]); err != nil {
			return err
		}
	}
	plain, err := o.key.Open(o.plain[:0], nonce(o.name, o.n, ahead == 0), o.now, bound(o.name))
	if err != nil {
		return ErrChanged
	}
	o.plain, o.rest, o.n = plain, plain, o.n+1
	o.now, o.next = o.next[:ahead], o.now[:size]
	if ahead == 0 {
		return io.EOF
	}
	return nil
}

func (o *opener) Close() error { return o.from.Close() }
