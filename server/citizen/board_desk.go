package citizen

import (
	"context"
	"strconv"
	"time"

	"minping/complaints/publish"
	"minping/complaints/workday"
	"minping/indices"
	"minping/offices"
	"minping/server/web"
)

// deskData is what an office's page says of the complaints desk.
type deskData struct {
	work    publish.OfficeWork
	rates   *indices.Rates // nil: the office is not among those that are measured
	out     *indices.Exclusions
	replies []publish.Reply
}

// edition changes whenever something is published or withdrawn, so that what is kept
// of a page is asked anew.
func (b *Board) edition() string {
	if b.public == nil {
		return ""
	}
	return " " + strconv.FormatInt(b.public.Edition(), 10)
}

const boardReplies = 5

func (b *Board) deskData(ctx context.Context, office offices.Unit, p indices.Period) (d deskData, err error) {
	if b.public == nil {
		return d, nil
	}
	if d.work, err = b.public.OfficeWork(ctx, office.ID, dayOf(p.From()), dayOf(p.To())); err != nil {
		return d, err
	}
	if d.replies, err = b.public.Find(ctx, publish.Search{Office: office.Code, Limit: boardReplies}); err != nil {
		return d, err
	}
	rows, err := b.indices.Rates(ctx, reader(), indices.RatesQuery{Level: indices.Office, Period: p, Within: office.ID})
	if err == nil && len(rows) > 0 {
		d.rates = &rows[0]
	}
	if err != nil {
		return d, err
	}
	out, err := b.indices.Exclusions(ctx, reader(), indices.ExclusionsQuery{Period: p, Within: office.ID})
	if err == nil && len(out) > 0 {
		d.out = &out[0]
	}
	return d, err
}

// dayOf reads a day as periods write it, at midnight UTC.
func dayOf(t time.Time) workday.Day {
	return workday.Day{Year: t.Year(), Month: t.Month(), Day: t.Day()}
}

// deskPart is that in words.
type deskPart struct {
	Numbers []deskNumber
	Rates   []rateRow
	Formula string
	Out     string // ratings that a review excluded, with both totals
	Replies []replyRow
	More    string
}

type deskNumber struct{ Label, Value string }

type rateRow struct{ Name, Meaning, Value, Interval, Count, Note string }

func newDeskPart(p web.Page, d boardData) *deskPart {
	part := &deskPart{More: "/replies?office=" + d.unit.Code}
	w := d.desk.work
	for _, n := range []struct {
		key string
		n   int
	}{{"received", w.Received}, {"closed", w.Closed}, {"open", w.Open}} {
		part.Numbers = append(part.Numbers, deskNumber{p.T("board.desk." + n.key), p.Num(n.n)})
	}
	days := p.T("board.desk.few")
	if w.Days != nil {
		days = p.T("board.desk.days_value", "Days", p.Fix(*w.Days, 1))
	}
	part.Numbers = append(part.Numbers, deskNumber{p.T("board.desk.days"), days})
	if r := d.desk.rates; r != nil {
		part.Formula = r.Formula
		for _, s := range []struct {
			key   string
			share indices.Share
		}{{"response", r.Response}, {"resolve", r.Resolve}, {"satisfy", r.Satisfy}} {
			part.Rates = append(part.Rates, newRateRow(p, s.key, s.share))
		}
	}
	if out := d.desk.out; out != nil && out.Excluded > 0 {
		row := newRateRow(p, "response", out.Share)
		part.Out = p.T("board.desk.excluded", "Count", out.Excluded, "All", out.Rated, "Counted", out.Rated-out.Excluded, "Rate", row.Value, "Interval", row.Interval)
	}
	for _, r := range d.desk.replies {
		part.Replies = append(part.Replies, newReplyRow(p, r))
	}
	return part
}

func newRateRow(p web.Page, key string, s indices.Share) rateRow {
	row := rateRow{Name: p.T("board.rate." + key), Meaning: p.T("board.rate." + key + "_is"), Value: "—", Interval: "—", Count: "—"}
	switch s.State {
	case indices.None:
		row.Note = p.T("board.rate.none")
	case indices.Suppressed:
		row.Note = p.T("board.rate.few", "Below", s.Below)
	default:
		row.Value, row.Interval, row.Count = p.Percent(s.Value), p.Percent(s.Low)+"–"+p.Percent(s.High), p.Num(s.N)
		if s.State == indices.Insufficient {
			row.Note = p.T("board.rate.insufficient")
		}
	}
	return row
}
