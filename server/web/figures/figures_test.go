package figures

import (
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"minping/indices"
	"minping/internal/i18n"
	"minping/server/web"
)

func page(t *testing.T, lang string) web.Page {
	t.Helper()
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	texts.OnMissing(func(lang, key string) { t.Errorf("no text for %s in %s", key, lang) })
	site, err := web.NewSite(web.Config{Texts: texts})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(site.Close)
	r := httptest.NewRequest("GET", "/board", nil)
	r.Header.Set("Accept-Language", lang)
	return site.Page(echo.New().NewContext(r, httptest.NewRecorder()), "")
}

func period(t *testing.T, text string) indices.Period {
	t.Helper()
	p, err := indices.ParsePeriod(text)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPeriodsInWordsAndTheirNeighbours(t *testing.T) {
	t.Parallel()
	zh, en := page(t, "zh-CN"), page(t, "en")
	for _, at := range []struct{ period, zh, en, next string }{
		{"2026", "2026年", "2026", "2027"},
		{"2026-Q4", "2026年第四季度", "Q4 2026", "2027-Q1"},
		{"2026-12", "2026年12月", "December 2026", "2027-01"},
		{"2026-02-28", "2026年2月28日", "28 February 2026", "2026-03-01"},
		{"2026-01-01..2026-02-28", "2026年1月1日至2月28日", "1 Jan 2026 – 28 Feb 2026", "2026-03-01..2026-04-30"},
		{"2026-12-20..2027-01-02", "2026年12月20日至2027年1月2日", "20 Dec 2026 – 2 Jan 2027", "2027-01-03..2027-01-16"},
	} {
		p := period(t, at.period)
		if got := PeriodText(zh, p); got != at.zh {
			t.Errorf("%s: %q, want %q", at.period, got, at.zh)
		}
		if got := PeriodText(en, p); got != at.en {
			t.Errorf("%s: %q, want %q", at.period, got, at.en)
		}
		if next, ok := Next(p); !ok || next.String() != at.next {
			t.Errorf("after %s: %s, want %s", at.period, next, at.next)
		}
	}
}

func TestReadPeriod(t *testing.T) {
	t.Parallel()
	usual := period(t, "2026-10")
	for _, at := range []struct {
		period, from, to, want string
		wrong                  bool
	}{
		{"", "", "", "2026-10", false},
		{"2025", "", "", "2025", false},
		{"2025", "2026-03-01", "2026-03-31", "2026-03", false},
		{"", "2026-01-01", "2026-12-31", "2026", false},
		{"", "2026-03-02", "2026-03-31", "2026-03-02..2026-03-31", false},
		{"", "2026-03-02", "", "2026-10", true},
		{"soon", "", "", "2026-10", true},
	} {
		got, err := ReadPeriod(at.period, at.from, at.to, usual)
		if got.String() != at.want || (err != nil) != at.wrong {
			t.Errorf("%+v: %s, %v", at, got, err)
		}
	}
}

func TestTrendSpan(t *testing.T) {
	t.Parallel()
	today := time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	for _, at := range []struct {
		period, want string
		grain        indices.Grain
	}{
		{"2026-10", "2025-10-01..2026-10-31", indices.Month},
		{"2026-11", "2025-11-01..2026-11-30", indices.Month},
		{"2026", "2025-11-01..2026-11-30", indices.Month},
		{"2025", "2024-12-01..2025-12-31", indices.Month},
		{"2026-11-03..2026-11-18", "2026-11-03..2026-11-18", indices.Day},
		{"2026-05-03..2026-08-18", "2026-05-03..2026-08-18", indices.Week},
		{"2020-01-01..2026-10-31", "2020-01-01..2026-10-31", indices.Quarter},
	} {
		got, grain := TrendSpan(period(t, at.period), today)
		if got.String() != at.want || grain != at.grain {
			t.Errorf("%s: %s by %s, want %s by %s", at.period, got, grain, at.want, at.grain)
		}
		if _, err := got.Buckets(grain); err != nil {
			t.Errorf("%s: %v", at.period, err)
		}
	}
}

func TestBarsStayOnTheirTrack(t *testing.T) {
	t.Parallel()
	for _, at := range []struct {
		scale Scale
		f     *indices.Figure
		want  Bar
	}{
		{Full(), nil, Bar{}},
		{Full(), &indices.Figure{Value: 50, Low: 40, High: 70}, Bar{X: "40.00", Width: "30.00", At: "50.00", Shown: true}},
		{Scale{80, 100}, &indices.Figure{Value: 90, Low: 70, High: 100}, Bar{X: "0.00", Width: "100.00", At: "50.00", Shown: true}},
		{Shares(), &indices.Figure{Value: 1, Low: 1, High: 1}, Bar{X: "100.00", Width: "0.80", At: "99.20", Shown: true}},
	} {
		if got := at.scale.Bar(at.f); got != at.want {
			t.Errorf("%v on %v: %+v, want %+v", at.f, at.scale, got, at.want)
		}
	}
}

func row(name string, n int64, sat float64) indices.Row {
	r := indices.Row{Unit: indices.Unit{ID: n, Name: name, Code: name}}
	r.State, r.N = indices.OK, n
	if n == 0 {
		r.State = indices.None
		return r
	}
	f := &indices.Figure{Value: sat, Low: sat - 1, High: sat + 1}
	r.Sat, r.Good, r.TopTwo, r.Bad, r.Mean = f, f, f, f, f
	return r
}

func TestUnitsWithoutFiguresStandLast(t *testing.T) {
	t.Parallel()
	rows := []indices.Row{row("文旅局", 0, 0), row("税务局", 50, 80), row("公安局", 40, 90), row("财政局", 30, 70)}
	for sort, want := range map[string][]string{
		"":     {"财政局", "公安局", "税务局", "文旅局"}, // by pinyin: cai, gong, shui, wen
		"sat":  {"财政局", "税务局", "公安局", "文旅局"},
		"-sat": {"公安局", "税务局", "财政局", "文旅局"},
		"-n":   {"税务局", "公安局", "财政局", "文旅局"},
	} {
		c := NewCompare(CompareConfig{Page: page(t, "zh-CN"), Link: Link{Path: "/board", Query: url.Values{}}, Sort: sort, Size: 10}, rows)
		for i, r := range c.Rows {
			if r.Name != want[i] {
				t.Errorf("sort %q: place %d is %s, want %s", sort, i+1, r.Name, want[i])
			}
		}
	}
	c := NewCompare(CompareConfig{Page: page(t, "zh-CN"), Link: Link{Path: "/board", Query: url.Values{"q": {"x"}}}, At: 9, Size: 3}, rows)
	if len(c.Rows) != 1 || c.Prev != "/board?page=1&q=x" || c.Next != "" {
		t.Errorf("a page past the end: %d rows, prev %q, next %q", len(c.Rows), c.Prev, c.Next)
	}
}
