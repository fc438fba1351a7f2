package surveys

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"golang.org/x/text/encoding/simplifiedchinese"

	"minping/complaints/workday"
	"minping/internal/code"
	"minping/internal/fault"
)

func (p *place) today() workday.Day { return workday.Of(p.clock) }

func (p *place) tickets(t testing.TB, n int) (TicketBatch, []Ticket) {
	t.Helper()
	batch, err := p.service.IssueTickets(t.Context(), citywide(PermTicketWrite),
		TicketOrder{Unit: p.windows[0], Channel: ChannelTicket, VisitedOn: p.today(), Count: n})
	if err != nil {
		t.Fatal(err)
	}
	batch, codes, err := p.service.TicketCodes(t.Context(), citywide(PermTicketWrite), batch.ID)
	if err != nil {
		t.Fatal(err)
	}
	return batch, codes
}

func TestTicketsAreUsedOnce(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	publishHall(t, p, ChannelTicket)
	batch, codes := p.tickets(t, 3)
	rate := func(ticket Ticket) error {
		_, err := p.service.Rate(t.Context(), Submission{ID: uuid.New(), Code: ticket.Code, Level: 5})
		return err
	}
	if err := rate(codes[1]); err != nil {
		t.Fatal(err)
	}
	wantKind(t, rate(codes[1]), fault.Conflict)
	batch, err := p.service.TicketBatch(t.Context(), citywide(PermTicketWrite), batch.ID)
	if err != nil || batch.Count != 3 || batch.Used != 1 || batch.Unit.ID != p.windows[0] || batch.VisitedOn != p.today() {
		t.Errorf("%+v, %v", batch, err)
	}
}

func TestTicketCodesAreSound(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	publishHall(t, p, ChannelTicket)
	_, codes := p.tickets(t, MaxTickets)
	seen := map[string]bool{}
	for i, ticket := range codes {
		if ticket.Serial != i+1 || code.Check(ticket.Code) != nil || len(ticket.Code) != TicketLength+1 || seen[ticket.Code] {
			t.Fatalf("ticket %d: %+v", i, ticket)
		}
		seen[ticket.Code] = true
	}
	if len(seen) != MaxTickets {
		t.Errorf("%d tickets", len(seen))
	}
}

func TestTicketFaults(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	published := officer(p.id(t, "O1"), 0, PermTicketWrite)
	good := TicketOrder{Unit: p.windows[0], Channel: ChannelSMS, VisitedOn: p.today(), Count: 1}
	issue := func(change func(*TicketOrder)) error {
		o := good
		change(&o)
		_, err := p.service.IssueTickets(t.Context(), published, o)
		return err
	}
	wantFields(t, issue(func(*TicketOrder) {}), "unit surveys.ticket.not_published")
	publishHall(t, p, ChannelSMS)
	if err := issue(func(*TicketOrder) {}); err != nil {
		t.Error(err)
	}
	wantFields(t, issue(func(o *TicketOrder) { o.Channel = ChannelDesk }), "channel surveys.ticket.channel")
	wantFields(t, issue(func(o *TicketOrder) { o.Count = 0 }), "count surveys.ticket.count")
	wantFields(t, issue(func(o *TicketOrder) { o.Count, o.VisitedOn = MaxTickets+1, workday.Day{} }),
		"visited_on surveys.ticket.day", "count surveys.ticket.count")
	wantFields(t, issue(func(o *TicketOrder) { o.VisitedOn = p.today().AddDays(367) }), "visited_on surveys.ticket.day")
	wantKind(t, issue(func(o *TicketOrder) { o.Unit = p.windows[2] }), fault.NotFound)
	p.exec(t, `UPDATE units SET closed_on = '2026-11-01' WHERE id = $1`, p.windows[0])
	wantFields(t, issue(func(*TicketOrder) {}), "unit surveys.ticket.unit_closed")
	_, _, err := p.service.TicketCodes(t.Context(), officer(p.id(t, "O2"), 0, PermTicketWrite), 1)
	wantKind(t, err, fault.NotFound)
	_, err = p.service.IssueTickets(t.Context(), officer(p.id(t, "O1"), 0, PermPublicationWrite), good)
	wantKind(t, err, fault.Forbidden)
	list, err := p.service.TicketBatches(t.Context(), published, TicketFilter{})
	if err != nil || len(list) != 1 || list[0].Count != 1 || list[0].Used != -1 {
		t.Errorf("%+v, %v", list, err)
	}
	if list, err = p.service.TicketBatches(t.Context(), officer(p.id(t, "O2"), 0, PermTicketWrite), TicketFilter{}); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestImportTickets(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	publishHall(t, p, ChannelTicket)
	by := officer(p.id(t, "O1"), 0, PermTicketWrite)
	text := "备注,窗口编码,日期,数量\n,W1,2026-11-24,20\n\n上午,W2,2026/11/5,30\n,W1,2026年12月1日,1\n,,,\n"
	chinese, err := simplifiedchinese.GBK.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{"UTF-8": text, "with a mark": "\uFEFF" + text, "GBK": chinese,
		"English": "Window code, Day ,COUNT\r\nW1,2026-11-24,20\r\nW2,2026-11-05,30\r\n\"W1\",2026-12-01,1\r\n"} {
		batches, err := p.service.ImportTickets(t.Context(), by, ChannelTicket, strings.NewReader(file))
		if err != nil || len(batches) != 3 || batches[0].Unit.ID != p.windows[0] || batches[1].Count != 30 ||
			batches[1].VisitedOn.String() != "2026-11-05" || batches[2].VisitedOn.String() != "2026-12-01" {
			t.Errorf("%s: %+v, %v", name, batches, err)
		}
	}
	if n := p.count(t, `SELECT count(*) FROM tickets`); n != 4*51 {
		t.Errorf("%d tickets", n)
	}
}

func TestImportTicketsFaults(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	publishHall(t, p, ChannelTicket)
	p.exec(t, `UPDATE units SET closed_on = '2026-11-01' WHERE id = $1`, p.windows[1])
	by := officer(p.id(t, "O1"), 0, PermTicketWrite)
	read := func(file string) error {
		_, err := p.service.ImportTickets(t.Context(), by, ChannelTicket, strings.NewReader(file))
		return err
	}
	head := "窗口,日期,数量\n"
	wantFields(t, read(head+"W1,2026-11-24,20\nW9,2026-11-24,5\nW1,2026-13-01,0\n\nW3,昨天,x\nW2,2020-01-01,5001\n"),
		"row3.window surveys.ticket.row_window",
		"row4.day surveys.ticket.row_day", "row4.count surveys.ticket.row_count",
		"row6.window surveys.ticket.row_window", "row6.day surveys.ticket.row_day", "row6.count surveys.ticket.row_number",
		"row7.window surveys.ticket.row_unpublished", "row7.day surveys.ticket.row_day_range", "row7.count surveys.ticket.row_count")
	wantFields(t, read(""), "file surveys.ticket.file_empty")
	wantFields(t, read(head), "file surveys.ticket.file_empty")
	wantFields(t, read("窗口,数量\nW1,5\n"), "file surveys.ticket.file_columns")
	wantFields(t, read(head+"W1,\"2026-11-24,20\n"), "file surveys.ticket.file_text")
	wantFields(t, read(head+strings.Repeat("W1,2026-11-24,5000\n", 11)), "file surveys.ticket.file_total")
	wantFields(t, read(head+strings.Repeat("W1,2026-11-24,1\n", maxTicketRows+1)), "file surveys.ticket.file_rows")
	wantKind(t, read(head+strings.Repeat("x", maxTicketFile)), fault.TooLarge)
	if f, _ := fault.As(read(head + strings.Repeat("?,?,?\n", 200))); f == nil || len(f.Fields) != maxRowFaults {
		t.Errorf("%v", f)
	}
	if n := p.count(t, `SELECT count(*) FROM ticket_batches`); n != 0 {
		t.Errorf("%d batches of faulty files", n)
	}
}

func TestExportTickets(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	publishHall(t, p, ChannelTicket)
	batch, codes := p.tickets(t, 2)
	var b bytes.Buffer
	if err := p.service.ExportTickets(t.Context(), citywide(PermTicketWrite), batch.ID, "https://pj.example.gov.cn", &b); err != nil {
		t.Fatal(err)
	}
	text, marked := strings.CutPrefix(b.String(), "\uFEFF")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || !marked || len(rows) != 3 {
		t.Fatal(rows, err)
	}
	for i, ticket := range codes {
		got := strings.Join(rows[i+1], " ")
		if want := fmt.Sprintf("%d %s https://pj.example.gov.cn/r/%s", i+1, PrintedCode(ticket.Code), ticket.Code); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	b.Reset()
	wantKind(t, p.service.ExportTickets(t.Context(), officer(p.id(t, "O2"), 0, PermTicketWrite), batch.ID, "", &b), fault.NotFound)
	if b.Len() != 0 {
		t.Error("something was written")
	}
}
