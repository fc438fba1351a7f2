package media

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"
	"strings"
)

// What a document may not have, by the names of ISO 32000-1: what runs, what opens
// or sends something, and what hides files within.
var barred = map[string]string{
	"JavaScript": "attach.pdf_active", "Launch": "attach.pdf_active", "SubmitForm": "attach.pdf_active", "ImportData": "attach.pdf_active",
	"GoToE": "attach.pdf_active", "Rendition": "attach.pdf_active", "RichMedia": "attach.pdf_active", "RichMediaExecute": "attach.pdf_active",
	"Movie": "attach.pdf_active", "XFA": "attach.pdf_active", "OnInstantiate": "attach.pdf_active",
	"EmbeddedFile": "attach.pdf_active", "EmbeddedFiles": "attach.pdf_active", "FileAttachment": "attach.pdf_active",
	"Encrypt": "attach.pdf_locked", "Crypt": "attach.pdf_locked",
}

const (
	longestName  = 64
	mostUnpacked = 128 << 20 // of all compressed parts that are no pictures
	mostPacked   = 64 << 20  // read for that, some of it more than once
	mostStreams  = 50_000
	dictBefore   = 2 << 10 // how far back a stream's dictionary is looked for
	tailSize     = 1024
)

// checkPDF refuses a document that does more than show pages. Names are looked for
// everywhere, also where a reader would see a text or a picture, because readers
// differ in what they take for which; and in every compressed part, whatever
// it says it is. It is a sieve, not a proof: documents are only ever handed out to be saved.
func checkPDF(b []byte) error {
	if !whole(b) {
		return refused("attach.pdf_broken")
	}
	if key := barredIn(b); key != "" {
		return refused(key)
	}
	left := &budget{streams: mostStreams, unpacked: mostUnpacked, packed: mostPacked}
	for rest, at := b, 0; ; {
		i := bytes.Index(rest, []byte("stream"))
		if i < 0 {
			return nil
		}
		start := at + i + len("stream")
		if at+i < 3 || string(b[at+i-3:at+i]) != "end" {
			if key := checkStream(b[max(0, at+i-dictBefore):at+i], b[start:], left); key != "" {
				return refused(key)
			}
		}
		rest, at = b[start:], start
	}
}

// budget bounds the work that one document may be.
type budget struct{ streams, unpacked, packed int }

// counted reads what is paid for.
type counted struct {
	io.Reader
	left *int
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p[:min(len(p), 4<<10)])
	if *c.left -= n; *c.left < 0 {
		return 0, errBudget
	}
	return n, err
}

var errBudget = errors.New("more work than a document is")

// whole tells a document that begins and ends as one, and is nothing else besides:
// what follows the end, or begins in front of it, is how files become two things at once.
func whole(b []byte) bool {
	tail := b[max(0, len(b)-tailSize):]
	end := bytes.LastIndex(tail, []byte("%%EOF"))
	if end < 0 || len(bytes.Trim(tail[end+5:], "\x00\t\n\f\r ")) > 0 {
		return false
	}
	for rest := b[max(0, len(b)-(64<<10)-22):]; ; { // the end of a ZIP archive, with its comment up to the last byte
		i := bytes.Index(rest, []byte("PK\x05\x06"))
		if i < 0 || len(rest)-i < 22 {
			return true
		}
		if n := int(rest[i+20]) | int(rest[i+21])<<8; len(rest)-i-22 == n {
			return false
		}
		rest = rest[i+4:]
	}
}

// checkStream looks into one compressed part. dict is what stands before it.
func checkStream(dict, body []byte, left *budget) string {
	if i := bytes.LastIndex(dict, []byte("endobj")); i >= 0 {
		dict = dict[i:]
	}
	names := namesIn(dict)
	odd := names["ASCIIHexDecode"] || names["AHx"] || names["ASCII85Decode"] || names["A85"] || names["LZWDecode"] || names["LZW"] || names["RunLengthDecode"] || names["RL"]
	if names["ObjStm"] && (odd || names["Predictor"]) {
		return "attach.pdf_broken" // objects packed in a way that nobody packs them
	}
	body = bytes.TrimPrefix(bytes.TrimPrefix(body, []byte("\r")), []byte("\n"))
	if names["Image"] && !names["ObjStm"] || len(body) < 2 || body[0]&15 != 8 || (int(body[0])<<8|int(body[1]))%31 != 0 {
		return ""
	}
	if left.streams--; left.streams < 0 {
		return "attach.pdf_broken"
	}
	z, err := zlib.NewReader(counted{bytes.NewReader(body), &left.packed})
	if err != nil {
		return ""
	}
	defer func() { _ = z.Close() }()
	chunk, kept := make([]byte, 64<<10), 0
	for {
		n, err := io.ReadFull(z, chunk[kept:])
		if left.unpacked -= n; left.unpacked < 0 || errors.Is(err, errBudget) {
			return "attach.pdf_broken"
		}
		if key := barredIn(chunk[:kept+n]); key != "" {
			return key
		}
		if err != nil {
			return "" // the end; or broken, and what cannot be unpacked holds no objects
		}
		kept = copy(chunk, chunk[len(chunk)-longestName:]) // a name may lie across
	}
}

// barredIn gives the complaint about the first name that is barred.
func barredIn(b []byte) string {
	for {
		i := bytes.IndexByte(b, '/')
		if i < 0 {
			return ""
		}
		b = b[i+1:]
		if key := barred[nameAt(b)]; key != "" {
			return key
		}
	}
}

func namesIn(b []byte) map[string]bool {
	names := map[string]bool{}
	for {
		i := bytes.IndexByte(b, '/')
		if i < 0 {
			return names
		}
		b = b[i+1:]
		names[nameAt(b)] = true
	}
}

// nameAt reads a name (ISO 32000-1, 7.3.5), in which any character may be written
// as # and two digits.
func nameAt(b []byte) string {
	var buf [longestName]byte
	name := buf[:0]
	for i := 0; i < len(b) && len(name) < longestName; i++ {
		c := b[i]
		if c <= ' ' || strings.IndexByte("()<>[]{}/%", c) >= 0 {
			break
		}
		if c == '#' && i+2 < len(b) {
			high, low := hex(b[i+1]), hex(b[i+2])
			if high >= 0 && low >= 0 {
				c, i = byte(high<<4|low), i+2
			}
		}
		name = append(name, c)
	}
	return string(name)
}

func hex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
