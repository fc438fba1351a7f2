package notify_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emmansun/gmsm/sm3"
	"github.com/jmoiron/sqlx"

	"minping/internal/jobs"
	"minping/internal/pg"
	"minping/internal/pgtest"
	"minping/internal/vault"
	"minping/notify"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

const (
	number = "13800001234"
	words  = "验证码 123456"
	secret = "a secret of the gateway"
)

// gateway is a real one: it notes what it got and answers as it is told to.
type gateway struct {
	*httptest.Server
	mu      sync.Mutex
	got     []request
	answers []int // the last one for ever
}

type request struct {
	header http.Header
	body   []byte
}

func newGateway(t *testing.T, answers ...int) *gateway {
	t.Helper()
	g := &gateway{answers: answers}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		g.mu.Lock()
		defer g.mu.Unlock()
		g.got = append(g.got, request{r.Header, body})
		status := g.answers[0]
		if len(g.answers) > 1 {
			g.answers = g.answers[1:]
		}
		if status/100 == 3 {
			w.Header().Set("Location", g.URL+"/elsewhere")
		}
		w.WriteHeader(status)
	}))
	t.Cleanup(g.Close)
	return g
}

type office struct {
	t   *testing.T
	db  *sqlx.DB
	s   *notify.Service
	log *bytes.Buffer
	now time.Time
}

func newOffice(t *testing.T, g notify.Gateway) *office {
	t.Helper()
	t.Parallel()
	o := &office{t: t, db: pgtest.New(t), log: &bytes.Buffer{}, now: time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)}
	keys, err := vault.ParseKeyring("2026a:0123456789abcdeffedcba9876543210")
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.Open(t.Context(), vault.Config{DB: o.db, Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	queue, err := jobs.NewQueue(o.db)
	if err != nil {
		t.Fatal(err)
	}
	g.Secret = []byte(secret)
	o.s = notify.New(notify.Config{DB: o.db, Vault: v, Queue: queue, Log: slog.New(slog.NewJSONHandler(o.log, nil)), Now: func() time.Time { return o.now }, Gateway: g})
	return o
}

func (o *office) send(m notify.SMS) {
	o.t.Helper()
	m.Phone, m.Text, m.Template = vault.Hide(number), vault.Hide(words), "proof"
	if m.LateAt.IsZero() {
		m.LateAt = o.now.Add(10 * time.Minute)
	}
	if err := pg.InTx(o.t.Context(), o.db, func(tx *sqlx.Tx) error { return o.s.Send(o.t.Context(), tx, m) }); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) id() (id string) {
	o.t.Helper()
	if err := o.db.Get(&id, `SELECT id FROM notify_messages`); err != nil {
		o.t.Fatal(err)
	}
	return id
}

// ended checks how the message ended and that number and text are nowhere.
func (o *office) ended(state string, status, tries int) {
	o.t.Helper()
	var m struct {
		State  string `db:"state"`
		Status int    `db:"status"`
		Tries  int    `db:"tries"`
	}
	if err := o.db.Get(&m, `SELECT state, coalesce(status, 0) AS status, tries FROM notify_messages`); err != nil {
		o.t.Fatal(err)
	}
	if m.State != state || m.Status != status || m.Tries != tries {
		o.t.Errorf("%+v, want %s %d %d", m, state, status, tries)
	}
	var left int
	if err := o.db.Get(&left, `SELECT count(*) FROM vault_records WHERE erased_at IS NULL`); err != nil || left != 0 {
		o.t.Errorf("%d records of the vault are left, %v", left, err)
	}
	var queue string
	if err := o.db.Get(&queue, `SELECT coalesce(string_agg(j::text, ' '), '') FROM river_job j`); err != nil {
		o.t.Fatal(err)
	}
	for where, text := range map[string]string{"queue": queue, "log": o.log.String()} {
		for _, secret := range []string{number, "123456", secret, "hush"} {
			if strings.Contains(text, secret) {
				o.t.Errorf("the %s tells %q: %s", where, secret, text)
			}
		}
	}
}

func TestSignedAndSentThroughTheQueue(t *testing.T) {
	g := newGateway(t, http.StatusServiceUnavailable, http.StatusOK)
	o := newOffice(t, notify.Gateway{URL: g.URL + "/sms?key=hush", Digest: "sm3"})
	runner, err := jobs.Start(t.Context(), o.db, slog.New(slog.DiscardHandler), nil, o.s.Task())
	if err != nil {
		t.Fatal(err)
	}
	o.send(notify.SMS{})
	// The first try is refused; the queue comes again by itself.
	for begun := time.Now(); ; {
		var open int
		if err := o.db.Get(&open, `SELECT count(*) FROM notify_messages WHERE state = 'queued'`); err != nil {
			t.Fatal(err)
		}
		if open == 0 {
			break
		}
		if time.Since(begun) > 40*time.Second {
			t.Fatal("not sent")
		}
	}
	if err := runner.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.ended("sent", 200, 2)
	last := g.got[len(g.got)-1]
	var m struct{ ID, Phone, Text string }
	if err := json.Unmarshal(last.body, &m); err != nil || m.Phone != number || m.Text != words || m.ID != o.id() {
		t.Errorf("%s, %v", last.body, err)
	}
	stamp := last.header.Get("X-Minping-Timestamp")
	mac := hmac.New(sm3.New, []byte(secret))
	mac.Write([]byte(stamp + "\n" + string(last.body)))
	if want := "sm3=" + hex.EncodeToString(mac.Sum(nil)); last.header.Get("X-Minping-Signature") != want || stamp == "" {
		t.Errorf("signature %q, want %q", last.header.Get("X-Minping-Signature"), want)
	}
}

func TestSHA256(t *testing.T) {
	t.Parallel()
	g := notify.Gateway{Secret: []byte(secret), Digest: "sha256"}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("1\nbody"))
	if got, want := g.Sign("1", []byte("body")), "sha256="+hex.EncodeToString(mac.Sum(nil)); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestRefusedForGood(t *testing.T) {
	for _, status := range []int{http.StatusBadRequest, http.StatusTemporaryRedirect, http.StatusForbidden} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			g := newGateway(t, status)
			o := newOffice(t, notify.Gateway{URL: g.URL})
			o.send(notify.SMS{})
			if err := o.s.Task().Do(t.Context(), o.id()); err != nil {
				t.Errorf("the queue would try again: %v", err)
			}
			o.ended("failed", status, 1)
			if len(g.got) != 1 {
				t.Errorf("posted %d times", len(g.got))
			}
		})
	}
}

func TestNotReachedFiveTimes(t *testing.T) {
	g := newGateway(t, http.StatusOK)
	o := newOffice(t, notify.Gateway{URL: strings.Replace(g.URL, "http://", "http://u:hush@", 1)})
	g.Close()
	o.send(notify.SMS{})
	for i := 1; i <= 5; i++ {
		err := o.s.Task().Do(t.Context(), o.id())
		if (err == nil) != (i == 5) || err != nil && strings.Contains(err.Error(), "hush") {
			t.Errorf("try %d: %v", i, err)
		}
	}
	o.ended("failed", 0, 5)
}

func TestLateUnwantedAndRepeated(t *testing.T) {
	for state, prepare := range map[string]func(*office){
		"late":     func(o *office) { o.send(notify.SMS{LateAt: o.now}) },
		"unwanted": func(o *office) { o.send(notify.SMS{Unwanted: true}) },
	} {
		t.Run(state, func(t *testing.T) {
			g := newGateway(t, http.StatusOK)
			o := newOffice(t, notify.Gateway{URL: g.URL})
			prepare(o)
			for range 2 {
				if err := o.s.Task().Do(t.Context(), o.id()); err != nil {
					t.Fatal(err)
				}
			}
			tries := 1
			if state == "unwanted" {
				tries = 0
			}
			o.ended(state, 0, tries)
			if len(g.got) != 0 {
				t.Error("sent all the same")
			}
		})
	}
}

func TestOldMessagesGo(t *testing.T) {
	g := newGateway(t, http.StatusOK)
	o := newOffice(t, notify.Gateway{URL: g.URL})
	o.send(notify.SMS{})
	if err := o.s.Task().Do(t.Context(), o.id()); err != nil {
		t.Fatal(err)
	}
	o.ended("sent", 200, 1)
	if n, err := o.s.CountOld(t.Context(), o.now); err != nil || n != 0 {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := o.s.RemoveOld(t.Context(), o.now.Add(time.Second), 10); err != nil || n != 1 {
		t.Errorf("%d, %v", n, err)
	}
}
