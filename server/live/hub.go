package live

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Picture is what watchers are shown. ID is the same for the same data, whatever
// node drew it, so that a browser that comes back is told only what it lacks.
type Picture struct {
	ID   string
	Data []byte
	At   time.Time // when it was drawn
}

// Draw makes the picture of a topic as it is now.
type Draw func(ctx context.Context) (Picture, error)

// Holder is whose session stands behind a watcher.
type Holder struct {
	Account int64
	Session string
	Stamp   string
}

// HubConfig is how a hub works. Zero durations take the usual ones.
type HubConfig struct {
	Log *slog.Logger
	// Gone tells for each holder whether the session is over; it is asked once for all
	// watchers of a node.
	Gone   func(ctx context.Context, list []Holder) ([]bool, error)
	Calm   time.Duration // at most one picture of a topic in this time; 1 s
	Tick   time.Duration // a new picture without any note, because time passes; 15 s
	Check  time.Duration // between two looks at the sessions; 5 s
	Within time.Duration // how long a drawing may take; 10 s
}

// Hub keeps pictures up to date for everybody who watches on this node. A topic
// that nobody watches costs nothing; one that a thousand watch is drawn once. A
// watcher that does not read misses pictures and holds up nobody: what waits for it
// is always the newest one.
type Hub struct {
	cfg    HubConfig
	mu     sync.Mutex
	topics map[string]*topic
	ctx    context.Context //nolint:containedctx // the life of the hub itself, which its topics share
	end    context.CancelFunc
	all    sync.WaitGroup
	turns  chan struct{} // few draw at a time, so that ratings keep their connections
}

// NewHub makes a hub; Close it.
func NewHub(cfg HubConfig) *Hub {
	usual := func(d *time.Duration, is time.Duration) {
		if *d <= 0 {
			*d = is
		}
	}
	usual(&cfg.Calm, time.Second)
	usual(&cfg.Tick, 15*time.Second)
	usual(&cfg.Check, 5*time.Second)
	usual(&cfg.Within, 10*time.Second)
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	h := &Hub{cfg: cfg, topics: map[string]*topic{}, turns: make(chan struct{}, 2)}
	h.ctx, h.end = context.WithCancel(context.Background())
	if cfg.Gone != nil {
		h.all.Go(h.checkSessions)
	}
	return h
}

// Close ends every watcher and waits for what the hub runs.
func (h *Hub) Close() error {
	h.mu.Lock()
	h.end()
	h.mu.Unlock()
	h.all.Wait()
	return nil
}

// Poke says that something changed; pictures are drawn anew soon. It never waits.
func (h *Hub) Poke(context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, t := range h.topics {
		t.poke()
	}
	return nil
}

// Watch shows the topic to one more watcher, until Leave. The first watcher of a
// topic says how it is drawn; a key must stand for one way to draw.
func (h *Hub) Watch(key string, who Holder, draw Draw) *Watcher {
	h.mu.Lock()
	defer h.mu.Unlock()
	w := &Watcher{hub: h, key: key, who: who, pictures: make(chan Picture, 1), gone: make(chan struct{})}
	if h.ctx.Err() != nil {
		close(w.gone)
		return w
	}
	t := h.topics[key]
	if t == nil {
		t = &topic{hub: h, draw: draw, changed: make(chan struct{}, 1), watchers: map[*Watcher]struct{}{}}
		t.ctx, t.end = context.WithCancel(h.ctx)
		h.topics[key] = t
		h.all.Go(t.run)
	} else if t.last.ID != "" {
		w.offer(t.last)
	}
	t.watchers[w] = struct{}{}
	return w
}

// Watchers is how many watch on this node.
func (h *Hub) Watchers() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := 0
	for _, t := range h.topics {
		n += len(t.watchers)
	}
	return n
}

// Watcher is one open page.
type Watcher struct {
	hub      *Hub
	key      string
	who      Holder
	pictures chan Picture
	once     sync.Once
	gone     chan struct{}
	over     bool // before gone is closed
}

// Pictures gives the newest picture, whenever there is a new one.
func (w *Watcher) Pictures() <-chan Picture { return w.pictures }

// Gone is closed when the session or the hub has ended.
func (w *Watcher) Gone() <-chan struct{} { return w.gone }

// Over tells, once Gone is closed, whether the session is over; otherwise this node
// stops, and another one may go on.
func (w *Watcher) Over() bool { return w.over }

// Leave ends watching.
func (w *Watcher) Leave() {
	w.hub.mu.Lock()
	defer w.hub.mu.Unlock()
	t := w.hub.topics[w.key]
	if t == nil {
		return
	}
	if delete(t.watchers, w); len(t.watchers) == 0 {
		delete(w.hub.topics, w.key)
		t.end()
	}
}

func (w *Watcher) finish(over bool) {
	w.once.Do(func() {
		w.over = over
		close(w.gone)
	})
}

// offer puts a picture where the watcher finds it, in the place of one it has not
// taken. The hub is locked.
func (w *Watcher) offer(p Picture) {
	select {
	case <-w.pictures:
	default:
	}
	w.pictures <- p
}
