package media_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"minping/internal/fault"
	"minping/internal/media"
)

// halves is red on the left and blue on the right, or what an edit makes of it.
func halves(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{220, 0, 0, 255}
			if x >= w/2 {
				c = color.RGBA{0, 0, 220, 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

func asJPEG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// exif is a TIFF header with an orientation, a maker and a place on the map.
func exif(orientation int) []byte {
	le := binary.LittleEndian
	b := le.AppendUint32([]byte("II*\x00"), 8)
	entry := func(tag, kind uint16, n, value uint32) {
		b = le.AppendUint32(le.AppendUint32(le.AppendUint16(le.AppendUint16(b, tag), kind), n), value)
	}
	b = le.AppendUint16(b, 3)
	entry(0x010f, 2, 12, 50) // Make
	entry(0x0112, 3, 1, uint32(orientation))
	entry(0x8825, 4, 1, 62) // GPS directory
	b = le.AppendUint32(b, 0)
	b = append(b, "SECRETMAKER\x00"...)
	b = le.AppendUint16(b, 1)
	entry(0x0002, 5, 3, 80) // GPSLatitude
	b = le.AppendUint32(b, 0)
	for _, n := range []uint32{36, 1, 4, 1, 12, 1} {
		b = le.AppendUint32(b, n)
	}
	return append(b, "GPS36.0671N120.3826E"...)
}

// withExif puts EXIF into a JPEG, as cameras do.
func withExif(plain []byte, tiff []byte) []byte {
	body := append([]byte("Exif\x00\x00"), tiff...)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(body)+2))
	return bytes.Join([][]byte{plain[:2], segment, body, plain[2:], []byte("trailing 13800138000 <script>")}, nil)
}

func take(t testing.TB, b []byte) (media.Made, error) {
	t.Helper()
	return media.New(1).Take(t.Context(), bytes.NewReader(b), int64(len(b)))
}

func keyOf(err error) string {
	f, ok := fault.As(err)
	if !ok || len(f.Fields) != 1 || f.Fields[0].Name != media.Field {
		return fmt.Sprint(err)
	}
	return f.Fields[0].Key
}

func TestNothingOfTheCameraStays(t *testing.T) {
	t.Parallel()
	for orientation := 1; orientation <= 8; orientation++ {
		made, err := take(t, withExif(asJPEG(t, halves(400, 200)), exif(orientation)))
		if err != nil {
			t.Fatalf("orientation %d: %v", orientation, err)
		}
		body, _ := io.ReadAll(made.Body)
		for _, trace := range []string{"Exif", "SECRETMAKER", "GPS", "13800138000", "script"} {
			if bytes.Contains(body, []byte(trace)) || bytes.Contains(made.Thumb, []byte(trace)) {
				t.Errorf("orientation %d: %q is still in the picture", orientation, trace)
			}
		}
		m, err := jpeg.Decode(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		size := m.Bounds().Size()
		if want := (image.Point{400, 200}); orientation < 5 && size != want || orientation >= 5 && size != (image.Point{200, 400}) {
			t.Errorf("orientation %d: %v", orientation, size)
		}
		if made.Width != size.X || made.Height != size.Y || int64(len(body)) != made.Size {
			t.Errorf("orientation %d: said %d×%d, %d bytes", orientation, made.Width, made.Height, made.Size)
		}
		// Where red, the camera's left, must be now: the table of EXIF 2.3, 4.6.4 A.
		red := map[int]image.Point{1: {50, 100}, 2: {350, 100}, 3: {350, 100}, 4: {50, 100}, 5: {100, 50}, 6: {100, 50}, 7: {100, 350}, 8: {100, 350}}[orientation]
		if r, _, b, _ := m.At(red.X, red.Y).RGBA(); r < 0x8000 || b > 0x8000 {
			t.Errorf("orientation %d: the red half is elsewhere", orientation)
		}
	}
}

func TestPicturesAreMadeSmallerAndAnew(t *testing.T) {
	t.Parallel()
	var animated bytes.Buffer
	frame := image.NewPaletted(image.Rect(0, 0, 20, 10), color.Palette{color.White, color.Black})
	if err := gif.EncodeAll(&animated, &gif.GIF{Image: []*image.Paletted{frame, frame}, Delay: []int{1, 1}}); err != nil {
		t.Fatal(err)
	}
	see := image.NewNRGBA(image.Rect(0, 0, 30, 30)) // wholly transparent
	for _, tt := range []struct {
		name  string
		bytes []byte
		w, h  int
	}{
		{"as it is", asJPEG(t, halves(2560, 100)), 2560, 100},
		{"too wide", asJPEG(t, halves(5121, 300)), 2560, 149},
		{"too tall", asPNG(t, halves(300, 5120)), 150, 2560},
		{"one pixel", asPNG(t, halves(1, 1)), 1, 1},
		{"a line", asPNG(t, halves(9000, 1)), 2560, 1},
		{"moving", animated.Bytes(), 20, 10},
		{"transparent", asPNG(t, see), 30, 30},
		{"16 bit", asPNG(t, image.NewRGBA64(image.Rect(0, 0, 40, 20))), 40, 20},
		{"grey", asJPEG(t, image.NewGray(image.Rect(0, 0, 640, 480))), 640, 480},
	} {
		made, err := take(t, tt.bytes)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		m, err := jpeg.Decode(made.Body)
		if err != nil || m.Bounds().Dx() != tt.w || m.Bounds().Dy() != tt.h {
			t.Errorf("%s: %v, %v", tt.name, m.Bounds(), err)
		}
		small, err := jpeg.Decode(bytes.NewReader(made.Thumb))
		if err != nil || max(small.Bounds().Dx(), small.Bounds().Dy()) > media.Small {
			t.Errorf("%s: thumbnail %v, %v", tt.name, small.Bounds(), err)
		}
		if tt.name == "transparent" {
			if r, g, b, _ := m.At(15, 15).RGBA(); min(r, g, b) < 0xf000 {
				t.Errorf("transparent became %x %x %x, wanted white", r, g, b)
			}
		}
		if tt.name == "too wide" { // the halves are still where they were
			if r, _, b, _ := m.At(100, 70).RGBA(); r < 0x8000 || b > 0x8000 {
				t.Error("the left half is not red any more")
			}
		}
	}
}

// bomb is a small PNG that unpacks to a very large picture.
func bomb(t testing.TB, w, h uint32) []byte {
	t.Helper()
	be := binary.BigEndian
	chunk := func(kind string, body []byte) []byte {
		b := append(be.AppendUint32(nil, uint32(len(body))), kind...)
		b = append(b, body...)
		return be.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
	}
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	row := make([]byte, min(w/8+1, 8<<10))
	for range min(h, 2000) {
		if _, err := z.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	head := append(be.AppendUint32(be.AppendUint32(nil, w), h), 1, 0, 0, 0, 0)
	return bytes.Join([][]byte{[]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", head), chunk("IDAT", packed.Bytes()), chunk("IEND", nil)}, nil)
}

// webpLying has a canvas of one pixel around a stream of the largest size there is.
func webpLying() []byte {
	le := binary.LittleEndian
	chunk := func(kind string, body []byte) []byte {
		return append(le.AppendUint32([]byte(kind), uint32(len(body))), body...)
	}
	frame := le.AppendUint16(le.AppendUint16([]byte{0, 0, 0, 0x9d, 0x01, 0x2a}, 0x3fff), 0x3fff)
	body := append([]byte("WEBP"), chunk("VP8X", make([]byte, 10))...)
	return chunk("RIFF", append(body, chunk("VP8 ", frame)...))
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	picture := asJPEG(t, halves(60, 40))
	progressive := bytes.Clone(picture)
	i := bytes.Index(progressive, []byte{0xff, 0xc0})
	progressive[i+1] = 0xc2
	binary.BigEndian.PutUint16(progressive[i+5:], 6000)
	binary.BigEndian.PutUint16(progressive[i+7:], 8000)
	for _, tt := range []struct {
		name, key string
		bytes     []byte
	}{
		{"nothing", "attach.empty", nil},
		{"a program called .jpg", "attach.type", []byte("MZ\x90\x00\x03\x00\x00\x00 This program cannot be run in DOS mode")},
		{"an ELF program", "attach.type", []byte("\x7fELF\x02\x01\x01")},
		{"a page called .jpg", "attach.type", []byte("<html><script>alert(1)</script></html>")},
		{"a drawing that may run scripts", "attach.type", []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`)},
		{"text", "attach.type", []byte("你好")},
		{"a page behind the first bytes of a picture", "attach.broken", []byte("\xff\xd8\xff\xe0<html><script>alert(1)</script></html>")},
		{"a page behind those of a GIF", "attach.broken", []byte("GIF89a/*\x01\x00*/=1;alert(1)")},
		{"half a picture", "attach.broken", picture[:len(picture)/2]},
		{"only its header", "attach.broken", picture[:20]},
		{"a picture of a newer telephone", "attach.heic", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic")},
		{"a film", "attach.video", []byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom")},
		{"a text document", "attach.office", []byte("PK\x03\x04\x14\x00\x06\x00[Content_Types].xml")},
		{"an old one", "attach.office", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00\x00")},
		{"too many pixels", "attach.pixels", bomb(t, 60_000, 60_000)},
		{"pixels beyond counting", "attach.pixels", bomb(t, 1<<31-8, 1<<31-8)},
		{"a canvas that lies", "attach.pixels", webpLying()},
		{"coefficients beyond memory", "attach.pixels", progressive},
		{"one byte more than 10 MB", "attach.large", append(picture, make([]byte, media.MaxBytes+1-len(picture))...)},
	} {
		_, err := take(t, tt.bytes)
		if got := keyOf(err); got != tt.key {
			t.Errorf("%s: %s, wanted %s", tt.name, got, tt.key)
		}
	}
	if _, err := take(t, append(picture, make([]byte, media.MaxBytes-len(picture))...)); err != nil {
		t.Errorf("10 MB exactly: %v", err)
	}
}

func packed(s string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write([]byte(s))
	_ = z.Close()
	return b.String()
}

func TestDocuments(t *testing.T) {
	t.Parallel()
	pdf := func(parts ...string) string {
		return "%PDF-1.7\n" + strings.Join(parts, "\n") + "\ntrailer <</Root 1 0 R>>\n%%EOF\n"
	}
	stream := func(dict, body string) string {
		return "4 0 obj <<" + dict + ">> stream\r\n" + body + "\nendstream endobj"
	}
	page := "1 0 obj <</Type /Catalog /Pages 2 0 R /OpenAction [3 0 R /Fit]>> endobj"
	for _, tt := range []struct{ name, key, text string }{
		{"a page", "", pdf(page, stream("/Filter /FlateDecode /Length 9", packed("BT (你好) Tj ET")))},
		{"a link", "", pdf(page, "<</S /URI /URI (https://www.qingdao.gov.cn)>>")},
		{"objects packed as usual", "", pdf(page, stream("/Type /ObjStm /Filter /FlateDecode", packed("5 0 <</Type /Page>>")))},
		{"a script", "attach.pdf_active", pdf(page, "<</S /JavaScript /JS (app.alert(1))>>")},
		{"its name written in digits", "attach.pdf_active", pdf(page, "<</S /J#61vaS#63ript /JS (x)>>")},
		{"a script in packed objects", "attach.pdf_active", pdf(page, stream("/Type /ObjStm /Filter /FlateDecode", packed("5 0 <</S /JavaScript>>")))},
		{"in a part that says nothing of it", "attach.pdf_active", pdf(page, stream("/Filter /Fl", packed("5 0 <</S /Java#53cript>>")))},
		{"behind 200 KB", "attach.pdf_active", pdf(page, stream("/Filter /FlateDecode", packed(strings.Repeat("x", 200<<10-5)+"<</S/JavaScript>>")))},
		{"across two readings", "attach.pdf_active", pdf(page, stream("/Filter /FlateDecode", packed(strings.Repeat("x", 64<<10-4)+"/JavaScript ")))},
		{"hidden in a text that looks like a part", "attach.pdf_active", pdf(page, "(stream\n) <</S /Launch /F (cmd.exe)>> (endstream)")},
		{"packed strangely", "attach.pdf_broken", pdf(page, stream("/Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode]", "789c"))},
		{"packed with a predictor", "attach.pdf_broken", pdf(page, stream("/Type /ObjStm /Filter /FlateDecode /DecodeParms <</Predictor 12>>", packed("x")))},
		{"files within", "attach.pdf_active", pdf(page, "<</Names <</EmbeddedFiles 7 0 R>>>>")},
		{"a film within", "attach.pdf_active", pdf(page, "<</Subtype /RichMedia>>")},
		{"a form that sends", "attach.pdf_active", pdf(page, "<</S /SubmitForm /F (https://x)>>")},
		{"locked", "attach.pdf_locked", pdf(page, "trailer <</Encrypt 9 0 R>>")},
		{"cut off", "attach.pdf_broken", "%PDF-1.7\n" + page},
		{"and a program behind it", "attach.pdf_broken", pdf(page) + "MZ\x90\x00"},
		{"and an archive", "attach.pdf_broken", "%PDF-1.7\nPK\x05\x06" + strings.Repeat("\x00", 16) + "\x0e\x00trailer\n%%EOF\n"},
		{"unpacks to gigabytes", "attach.pdf_broken", pdf(page, strings.Repeat(stream("/Filter /FlateDecode", packed(strings.Repeat("\x00", 8<<20)))+"\n", 20))},
	} {
		made, err := take(t, []byte(tt.text))
		switch {
		case tt.key != "":
			if got := keyOf(err); got != tt.key {
				t.Errorf("%s: %s, wanted %s", tt.name, got, tt.key)
			}
		case err != nil:
			t.Errorf("%s: %v", tt.name, err)
		default:
			if body, _ := io.ReadAll(made.Body); string(body) != tt.text || made.Kind != media.Document || made.Thumb != nil {
				t.Errorf("%s: not the bytes that came", tt.name)
			}
		}
	}
}

// TestAnyBytesAreAnswered: whatever comes, the answer is a file or a complaint about it.
func TestAnyBytesAreAnswered(t *testing.T) {
	t.Parallel()
	seeds := [][]byte{withExif(asJPEG(t, halves(40, 30)), exif(6)), asPNG(t, halves(40, 30)), webpLying(), []byte("%PDF-1.4\n1 0 obj stream\n" + packed("x") + " %%EOF")}
	rapid.Check(t, func(r *rapid.T) {
		b := bytes.Clone(rapid.SampledFrom(seeds).Draw(r, "seed"))
		for range rapid.IntRange(0, 8).Draw(r, "edits") {
			b[rapid.IntRange(0, len(b)-1).Draw(r, "where")] = rapid.Byte().Draw(r, "byte")
		}
		b = b[:rapid.IntRange(0, len(b)).Draw(r, "length")]
		_, err := media.New(1).Take(context.Background(), bytes.NewReader(b), int64(len(b)))
		if err != nil && !strings.HasPrefix(keyOf(err), "attach.") {
			r.Fatalf("%v", err)
		}
	})
}

func TestWaitingEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	c := media.New(1)
	picture := asJPEG(t, halves(10, 10))
	inside, goOn := make(chan struct{}), make(chan struct{})
	done := make(chan error)
	go func() {
		_, err := c.Take(t.Context(), &held{Reader: bytes.NewReader(picture), inside: inside, goOn: goOn}, int64(len(picture)))
		done <- err
	}()
	<-inside
	cancel()
	if _, err := c.Take(ctx, bytes.NewReader(picture), int64(len(picture))); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting: %v", err)
	}
	close(goOn)
	if err := <-done; err != nil {
		t.Errorf("the one at work: %v", err)
	}
}

// held stops at the second reading, when its cleaner has the turn.
type held struct {
	*bytes.Reader
	n            int
	inside, goOn chan struct{}
}

func (h *held) ReadAt(p []byte, off int64) (int, error) {
	if h.n++; h.n == 2 {
		close(h.inside)
		<-h.goOn
	}
	return h.Reader.ReadAt(p, off)
}
