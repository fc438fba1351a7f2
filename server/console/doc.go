// Package console owns the pages of staff under /console: signing in, the own
// account, and the tools of each role. Every route stands with its handler and
// its permission on one line of the table in handler.go.
package console
