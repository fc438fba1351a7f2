package surveys

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"minping/internal/csvtext"
)

// RatingFile is a CSV file of ratings, read but not yet checked against the directory.
type RatingFile struct {
	heading []string
	rows    []fileRow
}

type fileRow struct {
	line                                            int // as an editor shows it
	respondent, office, window, service, level, day string
	cells                                           []string
}

// identity tells rows apart without their level: a corrected level is the same visit.
func (r fileRow) identity() string {
	return strings.Join([]string{r.respondent, r.office, r.window, r.service, r.day}, "\x00")
}

// ratingColumns are the headings understood, and what else they may be called.
var ratingColumns = map[string][]string{
	"respondent": {"respondent", "rater", "评价人", "评价人编号"},
	"office":     {"office", "机关", "单位", "机关编码", "单位编码"},
	"window":     {"window", "窗口", "窗口编码"},
	"service":    {"service", "事项", "事项编码"},
	"level":      {"level", "rating", "评价", "评价等级", "等级"},
	"day":        {"day", "date", "visited_on", "日期", "办理日期"},
}

// maxImportBytes and maxCell bound what an import reads into memory.
const (
	maxImportBytes = 256 << 20
	maxCell        = 200
)

// ErrHeading says that the first row does not name the columns an import needs.
var ErrHeading = errors.New("the first row must name at least the columns office and level (机关, 评价等级)")

// ReadRatings reads a CSV file of ratings.
func ReadRatings(r io.Reader) (*RatingFile, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxImportBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read ratings: %w", err)
	}
	if len(data) > maxImportBytes {
		return nil, fmt.Errorf("read ratings: the file is over %d MB", maxImportBytes>>20)
	}
	text, err := csvtext.Decode(data)
	if err != nil {
		return nil, err
	}
	records := csvtext.NewReader(text)
	heading, err := records.Read()
	if err != nil {
		return nil, ErrHeading
	}
	f := &RatingFile{heading: slices.Clone(heading)}
	places := columnPlaces(f.heading)
	if places["office"] < 0 || places["level"] < 0 {
		return nil, ErrHeading
	}
	for {
		cells, err := records.Read()
		if errors.Is(err, io.EOF) {
			return f, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read ratings: %w", err)
		}
		line, _ := records.FieldPos(0)
		f.rows = append(f.rows, f.row(line, cells, places))
	}
}

func columnPlaces(heading []string) map[string]int {
	places := map[string]int{}
	for name, aliases := range ratingColumns {
		places[name] = slices.IndexFunc(heading, func(h string) bool {
			return slices.Contains(aliases, strings.ToLower(strings.TrimSpace(h)))
		})
	}
	return places
}

func (f *RatingFile) row(line int, cells []string, places map[string]int) fileRow {
	cells = csvtext.RearmAll(cells) // a file of refused rows comes back mended
	cell := func(name string) string {
		at := places[name]
		if at < 0 || at >= len(cells) {
			return ""
		}
		text := Clean(cells[at])
		if utf8.RuneCountInString(text) > maxCell {
			text = string([]rune(text)[:maxCell])
		}
		return text
	}
	return fileRow{line: line, respondent: cell("respondent"), office: cell("office"), window: cell("window"),
		service: cell("service"), level: cell("level"), day: cell("day"), cells: cells}
}

func (f *RatingFile) undated() bool {
	return slices.ContainsFunc(f.rows, func(r fileRow) bool { return r.day == "" })
}

// Units lists the offices and windows that the rows name, windows with their
// office, in the order of their first row: what --create-units makes.
func (f *RatingFile) Units() (offices []string, windows [][2]string) {
	seen := map[string]bool{}
	for _, r := range f.rows {
		if r.office != "" && !seen["o"+r.office] {
			seen["o"+r.office] = true
			offices = append(offices, r.office)
		}
		if r.window != "" && r.office != "" && !seen["w"+r.window] {
			seen["w"+r.window] = true
			windows = append(windows, [2]string{r.window, r.office})
		}
	}
	return offices, windows
}
