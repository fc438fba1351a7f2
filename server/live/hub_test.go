package live

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// counting is a drawing whose pictures are numbered.
type counting struct {
	drawn atomic.Int64
	value atomic.Int64
	fails atomic.Bool
}

func (c *counting) draw(context.Context) (Picture, error) {
	c.drawn.Add(1)
	if c.fails.Load() {
		return Picture{}, errors.New("the database is away")
	}
	return Picture{ID: fmt.Sprint("v", c.value.Load()), At: time.Now()}, nil
}

func quick() HubConfig {
	return HubConfig{Calm: 20 * time.Millisecond, Tick: time.Hour, Check: 10 * time.Millisecond}
}

// awaits reads pictures until one has the number.
func awaits(t *testing.T, w *Watcher, id string) {
	t.Helper()
	late := time.NewTimer(10 * time.Second)
	defer late.Stop()
	for {
		select {
		case p := <-w.Pictures():
			if p.ID == id {
				return
			}
		case <-w.Gone():
			t.Fatalf("gone before %s", id)
		case <-late.C:
			t.Fatalf("never saw %s", id)
		}
	}
}

// TestHubDrawsOnceForAll: fifty watch, one of them reads nothing; a thousand notes
// cost a few drawings, everybody who reads sees the newest state, and whoever wakes
// up late sees it as well.
func TestHubDrawsOnceForAll(t *testing.T) {
	t.Parallel()
	h, c := NewHub(quick()), &counting{}
	defer func() { _ = h.Close() }()
	watchers := make([]*Watcher, 50)
	for i := range watchers {
		watchers[i] = h.Watch("all", Holder{}, c.draw)
	}
	stalled := h.Watch("all", Holder{}, c.draw)
	began := time.Now()
	for n := range int64(1000) {
		c.value.Store(n + 1)
		_ = h.Poke(t.Context())
	}
	var all sync.WaitGroup
	for _, w := range watchers {
		all.Go(func() { awaits(t, w, "v1000") })
	}
	all.Wait()
	if most := 3 + int64(time.Since(began)/(20*time.Millisecond)); c.drawn.Load() > most {
		t.Errorf("%d drawings in %s, at most %d may be", c.drawn.Load(), time.Since(began), most)
	}
	c.value.Store(2000)
	_ = h.Poke(t.Context())
	for _, w := range watchers {
		awaits(t, w, "v2000")
	}
	if p := <-stalled.Pictures(); p.ID != "v2000" {
		t.Errorf("who did not read for long sees %s", p.ID)
	}
	for _, w := range slices.Concat(watchers, []*Watcher{stalled}) {
		w.Leave()
	}
	if n := h.Watchers(); n != 0 {
		t.Errorf("%d watch though all have left", n)
	}
	before := c.drawn.Load()
	_ = h.Poke(t.Context())
	late := h.Watch("another", Holder{}, (&counting{}).draw)
	awaits(t, late, "v0")
	if c.drawn.Load() != before {
		t.Error("a topic that nobody watches was drawn")
	}
}

// TestHubEndsWithTheSession: whoever's session is over is told so, the others go on.
func TestHubEndsWithTheSession(t *testing.T) {
	t.Parallel()
	var over atomic.Value
	over.Store("")
	var asked atomic.Int64
	cfg := quick()
	cfg.Gone = func(_ context.Context, list []Holder) ([]bool, error) {
		asked.Add(1)
		gone := make([]bool, len(list))
		for i, h := range list {
			gone[i] = h.Session == over.Load()
		}
		return gone, nil
	}
	h, c := NewHub(cfg), &counting{}
	a, b := h.Watch("x", Holder{Session: "a"}, c.draw), h.Watch("x", Holder{Session: "b"}, c.draw)
	awaits(t, a, "v0")
	over.Store("a")
	<-a.Gone()
	if !a.Over() {
		t.Error("the end of a session looks like the end of the node")
	}
	a.Leave()
	c.value.Store(5)
	_ = h.Poke(t.Context())
	awaits(t, b, "v5")
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	<-b.Gone()
	if b.Over() {
		t.Error("the end of the node looks like the end of a session")
	}
	<-h.Watch("x", Holder{}, c.draw).Gone() // a hub that has ended shows nobody in
}

// TestHubWithoutDatabase: while nothing can be drawn the last picture stands, and
// the next one comes as soon as it can.
func TestHubWithoutDatabase(t *testing.T) {
	t.Parallel()
	cfg := quick()
	cfg.Tick = 10 * time.Millisecond
	h, c := NewHub(cfg), &counting{}
	defer func() { _ = h.Close() }()
	w := h.Watch("x", Holder{}, c.draw)
	awaits(t, w, "v0")
	c.fails.Store(true)
	for n := c.drawn.Load(); c.drawn.Load() < n+3; {
		select {
		case <-w.Gone():
			t.Fatal("gone because the database was away")
		case p := <-w.Pictures():
			if p.ID != "v0" {
				t.Fatalf("saw %s", p.ID)
			}
		default:
		}
	}
	c.value.Store(7)
	c.fails.Store(false)
	awaits(t, w, "v7")
}
