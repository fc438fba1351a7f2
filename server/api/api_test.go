package api

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"

	"minping/indices"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/i18n"
	"minping/internal/pgtest"
	"minping/server/web"
)

type client struct {
	e       *echo.Echo
	indices *indices.Service
	handler *Handler
	db      *sqlx.DB
}

// newClient serves the interface over a database with one rated office. Three
// keys: the committee's, the tax office's, and one that may see nothing more.
func newClient(t *testing.T) client {
	t.Helper()
	db := pgtest.New(t)
	for _, q := range []string{
		`INSERT INTO units (kind, code, name, name_en) VALUES ('office', 'tax', '税务局', 'Tax Office'), ('office', 'police', '公安局', '')`,
		`INSERT INTO units (kind, code, name, office_id) SELECT 'division', code || '-1', name || '一处', id FROM units WHERE kind = 'office'`,
		`INSERT INTO units (kind, code, name, office_id) SELECT 'window', code || '-w', name || '窗口', id FROM units WHERE kind = 'office'`,
		`INSERT INTO rating_rollups (unit_id, grain, starts_on, slice_id, n1, n2, n3, n4, n5)
			SELECT id, g::"char", CASE g WHEN 'y' THEN '2026-01-01'::date ELSE '2026-08-01' END, rating_slice('desk', 'public', 1, 'clear'), 2, 3, 5, 30, 60
			FROM units, unnest('{d,m,y}'::text[]) g WHERE code IN ('tax', 'tax-1', 'tax-w')`,
		`INSERT INTO rating_rollups (unit_id, grain, starts_on, slice_id, n1, n2, n3, n4, n5)
			SELECT id, g::"char", CASE g WHEN 'y' THEN '2026-01-01'::date ELSE '2026-08-01' END, rating_slice('web', 'public', 1, 'clear'), 0, 0, 0, 1, 2
			FROM units, unnest('{d,m,y}'::text[]) g WHERE code = 'police'`,
	} {
		if _, err := db.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	var tax int64
	if err := db.GetContext(t.Context(), &tax, `SELECT id FROM units WHERE kind = 'office' AND code = 'tax'`); err != nil {
		t.Fatal(err)
	}
	sees := map[actor.Permission]bool{indices.PermInternal: true, permIndexRead: true}
	keys := map[string]actor.Actor{
		"committee": {Name: "committee", Grants: []actor.Grant{{Permissions: sees}}},
		"tax":       {Name: "tax", Grants: []actor.Grant{{Permissions: sees, Office: tax}}},
		"nothing":   {Name: "nothing"},
	}
	c := serve(t, indices.New(indices.Config{DB: db}), keys)
	c.db = db
	return c
}

func serve(t *testing.T, s *indices.Service, keys map[string]actor.Actor) client {
	t.Helper()
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	site, err := web.NewSite(web.Config{Texts: texts, Key: func(_ context.Context, key string) (actor.Actor, error) {
		if a, ok := keys[key]; ok {
			return a, nil
		}
		return actor.Actor{}, fault.New(fault.Unauthorized, "fault.key.wrong")
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(site.Close)
	e := echo.New()
	site.Use(e)
	h := New(Config{Site: site, Indices: s})
	h.Routes(e.Group(""))
	return client{e: e, indices: s, handler: h}
}

func (c client) get(path string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("Accept-Language", "en")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	c.e.ServeHTTP(w, r)
	return w
}

// committee are the headers of a request with its key.
var committee = []string{"Authorization", "Bearer committee"}

type rows struct{ Rows []map[string]any }

func read[T any](t *testing.T, w *httptest.ResponseRecorder) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil {
		t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	return v
}

func TestIndexIsWhatTheCommandPrints(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	period, err := indices.ParsePeriod("2026-Q3")
	if err != nil {
		t.Fatal(err)
	}
	want, err := c.indices.Index(t.Context(), actor.System("cli"), indices.Query{Level: indices.Office, Period: period})
	if err != nil {
		t.Fatal(err)
	}
	for format, write := range map[string]func(*bytes.Buffer) error{
		"csv":  func(b *bytes.Buffer) error { return indices.WriteCSV(b, want) },
		"json": func(b *bytes.Buffer) error { return indices.WriteJSON(b, want) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		w := c.get("/api/v1/indices?level=office&period=2026-Q3&format=" + format)
		if w.Code != http.StatusOK || w.Body.String() != b.String() {
			t.Errorf("%s: %d %s, want %s", format, w.Code, w.Body, &b)
		}
	}
	w := c.get("/api/v1/indices?level=office&period=2026-Q3&format=csv")
	records, err := csv.NewReader(w.Body).ReadAll()
	if err != nil || len(records) != 3 || records[2][0] != "tax" || records[2][4] != "100" || records[1][4] != "<5" {
		t.Errorf("%v, %v", records, err)
	}
	if d := w.Header().Get("Content-Disposition"); d != `attachment; filename="minping-office-2026-Q3.csv"` {
		t.Error(d)
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for query, want := range map[string]float64{
		"level=window&period=2026&within=office:tax": 100, "level=office&period=2026&within=office:tax&channel=desk": 100,
		"level=office&period=2026&within=office:tax&channel=web": 0, "level=office&period=2026&within=office:tax&stratum=expert": 0,
		"level=office&period=2026-08-01&within=office:tax&version=1": 100, "level=office&period=2026&within=office:tax&version=2&suspects=exclude": 0,
	} {
		got := read[rows](t, c.get("/api/v1/indices?"+query, committee...)).Rows
		if len(got) != 1 || got[0]["n"] != want {
			t.Errorf("%s: %v, want n = %v", query, got, want)
		}
	}
}

func TestTrend(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	w := c.get("/api/v1/indices/trend?unit=office:tax&period=2026-Q3")
	got := map[string]any{}
	for _, r := range read[rows](t, w).Rows {
		got[r["period"].(string)] = r["n"]
	}
	if diff := cmp.Diff(map[string]any{"2026-07": 0.0, "2026-08": 100.0, "2026-09": 0.0}, got); diff != "" {
		t.Error(diff)
	}
	if n := len(read[rows](t, c.get("/api/v1/indices/trend?unit=city:city&period=2026-08&grain=day", committee...)).Rows); n != 31 {
		t.Errorf("%d days in August", n)
	}
}

func TestAccess(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	for _, k := range []struct {
		path, key string
		status    int
		n         int
	}{
		{"/api/v1/indices?level=division&period=2026", "", 401, 0},
		{"/api/v1/indices?level=division&period=2026", "wrong", 401, 0},
		{"/api/v1/indices?level=division&period=2026", "nothing", 403, 0},
		{"/api/v1/indices?level=division&period=2026", "tax", 200, 1},
		{"/api/v1/indices?level=division&period=2026", "committee", 200, 2},
		{"/api/v1/indices?level=office&period=2026", "", 200, 2},
		{"/api/v1/indices?level=office&period=2026", "wrong", 401, 0},
		// What could be subtracted needs a key.
		{"/api/v1/indices?level=office&period=2026-08-01", "", 401, 0},
		{"/api/v1/indices?level=office&period=2026-W33", "", 401, 0},
		{"/api/v1/indices?level=office&period=2026-08-01..2026-08-30", "", 401, 0},
		{"/api/v1/indices?level=office&period=2026-08&channel=web", "", 401, 0},
		{"/api/v1/indices?level=office&period=2026-08&suspects=exclude", "", 401, 0},
		{"/api/v1/indices/trend?period=2026-08&unit=office:tax&grain=day", "", 401, 0},
		{"/api/v1/indices?level=office&period=2026-08-01", "nothing", 401, 0},
		{"/api/v1/indices?level=office&period=2026-08-01", "committee", 200, 2},
		{"/api/v1/indices?level=window&period=2026&within=division:tax-1", "", 401, 0},
		{"/api/v1/indices?level=window&period=2026&within=division:none", "", 401, 0},
		{"/api/v1/indices/trend?period=2026-Q3&unit=division:tax-1", "", 401, 0},
		{"/api/v1/indices/trend?period=2026-Q3&unit=division:tax-1", "nothing", 403, 0},
		{"/api/v1/indices/trend?period=2026-Q3&unit=division:tax-1", "tax", 200, 3},
		{"/api/v1/indices/trend?period=2026-Q3&unit=division:police-1", "tax", 422, 0},
		{"/api/v1/indices/trend?period=2026-Q3&unit=division:none", "tax", 422, 0},
		{"/api/v1/openapi.json", "wrong", 401, 0},
		{"/api/v1/openapi.json", "", 200, 0},
	} {
		var headers []string
		if k.key != "" {
			headers = []string{"Authorization", "Bearer " + k.key}
		}
		w := c.get(k.path, headers...)
		if w.Code != k.status {
			t.Errorf("%s with %q: %d %s, want %d", k.path, k.key, w.Code, w.Body, k.status)
			continue
		}
		if kind := w.Header().Get("Content-Type"); (kind == "application/problem+json") != (k.status >= 400) {
			t.Errorf("%s with %q: %s", k.path, k.key, kind)
		}
		if n := len(read[rows](t, w).Rows); n != k.n {
			t.Errorf("%s with %q: %d rows, want %d", k.path, k.key, n, k.n)
		}
	}
}

func TestComplaintsNameTheParameter(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	type problem struct {
		Code   string
		Fields []struct{ Name, Code, Detail string }
	}
	for query, want := range map[string][]string{
		"indices":                                                              {"level fault.field.required", "period fault.field.required"},
		"indices?level=village&period=2026":                                    {"level indices.fault.choice"},
		"indices?level=office&period=soon":                                     {"period indices.fault.period"},
		"indices?level=office&period=2026&chanel=web":                          {"chanel indices.fault.parameter"},
		"indices?level=office&period=2026&period=2025":                         {"period indices.fault.repeated"},
		"indices?level=office&period=2026&channel=fax":                         {"channel indices.fault.choice"},
		"indices?level=office&period=2026&stratum=x":                           {"stratum indices.fault.choice"},
		"indices?level=office&period=2026&suspects=maybe":                      {"suspects indices.fault.choice"},
		"indices?level=office&period=2026&version=zero":                        {"version indices.fault.choice"},
		"indices?level=office&period=2026&format=xml":                          {"format indices.fault.choice"},
		"indices?level=office&period=2026&within=tax":                          {"within indices.fault.unit_form"},
		"indices?level=office&period=2026&within=office:none":                  {"within indices.fault.unit"},
		"indices?level=x&period=2026-02-30&format=pdf":                         {"format indices.fault.choice", "level indices.fault.choice", "period indices.fault.period"},
		"indices/trend?period=2026":                                            {"unit fault.field.required"},
		"indices/trend?unit=city:city&period=2026&grain=hour":                  {"grain indices.fault.choice"},
		"indices/trend?unit=city:city&period=2020..2026":                       {"period indices.fault.period_day"},
		"indices/trend?unit=city:city&grain=day&period=2020-01-01..2026-01-01": {"grain indices.fault.buckets"},
	} {
		w := c.get("/api/v1/"+query, committee...)
		var got []string
		for _, f := range read[problem](t, w).Fields {
			got = append(got, f.Name+" "+f.Code)
			if f.Detail == "" || f.Detail[0] == '[' {
				t.Errorf("%s: %s has no wording", query, f.Code)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" || w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", query, w.Code, diff)
		}
	}
}

func TestNotModified(t *testing.T) {
	t.Parallel()
	c := newClient(t)
	const path = "/api/v1/indices?level=office&period=2026&format=csv"
	first := c.get(path)
	tag := first.Header().Get("ETag")
	if tag == "" || first.Header().Get("Cache-Control") != freshFor || first.Header().Get("Vary") != "Authorization" {
		t.Fatal(first.Header())
	}
	for header, want := range map[string]int{tag: 304, "W/" + tag: 304, `"x", ` + tag: 304, "*": 304, `"x"`: 200} {
		w := c.get(path, "If-None-Match", header)
		if w.Code != want || (w.Body.Len() == 0) != (want == 304) {
			t.Errorf("%s: %d with %d bytes", header, w.Code, w.Body.Len())
		}
	}
}
