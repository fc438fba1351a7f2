// Package qr draws QR codes (ISO/IEC 18004) for print and for screens: PNG of
// whole pixels per module and SVG as one path, both with the quiet zone of four
// modules that the norm asks for.
//
// It owns no data. What it draws is read back in its tests by another decoder.
package qr
