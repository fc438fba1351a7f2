package web

import (
	"fmt"
	"hash/maphash"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"minping/internal/fault"
)

// KeyPerMinute is how many requests a minute one API key may make on a node, and
// keyBurst how many of them at once. A ranking run reads a few hundred figures.
const (
	KeyPerMinute = 600
	keyBurst     = 200
)

// keyLimiter holds the budgets of API keys: each its own, so that one program
// gone wild holds up no other.
type keyLimiter struct {
	keys *buckets
	seed maphash.Seed
	now  func() time.Time
	from time.Time
}

func newKeyLimiter(now func() time.Time) *keyLimiter {
	return &keyLimiter{keys: newBuckets(func(int64) budget { return budget{keyBurst, KeyPerMinute} }, 10_000), seed: maphash.MakeSeed(), now: now, from: now()}
}

// admit takes one request off a key's budget and says so in the answer's head
// (RateLimit and RateLimit-Policy of draft-ietf-httpapi-ratelimit-headers);
// TooMany, with Retry-After, where it is used up.
func (l *keyLimiter) admit(c echo.Context, name string) error {
	ok, wait, left := l.keys.spend(maphash.String(l.seed, name), int64(l.now().Sub(l.from)))
	full := (keyBurst - left) * 60 / KeyPerMinute // seconds until the budget is whole again
	head := c.Response().Header()
	head.Set("RateLimit-Policy", `"key";q=`+strconv.Itoa(keyBurst)+`;w=`+strconv.Itoa(keyBurst*60/KeyPerMinute))
	head.Set("RateLimit", fmt.Sprintf(`"key";r=%d;t=%d`, left, max(1, full)))
	if ok {
		return nil
	}
	f := fault.New(fault.TooMany, "fault.key.slow").With("Count", KeyPerMinute)
	f.RetryAfter = max(wait, time.Second)
	return f
}
