package complaints

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/csvtext"
	"minping/internal/fault"
	"minping/internal/pg"
)

// CaseImport asks for cases of another system to be taken over.
type CaseImport struct {
	File     *CaseFile
	Unit     int64 // the office they are about; 0: not known
	Rejects  *csv.Writer
	Progress func(done, rows int)
}

// ImportReport says what became of the rows.
type ImportReport struct{ Rows, Stored, Known, Refused int }

// importSpace is the name space of submission ids derived from imported rows.
var importSpace = uuid.MustParse("0f7a3a30-5c0b-5f38-8a53-2d4a5f7c61d4")

const importBatch = 200

// ImportCases takes over messages with their replies and the times of both, as
// cases of kind complaint over the channel "import". An answered one is closed
// without a callback: nobody knows whether it was solved, and no clock of ours
// measures what another system did. An unanswered one is received, without a deadline. A row's identity is its
// number and time, so the same file again stores nothing twice. Rows that break a
// rule go to Rejects with the reason; the others are stored.
//
// Needs import:run over the city. Invalid where there is no such unit.
func (s *Service) ImportCases(ctx context.Context, by actor.Actor, in CaseImport) (ImportReport, error) {
	report := ImportReport{Rows: len(in.File.rows)}
	if !by.Citywide(permImport) {
		return report, fault.New(fault.Forbidden, "fault.forbidden")
	}
	var failed error
	for first := 0; first < len(in.File.rows) && failed == nil; first += importBatch {
		rows := in.File.rows[first:min(first+importBatch, len(in.File.rows))]
		before := report
		if failed = pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error { return s.importRows(ctx, tx, in, rows, &report) }); failed != nil {
			report = before
		}
		if in.Progress != nil {
			in.Progress(first+len(rows), report.Rows)
		}
	}
	if in.Rejects != nil {
		in.Rejects.Flush()
		failed = errors.Join(failed, in.Rejects.Error())
	}
	return report, errors.Join(failed, audit.RecordNow(ctx, s.cfg.DB, audit.Entry{At: s.now(), By: by, Action: audit.CaseImport, Object: audit.Object{Kind: "city"},
		Detail: audit.Detail{"what": "cases", "rows": report.Rows, "stored": report.Stored, "repeated": report.Known, "refused": report.Refused}}))
}

func (s *Service) importRows(ctx context.Context, tx *sqlx.Tx, in CaseImport, rows []caseFileRow, report *ImportReport) error {
	for _, row := range rows {
		asked, replied, reason := row.times(s.now())
		if reason != "" {
			report.Refused++
			row.reject(in, report.Refused == 1, reason)
			continue
		}
		id := uuid.NewSHA1(importSpace, fmt.Appendf(nil, "%s\x00%s", row.number, asked.Format(time.RFC3339)))
		title := row.title
		if title == "" {
			title = beginning(row.body)
		}
		o := opening{who: System, at: asked, Filing: Filing{Submission: id, Channel: ByImport, Kind: Complaint, Urgency: Ordinary,
			Unit: in.Unit, Title: title, Body: row.body, Identity: Anonymous, Language: "zh-CN"}}
		filed, _, err := s.fileIn(ctx, tx, actor.System("import"), o)
		if err != nil {
			return err
		}
		if filed.Repeat {
			report.Known++
			continue
		}
		report.Stored++
		if err := row.keepVotes(ctx, tx, filed.ID); err != nil {
			return err
		}
		if row.reply == "" {
			continue
		}
		for _, d := range []deed{{action: ActAnswerNow, who: System, at: replied, say: public("reply", row.reply)}, {action: ActClose, who: System, at: replied}} {
			if _, err := s.actIn(ctx, tx, actor.System("import"), filed.ID, d); err != nil {
				return err
			}
		}
	}
	return nil
}

// times reads a row's times, or says what is wrong with the row.
func (r caseFileRow) times(now time.Time) (asked, replied time.Time, reason string) {
	asked, ok := readTime(r.asked)
	switch {
	case r.number == "" || len([]rune(r.number)) > 64:
		return asked, replied, "no number, or one over 64 characters"
	case !ok || asked.After(now):
		return asked, replied, fmt.Sprintf("time %q is none up to now, written like 2019/4/25 9:32:09", r.asked)
	case r.body == "" || len([]rune(r.body)) > 20000:
		return asked, replied, "no text, or one over 20,000 characters"
	case len([]rune(r.title)) > 200:
		return asked, replied, "title over 200 characters"
	case r.reply == "":
		return asked, replied, ""
	case len([]rune(r.reply)) > 20000:
		return asked, replied, "reply over 20,000 characters"
	}
	replied, ok = readTime(r.replied)
	if !ok || replied.After(now) {
		return asked, replied, fmt.Sprintf("reply time %q is none up to now", r.replied)
	}
	if replied.Before(asked) && len(r.replied) <= len("2006/01/02") {
		replied = asked // only the day is known
	}
	if replied.Before(asked) {
		return asked, replied, "replied before it was asked"
	}
	return asked, replied, ""
}

func (r caseFileRow) reject(in CaseImport, first bool, reason string) {
	if in.Rejects == nil {
		return
	}
	if first {
		_ = in.Rejects.Write(append([]string{"row", "reason"}, in.File.heading...)) // Error() is asked at the end
	}
	_ = in.Rejects.Write(append([]string{strconv.Itoa(r.line), reason}, csvtext.DisarmAll(r.cells)...))
}
