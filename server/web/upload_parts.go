package web

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// A small file can be much work: a million shared texts, one cell of a hundred
// megabytes, five thousand sheets that are all the same part. So every part is
// streamed past these bounds before anything takes it apart. A directory of
// 200,000 rows stays below them.
const (
	tagsLimit   = 8 << 20    // angle brackets in all parts
	textLimit   = 4 * 32767  // bytes between two of them: Excel's longest cell has 32,767 characters
	sheetsLimit = 40         // sheets of one workbook
	sheetMark   = "sheetId=" // in xl/workbook.xml, once a sheet
	doctypeMark = "<!DOCTYP" // as long as the other; XML knows it in capitals only
)

// weigh refuses a workbook that is more work than a table of ours can be, and one
// with a document type, which no workbook has and which is how XML is abused.
func weigh(files []*zip.File) error {
	tags := 0
	for _, f := range files {
		n, err := weighPart(f, tagsLimit-tags)
		if err != nil {
			return err
		}
		tags += n
	}
	return nil
}

func weighPart(f *zip.File, most int) (tags int, err error) {
	rc, err := f.Open()
	if err != nil {
		return 0, fmt.Errorf("%w: %w", errNotSheet, err)
	}
	defer func() { _ = rc.Close() }()
	var chunk [32 << 10]byte
	s := scale{sheets: strings.EqualFold(f.Name, "xl/workbook.xml")}
	for first := true; ; first = false {
		n, err := io.ReadFull(rc, chunk[:])
		if first && unreadableAsText(chunk[:min(n, 16)]) {
			return 0, nil // no reader of XML takes it
		}
		if !s.add(chunk[:n]) || s.tags > most {
			return s.tags, errUnpacked
		}
		if s.doctype {
			return s.tags, errNotSheet
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return s.tags, nil
		case err != nil:
			return s.tags, fmt.Errorf("%w: %w", errNotSheet, err)
		}
	}
}

// scale counts over the chunks of one part.
type scale struct {
	sheets  bool // count sheets too
	tags    int
	run     int
	found   int
	tail    []byte // the end of the chunk before, for words that lie across
	doctype bool
}

func (s *scale) add(chunk []byte) bool {
	for rest := chunk; ; {
		at := bytes.IndexByte(rest, '<')
		if at < 0 {
			s.run += len(rest)
			break
		}
		if s.run+at > textLimit {
			return false
		}
		s.tags, s.run, rest = s.tags+1, 0, rest[at+1:]
	}
	s.words(chunk)
	return s.run <= textLimit && s.found <= sheetsLimit
}

// words looks for the document type, and for sheets where they are listed; a word
// may lie across two chunks.
func (s *scale) words(chunk []byte) {
	joined := slices.Concat(s.tail, chunk)
	s.doctype = s.doctype || bytes.Contains(joined, []byte(doctypeMark))
	if s.sheets {
		s.found += bytes.Count(joined, []byte(sheetMark))
	}
	s.tail = bytes.Clone(joined[len(joined)-min(len(joined), len(sheetMark)-1):])
}

// unreadableAsText tells what begins as no text does: pictures, printer settings.
func unreadableAsText(begin []byte) bool {
	for len(begin) > 0 {
		r, size := utf8.DecodeRune(begin)
		if r == utf8.RuneError && size == 1 && utf8.FullRune(begin) || r < 0x20 && r != '\t' && r != '\n' && r != '\r' {
			return true
		}
		begin = begin[size:]
	}
	return false
}
