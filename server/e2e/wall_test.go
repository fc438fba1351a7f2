package e2e

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/complaints"
	"minping/internal/actor"
)

// monitor is one open dispatch monitor: what the server has sent to it.
type monitor struct {
	mu     sync.Mutex
	body   string // the newest picture
	id     string
	walls  int // pictures
	times  int
	bye    bool
	closed bool
}

func (m *monitor) snapshot() monitor {
	m.mu.Lock()
	defer m.mu.Unlock()
	return monitor{body: m.body, id: m.id, walls: m.walls, times: m.times, bye: m.bye, closed: m.closed}
}

// watch opens the stream on a node and reads it to its end.
func (c client) watch(node *instance, lastID string) *monitor {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, node.url("/console/wall/stream"), nil)
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Accept-Language", "zh-CN")
	if lastID != "" {
		r.Header.Set("Last-Event-ID", lastID)
	}
	patient := http.Client{Jar: c.http.Jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := patient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	if answer.StatusCode != http.StatusOK || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/event-stream") {
		c.t.Fatalf("the stream: %s %s", answer.Status, answer.Header.Get("Content-Type"))
	}
	m := &monitor{}
	go m.read(answer.Body)
	return m
}

func (m *monitor) read(body io.ReadCloser) {
	defer func() { _ = body.Close() }()
	var event, id string
	var data []string
	for lines := bufio.NewScanner(body); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), ": ")
		switch name {
		case "event":
			event = value
		case "id":
			id = value
		case "data":
			data = append(data, value)
		case "":
			m.take(event, id, strings.Join(data, "\n"))
			event, id, data = "", "", nil
		}
	}
	m.mu.Lock()
	m.closed = true
	m.mu.Unlock()
}

func (m *monitor) take(event, id, data string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch event {
	case "wall":
		m.walls, m.body, m.id = m.walls+1, data, id
	case "at":
		m.times++
	case "bye":
		m.bye = true
	}
}

// shows tells whether all of the monitors say how many cases are open.
func shows(list []*monitor, open int) bool {
	for _, m := range list {
		if !strings.Contains(m.snapshot().body, fmt.Sprintf("<dt>在办</dt><dd>%d</dd>", open)) {
			return false
		}
	}
	return true
}

// TestWall: two nodes on one database, fifty monitors and one that reads nothing.
// A complaint is on all of them in a moment, also after the connection that listens
// was cut; a node that stops takes nobody's monitor with it, and a session that ends does.
func TestWall(t *testing.T) {
	t.Parallel()
	in, other, committee := wallCity(t)
	first, second := in.start(), other.start()
	committee.signIn("committee")

	var all, there []*monitor
	for range 25 {
		all = append(all, committee.watch(in, ""))
		there = append(there, committee.watch(other, ""))
	}
	all = append(all, there...)
	stalled := committee.stall(in)
	defer func() { _ = stalled.Close() }()
	eventually(t, 20*time.Second, "every monitor shows something", func() bool { return shows(all, 0) })

	begun := time.Now()
	in.fileComplaint(t)
	eventually(t, 20*time.Second, "a complaint is on every monitor", func() bool { return shows(all, 1) })
	t.Logf("on fifty monitors of two nodes after %s", time.Since(begun).Round(time.Millisecond))

	in.cutListeners(t)
	in.fileComplaint(t)
	eventually(t, 30*time.Second, "a complaint is there after the listening connections were cut", func() bool { return shows(all, 2) })

	id := there[0].snapshot().id
	if code, took := second.stop(); code != 0 || took > 10*time.Second {
		t.Errorf("a node with open monitors: exit %d after %s", code, took)
	}
	eventually(t, 10*time.Second, "the monitors of a stopped node are closed", func() bool {
		for _, m := range there {
			if s := m.snapshot(); !s.closed || s.bye {
				return false
			}
		}
		return true
	})
	back := committee.watch(in, id)
	eventually(t, 20*time.Second, "who comes back to another node is told the time", func() bool { return back.snapshot().times > 0 })
	if s := back.snapshot(); s.walls != 0 {
		t.Error("who comes back is sent what he has")
	}
	in.fileComplaint(t)
	eventually(t, 20*time.Second, "and then what is new", func() bool { return shows([]*monitor{back, all[0]}, 3) })

	before := in.seenAt(t)
	committee.post(http.StatusOK, "/console/account", "/console/signout", url.Values{})
	eventually(t, 20*time.Second, "monitors end with their session", func() bool { return back.snapshot().bye && all[0].snapshot().bye })
	if after := in.seenAt(t); after.Sub(before) > time.Minute {
		t.Errorf("watching moved the session's last sign of life by %s", after.Sub(before))
	}
	if code, took := first.stopBy(syscall.SIGTERM); code != 0 || took > 10*time.Second {
		t.Errorf("exit %d after %s", code, took)
	}
}

// wallCity is two nodes on one data directory and the committee's browser.
func wallCity(t *testing.T) (in, other *instance, committee client) {
	t.Helper()
	in = newInstance(t)
	in.importCity()
	in.publish()
	in.withDB(func(db *sqlx.DB) { // a demonstration's accounts need no second factor
		if _, err := db.Exec(`INSERT INTO instance_facts (key, value) VALUES ('demo', 'complete')`); err != nil {
			t.Fatal(err)
		}
	})
	if r := in.runWith(demoWord+"\n", "account", "create", "committee", "--role", "committee"); r.code != 0 {
		t.Fatalf("account: %s", r.err)
	}
	node := *in
	node.addr = freeAddress(t)
	return in, &node, in.client(t, new([]string))
}

// stall opens a monitor whose connection is never read.
func (c client) stall(node *instance) net.Conn {
	c.t.Helper()
	conn, err := (&net.Dialer{}).DialContext(c.t.Context(), "tcp", node.addr)
	if err != nil {
		c.t.Fatal(err)
	}
	at, err := url.Parse(node.url("/"))
	if err != nil {
		c.t.Fatal(err)
	}
	var cookies []string
	for _, k := range c.http.Jar.Cookies(at) {
		cookies = append(cookies, k.Name+"="+k.Value)
	}
	_, err = fmt.Fprintf(conn, "GET /console/wall/stream HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\n\r\n", node.addr, strings.Join(cookies, "; "))
	if err != nil {
		c.t.Fatal(err)
	}
	return conn
}

// fileComplaint files a complaint as a citizen would.
func (in *instance) fileComplaint(t *testing.T) {
	t.Helper()
	in.withDB(func(db *sqlx.DB) {
		s, err := complaints.New(complaints.Config{DB: db, PINKey: make([]byte, 32)})
		if err == nil {
			_, err = s.File(context.Background(), actor.Actor{}, complaints.Filing{Submission: uuid.New(), Channel: complaints.ByWeb, Kind: complaints.Complaint, Body: "路灯不亮"})
		}
		if err != nil {
			t.Fatal(err)
		}
	})
}

// cutListeners ends the connections that wait for notes of cases, on every node.
func (in *instance) cutListeners(t *testing.T) {
	t.Helper()
	in.withDB(func(db *sqlx.DB) {
		var cut int
		err := db.Get(&cut, `SELECT count(*) FILTER (WHERE pg_terminate_backend(pid))::int FROM pg_stat_activity WHERE query ILIKE 'LISTEN "cases"%'`)
		if err == nil && cut != 2 {
			err = errors.New("not one on each node")
		}
		if err != nil {
			t.Errorf("cut %d: %v", cut, err)
		}
	})
}

func (in *instance) seenAt(t *testing.T) (at time.Time) {
	t.Helper()
	in.withDB(func(db *sqlx.DB) {
		if err := db.Get(&at, `SELECT max(seen_at) FROM account_sessions`); err != nil {
			t.Fatal(err)
		}
	})
	return at
}
