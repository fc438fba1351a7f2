package poster_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"image/png"
	"io"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"pgregory.net/rapid"

	"minping/surveys"
	"minping/surveys/poster"
)

const base = "https://pj.example.gov.cn/"

func window(number, name string) surveys.UnitCode {
	office := &surveys.Unit{ID: 1, Kind: "office", Name: "市税务局", NameEn: "Tax Bureau", Brand: "税心办", Promise: "马上办"}
	hall := &surveys.Unit{ID: 2, Kind: "hall", Name: "市民中心", NameEn: "Civic Centre"}
	return surveys.UnitCode{Channel: surveys.ChannelDesk, Code: "k7m2pq9xd", Unit: &surveys.Unit{ID: 3, Kind: "window",
		Name: name, NameEn: "Tax window", Number: number, OfficeID: 1, HallID: 2, Office: office, Hall: hall}}
}

func TestCards(t *testing.T) {
	t.Parallel()
	cards, err := poster.Cards(base, []surveys.UnitCode{window("A12", "综合窗口")})
	if err != nil || len(cards) != 1 {
		t.Fatal(cards, err)
	}
	if !strings.HasPrefix(cards[0].SVG, "<svg ") {
		t.Errorf("symbol %.20q", cards[0].SVG)
	}
	cards[0].SVG = ""
	want := poster.Card{UnitID: 3, Channel: surveys.ChannelDesk, Office: "市税务局", OfficeEn: "Tax Bureau", Brand: "税心办",
		Promise: "马上办", Hall: "市民中心", HallEn: "Civic Centre", Window: "综合窗口", WindowEn: "Tax window", Number: "A12",
		Code: "K7M-2PQ-9XD", URL: "https://pj.example.gov.cn/r/k7m2pq9xd", Address: "pj.example.gov.cn"}
	if diff := cmp.Diff(want, cards[0]); diff != "" {
		t.Error(diff)
	}
}

func TestCardsRefuseAnAddressThatLeadsNowhere(t *testing.T) {
	t.Parallel()
	for _, wrong := range []string{"", "pj.example.gov.cn", "ftp://x", "https://", "https://x/?a=b", "javascript:alert(1)"} {
		if _, err := poster.Cards(wrong, []surveys.UnitCode{window("1", "x")}); err == nil {
			t.Errorf("%q is taken", wrong)
		}
	}
}

// A whole hall: every file is there under the window's name and reads back.
func TestZIPReadsBack(t *testing.T) {
	t.Parallel()
	var codes []surveys.UnitCode
	for i := range 40 {
		c := window(fmt.Sprintf("A%d", i+1), "不动产登记/综合")
		c.Code = fmt.Sprintf("k7m2pq9%02d", i)
		codes = append(codes, c)
	}
	files := zipped(t, codes)
	if len(files) != 40 {
		t.Fatalf("%d files", len(files))
	}
	for i, f := range files {
		if want := fmt.Sprintf("A%d 不动产登记_综合.png", i+1); f.Name != want || f.NonUTF8 || f.Flags&0x800 == 0 {
			t.Errorf("%q, flags %x; want %q", f.Name, f.Flags, want)
		}
		if got := scan(t, f); got != fmt.Sprintf("https://pj.example.gov.cn/r/k7m2pq9%02d", i) {
			t.Errorf("%s holds %q", f.Name, got)
		}
	}
}

func zipped(t testing.TB, codes []surveys.UnitCode) []*zip.File {
	t.Helper()
	cards, err := poster.Cards(base, codes)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := poster.ZIP(&b, cards); err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	return archive.File
}

func scan(t testing.TB, f *zip.File) string {
	t.Helper()
	r, err := f.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	picture, err := png.Decode(r)
	if err != nil {
		t.Fatal(err)
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(picture)
	if err != nil {
		t.Fatal(err)
	}
	result, err := qrcode.NewQRCodeReader().DecodeWithoutHints(bitmap)
	if err != nil {
		t.Fatalf("%s: %v", f.Name, err)
	}
	return result.GetText()
}

func TestZIPNames(t *testing.T) {
	t.Parallel()
	exit := window("b1", "x")
	exit.Channel = surveys.ChannelExit
	for _, c := range []struct {
		name  string
		codes []surveys.UnitCode
		want  []string
	}{
		{"same names", []surveys.UnitCode{window("B1", "x"), window("b1", "X"), window("B1", "x")}, []string{"B1 x.png", "b1 X (2).png", "B1 x (3).png"}},
		{"channels", []surveys.UnitCode{window("b1", "x"), exit}, []string{"b1 x desk.png", "b1 x exit.png"}},
		{"device", []surveys.UnitCode{window("", "con"), window("", "Lpt1.txt"), window("", "com10")}, []string{"_con.png", "_Lpt1.txt.png", "com10.png"}},
		{"nothing left", []surveys.UnitCode{window("", " . ")}, []string{"_.png"}},
		{"paths", []surveys.UnitCode{window("..", `\..\a:b`)}, []string{`_.._a_b.png`}},
	} {
		var got []string
		for _, f := range zipped(t, c.codes) {
			got = append(got, f.Name)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// Whatever a window is called, the file's name is one that Windows takes.
func TestZIPNamesProperty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := poster.FileName(rapid.String().Draw(t, "name"))
		if name == "" || len([]rune(name)) > 81 || strings.ContainsAny(name, `<>:"/\|?*`) || strings.ContainsFunc(name, unicode.IsControl) ||
			strings.TrimRight(name, ". ") != name {
			t.Fatalf("%q", name)
		}
	})
}

func TestZIPStopsWhenTheReaderIsGone(t *testing.T) {
	t.Parallel()
	cards, err := poster.Cards(base, []surveys.UnitCode{window("1", "x"), window("2", "x")})
	if err != nil {
		t.Fatal(err)
	}
	r, w := io.Pipe()
	r.Close()
	if err := poster.ZIP(w, cards); err == nil {
		t.Error("no error")
	}
}
