package citizen

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	boardFresh   = 5 * time.Second
	boardEntries = 512
)

// boardCache keeps what the public pages were told for a few seconds. Whoever comes
// first asks; the others wait for the same answer. Faults are not kept.
type boardCache = answerCache[boardData]

// answerCache keeps answers of one type.
type answerCache[T any] struct {
	now  func() time.Time
	mu   sync.Mutex
	kept map[string]*answerEntry[T]
}

// errUnanswered is what the others get if whoever asked first panicked.
var errUnanswered = errors.New("board: the question was not answered")

type answerEntry[T any] struct {
	ready chan struct{}
	asked time.Time
	data  T
	err   error
}

func newBoardCache(now func() time.Time) *boardCache { return newCache[boardData](now) }

func newCache[T any](now func() time.Time) *answerCache[T] {
	return &answerCache[T]{now: now, kept: map[string]*answerEntry[T]{}}
}

// get answers from memory or by asking. The question runs on without the reader
// who happened to come first, since others may be waiting for it.
func (c *answerCache[T]) get(ctx context.Context, key string, ask func(context.Context) (T, error)) (T, error) {
	e, mine := c.entry(key)
	if mine {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		c.fill(ctx, key, e, ask)
	}
	select {
	case <-e.ready:
		return e.data, e.err
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
}

func (c *answerCache[T]) fill(ctx context.Context, key string, e *answerEntry[T], ask func(context.Context) (T, error)) {
	defer func() {
		if e.err != nil {
			c.drop(key, e)
		}
		close(e.ready)
	}()
	e.data, e.err = ask(ctx)
}

// entry finds a fresh entry, or makes one that the caller must fill.
func (c *answerCache[T]) entry(key string) (e *answerEntry[T], mine bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if e, ok := c.kept[key]; ok && now.Sub(e.asked) < boardFresh {
		return e, false
	}
	if len(c.kept) >= boardEntries { // strangers trying every code must not fill the memory
		c.kept = map[string]*answerEntry[T]{}
	}
	e = &answerEntry[T]{ready: make(chan struct{}), asked: now, err: errUnanswered}
	c.kept[key] = e
	return e, true
}

func (c *answerCache[T]) drop(key string, e *answerEntry[T]) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept[key] == e {
		delete(c.kept, key)
	}
}
