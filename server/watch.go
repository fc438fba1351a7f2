package main

import (
	"context"

	"minping/accounts"
	"minping/server/live"
)

// sessionsGone tells of each open monitor whether its session is over.
func (p *platform) sessionsGone(ctx context.Context, list []live.Holder) ([]bool, error) {
	watching := make([]accounts.Watching, len(list))
	for i, h := range list {
		watching[i] = accounts.Watching{Account: h.Account, Session: h.Session, Stamp: h.Stamp}
	}
	return p.accounts.Over(ctx, watching)
}
