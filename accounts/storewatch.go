package accounts

import (
	"context"

	"github.com/lib/pq"

	"minping/internal/pg"
)

// watched is whose a running session is, and the stamp of the account today.
type watched struct {
	account int64
	stamp   string
}

// watchedSessions gives those of the sessions that run, of accounts that may sign in.
func watchedSessions(ctx context.Context, q pg.Querier, ids []string, l sessionLimits) (map[string]watched, error) {
	const query = `
		SELECT s.id, s.account_id, a.password_hash, a.epoch FROM account_sessions s JOIN accounts a ON a.id = s.account_id
		WHERE s.id = ANY($1::text[]) AND s.ended_at IS NULL AND s.seen_at > $2 AND s.started_at > $3
			AND a.disabled_at IS NULL AND a.left_at IS NULL`
	var rows []struct {
		ID      string `db:"id"`
		Account int64  `db:"account_id"`
		Hash    string `db:"password_hash"`
		Epoch   int64  `db:"epoch"`
	}
	if err := q.SelectContext(ctx, &rows, query, pq.Array(ids), l.idleSince, l.startedAfter); err != nil {
		return nil, err
	}
	running := make(map[string]watched, len(rows))
	for _, r := range rows {
		running[r.ID] = watched{r.Account, stampOf(r.Hash, r.Epoch)}
	}
	return running, nil
}
