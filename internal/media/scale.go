package media

import (
	"image"
	"image/color"
	"image/draw"
)

// shrink makes a picture whose longer side is at most edge, on white where it was
// transparent. Each pixel is the mean of those it stands for. It works strip by
// strip: the scalers of x/image keep a copy of the picture in 32 bytes a pixel,
// which no server has to spare.
func shrink(src image.Image, edge int) *image.RGBA {
	b := src.Bounds()
	w, h := b.Dx(), b.Dy()
	tw, th := w, h
	if long := max(w, h); long > edge {
		tw, th = max(1, w*edge/long), max(1, h*edge/long)
	}
	dst := image.NewRGBA(image.Rect(0, 0, tw, th))
	tall := (h+th-1)/th + 1
	strip := image.NewRGBA(image.Rect(0, 0, w, tall))
	for y := range th {
		top, bottom := y*h/th, max((y+1)*h/th, y*h/th+1)
		part := image.Rect(0, 0, w, bottom-top)
		draw.Draw(strip, part, image.NewUniform(color.White), image.Point{}, draw.Src)
		draw.Draw(strip, part, src, image.Pt(b.Min.X, b.Min.Y+top), draw.Over)
		for x := range tw {
			left, right := x*w/tw, max((x+1)*w/tw, x*w/tw+1)
			mean(dst.Pix[y*dst.Stride+4*x:], strip, image.Rect(left, 0, right, bottom-top))
		}
	}
	return dst
}

func mean(to []uint8, from *image.RGBA, part image.Rectangle) {
	var r, g, b, n int
	for y := part.Min.Y; y < part.Max.Y; y++ {
		row := from.Pix[y*from.Stride+4*part.Min.X : y*from.Stride+4*part.Max.X]
		for i := 0; i+3 < len(row); i += 4 {
			r, g, b = r+int(row[i]), g+int(row[i+1]), b+int(row[i+2])
			n++
		}
	}
	to[0], to[1], to[2], to[3] = uint8((r+n/2)/n), uint8((g+n/2)/n), uint8((b+n/2)/n), 0xff
}

// upright turns a picture as its camera was held: the values of EXIF's Orientation
// (JEITA CP-3451, 4.6.4); anything else leaves it as it is.
func upright(src *image.RGBA, orientation int) *image.RGBA {
	if orientation < 2 || orientation > 8 {
		return src
	}
	w, h := src.Bounds().Dx(), src.Bounds().Dy()
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 {
		dst = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			tx, ty := x, y
			switch orientation {
			case 2:
				tx = w - 1 - x
			case 3:
				tx, ty = w-1-x, h-1-y
			case 4:
				ty = h - 1 - y
			case 5:
				tx, ty = y, x
			case 6:
				tx, ty = h-1-y, x
			case 7:
				tx, ty = h-1-y, w-1-x
			case 8:
				tx, ty = y, w-1-x
			}
			copy(dst.Pix[ty*dst.Stride+4*tx:][:4], src.Pix[y*src.Stride+4*x:][:4])
		}
	}
	return dst
}
