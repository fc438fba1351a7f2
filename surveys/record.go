package surveys

import (
	"context"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
)

// doing is something by somebody that the audit chain is told of, in the
// transaction that does it and last in it.
type doing struct {
	by     actor.Actor
	at     time.Time
	action audit.Action
	kind   string // of the object: publication, unit, survey_version, ticket_batch
	id     int64
	place  actor.Place
	detail audit.Detail
}

func (d doing) record(ctx context.Context, tx *sqlx.Tx) error {
	return audit.Record(ctx, tx, audit.Entry{At: d.at, By: d.by, Action: d.action, Place: d.place,
		Object: audit.Object{Kind: d.kind, ID: strconv.FormatInt(d.id, 10)}, Detail: d.detail})
}
