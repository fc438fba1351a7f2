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
// megabytes, tags within tags without end, five thousand sheets that are all the
// same part. So every part is streamed past these bounds before anything takes it
// apart. A directory of 200,000 rows stays below them.
const (
	tagsLimit   = 8 << 20    // tags in all parts
	textLimit   = 4 * 32767  // bytes between two, or in one: Excel's longest cell has 32,767 characters
	depthLimit  = 200        // tags within tags
	sheetsLimit = 40         // sheets of one workbook
	sheetMark   = "sheetId=" // in xl/workbook.xml, once a sheet
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
		if err := s.add(chunk[:n]); err != nil {
			return s.tags, err
		}
		switch {
		case s.tags > most:
			return s.tags, errUnpacked
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return s.tags, nil
		case err != nil:
			return s.tags, fmt.Errorf("%w: %w", errNotSheet, err)
		}
	}
}

// Where a byte stands.
const (
	inText = iota
	atTag  // behind <
	inTag
	inQuote
	inClosing // </
	atMark    // behind <!
	atDash    // behind <!-
	inNote    // a comment, an instruction, or text that is no markup
)

// scale counts over the chunks of one part. It reads markup as encoding/xml does,
// so that nothing hides in quotes, comments and the like.
type scale struct {
	sheets bool // count sheets too
	tags   int
	run    int // bytes since the last tag began or ended
	depth  int
	found  int
	tail   []byte // the end of the chunk before, for a word that lies across

	state, quote byte
	end          byte // what ends a note: -->, ]]> or ?>
	last, before byte
	fresh        bool // a note has just begun
}

func (s *scale) add(chunk []byte) error {
	for _, c := range chunk {
		if !s.step(c) {
			return errNotSheet
		}
		if s.run++; s.run > textLimit || s.depth > depthLimit {
			return errUnpacked
		}
		if s.before, s.last = s.last, c; s.fresh {
			s.before, s.last, s.fresh = 0, 0, false
		}
	}
	if !s.sheets {
		return nil
	}
	joined := slices.Concat(s.tail, chunk)
	if s.found += bytes.Count(joined, []byte(sheetMark)); s.found > sheetsLimit {
		return errUnpacked
	}
	s.tail = bytes.Clone(joined[len(joined)-min(len(joined), len(sheetMark)-1):])
	return nil
}

// step takes one byte; false where it cannot stand in a workbook.
func (s *scale) step(c byte) bool {
	switch s.state {
	case inText:
		if c == '<' {
			s.tags, s.run, s.state = s.tags+1, 0, atTag
		}
	case atTag:
		return s.begin(c)
	case atMark:
		switch c {
		case '-':
			s.state = atDash
		case '[':
			s.note(']')
		default:
			return false // a document type
		}
	case atDash:
		s.note('-')
		return c == '-'
	case inNote:
		if c == '>' && s.last == s.end && (s.end == '?' || s.before == s.end) {
			s.text()
		}
	case inQuote:
		if c == s.quote {
			s.state = inTag
		}
	case inTag:
		switch c {
		case '"', '\'':
			s.quote, s.state = c, inQuote
		case '>':
			if s.last == '/' {
				s.depth--
			}
			s.text()
		}
	case inClosing:
		if c == '>' {
			s.text()
		}
	}
	return true
}

func (s *scale) begin(c byte) bool {
	switch c {
	case '/':
		s.depth, s.state = s.depth-1, inClosing
		return s.depth >= 0
	case '!':
		s.state = atMark
	case '?':
		s.note('?')
	default:
		s.depth, s.state = s.depth+1, inTag
	}
	return true
}

func (s *scale) text() { s.run, s.state = 0, inText }

// note begins one. What began it is forgotten: <!--> and <?> do not end where they begin.
func (s *scale) note(end byte) { s.end, s.state, s.fresh = end, inNote, true }

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
