package web

import (
	"hash/maphash"

	"github.com/labstack/echo/v4"

	"minping/internal/fault"
)

// Calm is a middleware for pages that cost more than a look into memory: one
// address may read a great many of them, a whole hall's worth, but not without end.
func (l *Limiter) Calm(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		from := SourceOf(c)
		if l.free(from) || anybody(from) {
			return next(c)
		}
		key := maphash.Comparable(l.seed, networkOf(from))
		if ok, wait := l.readers.take(key, int64(l.now().Sub(l.start))); !ok {
			l.say(Verdict{Rule: ruleReader})
			f := fault.New(fault.TooMany, "challenge.reads")
			f.RetryAfter = wait
			return f
		}
		return next(c)
	}
}
