package web

import (
	"sync"
	"time"
)

// budget is how often something may happen: burst at once, and then so many
// more per minute.
type budget struct{ burst, perMinute float64 }

func (b budget) perNS() float64 { return b.perMinute / float64(time.Minute) }

// purse is what is left of a budget at a moment (nanoseconds since the start).
type purse struct {
	at   int64
	left float64
}

const shardCount = 16

// buckets are the token buckets of one rule, by hashed key. Their number is
// bounded by two generations: what is used moves to the young one, and when that
// is full the old one is forgotten as a whole. A key that is forgotten has its
// full budget again.
type buckets struct {
	budget func(now int64) budget // as it is at a moment
	most   int                    // keys of one generation of one shard
	shards [shardCount]shard
}

type shard struct {
	mu         sync.Mutex
	young, old map[uint64]purse
}

func newBuckets(b func(now int64) budget, keys int) *buckets {
	t := &buckets{budget: b, most: max(1, keys/shardCount/2)}
	for i := range t.shards {
		t.shards[i].young, t.shards[i].old = map[uint64]purse{}, map[uint64]purse{}
	}
	return t
}

// take spends one token; where there is none it tells how long until there is.
func (t *buckets) take(key uint64, now int64) (ok bool, wait time.Duration) {
	ok, wait, _ = t.spend(key, now)
	return ok, wait
}

// spend is take that also tells how many whole tokens are left.
func (t *buckets) spend(key uint64, now int64) (ok bool, wait time.Duration, left int) {
	s := &t.shards[key%shardCount]
	s.mu.Lock()
	defer s.mu.Unlock()
	b := t.budget(now)
	p, known := s.find(key)
	if !known {
		p = purse{at: now, left: b.burst}
	}
	p = b.refill(p, now)
	if ok = p.left >= 1; ok {
		p.left--
	} else {
		wait = time.Duration((1 - p.left) / b.perNS())
	}
	s.keep(key, p, t.most)
	return ok, wait, int(p.left)
}

// giveBack returns a token that was spent for nothing.
func (t *buckets) giveBack(key uint64) {
	s := &t.shards[key%shardCount]
	s.mu.Lock()
	defer s.mu.Unlock()
	if p, known := s.find(key); known {
		p.left = min(t.budget(p.at).burst, p.left+1)
		s.keep(key, p, t.most)
	}
}

// has tells whether anything is known of a key.
func (t *buckets) has(key uint64) bool {
	s := &t.shards[key%shardCount]
	s.mu.Lock()
	defer s.mu.Unlock()
	_, known := s.find(key)
	return known
}

// refill adds what the time since has earned. A clock that went backwards earns
// nothing and takes nothing.
func (b budget) refill(p purse, now int64) purse {
	if now > p.at {
		p.left = min(b.burst, p.left+float64(now-p.at)*b.perNS())
	}
	p.at = now
	return p
}

func (t *buckets) size() int {
	n := 0
	for i := range t.shards {
		s := &t.shards[i]
		s.mu.Lock()
		n += len(s.young) + len(s.old)
		s.mu.Unlock()
	}
	return n
}

func (s *shard) find(key uint64) (purse, bool) {
	if p, ok := s.young[key]; ok {
		return p, true
	}
	p, ok := s.old[key]
	return p, ok
}

func (s *shard) keep(key uint64, p purse, most int) {
	if _, young := s.young[key]; !young {
		if len(s.young) >= most {
			s.old, s.young = s.young, s.old
			clear(s.young)
		}
		delete(s.old, key)
	}
	s.young[key] = p
}
