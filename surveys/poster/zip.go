package poster

import (
	"archive/zip"
	"fmt"
	"io"
	"strings"
	"unicode"

	"minping/surveys/qr"
)

// ZIP writes the symbols of cards as PNG files of print size, each named after
// its window, one after the other: no more than one picture is in memory.
func ZIP(w io.Writer, cards []Card) error {
	archive := zip.NewWriter(w)
	names := newNames(cards)
	for _, c := range cards {
		picture, err := qr.PNG(c.URL, qr.PrintSize)
		if err != nil {
			return fmt.Errorf("poster of unit %d: %w", c.UnitID, err)
		}
		// A PNG does not get smaller. The name's UTF-8 flag is set by the writer where it is needed.
		entry, err := archive.CreateHeader(&zip.FileHeader{Name: names.of(c), Method: zip.Store})
		if err == nil {
			_, err = entry.Write(picture)
		}
		if err != nil {
			return fmt.Errorf("write posters: %w", err)
		}
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("write posters: %w", err)
	}
	return nil
}

// fileNames gives every card a name that no other card of the file has, also
// where capitals do not count.
type fileNames struct {
	taken    map[string]bool
	channels bool // cards of several channels: names tell which
}

func newNames(cards []Card) *fileNames {
	n := &fileNames{taken: map[string]bool{}}
	for _, c := range cards {
		n.channels = n.channels || c.Channel != cards[0].Channel
	}
	return n
}

func (n *fileNames) of(c Card) string {
	name := strings.TrimSpace(c.Number + " " + c.Window)
	if n.channels {
		name += " " + string(c.Channel)
	}
	name = fileName(name)
	free := name
	for i := 2; n.taken[strings.ToLower(free)]; i++ {
		free = fmt.Sprintf("%s (%d)", name, i)
	}
	n.taken[strings.ToLower(free)] = true
	return free + ".png"
}

// maxName is the length of a name in characters; with the folder it stays below
// the 260 that Windows allows.
const maxName = 80

// fileName makes a name that Windows takes: none of its reserved characters, no
// control or invisible characters, no dot or space at the end, no device name.
func fileName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune(`<>:"/\|?*`, r), r == unicode.ReplacementChar:
			return '_'
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, strings.ToValidUTF8(name, "_"))
	name = strings.Join(strings.Fields(name), " ")
	if runes := []rune(name); len(runes) > maxName {
		name = string(runes[:maxName])
	}
	name = strings.Trim(name, ". ")
	if name == "" || deviceName(name) {
		return "_" + name
	}
	return name
}

// deviceName tells the names that Windows keeps for devices, with any ending.
func deviceName(name string) bool {
	stem, _, _ := strings.Cut(strings.ToUpper(name), ".")
	switch stem = strings.TrimSpace(stem); stem {
	case "CON", "PRN", "AUX", "NUL":
		return true
	}
	digit, port := strings.CutPrefix(stem, "COM")
	if !port {
		digit, port = strings.CutPrefix(stem, "LPT")
	}
	return port && len([]rune(digit)) == 1 && strings.ContainsAny(digit, "123456789¹²³")
}
