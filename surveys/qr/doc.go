// Package qr draws QR codes (ISO/IEC 18004) for print and for screens: PNG of
// whole pixels per module and SVG as one path, both with the quiet zone of four
// modules that the norm asks for.
//
// It owns no data. A symbol that a scanner would not find is drawn at another
// level; the tests read everything back with another decoder.
package qr
