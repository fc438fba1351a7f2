package accounts

import (
	"sync"
	"time"

	"minping/internal/fault"
)

// How attempts of one source are slowed down.
const (
	throttleFree   = 2                // attempts at one name without delay
	throttleMax    = 30 * time.Second // the longest delay
	throttleMemory = 15 * time.Minute // after so long without attempts all is forgotten
	throttleRoom   = 20000            // names remembered on a node
	sourceGenerous = 300              // attempts without success per source and memory, beyond which nothing is free
)

// throttle makes whoever guesses wait longer with each guess: 0, 0, 1, 2, 4 … 30
// seconds. It counts per source and name typed (the first 40 characters), so that
// a hall behind one address is never held up by one guesser: a colleague who types
// the right password at the first try never waits, whatever the others do. A
// source with very many failures loses only the free tries. It is per node and in
// memory; the lock in the database is what holds across nodes.
type throttle struct {
	mu      sync.Mutex
	names   map[throttleKey]*slowed
	sources map[string]*slowed
}

type throttleKey struct{ source, name string }

type slowed struct {
	count int
	last  time.Time
	next  time.Time
}

func newThrottle() *throttle {
	return &throttle{names: map[throttleKey]*slowed{}, sources: map[string]*slowed{}}
}

// claim counts an attempt before it is judged, so that parallel guesses count
// too; TooMany says when the next is allowed. An empty source is the program itself.
func (t *throttle) claim(source, name string, now time.Time) error {
	if source == "" {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	e, all := find(t.names, throttleKey{source, prefixOf(name)}, now), find(t.sources, source, now)
	if wait := e.next.Sub(now); wait > 0 {
		return tooMany(wait)
	}
	e.count, e.last = e.count+1, now
	all.count, all.last = all.count+1, now
	counted := e.count
	if all.count > sourceGenerous {
		counted += throttleFree
	}
	e.next = now.Add(delayAfter(counted))
	return nil
}

// succeed forgets the failures at this name, and takes the attempt off the source.
func (t *throttle) succeed(source, name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	key := throttleKey{source, prefixOf(name)}
	if e, ok := t.names[key]; ok {
		if all, ok := t.sources[source]; ok {
			all.count = max(0, all.count-e.count)
		}
		delete(t.names, key)
	}
}

// delayAfter is how long to wait after so many attempts.
func delayAfter(attempts int) time.Duration {
	switch n := attempts - throttleFree; {
	case n <= 0:
		return 0
	case n > 5:
		return throttleMax
	default:
		return time.Second << (n - 1)
	}
}

func tooMany(wait time.Duration) error {
	f := fault.New(fault.TooMany, "accounts.signin.slow").With("Seconds", int((wait+time.Second-1)/time.Second))
	f.RetryAfter = wait
	return f
}

// find gives the entry of a key, a new one where it is unknown or forgotten. A
// full map drops what is over, or failing that anything.
func find[K comparable](m map[K]*slowed, key K, now time.Time) *slowed {
	if e, ok := m[key]; ok && now.Sub(e.last) < throttleMemory {
		return e
	}
	if len(m) >= throttleRoom {
		makeRoom(m, now)
	}
	e := &slowed{last: now}
	m[key] = e
	return e
}

func makeRoom[K comparable](m map[K]*slowed, now time.Time) {
	for k, e := range m {
		if now.Sub(e.last) >= throttleMemory {
			delete(m, k)
		}
	}
	for k := range m {
		if len(m) <= throttleRoom*9/10 {
			return
		}
		delete(m, k)
	}
}

func prefixOf(name string) string {
	n := 0
	for i := range name {
		if n == 40 {
			return name[:i]
		}
		n++
	}
	return name
}
