package qr

import (
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// choose makes the symbol at the level or, where scanners do not find that one,
// at a stronger one. About one symbol in two hundred has data that looks like a
// fourth finder pattern to ZXing, which many phones' scanners are made of: it is
// then not read at any size, while the same text at another level is.
func choose(text string, level Level) (*Symbol, error) {
	first, err := encode(text, level)
	if err != nil || first.readsAs(text) {
		return first, err
	}
	for _, other := range level.instead() {
		if s, err := encode(text, other); err == nil && s.readsAs(text) {
			return s, nil
		}
	}
	return first, nil // still a right symbol: most scanners do read it
}

// instead gives the other levels, the stronger ones first.
func (l Level) instead() []Level {
	var levels []Level
	for other := l + 1; other <= High; other++ {
		levels = append(levels, other)
	}
	for other := l - 1; other >= Low; other-- {
		levels = append(levels, other)
	}
	return levels
}

// readsAs tells whether a decoder that shares no code with the encoder finds the symbol and reads the text.
func (s *Symbol) readsAs(text string) bool {
	const module = 4 // pixels: what is not found at one size is not found at the others
	img := s.image(module*(s.Modules()+2*QuietZone), module)
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		return false
	}
	result, err := qrcode.NewQRCodeReader().DecodeWithoutHints(bitmap)
	return err == nil && result.GetText() == text
}
