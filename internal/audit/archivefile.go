package audit

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/emmansun/gmsm/sm3"
)

const (
	archiveFormat = "minping-audit-archive-1"
	longestLine   = 64 << 10
)

// ErrArchive says that a file is not an archive as it was written and signed.
var ErrArchive = errors.New("not an intact audit archive")

// archiveHeader is an archive's first line.
type archiveHeader struct {
	Format    string `json:"format"`
	Prev      string `json:"prev"` // the digest that the first entry refers to
	PublicKey string `json:"public_key"`
}

// archiveLine is an entry in an archive, by the names of its digest's encoding.
type archiveLine struct {
	Day        string          `json:"day"`
	Seq        int             `json:"seq"`
	At         string          `json:"at"`
	ActorID    *int64          `json:"actor_id"`
	ActorName  string          `json:"actor_name"`
	Source     string          `json:"source"`
	Action     Action          `json:"action"`
	ObjectKind string          `json:"object_kind"`
	ObjectID   string          `json:"object_id"`
	OfficeID   *int64          `json:"office_id"`
	HallID     *int64          `json:"hall_id"`
	Outcome    Outcome         `json:"outcome"`
	Detail     json.RawMessage `json:"detail"`
	Prev       string          `json:"prev"`
	Digest     string          `json:"digest"`
}

// archiveTrailer is an archive's last line.
type archiveTrailer struct {
	Entries   int    `json:"entries"`
	Last      string `json:"last"`
	SM3       string `json:"sm3"` // of every byte before this line
	Signature string `json:"signature"`
}

func signedText(digest []byte) []byte {
	return []byte(archiveFormat + " " + hex.EncodeToString(digest))
}

func lineOf(s Stored) archiveLine {
	return archiveLine{Day: s.Day.Format(time.DateOnly), Seq: s.Seq, At: s.At.UTC().Format(timeLayout), ActorID: s.ActorID,
		ActorName: s.ActorName, Source: s.Source, Action: s.Action, ObjectKind: s.ObjectKind, ObjectID: s.ObjectID,
		OfficeID: s.OfficeID, HallID: s.HallID, Outcome: s.Outcome, Detail: s.Detail,
		Prev: hex.EncodeToString(s.Prev), Digest: hex.EncodeToString(s.Digest)}
}

func (l archiveLine) stored() (Stored, error) {
	day, err1 := time.Parse(time.DateOnly, l.Day)
	at, err2 := time.Parse(timeLayout, l.At)
	prev, err3 := hex.DecodeString(l.Prev)
	digest, err4 := hex.DecodeString(l.Digest)
	return Stored{Day: day, Seq: l.Seq, At: at, ActorID: l.ActorID, ActorName: l.ActorName, Source: l.Source, Action: l.Action,
		ObjectKind: l.ObjectKind, ObjectID: l.ObjectID, OfficeID: l.OfficeID, HallID: l.HallID, Outcome: l.Outcome,
		Detail: l.Detail, Prev: prev, Digest: digest}, errors.Join(err1, err2, err3, err4)
}

// archiveWriter writes an archive line by line and follows the chain while it does.
type archiveWriter struct {
	out     io.Writer // buffered
	sum     hash.Hash
	chain   chain
	archive Archive
}

func newArchiveWriter(w *bufio.Writer, from Head, key ed25519.PublicKey) (*archiveWriter, error) {
	a := &archiveWriter{sum: sm3.New(), chain: chain{at: from}}
	a.out = io.MultiWriter(w, a.sum)
	a.archive.Prev = from.Digest
	return a, a.line(archiveHeader{archiveFormat, hex.EncodeToString(from.Digest), hex.EncodeToString(key)})
}

func (a *archiveWriter) line(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = a.out.Write(append(text, '\n'))
	return err
}

func (a *archiveWriter) entry(s Stored) error {
	if err := a.chain.follow(s); err != nil {
		return err
	}
	a.archive.add(s)
	return a.line(lineOf(s))
}

func (a *archiveWriter) finish(key ed25519.PrivateKey) error {
	a.archive.FileDigest = a.sum.Sum(nil)
	return a.line(archiveTrailer{Entries: a.archive.Entries, Last: hex.EncodeToString(a.archive.Last),
		SM3:       hex.EncodeToString(a.archive.FileDigest),
		Signature: hex.EncodeToString(ed25519.Sign(key, signedText(a.archive.FileDigest)))})
}

// ReadArchive reads an archive to its end and proves it: the signature with the
// public key that the reader kept (not the one in the file), every digest and
// every link. It needs no database. ErrArchive says what is wrong; a broken link
// is a *Link too.
func ReadArchive(r io.Reader, key ed25519.PublicKey) (Archive, error) {
	in := bufio.NewScanner(r)
	in.Buffer(make([]byte, 4096), longestLine)
	in.Split(wholeLines)
	p := archiveProof{sum: sm3.New()}
	for in.Scan() {
		if err := p.line(in.Bytes(), key); err != nil {
			return Archive{}, fmt.Errorf("%w: line %d: %w", ErrArchive, p.lines, err)
		}
	}
	if err := in.Err(); err != nil {
		return Archive{}, fmt.Errorf("read archive: %w", err)
	}
	if !p.signed {
		return Archive{}, fmt.Errorf("%w: it has no last line", ErrArchive)
	}
	return p.archive, nil
}

// wholeLines keeps the line's end, which the digest covers.
func wholeLines(data []byte, atEOF bool) (int, []byte, error) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1, data[:i+1], nil
	}
	if atEOF && len(data) > 0 {
		return len(data), data, nil
	}
	return 0, nil, nil
}

type archiveProof struct {
	sum     hash.Hash
	chain   chain
	archive Archive
	lines   int
	signed  bool
}

func (p *archiveProof) line(text []byte, key ed25519.PublicKey) error {
	p.lines++
	switch {
	case p.signed:
		return errors.New("something follows the signature")
	case p.lines == 1:
		return p.header(text)
	case bytes.HasPrefix(text, []byte(`{"entries":`)):
		return p.trailer(text, key)
	}
	p.sum.Write(text)
	var l archiveLine
	if err := json.Unmarshal(text, &l); err != nil {
		return err
	}
	s, err := l.stored()
	if err != nil {
		return err
	}
	if err := p.chain.follow(s); err != nil {
		return err
	}
	p.archive.add(s)
	return nil
}

func (p *archiveProof) header(text []byte) error {
	p.sum.Write(text)
	var h archiveHeader
	if err := json.Unmarshal(text, &h); err != nil {
		return err
	}
	prev, err := hex.DecodeString(h.Prev)
	if err != nil || h.Format != archiveFormat {
		return fmt.Errorf("format %q", h.Format)
	}
	p.archive.Prev, p.chain.at.Digest = prev, prev
	return nil
}

func (p *archiveProof) trailer(text []byte, key ed25519.PublicKey) error {
	var t archiveTrailer
	if err := json.Unmarshal(text, &t); err != nil {
		return err
	}
	p.archive.FileDigest = p.sum.Sum(nil)
	signature, err := hex.DecodeString(t.Signature)
	switch {
	case err != nil || len(key) != ed25519.PublicKeySize || !ed25519.Verify(key, signedText(p.archive.FileDigest), signature):
		return errors.New("the signature is not that of this file and key")
	case t.Entries != p.archive.Entries || t.Last != hex.EncodeToString(p.archive.Last):
		return errors.New("entries are missing")
	}
	p.signed = true
	return nil
}
