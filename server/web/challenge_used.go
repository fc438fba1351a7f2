package web

import (
	"sync"
	"time"
)

// usedTokens remembers the tokens that were used, until they have expired. When
// more come than it holds, the oldest are forgotten early: a token is good for
// one form only, and a form is stored once however often it comes.
type usedTokens struct {
	mu         sync.Mutex
	most       int
	turned     time.Time
	young, old map[[8]byte]struct{}
}

func newUsedTokens(most int) *usedTokens {
	return &usedTokens{most: max(1, most/2), young: map[[8]byte]struct{}{}, old: map[[8]byte]struct{}{}}
}

// first marks a token and tells whether it was not marked before.
func (u *usedTokens) first(t [8]byte, now time.Time) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.young) >= u.most || now.Sub(u.turned) > challengeLife {
		u.old, u.young = u.young, u.old
		clear(u.young)
		u.turned = now
	}
	_, a := u.young[t]
	_, b := u.old[t]
	u.young[t] = struct{}{}
	return !a && !b
}

func (u *usedTokens) size() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return len(u.young) + len(u.old)
}
