package backup

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/emmansun/gmsm/sm3"
)

// The members of an archive.
const (
	dumpName     = "db.dump"
	filesFolder  = "files/"
	manifestName = "manifest.json"
)

// formatVersion is the layout of the archive; a program reads its own and older ones.
const formatVersion = 1

// Manifest says what is in an archive.
type Manifest struct {
	Format     int       `json:"format"`
	Program    string    `json:"program"`    // version that wrote it
	Schema     int64     `json:"schema"`     // number of the newest migration
	PostgreSQL int       `json:"postgresql"` // major version of the server
	Made       time.Time `json:"made"`
	Members    []Member  `json:"members"`
}

// Member is one file of the archive.
type Member struct {
	Name string `json:"name"`
	Size int64  `json:"size"`
	SM3  string `json:"sm3"`
}

// Files is how many files of the store it holds, and Bytes how long all its members are.
func (m Manifest) Files() int { return len(m.Members) - 1 }

// Bytes is the length of all members.
func (m Manifest) Bytes() (n int64) {
	for _, member := range m.Members {
		n += member.Size
	}
	return n
}

// ErrDamaged says that an archive is not what was written: cut off, changed, or something else.
var ErrDamaged = errors.New("the backup is damaged")

func parseManifest(raw []byte) (Manifest, error) {
	var m Manifest
	if err := json.Unmarshal(raw, &m); err != nil {
		return m, fmt.Errorf("%w: its manifest cannot be read", ErrDamaged)
	}
	if m.Format < 1 || m.Format > formatVersion {
		return m, fmt.Errorf("the backup has format %d, and this program reads up to %d: install a newer program", m.Format, formatVersion)
	}
	return m, nil
}

// digester counts and digests what is written through it.
type digester struct {
	to   io.Writer
	sum  hash.Hash
	size int64
}

func digesting(to io.Writer) *digester { return &digester{to: to, sum: sm3.New()} }

func (d *digester) Write(b []byte) (int, error) {
	n, err := d.to.Write(b)
	d.sum.Write(b[:n])
	d.size += int64(n)
	return n, err
}

func (d *digester) member(name string) Member {
	return Member{Name: name, Size: d.size, SM3: hex.EncodeToString(d.sum.Sum(nil))}
}
