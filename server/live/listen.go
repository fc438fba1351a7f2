// Package live carries news between the nodes of the program: PostgreSQL's
// LISTEN/NOTIFY towards in-memory copies and, through a Hub, towards open pages.
package live

import (
	"context"
	"log/slog"
	"time"

	"github.com/lib/pq"
)

// Listen calls f after every note on a channel, until ctx ends. Notes that come
// together cause one call; after a broken connection f is called too, because
// notes may have been missed.
func Listen(ctx context.Context, dsn, channel string, log *slog.Logger, f func(context.Context) error) {
	l := pq.NewListener(dsn, 100*time.Millisecond, 5*time.Second, nil)
	defer func() { _ = l.Close() }()
	if err := l.Listen(channel); err != nil && ctx.Err() == nil {
		log.Error("listen", "channel", channel, "error", err)
	}
	check := time.NewTicker(time.Minute)
	defer check.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-check.C:
			go func() { _ = l.Ping() }() // notices a dead connection; a nil note follows the reconnect
			continue
		case <-l.Notify:
		}
		settle(ctx, l)
		if err := f(ctx); err != nil && ctx.Err() == nil {
			log.Error("reload after note", "channel", channel, "error", err)
		}
	}
}

// settle swallows notes that come within a moment: an import sends many. Where
// they never cease it does not wait for quiet.
func settle(ctx context.Context, l *pq.Listener) {
	quiet := time.NewTimer(20 * time.Millisecond)
	defer quiet.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.Notify: // the timer runs on: a steady stream is no reason to wait
		case <-quiet.C:
			return
		}
	}
}
