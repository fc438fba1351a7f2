package citizen

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"
	"golang.org/x/net/html"

	"minping/complaints/workday"
	"minping/internal/i18n"
	"minping/internal/pgtest"
	"minping/server/web"
	"minping/surveys"
)

// counter is the whole router over a small directory: one window of one office
// in a hall, and a code in every state.
type counter struct {
	db      *sqlx.DB
	h       *Handler
	e       *echo.Echo
	surveys *surveys.Service
	now     time.Time
}

const directory = `
INSERT INTO units (kind, code, name, name_en) VALUES ('hall', 'H1', '市政务服务中心', 'City Service Centre');
INSERT INTO units (kind, code, name, name_en, brand_name) VALUES ('office', 'O1', '市人力资源和社会保障局', 'Human Resources and Social Security Bureau', '人社“暖心”<窗口>');
INSERT INTO units (kind, code, name, office_id) SELECT 'division', 'D1', '办事处', id FROM units WHERE code = 'O1';
INSERT INTO units (kind, code, name, name_en, number, office_id, division_id, hall_id, closed_on)
	SELECT 'window', w.code, w.name, w.en, w.number, o.id, d.id, h.id, w.closed::date
	FROM units o, units d, units h, (VALUES
		('W1', '社会保险登记 & 变更', 'Social insurance registration', 'A01', NULL), ('W2', '医疗保险', '', 'A02', NULL),
		('W3', '失业登记', '', 'A03', '2026-11-01'), ('W4', '人才引进', '', 'A04', NULL)) w (code, name, en, number, closed)
	WHERE o.code = 'O1' AND d.code = 'D1' AND h.code = 'H1';
INSERT INTO publications (version_id, title, channel, starts_at)
	SELECT min(id), '窗口评价', c, t::timestamptz FROM survey_versions, (VALUES ('desk', '2026-01-01'), ('exit', '2027-01-01'), ('kiosk', '2026-01-01'), ('ticket', '2026-01-01')) p (c, t) GROUP BY c, t;
INSERT INTO publication_units SELECT p.id, u.id FROM publications p, units u WHERE u.kind = 'window' AND u.code <> 'W4';
INSERT INTO publications (version_id, title, channel, starts_at, ends_at) SELECT min(id), '已结束', 'desk', '2026-01-01', '2026-06-01' FROM survey_versions;
INSERT INTO publication_units SELECT max(p.id), u.id FROM publications p, units u WHERE u.code = 'W4' GROUP BY u.id;
INSERT INTO codes (code, unit_id, channel, retired_at, retired_as)
	SELECT c.code, u.id, c.channel, c.at::timestamptz, c.how FROM units u, (VALUES
		('win00001', 'W1', 'desk', NULL, NULL), ('exit0001', 'W1', 'exit', NULL, NULL), ('kiosk001', 'W1', 'kiosk', NULL, NULL),
		('win00002', 'W2', 'desk', '2026-11-01', 'revoked'), ('old00002', 'W2', 'desk', '2026-10-01', 'rotated'), ('new00002', 'W2', 'desk', NULL, NULL),
		('win00003', 'W3', 'desk', NULL, NULL), ('win00004', 'W4', 'desk', NULL, NULL)) c (code, unit, channel, at, how) WHERE u.code = c.unit;
INSERT INTO ticket_batches (unit_id, channel, visited_on) SELECT u.id, 'ticket', d::date FROM units u, (VALUES ('2026-11-23'), ('2026-10-09')) t (d) WHERE u.code = 'W1';
SELECT ensure_rating_partitions('2026-09-01', '2027-02-01');`

func newCounter(t testing.TB) *counter {
	t.Helper()
	k := &counter{db: pgtest.New(t), now: time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)}
	if _, err := k.db.Exec(directory); err != nil {
		t.Fatal(err)
	}
	clock := func() time.Time { return k.now }
	s, err := surveys.New(t.Context(), surveys.Config{DB: k.db, Log: slog.New(slog.DiscardHandler), Now: clock,
		Calendar: workday.Builtin(), DeviceKey: []byte("0123456789abcdef")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop(context.Background()) })
	k.surveys = s
	k.serve(t, s, clock)
	return k
}

func (k *counter) serve(t testing.TB, s *surveys.Service, clock func() time.Time) {
	t.Helper()
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	texts.OnMissing(func(lang, key string) { t.Errorf("no text for %s in %s", key, lang) })
	site, err := web.NewSite(web.Config{BaseURL: "https://minping.example.gov.cn", Texts: texts, Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(site.Close)
	if k.h, err = New(Config{Site: site, Surveys: s, Now: clock}); err != nil {
		t.Fatal(err)
	}
	k.e = echo.New()
	site.Use(k.e)
	k.h.Routes(k.e)
}

// page is an answer with its parsed body.
type page struct {
	*http.Response
	body string
	doc  *html.Node
}

func (k *counter) do(t testing.TB, r *http.Request) page {
	t.Helper()
	rec := httptest.NewRecorder()
	k.e.ServeHTTP(rec, r)
	res := rec.Result()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	return page{res, string(body), doc}
}

func (k *counter) get(t testing.TB, path string) page {
	t.Helper()
	return k.do(t, httptest.NewRequest(http.MethodGet, path, nil))
}

func (k *counter) post(t testing.TB, path string, form url.Values) page {
	t.Helper()
	return k.do(t, formRequest(path, form.Encode()))
}

func formRequest(path, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// all gives the elements with a name.
func (p page) all(name string) []*html.Node {
	var found []*html.Node
	for n := range p.doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == name {
			found = append(found, n)
		}
	}
	return found
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// value is that of the first input with a name.
func (p page) value(name string) string {
	for _, n := range p.all("input") {
		if v, _ := attr(n, "name"); v == name {
			value, _ := attr(n, "value")
			return value
		}
	}
	return ""
}

// checked lists name=value of what is chosen.
func (p page) checked() []string {
	var found []string
	for _, n := range p.all("input") {
		if _, ok := attr(n, "checked"); ok {
			name, _ := attr(n, "name")
			value, _ := attr(n, "value")
			found = append(found, name+"="+value)
		}
	}
	return found
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}
