package media

import (
	"encoding/binary"
	"io"
)

// webpHeader walks the chunks. The size that counts is that of the bit stream, which
// is what is decoded, and not that of the canvas around it, which may lie.
func webpHeader(src *io.SectionReader) (header, error) {
	var h header
	off := int64(12)
	for range mostSegments {
		b, err := at(src, off, 8)
		if err != nil {
			break
		}
		size := int64(binary.LittleEndian.Uint32(b[4:]))
		switch string(b[:4]) {
		case "VP8 ":
			err = h.lossy(src, off+8)
		case "VP8L":
			err = h.lossless(src, off+8)
		case "ALPH":
			h.perPixel += 2
		case "EXIF":
			if size <= mostExif {
				if exif, err := at(src, off+8, int(size)); err == nil {
					h.orientation = orientationIn(exif)
				}
			}
		}
		if err != nil {
			return h, err
		}
		off += 8 + size + size&1
	}
	if h.width == 0 {
		return h, errHeader
	}
	return h, nil
}

// lossy reads the frame header of a key frame (RFC 6386, 9.1).
func (h *header) lossy(src *io.SectionReader, off int64) error {
	b, err := at(src, off, 10)
	if err != nil || b[3] != 0x9d || b[4] != 0x01 || b[5] != 0x2a {
		return errHeader
	}
	return h.sized(int(binary.LittleEndian.Uint16(b[6:])&0x3fff), int(binary.LittleEndian.Uint16(b[8:])&0x3fff), 2)
}

// lossless reads the header of a VP8L stream (RFC 9649, 3.4).
func (h *header) lossless(src *io.SectionReader, off int64) error {
	b, err := at(src, off, 5)
	if err != nil || b[0] != 0x2f {
		return errHeader
	}
	bits := binary.LittleEndian.Uint32(b[1:])
	return h.sized(int(bits&0x3fff)+1, int(bits>>14&0x3fff)+1, 10)
}

// sized takes the first stream; a file with several is none that cameras make.
func (h *header) sized(w, ht int, perPixel float64) error {
	if h.width != 0 {
		return errHeader
	}
	h.width, h.height, h.perPixel = w, ht, h.perPixel+perPixel
	return nil
}
