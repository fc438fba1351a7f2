package console

import (
	"context"
	"html/template"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"sort"
	"strconv"

	"github.com/labstack/echo/v4"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/fault"
	"minping/server/web"
	"minping/server/web/figures"
	"minping/surveys"
	"minping/surveys/qr"
)

// Tickets: single-use codes, one visit each. Who opens them: a hall manager who
// feeds a queue machine or an SMS gateway. In five seconds: window, day, how
// many; then a file or a sheet to cut.

type ticketsRequest struct {
	Unit    int64  `form:"unit" validate:"required"`
	Channel string `form:"channel" validate:"required,oneof=ticket sms"`
	Day     string `form:"visited_on" validate:"required,datetime=2006-01-02"`
	Count   int    `form:"count" validate:"required,min=1,max=5000"`
	After   int64  `query:"after"`
}

type ticketFileRequest struct {
	Channel string                `form:"channel" validate:"required,oneof=ticket sms"`
	File    *multipart.FileHeader `form:"file"`
}

type ticketsPage struct {
	web.Page
	Form     ticketsRequest
	Failure  string
	Units    []pickOption
	Channels []figures.Choice
	Batches  []batchRow
	More     moreLink
	Faults   []string // of an imported file
	Most     int      // tickets of one batch
}

type batchRow struct {
	ID                     int64
	Href, Unit, Hall       string
	Channel, Day, Made, By string
	Count                  string
}

const (
	batchRows       = 30
	ticketFileLimit = 2 << 20 // a file of 1 MB and a little form around it
)

func (h *Handler) tickets(c echo.Context) error {
	var req ticketsRequest
	req.After, _ = strconv.ParseInt(c.QueryParam("after"), 10, 64)
	return h.showTickets(c, req, nil)
}

func (h *Handler) issueTickets(c echo.Context) error {
	var req ticketsRequest
	err := web.Bind(c, &req)
	if err == nil {
		var batch surveys.TicketBatch
		day, _ := workday.Parse(req.Day)
		batch, err = h.surveys.IssueTickets(c.Request().Context(), web.ActorOf(c), surveys.TicketOrder{
			Unit: req.Unit, Channel: surveys.Channel(req.Channel), VisitedOn: day, Count: req.Count})
		if err == nil {
			h.site.Flash(c, "ok", "console.tickets.issued", "Count", batch.Count)
			return c.Redirect(http.StatusSeeOther, batchHref(batch.ID))
		}
	}
	if !refused(err) {
		return err
	}
	return h.showTickets(c, req, err)
}

// importTickets takes a file of orders; all rows are issued or none.
func (h *Handler) importTickets(c echo.Context) error {
	var req ticketFileRequest
	err := web.Bind(c, &req)
	if err == nil && req.File == nil {
		err = fault.Fielded(fault.Field{Name: "file", Key: "console.import.choose"})
	}
	if err == nil {
		var batches []surveys.TicketBatch
		if batches, err = h.ordersIn(c, req); err == nil {
			h.site.Flash(c, "ok", "console.tickets.imported", "Count", len(batches))
			return c.Redirect(http.StatusSeeOther, "/console/tickets")
		}
	}
	if !refused(err) {
		return err
	}
	return h.showTickets(c, ticketsRequest{Channel: req.Channel}, err)
}

func (h *Handler) ordersIn(c echo.Context, req ticketFileRequest) ([]surveys.TicketBatch, error) {
	f, err := req.File.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return h.surveys.ImportTickets(c.Request().Context(), web.ActorOf(c), surveys.Channel(req.Channel), f)
}

func (h *Handler) showTickets(c echo.Context, req ticketsRequest, wrong error) error {
	ctx, by := c.Request().Context(), web.ActorOf(c)
	p := ticketsPage{Page: h.site.Page(c, "console.tickets.title"), Form: req, Most: h.surveys.TicketsMost(h.now())}
	list, err := h.surveys.TicketBatches(ctx, by, surveys.TicketFilter{BeforeID: req.After, Limit: batchRows + 1})
	if err != nil {
		return err
	}
	p.fill(list)
	if err := h.fillTicketUnits(ctx, by, &p); err != nil {
		return err
	}
	if wrong == nil {
		return h.site.Render(c, http.StatusOK, "tickets", p)
	}
	p.Failure = complain(&p.Page, wrong)
	p.Faults = rowFaults(p.Page, wrong)
	return h.site.Render(c, statusFor(wrong), "tickets", p)
}

// rowFaults lists the complaints about the rows of a file, in their order.
func rowFaults(p web.Page, err error) []string {
	f, ok := fault.As(err)
	if !ok {
		return nil
	}
	var list []string
	for _, field := range f.Fields {
		if _, inRow := field.Args["Row"]; inRow {
			list = append(list, p.T(field.Key, field.Args))
		}
	}
	return list
}

func (p *ticketsPage) fill(list []surveys.TicketBatch) {
	if len(list) > batchRows {
		list = list[:batchRows]
		p.More = moreLink{p.T("console.more"), "/console/tickets?" + url.Values{"after": {strconv.FormatInt(list[batchRows-1].ID, 10)}}.Encode()}
	}
	for _, b := range list {
		p.Batches = append(p.Batches, rowOfBatch(p.Page, b))
	}
	for _, v := range []surveys.Channel{surveys.ChannelTicket, surveys.ChannelSMS} {
		p.Channels = append(p.Channels, figures.Choice{Text: figures.ChannelText(p.Page, string(v)), Value: string(v), Current: string(v) == p.Form.Channel})
	}
}

func rowOfBatch(p web.Page, b surveys.TicketBatch) batchRow {
	row := batchRow{ID: b.ID, Href: batchHref(b.ID), Channel: figures.ChannelText(p, string(b.Channel)), Day: p.Date(b.VisitedOn.Start()),
		Made: p.Time(b.CreatedAt), By: b.CreatedBy, Count: p.Num(b.Count)}
	if b.Unit != nil {
		row.Unit = named(p, b.Unit.Name, b.Unit.NameEn, b.Unit.Number)
		if b.Unit.Hall != nil {
			row.Hall = named(p, b.Unit.Hall.Name, b.Unit.Hall.NameEn, "")
		}
	}
	return row
}

func batchHref(id int64) string { return "/console/tickets/" + strconv.FormatInt(id, 10) }

// fillTicketUnits offers the units that a ticket could be used at: those with a
// survey published over one of the two channels.
func (h *Handler) fillTicketUnits(ctx context.Context, by actor.Actor, p *ticketsPage) error {
	seen := map[int64]bool{}
	for _, channel := range []surveys.Channel{surveys.ChannelTicket, surveys.ChannelSMS} {
		codes, err := h.surveys.Codes(ctx, by, surveys.CodeFilter{Channel: channel})
		if err != nil {
			return err
		}
		for _, code := range codes {
			if u := code.Unit; !seen[u.ID] && by.Can(surveys.PermTicketWrite, u.Place()) {
				seen[u.ID] = true
				text := named(p.Page, u.Name, u.NameEn, u.Number)
				if u.Hall != nil {
					text = named(p.Page, u.Hall.Name, u.Hall.NameEn, "") + " · " + text
				}
				p.Units = append(p.Units, pickOption{u.ID, text, u.ID == p.Form.Unit})
			}
		}
	}
	sort.SliceStable(p.Units, func(i, j int) bool { return p.Units[i].Text < p.Units[j].Text })
	return nil
}

type batchPage struct {
	web.Page
	Row   batchRow
	Used  string
	Csv   string
	Print []tableLink
}

func (h *Handler) ticketBatch(c echo.Context) error {
	var req idRequest
	if err := web.Bind(c, &req); err != nil {
		return echo.ErrNotFound
	}
	batch, err := h.surveys.TicketBatch(c.Request().Context(), web.ActorOf(c), req.ID)
	if err != nil {
		return err
	}
	p := batchPage{Page: h.site.Page(c, ""), Row: batchRow{}}
	p.Row, p.Used, p.Csv = rowOfBatch(p.Page, batch), p.Num(batch.Used), batchHref(batch.ID)+"/tickets.csv"
	p.Title = p.T("console.tickets.batch", "Unit", p.Row.Unit, "Day", p.Row.Day)
	p.Crumbs = []web.Crumb{{Text: p.T("console.tickets.title"), Href: "/console/tickets"}, {Text: p.Title}}
	for from := 1; from <= batch.Count; from += ticketsPrinted {
		to := min(from+ticketsPrinted-1, batch.Count)
		p.Print = append(p.Print, tableLink{p.T("console.tickets.print", "From", from, "To", to), batchHref(batch.ID) + "/sheet?from=" + strconv.Itoa(from)})
	}
	return h.site.Render(c, http.StatusOK, "ticket_batch", p)
}

func (h *Handler) ticketFile(c echo.Context) error {
	var req idRequest
	if err := web.Bind(c, &req); err != nil {
		return echo.ErrNotFound
	}
	name := h.text(c, "console.tickets.file") + "-" + strconv.FormatInt(req.ID, 10) + ".csv"
	return download(c, name, typeCSV, func(w io.Writer) error {
		return h.surveys.ExportTickets(c.Request().Context(), web.ActorOf(c), req.ID, h.site.BaseURL(), w)
	})
}

type ticketSheetPage struct {
	web.Page
	Row     batchRow
	Tickets []ticketView
	Back    string
}

type ticketView struct {
	Serial  int
	Printed string
	Symbol  template.HTML
}

// ticketsPrinted is how many tickets one print run holds; each symbol is read
// back before it is printed, which takes its time.
const ticketsPrinted = 120

func (h *Handler) ticketSheet(c echo.Context) error {
	var req idRequest
	if err := web.Bind(c, &req); err != nil {
		return echo.ErrNotFound
	}
	batch, tickets, err := h.surveys.TakeTickets(c.Request().Context(), web.ActorOf(c), req.ID)
	if err != nil {
		return err
	}
	from, _ := strconv.Atoi(c.QueryParam("from"))
	from = min(max(from, 1), max(len(tickets), 1))
	p := ticketSheetPage{Page: h.site.Page(c, "console.tickets.sheet"), Back: batchHref(batch.ID)}
	p.Row = rowOfBatch(p.Page, batch)
	for _, t := range tickets[from-1 : min(from-1+ticketsPrinted, len(tickets))] {
		symbol, err := qr.New(surveys.Link(h.site.BaseURL(), t.Code), qr.Screen)
		if err != nil {
			return err
		}
		p.Tickets = append(p.Tickets, ticketView{t.Serial, surveys.PrintedCode(t.Code), template.HTML(symbol.SVG())})
	}
	return h.site.Render(c, http.StatusOK, "ticket_sheet", p)
}
