package media

import (
	"bytes"

	"minping/internal/fault"
)

// Kind is what is kept.
type Kind string

// The kinds.
const (
	Picture  Kind = "picture"  // JPEG of our own making
	Document Kind = "document" // PDF as it came
)

// Type is the media type that a kind is served with.
func (k Kind) Type() string {
	if k == Picture {
		return "image/jpeg"
	}
	return "application/pdf"
}

// Extension of a name for it.
func (k Kind) Extension() string {
	if k == Picture {
		return ".jpg"
	}
	return ".pdf"
}

// Field is the name of the form field that every refusal is about.
const Field = "file"

func refused(key string) error { return fault.Fielded(fault.Field{Name: Field, Key: key}) }

// format is what came.
type format int

const (
	formatJPEG format = iota + 1
	formatPNG
	formatGIF
	formatWebP
	formatPDF
)

// headSize is how many bytes decide.
const headSize = 32

// sniff knows a format by its first bytes, and of what is not taken the sort that
// people send by mistake, so that the refusal says what helps.
func sniff(head []byte) (format, error) {
	has := func(prefix string) bool { return bytes.HasPrefix(head, []byte(prefix)) }
	switch {
	case len(head) == 0:
		return 0, refused("attach.empty")
	case has("\xff\xd8\xff"):
		return formatJPEG, nil
	case has("\x89PNG\r\n\x1a\n"):
		return formatPNG, nil
	case has("GIF87a"), has("GIF89a"):
		return formatGIF, nil
	case has("RIFF") && len(head) >= 12 && string(head[8:12]) == "WEBP":
		return formatWebP, nil
	case has("%PDF-"):
		return formatPDF, nil
	case len(head) >= 12 && string(head[4:8]) == "ftyp":
		return 0, refused(boxed(string(head[8:12])))
	case has("PK\x03\x04"), has("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
		return 0, refused("attach.office")
	}
	return 0, refused("attach.type")
}

// boxed tells pictures of newer telephones from films, which share one container.
func boxed(brand string) string {
	switch brand {
	case "heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1", "avif", "avis":
		return "attach.heic"
	}
	return "attach.video"
}
