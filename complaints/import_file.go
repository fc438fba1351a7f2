package complaints

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"minping/internal/csvtext"
)

// CaseFile is a file of messages and replies of another system.
type CaseFile struct {
	heading []string
	rows    []caseFileRow
}

type caseFileRow struct {
	line                                       int
	number, title, asked, body, reply, replied string
	agree, against                             string
	cells                                      []string
}

var caseHeadings = map[string][]string{
	"number":  {"留言编号", "编号", "工单编号", "number", "id"},
	"title":   {"留言主题", "主题", "标题", "title"},
	"asked":   {"留言时间", "提交时间", "受理时间", "asked_at"},
	"body":    {"留言详情", "内容", "详情", "body"},
	"reply":   {"答复意见", "答复内容", "回复", "reply"},
	"replied": {"答复时间", "回复时间", "replied_at"},
	"agree":   {"点赞数", "支持数", "agree"},
	"against": {"反对数", "against"},
}

// ErrCaseHeading says that the first row does not name the columns.
var ErrCaseHeading = errors.New("the first row must name at least 留言编号, 留言时间 and 留言详情 (number, asked_at, body)")

// ReadCases reads a CSV file of messages. Who wrote them is not read at all.
func ReadCases(r io.Reader) (*CaseFile, error) {
	text, err := readAll(r)
	if err != nil {
		return nil, err
	}
	records := csvtext.NewReader(text)
	heading, err := records.Read()
	if err != nil {
		return nil, ErrCaseHeading
	}
	f := &CaseFile{heading: slices.Clone(heading)}
	at := map[string]int{}
	for name, aliases := range caseHeadings {
		at[name] = slices.IndexFunc(f.heading, func(h string) bool { return slices.Contains(aliases, strings.ToLower(strings.TrimSpace(h))) })
	}
	if at["number"] < 0 || at["asked"] < 0 || at["body"] < 0 {
		return nil, ErrCaseHeading
	}
	for {
		cells, err := records.Read()
		if errors.Is(err, io.EOF) {
			return f, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read cases: %w", err)
		}
		line, _ := records.FieldPos(0)
		cells = csvtext.RearmAll(cells) // a file of refused rows comes back mended
		cell := func(name string) string {
			if i := at[name]; i >= 0 && i < len(cells) {
				return strings.Clone(clean(cells[i]))
			}
			return ""
		}
		f.rows = append(f.rows, caseFileRow{line: line, number: cell("number"), title: cell("title"), asked: cell("asked"), body: cell("body"),
			reply: cell("reply"), replied: cell("replied"), agree: cell("agree"), against: cell("against"), cells: slices.Clone(cells)})
	}
}

// timeLayouts are how spreadsheets write times; without a year in four digits the
// month comes first, as Excel's American form has it.
var timeLayouts = []string{"2006/1/2 15:04:05", "2006/1/2 15:04", "2006/1/2", "2006-1-2 15:04:05", "2006-1-2 15:04", "2006-1-2",
	"1/2/06 15:04:05", "1/2/06 15:04", time.RFC3339}

// readTime reads a time in China; false where it is none, or outside 2000–2099.
func readTime(s string) (time.Time, bool) {
	zone := time.FixedZone("CST", 8*60*60)
	for _, layout := range timeLayouts {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil && t.Year() >= 2000 && t.Year() < 2100 {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}
