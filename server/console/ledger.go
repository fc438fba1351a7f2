package console

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"syscall"
	"time"

	"github.com/labstack/echo/v4"

	"minping/complaints"
	"minping/complaints/workday"
	"minping/internal/fault"
	"minping/server/web"
	"minping/server/web/figures"
)

// The ledger 台账. Who opens it: an office's secretary before a meeting, the
// committee at the end of a month. It is a file for a spreadsheet, of a period, with the queue's filters.

const (
	ledgerMost = 200_000         // cases from the console; more by command
	ledgerTime = 5 * time.Minute // for making the file
	ledgersNow = 2               // that are made at the same time on a node
)

type ledgerRequest struct {
	From   string `form:"from" validate:"max=10"`
	To     string `form:"to" validate:"max=10"`
	Kind   string `form:"kind" validate:"max=20"`
	State  string `form:"state" validate:"max=20"`
	Office int64  `form:"office" validate:"min=0"`
	Format string `form:"format" validate:"max=10"`
}

type ledgerPage struct {
	web.Page
	Form                            ledgerRequest
	Kinds, States, Offices, Formats []figures.Choice
	Failure                         string
	Most                            string
}

func (h *Handler) ledger(c echo.Context) error {
	today := workday.Of(h.now())
	first := workday.Day{Year: today.Year, Month: today.Month, Day: 1}
	return h.showLedger(c, ledgerRequest{From: first.String(), To: today.String(), Format: string(complaints.LedgerXLSX)}, nil)
}

func (h *Handler) showLedger(c echo.Context, req ledgerRequest, wrong error) error {
	p := ledgerPage{Page: h.site.Page(c, "ledger.title"), Form: req}
	p.Most = p.T("ledger.limit", "Max", p.Num(ledgerMost))
	var shown deskPage
	shown.Page = p.Page
	if err := h.deskFilters(c.Request().Context(), &shown, complaints.Choice{Kind: req.Kind, State: req.State, Office: req.Office}); err != nil {
		return err
	}
	p.Kinds, p.Offices = shown.Filters.Kinds, shown.Filters.Offices
	p.States = append([]figures.Choice{{Text: p.T("ledger.all"), Current: req.State == ""}}, pickFrom(p.Page, "desk.state.", complaints.States(), req.State)...)
	p.Formats = pickFrom(p.Page, "ledger.format.", []complaints.LedgerFormat{complaints.LedgerXLSX, complaints.LedgerCSV}, req.Format)
	if wrong == nil {
		return h.site.Render(c, http.StatusOK, "ledger", p)
	}
	p.Failure = complain(&p.Page, wrong)
	return h.site.Render(c, statusFor(wrong), "ledger", p)
}

// takeLedger makes the file whole, tells the audit chain, and sends it.
func (h *Handler) takeLedger(c echo.Context) error {
	var req ledgerRequest
	err := web.Bind(c, &req)
	var q complaints.LedgerQuery
	if err == nil {
		q, err = req.query()
	}
	if err == nil {
		err = h.sendLedger(c, q, complaints.LedgerFormat(req.Format))
	}
	if err == nil || c.Response().Committed {
		return err
	}
	if f, ok := fault.As(err); ok && (f.Kind == fault.Invalid || f.Kind == fault.Busy) {
		return h.showLedger(c, req, err)
	}
	return err
}

func (r ledgerRequest) query() (complaints.LedgerQuery, error) {
	q := complaints.LedgerQuery{Most: ledgerMost}
	f, ok := complaints.Choice{Kind: r.Kind, State: r.State, Office: r.Office}.Filter(time.Time{}, 0)
	if !ok {
		return q, fault.Fielded(fault.Field{Name: "kind", Key: "fault.field.choice"})
	}
	if r.State == "" {
		f.States = complaints.States()
	}
	q.Filter = f
	var wrong []fault.Field
	for _, d := range []struct {
		name, text string
		into       *workday.Day
	}{{"from", r.From, &q.From}, {"to", r.To, &q.To}} {
		day, err := workday.Parse(d.text)
		if err != nil {
			wrong = append(wrong, fault.Field{Name: d.name, Key: "fault.field.date"})
		}
		*d.into = day
	}
	if len(wrong) > 0 {
		return q, fault.Fielded(wrong...)
	}
	return q, nil
}

func (h *Handler) sendLedger(c echo.Context, q complaints.LedgerQuery, format complaints.LedgerFormat) error {
	select {
	case h.ledgers <- struct{}{}:
		defer func() { <-h.ledgers }()
	default:
		return fault.New(fault.Busy, "complaints.ledger_busy")
	}
	if err := http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(2 * ledgerTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), ledgerTime)
	defer cancel()
	file, err := os.CreateTemp(h.tempDir, "ledger-")
	if err != nil {
		return fullDisk(err)
	}
	defer func() {
		_ = file.Close()
		_ = os.Remove(file.Name())
	}()
	by := web.ActorOf(c)
	how := complaints.LedgerFile{Format: format, TmpDir: h.tempDir, Text: func(key string) string { return h.text(c, key) }}
	if _, err := h.desk.WriteLedger(ctx, by, q, how, file); err != nil {
		return fullDisk(err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	attach(c, h.text(c, "ledger.title")+" "+q.From.String()+" "+q.To.String()+"."+string(format))
	return c.Stream(http.StatusOK, map[complaints.LedgerFormat]string{complaints.LedgerXLSX: typeXLSX, complaints.LedgerCSV: typeCSV}[format], file)
}

// fullDisk says what a person can do where no space is left.
func fullDisk(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fault.Wrap(fault.Busy, "complaints.ledger_disk", err)
	}
	return err
}
