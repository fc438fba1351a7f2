package qr_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"minping/internal/code"
	"minping/surveys/qr"
)

// read decodes a picture with a decoder that shares no code with the encoder.
func read(t testing.TB, img image.Image) *gozxing.Result {
	t.Helper()
	result, err := decode(img)
	if err != nil {
		t.Fatalf("not readable: %v", err)
	}
	return result
}

func decode(img image.Image) (*gozxing.Result, error) {
	bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		return nil, err
	}
	return qrcode.NewQRCodeReader().DecodeWithoutHints(bitmap)
}

var levels = []struct {
	level qr.Level
	name  string
}{{qr.Low, "L"}, {qr.Medium, "M"}, {qr.Quartile, "Q"}, {qr.High, "H"}}

func addresses() []string {
	return []string{
		"http://127.0.0.1:8080/r/demo0001",
		"https://pj.qingdao.gov.cn/r/k7m2pq9xd",
		"https://zwfw.example.gov.cn/" + strings.Repeat("zhengwufuwu/", 8) + "r/2b3c4d5e6",
		"https://a-very-long-host-name.of-the-city-government.example.gov.cn/" + strings.Repeat("a/b-c_d~e.", 40) + "/r/abcdefgh2",
	}
}

func TestPNGReadsBack(t *testing.T) {
	t.Parallel()
	for _, url := range addresses() {
		for _, l := range levels {
			for _, px := range []int{0, 1, 200, 333, 600, 1201} {
				picture := draw(t, url, l.level, px)
				if got := read(t, picture); got.GetText() != url ||
					got.GetResultMetadata()[gozxing.ResultMetadataType_ERROR_CORRECTION_LEVEL] != l.name {
					t.Errorf("level %s, %d px: %q, %v", l.name, px, got.GetText(), got.GetResultMetadata())
				}
			}
		}
	}
}

func draw(t testing.TB, url string, level qr.Level, px int) image.Image {
	t.Helper()
	s, err := qr.New(url, level)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := s.PNG(px)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

func TestPNGIsForPrint(t *testing.T) {
	t.Parallel()
	raw, err := qr.PNG("https://pj.example.gov.cn/r/k7m2pq9xd", 0)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if picture.Bounds() != image.Rect(0, 0, qr.PrintSize, qr.PrintSize) {
		t.Errorf("size %v", picture.Bounds())
	}
	// 11811 pixels per metre are 300 dpi.
	if !bytes.Contains(raw, []byte("pHYs\x00\x00\x2e\x23\x00\x00\x2e\x23\x01")) {
		t.Error("no resolution in the file")
	}
	if got := read(t, picture).GetResultMetadata()[gozxing.ResultMetadataType_ERROR_CORRECTION_LEVEL]; got != "Q" {
		t.Errorf("level %v on a poster", got)
	}
}

// Every module is a square of one whole number of pixels and the border is at
// least four modules wide on every side.
func TestModulesAreEvenAndTheBorderWide(t *testing.T) {
	t.Parallel()
	for _, px := range []int{1, 97, 500, 1200, 1237} {
		s, err := qr.New("https://pj.example.gov.cn/r/k7m2pq9xd", qr.Poster)
		if err != nil {
			t.Fatal(err)
		}
		picture := draw(t, "https://pj.example.gov.cn/r/k7m2pq9xd", qr.Poster, px)
		box := darkBox(picture)
		if box.Dx() != box.Dy() || box.Dx()%s.Modules() != 0 {
			t.Fatalf("%d px: %v for %d modules", px, box, s.Modules())
		}
		border := qr.QuietZone * box.Dx() / s.Modules()
		if whole := picture.Bounds(); box.Min.X < border || box.Min.Y < border ||
			whole.Max.X-box.Max.X < border || whole.Max.Y-box.Max.Y < border {
			t.Errorf("%d px: symbol %v in %v, border %d wanted", px, box, whole, border)
		}
	}
}

func darkBox(picture image.Image) image.Rectangle {
	var box image.Rectangle
	whole := picture.Bounds()
	for y := whole.Min.Y; y < whole.Max.Y; y++ {
		for x := whole.Min.X; x < whole.Max.X; x++ {
			if color.GrayModel.Convert(picture.At(x, y)).(color.Gray).Y < 128 {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return box
}

func TestSVGReadsBack(t *testing.T) {
	t.Parallel()
	for _, url := range addresses() {
		for _, l := range levels {
			s, err := qr.New(url, l.level)
			if err != nil {
				t.Fatal(err)
			}
			picture := rasterise(t, s.SVG(), 5)
			if got := read(t, picture).GetText(); got != url {
				t.Errorf("level %s: %q", l.name, got)
			}
			if box := darkBox(picture); box.Min != (image.Point{5 * qr.QuietZone, 5 * qr.QuietZone}) || box.Dx() != 5*s.Modules() {
				t.Errorf("level %s: symbol at %v", l.name, box)
			}
		}
	}
}

// rasterise draws the one path of such an SVG, scale pixels for each unit.
func rasterise(t testing.TB, svg []byte, scale int) image.Image {
	t.Helper()
	var drawing struct {
		ViewBox string `xml:"viewBox,attr"`
		Paths   []struct {
			D string `xml:"d,attr"`
		} `xml:"path"`
	}
	if err := xml.Unmarshal(svg, &drawing); err != nil || len(drawing.Paths) != 1 {
		t.Fatalf("%d paths, %v", len(drawing.Paths), err)
	}
	var width, height int
	if _, err := fmt.Sscanf(drawing.ViewBox, "0 0 %d %d", &width, &height); err != nil || width != height {
		t.Fatalf("view box %q, %v", drawing.ViewBox, err)
	}
	img := image.NewGray(image.Rect(0, 0, width*scale, width*scale))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for run := range strings.SplitSeq(strings.TrimSuffix(drawing.Paths[0].D, "z"), "z") {
		var x, y, w, back int
		if _, err := fmt.Sscanf(run, "M%d %dh%dv1h-%d", &x, &y, &w, &back); err != nil || w != back {
			t.Fatalf("run %q: %v", run, err)
		}
		for py := y * scale; py < (y+1)*scale; py++ {
			for px := x * scale; px < (x+w)*scale; px++ {
				img.SetGray(px, py, color.Gray{})
			}
		}
	}
	return img
}

func TestSVGStandsAlone(t *testing.T) {
	t.Parallel()
	svg, err := qr.SVG("https://pj.example.gov.cn/r/k7m2pq9xd")
	if err != nil {
		t.Fatal(err)
	}
	for _, forbidden := range []string{"href", "style", "script", "url(", "<image", "<use"} {
		if strings.Contains(string(svg), forbidden) {
			t.Errorf("%q in the drawing", forbidden)
		}
	}
}

// Codes as they are issued, many of them, at several sizes: masks and lengths
// differ from one to the next. The 14th is not found at level Q.
func TestEveryIssuedCodeReadsBack(t *testing.T) {
	t.Parallel()
	random := rand.NewChaCha8([32]byte{7})
	for i := range 150 {
		key, err := code.New(random, 8+4*(i%2))
		if err != nil {
			t.Fatal(err)
		}
		url := "https://pj.example.gov.cn/r/" + key
		if got := read(t, draw(t, url, qr.Poster, 200+7*i)).GetText(); got != url {
			t.Errorf("%q for %q", got, url)
		}
	}
}

func TestUnreadableLevelIsReplaced(t *testing.T) {
	t.Parallel()
	result := read(t, draw(t, "https://pj.example.gov.cn/r/uqwwp639b4c9f", qr.Poster, 600))
	if got := result.GetResultMetadata()[gozxing.ResultMetadataType_ERROR_CORRECTION_LEVEL]; got != "H" {
		t.Errorf("level %v", got)
	}
}

// Level Q must survive the loss of a patch in the middle of the symbol.
func TestPosterSurvivesDamage(t *testing.T) {
	t.Parallel()
	url := "https://pj.example.gov.cn/r/k7m2pq9xd"
	picture := draw(t, url, qr.Poster, 600).(*image.Paletted)
	middle := picture.Bounds().Dx() / 2
	for y := middle - 40; y < middle+40; y++ {
		for x := middle - 40; x < middle+40; x++ {
			picture.SetColorIndex(x, y, 0)
		}
	}
	if got := read(t, picture).GetText(); got != url {
		t.Errorf("%q", got)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	if _, err := qr.New("", qr.Poster); err == nil {
		t.Error("an empty text has a symbol")
	}
	if _, err := qr.New(strings.Repeat("x", 5000), qr.Low); err == nil {
		t.Error("5000 bytes have a symbol")
	}
	if _, err := qr.New("x", qr.Level(9)); err == nil {
		t.Error("there is a level 9")
	}
	for _, px := range []int{-1, qr.MaxSize + 1} {
		if _, err := qr.PNG("x", px); err == nil {
			t.Errorf("%d pixels", px)
		}
	}
}

func BenchmarkPrintPNG(b *testing.B) {
	for b.Loop() {
		if _, err := qr.PNG("https://pj.example.gov.cn/r/k7m2pq9xd", 0); err != nil {
			b.Fatal(err)
		}
	}
}
