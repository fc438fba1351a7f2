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
		Object: audit.Object{Kind: kind, ID: id}, Place: e.Place, Outcome: audit.Outcome(e.Outcome), Detail: detail})
}

// fromEdge notes for the audit chain from where a request of somebody known may
// come: a pseudonym of its address.
func fromEdge(site *web.Site) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if r := c.Request(); strings.HasPrefix(r.URL.Path, "/console") || strings.HasPrefix(r.URL.Path, "/api") {
				c.SetRequest(r.WithContext(audit.WithSource(r.Context(), site.AuditSource(c))))
			}
			return next(c)
		}
	}
}

// noteRefusal hands a refusal at the edge to the audit chain.
func noteRefusal(r *audit.Refusals) func(web.Refusal) {
	return func(f web.Refusal) {
		r.Note(audit.Refusal{At: time.Now(), By: f.By, Source: f.Source, Route: f.Route, Permission: string(f.Permission), Reason: f.Reason})
	}
}
