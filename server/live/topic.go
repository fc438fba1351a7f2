package live

import (
	"context"
	"time"
)

// topic is one picture and who watches it.
type topic struct {
	hub      *Hub
	draw     Draw
	changed  chan struct{}
	watchers map[*Watcher]struct{} // under the hub's lock
	last     Picture               // under the hub's lock
	ctx      context.Context       //nolint:containedctx // from its first watcher to its last
	end      context.CancelFunc
}

func (t *topic) poke() {
	select {
	case t.changed <- struct{}{}:
	default: // it will be drawn anyway
	}
}

// run draws at once, after every change and now and then, but never twice within
// the hub's calm.
func (t *topic) run() {
	tick := time.NewTicker(t.hub.cfg.Tick)
	defer tick.Stop()
	for {
		t.show()
		if !t.rest(t.hub.cfg.Calm) {
			return
		}
		select {
		case <-t.ctx.Done():
			t.finish()
			return
		case <-t.changed:
		case <-tick.C:
		}
	}
}

// rest waits; false where the topic ended meanwhile.
func (t *topic) rest(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-t.ctx.Done():
		t.finish()
		return false
	case <-timer.C:
		return true
	}
}

// show draws and hands the picture to everybody. Where drawing fails, the last
// picture stands, and its time says how old it is.
func (t *topic) show() {
	select {
	case t.hub.turns <- struct{}{}:
		defer func() { <-t.hub.turns }()
	case <-t.ctx.Done():
		return
	}
	ctx, cancel := context.WithTimeout(t.ctx, t.hub.cfg.Within)
	defer cancel()
	p, err := t.draw(ctx)
	if err != nil {
		if t.ctx.Err() == nil {
			t.hub.cfg.Log.Error("draw for watchers", "error", err)
		}
		return
	}
	t.hub.mu.Lock()
	defer t.hub.mu.Unlock()
	t.last = p
	for w := range t.watchers {
		w.offer(p)
	}
}

// finish ends the watchers that are left: the hub has ended.
func (t *topic) finish() {
	t.hub.mu.Lock()
	defer t.hub.mu.Unlock()
	for w := range t.watchers {
		w.finish(false)
	}
}

// checkSessions ends watchers whose session is over.
func (h *Hub) checkSessions() {
	tick := time.NewTicker(h.cfg.Check)
	defer tick.Stop()
	for {
		select {
		case <-h.ctx.Done():
			return
		case <-tick.C:
			h.endGone()
		}
	}
}

func (h *Hub) endGone() {
	list, holders := h.holders()
	if len(list) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(h.ctx, h.cfg.Check)
	defer cancel()
	gone, err := h.cfg.Gone(ctx, holders)
	if err != nil {
		if h.ctx.Err() == nil {
			h.cfg.Log.Error("look at the sessions of watchers", "error", err)
		}
		return // nothing new is shown while the database is away
	}
	for i, w := range list {
		if gone[i] {
			w.finish(true)
		}
	}
}

func (h *Hub) holders() ([]*Watcher, []Holder) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var list []*Watcher
	var holders []Holder
	for _, t := range h.topics {
		for w := range t.watchers {
			list, holders = append(list, w), append(holders, w.who)
		}
	}
	return list, holders
}
