package media

import (
	"bufio"
	"bytes"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

const (
	fullQuality  = 85
	thumbQuality = 75
)

// takePicture decodes a picture, after its header has shown that there is room for
// it, and writes it anew.
func takePicture(f format, src *io.SectionReader) (Made, error) {
	h, err := headerOf(f, src)
	if err != nil {
		return Made{}, refused("attach.broken")
	}
	if h.width < 1 || h.height < 1 {
		return Made{}, refused("attach.broken")
	}
	if h.width*h.height > maxPixels || h.memory() > maxMemory {
		return Made{}, refused("attach.pixels")
	}
	img, err := decode(f, src)
	if err != nil || img.Bounds().Dx() != h.width || img.Bounds().Dy() != h.height {
		return Made{}, refused("attach.broken")
	}
	full := upright(shrink(img, Edge), h.orientation)
	var body, thumb bytes.Buffer
	if err := jpeg.Encode(&body, full, &jpeg.Options{Quality: fullQuality}); err != nil {
		return Made{}, fmt.Errorf("write picture: %w", err)
	}
	if err := jpeg.Encode(&thumb, shrink(full, Small), &jpeg.Options{Quality: thumbQuality}); err != nil {
		return Made{}, fmt.Errorf("write thumbnail: %w", err)
	}
	return Made{Kind: Picture, Body: bytes.NewReader(body.Bytes()), Size: int64(body.Len()), Thumb: thumb.Bytes(),
		Width: full.Bounds().Dx(), Height: full.Bounds().Dy()}, nil
}

func decode(f format, src *io.SectionReader) (image.Image, error) {
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	r := bufio.NewReaderSize(src, 64<<10)
	switch f {
	case formatJPEG:
		return jpeg.Decode(r)
	case formatPNG:
		return png.Decode(r)
	case formatGIF:
		return gif.Decode(r)
	}
	return webp.Decode(r)
}
