package media

import (
	"encoding/binary"
	"errors"
	"io"
)

// header is what a file says of its picture before it is decoded.
type header struct {
	width, height int
	perPixel      float64 // bytes that decoding takes
	orientation   int     // EXIF; 0: not said
}

func (h header) memory() int64 { return int64(float64(h.width) * float64(h.height) * h.perPixel) }

var errHeader = errors.New("no header of a picture")

func headerOf(f format, src *io.SectionReader) (header, error) {
	switch f {
	case formatJPEG:
		return jpegHeader(src)
	case formatPNG:
		return pngHeader(src)
	case formatGIF:
		b, err := at(src, 6, 4)
		if err != nil {
			return header{}, err
		}
		return header{width: int(binary.LittleEndian.Uint16(b)), height: int(binary.LittleEndian.Uint16(b[2:])), perPixel: 2}, nil
	}
	return webpHeader(src)
}

func at(src *io.SectionReader, off int64, n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := src.ReadAt(b, off); err != nil {
		return nil, errHeader
	}
	return b, nil
}

// mostSegments and mostExif bound the walk through a file's parts.
const (
	mostSegments = 2000
	mostExif     = 64 << 10
)

// jpegHeader walks the segments (ITU-T T.81, B.1) up to the first scan.
func jpegHeader(src *io.SectionReader) (header, error) {
	var h header
	off := int64(2)
	for range mostSegments {
		b, err := at(src, off, 4)
		if err != nil || b[0] != 0xff {
			return h, errHeader
		}
		marker, size := b[1], int(binary.BigEndian.Uint16(b[2:]))
		switch {
		case marker == 0xff: // a fill byte
			off++
			continue
		case marker == 0x01 || marker >= 0xd0 && marker <= 0xd7:
			off += 2
			continue
		case marker == 0xda || marker == 0xd9:
			if h.width == 0 {
				return h, errHeader
			}
			return h, nil
		case size < 2:
			return h, errHeader
		}
		body, err := at(src, off+4, size-2)
		if err != nil {
			return h, err
		}
		switch {
		case marker >= 0xc0 && marker <= 0xc2:
			if err := h.frame(body, marker == 0xc2); err != nil {
				return h, err
			}
		case marker == 0xe1 && h.orientation == 0 && len(body) > 6 && string(body[:6]) == "Exif\x00\x00":
			h.orientation = orientationIn(body[6:])
		}
		off += int64(2 + size)
	}
	return h, errHeader
}

// frame reads a start of frame. A progressive picture is kept as coefficients of
// four bytes until it is whole; four colours, and RGB, are copied once more.
func (h *header) frame(b []byte, progressive bool) error {
	if len(b) < 6 || len(b) < 6+3*int(b[5]) || b[5] == 0 || h.width != 0 {
		return errHeader
	}
	h.height, h.width = int(binary.BigEndian.Uint16(b[1:])), int(binary.BigEndian.Uint16(b[3:]))
	most, samples := 1, 0
	for i := range int(b[5]) {
		n := int(b[6+3*i+1]>>4) * int(b[6+3*i+1]&15)
		most, samples = max(most, n), samples+n
	}
	h.perPixel = float64(samples) / float64(most)
	if progressive {
		h.perPixel *= 5
	}
	if b[5] == 4 {
		h.perPixel += 4
	}
	return nil
}

// pngHeader reads IHDR, and eXIf where it comes before the picture.
func pngHeader(src *io.SectionReader) (header, error) {
	b, err := at(src, 8, 25)
	if err != nil || string(b[4:8]) != "IHDR" {
		return header{}, errHeader
	}
	w, ht := binary.BigEndian.Uint32(b[8:]), binary.BigEndian.Uint32(b[12:])
	if w > 1<<20 || ht > 1<<20 {
		return header{width: 1 << 20, height: 1 << 20, perPixel: 4}, nil
	}
	h := header{width: int(w), height: int(ht), perPixel: 4}
	if b[16] == 16 {
		h.perPixel = 8
	}
	if b[20] != 0 { // interlaced: each pass is a picture of its own
		h.perPixel *= 2
	}
	off := int64(8)
	for range mostSegments {
		b, cut := at(src, off, 8)
		if cut != nil || string(b[4:]) == "IDAT" { // what ends too early, the decoder refuses
			break
		}
		size := int64(binary.BigEndian.Uint32(b))
		if string(b[4:]) == "eXIf" && size <= mostExif {
			if exif, broken := at(src, off+8, int(size)); broken == nil {
				h.orientation = orientationIn(exif)
			}
		}
		off += 12 + size
	}
	return h, nil //nolint:nilerr // what ends too early, the decoder refuses
}
