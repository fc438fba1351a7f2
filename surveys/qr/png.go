package qr

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
)

const (
	// PrintSize is the width of a PNG for print: 1200 pixels at 300 dots per
	// inch are 101.6 mm, wider than the code of an A4 table stand.
	PrintSize = 1200
	// MaxSize bounds the memory that one picture takes.
	MaxSize = 8000

	perMetre  = 11811 // 300 dpi in pixels per metre, the unit of the pHYs chunk
	minModule = 2     // pixels; smaller ones do not survive a printer's or a browser's scaling
)

// PNG draws the symbol in a square of px pixels (0: PrintSize), black on white,
// each module the same whole number of pixels, so that no edge is blurred and
// none is uneven; what is left over widens the border. A square too small for
// the symbol grows to the smallest that holds it.
func (s *Symbol) PNG(px int) ([]byte, error) {
	if px == 0 {
		px = PrintSize
	}
	if px < 0 || px > MaxSize {
		return nil, fmt.Errorf("qr: %d pixels are not within 1–%d", px, MaxSize)
	}
	full := s.Modules() + 2*QuietZone
	module := max(px/full, minModule)
	px = max(px, module*full)
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed} // rows repeat: even so a few kilobytes
	if err := encoder.Encode(&b, s.image(px, module)); err != nil {
		return nil, fmt.Errorf("qr: write PNG: %w", err)
	}
	return withResolution(b.Bytes()), nil
}

// image draws the symbol in the middle of a square.
func (s *Symbol) image(px, module int) *image.Paletted {
	img := image.NewPaletted(image.Rect(0, 0, px, px), color.Palette{color.White, color.Black})
	margin := (px - module*s.Modules()) / 2
	for y, row := range s.modules {
		first := img.Pix[(margin+y*module)*img.Stride:][:img.Stride]
		for x, dark := range row {
			if dark {
				left := margin + x*module
				for i := left; i < left+module; i++ {
					first[i] = 1
				}
			}
		}
		for i := 1; i < module; i++ {
			copy(img.Pix[(margin+y*module+i)*img.Stride:], first)
		}
	}
	return img
}

// withResolution puts a pHYs chunk after the header (PNG 3rd edition, 11.3.4.3),
// so that a print shop places the picture at its true size.
func withResolution(picture []byte) []byte {
	const header = 8 + 25 // signature and IHDR
	chunk := make([]byte, 0, 21)
	chunk = binary.BigEndian.AppendUint32(chunk, 9)
	chunk = append(chunk, "pHYs"...)
	chunk = binary.BigEndian.AppendUint32(chunk, perMetre)
	chunk = binary.BigEndian.AppendUint32(chunk, perMetre)
	chunk = append(chunk, 1) // the unit is the metre
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	whole := make([]byte, 0, len(picture)+len(chunk))
	whole = append(whole, picture[:header]...)
	whole = append(whole, chunk...)
	return append(whole, picture[header:]...)
}
