package audit

import (
	"context"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/pg"
)

var columns = []string{"day", "seq", "at", "actor_id", "actor_name", "source", "action", "object_kind", "object_id",
	"office_id", "hall_id", "outcome", "detail", "prev", "digest"}

// Export writes the filter's entries as CSV, newest first, and is an entry of the chain
// itself, before the first line leaves. Needs audit:read over the city: Forbidden.
func (s *Service) Export(ctx context.Context, by actor.Actor, f Filter, w io.Writer) error {
	if err := allowed(by, mayRead); err != nil {
		return err
	}
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		return Record(ctx, tx, Entry{At: s.now(), By: by, Action: AuditExport, Object: Object{Kind: "audit"}, Detail: f.detail()})
	})
	if err != nil {
		return err
	}
	err = pg.InSnapshot(ctx, s.db, func(tx *sqlx.Tx) error { return writeCSV(ctx, tx, f, w) })
	if err != nil {
		return fmt.Errorf("export audit: %w", err)
	}
	return nil
}

func writeCSV(ctx context.Context, q pg.Querier, f Filter, w io.Writer) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil { // without it Excel reads GB 18030
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(columns); err != nil {
		return err
	}
	err := selectEntries(ctx, q, f, Cursor{}, 0, func(e Stored) error { return out.Write(e.row()) })
	if err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

func (s Stored) row() []string {
	row := []string{s.Day.Format(time.DateOnly), strconv.Itoa(s.Seq), s.At.UTC().Format(timeLayout), number(s.ActorID), s.ActorName,
		s.Source, string(s.Action), s.ObjectKind, s.ObjectID, number(s.OfficeID), number(s.HallID), string(s.Outcome),
		string(s.Detail), hex.EncodeToString(s.Prev), hex.EncodeToString(s.Digest)}
	for i := range row {
		row[i] = plain(row[i])
	}
	return row
}

// plain keeps a spreadsheet from running a text that begins like a formula, also
// behind spaces or in full width (OWASP, CSV injection).
func plain(text string) string {
	if strings.HasPrefix(text, "\t") || strings.HasPrefix(text, "\r") || strings.HasPrefix(text, "\n") {
		return "'" + text
	}
	if begin := strings.TrimSpace(text); begin != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(begin)[0]) {
		return "'" + text
	}
	return text
}

// detail tells what was asked for, without what was not.
func (f Filter) detail() Detail {
	d := Detail{}
	for key, value := range map[string]string{"action": f.Action, "object_kind": f.ObjectKind, "object_id": f.ObjectID,
		"outcome": string(f.Outcome), "source": f.Source, "query": f.Query} {
		if value != "" {
			d[key] = value
		}
	}
	for key, day := range map[string]time.Time{"from": f.From, "to": f.To} {
		if !day.IsZero() {
			d[key] = day.Format(time.DateOnly)
		}
	}
	for key, id := range map[string]int64{"actor": f.Actor, "office": f.Office} {
		if id != 0 {
			d[key] = id
		}
	}
	return d
}
