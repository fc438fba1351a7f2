package e2e

import (
	"context"
	"testing"
	"time"
)

// poll is how often a condition is asked again.
const poll = 20 * time.Millisecond

// eventually asks until the condition holds; the deadline ends the test.
func eventually(t *testing.T, within time.Duration, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for !holds() {
		select {
		case <-ctx.Done():
			t.Fatalf("after %s still not: %s", within, what)
		case <-tick.C:
		}
	}
}
