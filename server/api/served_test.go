package api

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"minping/complaints/workday"
	"minping/indices"
	"minping/internal/actor"
	"minping/internal/pgtest"
	"minping/surveys"
)

func servedClient(t *testing.T) client {
	t.Helper()
	db := pgtest.New(t)
	for _, q := range []string{`INSERT INTO units (kind, code, name) VALUES ('office', 'tax', '税务局')`,
		`INSERT INTO units (kind, code, name, office_id) SELECT 'window', 'w1', '一号窗口', id FROM units WHERE kind = 'office'`} {
		if _, err := db.ExecContext(t.Context(), q); err != nil {
			t.Fatal(err)
		}
	}
	s, err := surveys.New(t.Context(), surveys.Config{DB: db, Log: slog.New(slog.DiscardHandler), Now: time.Now, Calendar: workday.Builtin(), DeviceKey: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop(t.Context()) })
	writes := map[actor.Permission]bool{surveys.PermServedWrite: true}
	c := serve(t, indices.New(indices.Config{DB: db}), map[string]actor.Actor{"queue": {Name: "queue", Grants: []actor.Grant{{Permissions: writes}}}, "other": {Name: "other", Grants: []actor.Grant{{Permissions: writes, Office: 999999}}}, "nothing": {Name: "nothing"}})
	c.handler.surveys = s
	return c
}

func (c client) tell(key, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/api/v1/served", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept-Language", "en")
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	w := httptest.NewRecorder()
	c.e.ServeHTTP(w, r)
	return w
}

func TestTellServed(t *testing.T) {
	t.Parallel()
	c := servedClient(t)
	const good = `{"rows":[{"window":"w1","day":"2026-11-02","served":120,"called":130}]}`
	for i, want := range []servedAnswer{{Rows: 1, New: 1}, {Rows: 1, Same: 1}} {
		w := c.tell("queue", good)
		if got := read[servedAnswer](t, w); w.Code != http.StatusOK || got != want {
			t.Errorf("%d: %d %s", i, w.Code, w.Body)
		}
	}
	for name, q := range map[string]struct {
		key, body string
		want      int
		says      string
	}{
		"no key":        {"", good, 401, ""},
		"no permission": {"nothing", good, 403, ""},
		"not its own":   {"other", good, 422, "rows.0.window"},
		"unknown":       {"queue", `{"rows":[{"window":"w9","day":"2026-11-02","served":1}]}`, 422, "rows.0.window"},
		"future":        {"queue", `{"rows":[{"window":"w1","day":"2099-01-01","served":1}]}`, 422, "rows.0.day"},
		"negative":      {"queue", `{"rows":[{"window":"w1","day":"2026-11-02","served":-1}]}`, 422, "rows.0.served"},
		"no number":     {"queue", `{"rows":[{"window":"w1","day":"2026-11-02"}]}`, 422, "served"},
		"twice":         {"queue", `{"rows":[{"window":"w1","day":"2026-11-02","served":1},{"window":"w1","day":"2026-11-02","served":2}]}`, 422, "rows.1.window"},
		"not a day":     {"queue", `{"rows":[{"window":"w1","day":"2026-02-30","served":1}]}`, 422, "JSON"},
		"misspelt":      {"queue", `{"rows":[{"window":"w1","day":"2026-11-02","serve":1}]}`, 422, "JSON"},
		"nothing":       {"queue", `{"rows":[]}`, 422, "rows"},
		"not JSON":      {"queue", "\x00\xff", 422, "JSON"},
		"two":           {"queue", good + good, 422, "JSON"},
		"large":         {"queue", `{"rows":[` + strings.Repeat(" ", servedBody) + `]}`, 413, ""},
	} {
		if w := c.tell(q.key, q.body); w.Code != q.want || !strings.Contains(w.Body.String(), q.says) {
			t.Errorf("%s: %d %s, want %d %s", name, w.Code, w.Body, q.want, q.says)
		}
	}
}
