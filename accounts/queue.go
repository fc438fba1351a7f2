package accounts

import (
	"sync"
	"time"

	"minping/internal/fault"
)

// perSource is how many attempts of one source may wait at the door at once. Work
// on passwords is dear, so whoever sends many under ever new names could fill the
// door for everybody; an office where all sign in at nine needs a few at a time.
const perSource = 20

// queue counts who waits at the door, by source. It is per node and in memory; the
// zero queue is empty.
type queue struct {
	mu      sync.Mutex
	waiting map[string]int
}

// enter lets an attempt wait, and gives what ends it; Busy where too many of its
// source wait. An empty source is the program itself.
func (q *queue) enter(source string) (leave func(), err error) {
	if source == "" {
		return func() {}, nil
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.waiting == nil {
		q.waiting = map[string]int{}
	}
	if q.waiting[source] >= perSource {
		f := fault.New(fault.Busy, "accounts.busy")
		f.RetryAfter = 5 * time.Second
		return nil, f
	}
	q.waiting[source]++
	return func() { q.leave(source) }, nil
}

func (q *queue) leave(source string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.waiting[source]--; q.waiting[source] <= 0 {
		delete(q.waiting, source)
	}
}
