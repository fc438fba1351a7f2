package accounts

import (
	"context"
	"fmt"
	"sync"
	"time"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

type digest = [32]byte

// How long an answer about a key is believed, and how many are kept.
const (
	keyBelief = 5 * time.Second
	keyRoom   = 1024
)

// keyCache spares the database a query per request. Wrong keys are not kept.
type keyCache struct {
	mu    sync.RWMutex
	known map[digest]knownKey
}

type knownKey struct {
	actor actor.Actor
	until time.Time
}

func newKeyCache() *keyCache { return &keyCache{known: map[digest]knownKey{}} }

func (c *keyCache) find(d digest, now time.Time) (actor.Actor, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	k, ok := c.known[d]
	return k.actor, ok && now.Before(k.until)
}

func (c *keyCache) keep(d digest, k knownKey) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.known) >= keyRoom {
		clear(c.known)
	}
	c.known[d] = k
}

func (c *keyCache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.known)
}

// KeyActor gives the actor of an API key. Unauthorized for a key that is wrong,
// expired or revoked, without saying which.
func (s *Service) KeyActor(ctx context.Context, key string) (actor.Actor, error) {
	d, now := digestOf(key), s.now()
	if a, ok := s.keys.find(d, now); ok {
		return a, nil
	}
	k, err := useKey(ctx, s.db, d, now, s.day())
	if pg.None(err) {
		return actor.Actor{}, fault.New(fault.Unauthorized, "fault.key.wrong")
	}
	if err != nil {
		return actor.Actor{}, fmt.Errorf("find key: %w", err)
	}
	a := actor.Actor{Name: "api:" + k.Name}
	if g, ok := s.grant(actorRow{Role: &k.Role, Unit: &k.Unit, Kind: &k.UnitKind}); ok {
		a.Grants = append(a.Grants, g)
	}
	until := now.Add(keyBelief)
	if k.ExpiresAt.Before(until) {
		until = k.ExpiresAt
	}
	s.keys.keep(d, knownKey{a, until})
	return a, nil
}
