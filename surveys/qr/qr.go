package qr

import (
	"fmt"

	qrcode "github.com/skip2/go-qrcode"
)

// Level is how much of a symbol may be lost and it still reads.
type Level int

// The levels of ISO/IEC 18004: L 7 %, M 15 %, Q 25 %, H 30 %.
const (
	Low Level = iota
	Medium
	Quartile
	High

	// Screen and Poster are what the product uses: a poster is scratched,
	// laminated and lit from the side, a screen is not.
	Screen = Medium
	Poster = Quartile
)

// QuietZone is the width of the empty border, in modules.
const QuietZone = 4

// Symbol is a QR code without its border.
type Symbol struct {
	modules [][]bool // dark modules by row
}

// New makes the symbol of a text. The level is at least the one asked for, but
// where no stronger symbol is readable. An error where the text is empty or too
// long for the level.
func New(text string, level Level) (*Symbol, error) { return choose(text, level) }

func encode(text string, level Level) (*Symbol, error) {
	recovery, err := level.recovery()
	if err != nil {
		return nil, err
	}
	code, err := qrcode.New(text, recovery)
	if err != nil {
		return nil, fmt.Errorf("qr: encode %d bytes: %w", len(text), err)
	}
	code.DisableBorder = true
	return &Symbol{modules: code.Bitmap()}, nil
}

// Modules is the number of modules on a side, without the quiet zone.
func (s *Symbol) Modules() int { return len(s.modules) }

// PNG draws an address for a poster, px pixels wide; 0 is PrintSize.
func PNG(url string, px int) ([]byte, error) {
	s, err := New(url, Poster)
	if err != nil {
		return nil, err
	}
	return s.PNG(px)
}

// SVG draws an address for a poster.
func SVG(url string) ([]byte, error) {
	s, err := New(url, Poster)
	if err != nil {
		return nil, err
	}
	return s.SVG(), nil
}

// recovery gives the library's name of a level, which is not the norm's.
func (l Level) recovery() (qrcode.RecoveryLevel, error) {
	switch l {
	case Low:
		return qrcode.Low, nil
	case Medium:
		return qrcode.Medium, nil
	case Quartile:
		return qrcode.High, nil
	case High:
		return qrcode.Highest, nil
	}
	return 0, fmt.Errorf("qr: no level %d", l)
}
