package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"

	"minping/accounts"
	"minping/internal/audit"
	"minping/internal/pg"
	"minping/server/web"
)

// recordAccounts tells the audit chain what accounts did, in the transaction that did it.
func recordAccounts(ctx context.Context, q pg.Querier, e accounts.AuditEvent) error {
	tx, ok := q.(*sqlx.Tx)
	if !ok {
		return fmt.Errorf("audit of %s: not in a transaction", e.Action)
	}
	kind, id, _ := strings.Cut(e.Object, "/")
	detail := audit.Detail{}
	for key, value := range e.Detail {
		detail[key] = value
	}
	return audit.Record(ctx, tx, audit.Entry{At: time.Now(), By: e.By, Action: audit.Action(e.Action),
		Object: audit.Object{Kind: kind, ID: id}, Outcome: audit.Outcome(e.Outcome), Detail: detail})
}

// fromConsole notes for the audit chain from where a console request comes: a
// pseudonym of its address.
func fromConsole(site *web.Site) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if r := c.Request(); strings.HasPrefix(r.URL.Path, "/console") {
				c.SetRequest(r.WithContext(audit.WithSource(r.Context(), "web "+site.Source(c))))
			}
			return next(c)
		}
	}
}
