package console

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"minping/internal/fault"
)

// Uploads wait on this machine between the report and its confirmation, so that
// what is applied is what was looked at. They are private to the account that
// sent them and go after half an hour. Where several nodes serve the console and
// the confirmation reaches another one, the user is asked to upload again.
type uploads struct {
	parent string
	now    func() time.Time
	mu     sync.Mutex
	dir    string
	kept   map[string]upload
}

type upload struct {
	ID      string
	Account int64
	Name    string
	path    string
	until   time.Time
}

const (
	uploadLimit = 21 << 20 // 20 MB of file and a little form around it
	uploadKeep  = 30 * time.Minute
	uploadsMost = 50
)

func newUploads(parent string, now func() time.Time) *uploads {
	return &uploads{parent: parent, now: now, kept: map[string]upload{}}
}

// put keeps a file. Busy where too many wait already.
func (u *uploads) put(account int64, name string, from io.Reader) (upload, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.sweep()
	if len(u.kept) >= uploadsMost {
		return upload{}, fault.New(fault.Busy, "console.import.busy")
	}
	if u.dir == "" {
		dir, err := os.MkdirTemp(u.parent, "minping-uploads-") // mode 0700
		if err != nil {
			return upload{}, fmt.Errorf("keep upload: %w", err)
		}
		u.dir = dir
	}
	up := upload{ID: rand.Text(), Account: account, Name: name, until: u.now().Add(uploadKeep)}
	up.path = filepath.Join(u.dir, up.ID)
	if err := writeFile(up.path, from); err != nil {
		return upload{}, err
	}
	u.kept[up.ID] = up
	return up, nil
}

func writeFile(path string, from io.Reader) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("keep upload: %w", err)
	}
	_, err = io.Copy(f, from)
	if err = errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(path)
		return fmt.Errorf("keep upload: %w", err)
	}
	return nil
}

// open gives an upload of the account. NotFound where it is another's, has
// expired or lies on another node.
func (u *uploads) open(account int64, id string) (upload, *os.File, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.sweep()
	up, ok := u.kept[id]
	if !ok || up.Account != account {
		return upload{}, nil, fault.New(fault.NotFound, "console.import.gone")
	}
	f, err := os.Open(up.path)
	if err != nil {
		return upload{}, nil, fault.Wrap(fault.NotFound, "console.import.gone", err)
	}
	return up, f, nil
}

func (u *uploads) drop(id string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.remove(id)
}

func (u *uploads) sweep() {
	for id, up := range u.kept {
		if u.now().After(up.until) {
			u.remove(id)
		}
	}
}

func (u *uploads) remove(id string) {
	if up, ok := u.kept[id]; ok {
		_ = os.Remove(up.path)
		delete(u.kept, id)
	}
}

func (u *uploads) close() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.dir == "" {
		return nil
	}
	return os.RemoveAll(u.dir)
}
