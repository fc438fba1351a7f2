package web

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"path"
	"strings"
)

// What an upload turns out not to be.
var (
	errNotSheet = errors.New("neither a workbook nor text")
	errOldSheet = errors.New("an OLE file: an old or encrypted workbook")
	errMacro    = errors.New("a workbook with macros")
	errUnpacked = errors.New("a workbook that unpacks to too much")
)

// The largest workbook when unpacked, and its most parts.
const (
	unpackedLimit = 200 << 20
	partsLimit    = 5000
)

// complaintOfUpload looks at what a file is, whatever its name and its sender's
// Content-Type say. Every upload of this site is a table: a workbook or text. It
// gives the key of a complaint, or "".
func complaintOfUpload(h *multipart.FileHeader) string {
	f, err := h.Open()
	if err != nil {
		return "fault.field.invalid"
	}
	defer func() { _ = f.Close() }()
	switch err := CheckSheet(f, h.Size); {
	case err == nil:
		return ""
	case errors.Is(err, errOldSheet):
		return "challenge.upload.old"
	case errors.Is(err, errMacro):
		return "challenge.upload.macro"
	case errors.Is(err, errUnpacked):
		return "challenge.upload.large"
	}
	return "challenge.upload.type"
}

// CheckSheet tells by content whether a file is a table: an Office Open XML
// workbook (ECMA-376) without macros, or text as CSV is.
func CheckSheet(r io.ReaderAt, size int64) error {
	var head [8]byte
	n, err := r.ReadAt(head[:], 0)
	if err != nil && err != io.EOF {
		return fmt.Errorf("read upload: %w", err)
	}
	switch begin := head[:n]; {
	case bytes.HasPrefix(begin, []byte("PK\x03\x04")):
		return checkWorkbook(r, size)
	case bytes.HasPrefix(begin, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return errOldSheet
	case bytes.HasPrefix(begin, []byte("\xff\xfe")), bytes.HasPrefix(begin, []byte("\xfe\xff")):
		return nil // UTF-16 by its mark; the reader of CSV decodes it or refuses
	}
	return checkText(io.NewSectionReader(r, 0, size))
}

func checkWorkbook(r io.ReaderAt, size int64) error {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return fmt.Errorf("%w: %w", errNotSheet, err)
	}
	if len(z.File) > partsLimit {
		return errUnpacked
	}
	var types *zip.File
	var unpacked uint64
	workbook := false
	for _, f := range z.File {
		if unpacked += min(f.UncompressedSize64, unpackedLimit+1); unpacked > unpackedLimit {
			return errUnpacked
		}
		if strings.Contains(f.Name, "..") || path.IsAbs(f.Name) || f.Flags&1 != 0 { // flag 0: encrypted
			return errNotSheet
		}
		switch name := strings.ToLower(f.Name); {
		case name == "[content_types].xml":
			types = f
		case name == "xl/workbook.xml":
			workbook = true
		case path.Base(name) == "vbaproject.bin":
			return errMacro
		}
	}
	if !workbook || types == nil {
		return errNotSheet
	}
	if err := checkTypes(types); err != nil {
		return err
	}
	return weigh(z.File)
}

// checkTypes reads the list of parts, which says what sort of document it is.
func checkTypes(f *zip.File) error {
	rc, err := f.Open()
	if err != nil {
		return fmt.Errorf("%w: %w", errNotSheet, err)
	}
	defer func() { _ = rc.Close() }()
	list, err := io.ReadAll(io.LimitReader(rc, 1<<20))
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", errNotSheet, err)
	case bytes.Contains(list, []byte("macroEnabled")):
		return errMacro
	case !bytes.Contains(list, []byte("spreadsheetml.sheet.main+xml")):
		return errNotSheet
	}
	return nil
}

// checkText refuses what no table of text has: control characters but tab and
// line ends, and the beginnings of pages and scripts.
func checkText(r io.Reader) error {
	var chunk [32 << 10]byte
	for first := true; ; first = false {
		n, err := r.Read(chunk[:])
		if first && markup(chunk[:n]) {
			return errNotSheet
		}
		for _, b := range chunk[:n] {
			if b < 0x20 && b != '\t' && b != '\n' && b != '\r' && b != '\f' && b != 0x1a || b == 0x7f {
				return errNotSheet
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read upload: %w", err)
		}
	}
}

func markup(begin []byte) bool {
	begin = bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(begin, []byte("\ufeff")), " \t\r\n"))
	for _, sign := range []string{"<!doctype", "<html", "<script", "<?xml", "<svg", "<?php", "#!", "%pdf-", "{\\rtf"} {
		if bytes.HasPrefix(begin, []byte(sign)) {
			return true
		}
	}
	return false
}
