package surveys

import (
	"context"
	"crypto/rand"
	"encoding/csv"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/code"
	"minping/internal/csvtext"
	"minping/internal/fault"
)

// RatingImport asks for ratings of another system to be taken over.
type RatingImport struct {
	File     *RatingFile
	From, To workday.Day          // rows without a day are spread over this period
	Rejects  *csv.Writer          // gets every refused row with its reason; may be nil
	Progress func(done, rows int) // called now and then; may be nil
}

// RatingReport says what became of the rows.
type RatingReport struct {
	Rows, Stored, Known, Refused int
}

// importBatch is large enough to share a commit and small enough to show progress.
const importBatch = 2000

// importSpace is the name space of submission ids derived from imported rows.
var importSpace = uuid.MustParse("2b1f7a64-0c65-5b7e-8f0e-6c1d5f0a9e31")

// ImportRatings stores the rows of a file as ratings of the walk-in survey over
// the channel "import". A row's identity is what it says of who, where, what and
// when (and which of several alike it is), so running the same file again
// stores nothing twice. Rows that break a rule are refused and written to
// Rejects with the reason; the others are stored.
//
// Needs import:run over the city. Invalid where undated rows have no period.
func (s *Service) ImportRatings(ctx context.Context, by actor.Actor, in RatingImport) (RatingReport, error) {
	report := RatingReport{Rows: len(in.File.rows)}
	if !by.Citywide(PermImportRun) {
		return report, fault.New(fault.Forbidden, "fault.forbidden")
	}
	if in.File.undated() && (in.From.IsZero() || in.To.IsZero() || in.To.Before(in.From)) {
		return report, fault.Fielded(fault.Field{Name: "from", Key: "fault.import.period"})
	}
	if err := s.Reload(ctx); err != nil {
		return report, err
	}
	w, err := s.newRatingWriter(ctx)
	if err != nil {
		return report, err
	}
	defer w.reset()
	run := importRun{service: s, in: in, snap: s.lookup.snap.Load(), writer: w, report: &report, seen: map[string]int{}}
	if run.version = run.snap.latest("walk-in"); run.version == nil {
		return report, errors.New("the walk-in survey is missing")
	}
	err = run.all(ctx)
	// What was stored before a fault is stored: the chain is told of it all the same.
	return report, errors.Join(err, run.tell(ctx, by))
}

func (run *importRun) tell(ctx context.Context, by actor.Actor) error {
	r := run.report
	return audit.RecordNow(ctx, run.service.db, audit.Entry{At: run.service.now(), By: by, Action: audit.RatingImport,
		Object: audit.Object{Kind: "city"}, Detail: audit.Detail{"rows": r.Rows, "stored": r.Stored, "repeated": r.Known, "refused": r.Refused}})
}

func (s *Service) newRatingWriter(ctx context.Context) (*writer, error) {
	w := &writer{in: s.intake}
	if err := w.ready(ctx); err != nil {
		w.reset() // it may hold a connection already
		return nil, err
	}
	return w, nil
}

type importRun struct {
	service *Service
	in      RatingImport
	snap    *snapshot
	version *Version
	writer  *writer
	report  *RatingReport
	seen    map[string]int // rows that are alike are told apart by their order
	batch   []Rating
}

func (run *importRun) all(ctx context.Context) error {
	for i, row := range run.in.File.rows {
		r, reason := run.rating(row)
		if reason != "" {
			run.report.Refused++
			run.reject(row, reason)
			continue
		}
		run.batch = append(run.batch, r)
		if len(run.batch) == importBatch {
			if err := run.flush(ctx); err != nil {
				return err
			}
			run.progress(i + 1)
		}
	}
	if err := run.flush(ctx); err != nil {
		return err
	}
	run.progress(run.report.Rows)
	if run.in.Rejects != nil {
		run.in.Rejects.Flush()
		return run.in.Rejects.Error()
	}
	return nil
}

func (run *importRun) progress(done int) {
	if run.in.Progress != nil {
		run.in.Progress(done, run.report.Rows)
	}
}

func (run *importRun) reject(row fileRow, reason string) {
	if run.in.Rejects == nil {
		return
	}
	if run.report.Refused == 1 {
		_ = run.in.Rejects.Write(append([]string{"row", "reason"}, run.in.File.heading...)) // Error() is asked at the end
	}
	_ = run.in.Rejects.Write(append([]string{strconv.Itoa(row.line), reason}, csvtext.DisarmAll(row.cells)...))
}

// flush stores a batch in a transaction of its own.
func (run *importRun) flush(ctx context.Context) error {
	if len(run.batch) == 0 {
		return nil
	}
	first, last := run.batch[0].VisitedOn, run.batch[0].VisitedOn
	for _, r := range run.batch {
		if r.VisitedOn.Before(first) {
			first = r.VisitedOn
		}
		if r.VisitedOn.After(last) {
			last = r.VisitedOn
		}
	}
	if err := ensurePartitions(ctx, run.service.db, first.String(), last.String()); err != nil {
		return err
	}
	fresh, err := run.writer.save(ctx, run.batch)
	if err != nil {
		return err
	}
	run.report.Stored += len(fresh)
	run.report.Known += len(run.batch) - len(fresh)
	run.batch = run.batch[:0]
	return nil
}

// rating turns a row into a rating, or gives the reason why not.
func (run *importRun) rating(row fileRow) (Rating, string) {
	unit, reason := run.unit(row)
	if reason != "" {
		return Rating{}, reason
	}
	level, err := strconv.Atoi(row.level)
	if err != nil || level < 1 || level > 5 {
		return Rating{}, fmt.Sprintf("level %q is not 1–5", row.level)
	}
	identity := row.identity()
	run.seen[identity]++
	id := uuid.NewSHA1(importSpace, fmt.Appendf(nil, "%s\x00%d", identity, run.seen[identity]))
	day, reason := run.day(row, id)
	if reason != "" {
		return Rating{}, reason
	}
	receipt, err := code.New(rand.Reader, ReceiptLength)
	if err != nil {
		return Rating{}, err.Error()
	}
	// No hour is known: the ratings of a day are placed within its working hours, in the order of their ids.
	at := day.Start().Add(9*time.Hour + time.Duration(id[14])*time.Minute + time.Duration(id[15])*100*time.Millisecond)
	return Rating{SubmissionID: id, Receipt: receipt, VisitedOn: day, ReceivedAt: at, Unit: unit.ID,
		Parents: unit.Parents(), Version: run.version.ID, Channel: ChannelImport, Stratum: StratumUnstated,
		Level: level, Service: row.service, Language: "zh-CN", Seconds: -1,
		Device: run.service.device.of(row.respondent, at)}, ""
}

func (run *importRun) unit(row fileRow) (*Unit, string) {
	office := run.snap.byCode["office\x00"+row.office]
	if office == nil {
		return nil, fmt.Sprintf("office %q is not in the directory", row.office)
	}
	if row.window == "" {
		return office, ""
	}
	window := run.snap.byCode["window\x00"+row.window]
	switch {
	case window == nil:
		return nil, fmt.Sprintf("window %q is not in the directory", row.window)
	case window.OfficeID != office.ID:
		return nil, fmt.Sprintf("window %q belongs to another office than %q", row.window, row.office)
	}
	return window, ""
}

// day is the row's own, or one of the period drawn by the row's identity, so
// that it stays the same however often the file is imported.
func (run *importRun) day(row fileRow, id uuid.UUID) (workday.Day, string) {
	if row.day != "" {
		day, err := workday.Parse(row.day)
		today := workday.Of(run.service.now())
		if err != nil || day.Year < 2000 || day.After(today) {
			return day, fmt.Sprintf("day %q is not a day up to today, written like 2026-11-23", row.day)
		}
		return day, ""
	}
	days := int(run.in.To.Start().Sub(run.in.From.Start())/(24*time.Hour)) + 1
	drawn := uint32(id[0])<<24 | uint32(id[1])<<16 | uint32(id[2])<<8 | uint32(id[3])
	return run.in.From.AddDays(int(drawn % uint32(days))), ""
}

// latest version of a survey.
func (s *snapshot) latest(survey string) *Version {
	var found *Version
	for _, v := range s.versions {
		if v.SurveyKey == survey && (found == nil || v.Number > found.Number) {
			found = v
		}
	}
	return found
}
