package publish

import (
	"context"
	"regexp"
	"time"

	"minping/complaints"
	"minping/complaints/workday"
	"minping/internal/fault"
)

// Reply is an answered case as everybody may read it.
type Reply struct {
	Number       int64           `db:"id"`
	Kind         complaints.Kind `db:"kind"`
	Office       int64           `db:"office_id"`
	OfficeName   string          `db:"office_name"`
	OfficeNameEn string          `db:"office_name_en"`
	OfficeCode   string          `db:"office_code"`
	Category     int             `db:"category_id"`
	CategoryName string          `db:"category_name"`
	Title        string          `db:"title"`
	Question     string          `db:"question"`
	Answer       string          `db:"answer"`
	Received     time.Time       `db:"received_on"`
	Answered     time.Time       `db:"answered_on"`
	Reopened     bool            `db:"reopened"` // the citizen was not content, and it is handled anew
}

// PlaceIn is a place in a list of the newest first.
type PlaceIn struct {
	Day string // 2006-01-02
	ID  int64
}

// Search narrows the public lists; zero fields do not.
type Search struct {
	Query    string
	Office   string // code
	Category int
	Month    string // 2006-01
	After    *PlaceIn
	Limit    int // 1–50; 0 = 20
}

// MaxQuery is how long a search may be, in characters.
const MaxQuery = 100

var monthText = regexp.MustCompile(`^20[0-9]{2}-(0[1-9]|1[0-2])$`)

// prepare turns a search into what the store asks.
func (q Search) prepare() (found finding, err error) {
	f := finding{office: q.Office, category: q.Category, limit: q.Limit, after: q.After}
	if f.limit <= 0 || f.limit > 50 {
		f.limit = 20
	}
	if q.Month != "" {
		if !monthText.MatchString(q.Month) {
			return f, fault.Fielded(fault.Field{Name: "month", Key: "fault.field.choice"})
		}
		first, _ := time.Parse("2006-01", q.Month)
		f.from, f.until = first.Format(time.DateOnly), first.AddDate(0, 1, 0).Format(time.DateOnly)
	}
	if len([]rune(q.Query)) > MaxQuery {
		return f, fault.Fielded(fault.Field{Name: "q", Key: "fault.field.max", Args: map[string]any{"Max": MaxQuery}})
	}
	f.words = wanted(q.Query)
	f.nothing = q.Query != "" && f.words == "" && len(lexemes(q.Query)) == 0
	return f, nil
}

// Find lists what is published, the newest first. Anybody may ask. Invalid for a
// month that is none and a query that is too long.
func (s *Service) Find(ctx context.Context, q Search) ([]Reply, error) {
	f, err := q.prepare()
	if err != nil || f.nothing {
		return nil, err
	}
	return findReplies(ctx, s.cfg.DB, f)
}

// Reply reads what is published under a number. Anybody may ask. NotFound where there
// is nothing, Gone where it was withdrawn or an objection is being looked at.
func (s *Service) Reply(ctx context.Context, number int64) (Reply, error) {
	return selectReply(ctx, s.cfg.DB, number, true)
}

// Choice is one way to narrow the public list.
type Choice struct {
	ID     int    `db:"id"`
	Code   string `db:"code"`
	Name   string `db:"name"`
	NameEn string `db:"name_en"`
	N      int    `db:"n"`
}

// Choices lists the offices, categories of the first level and months that something is published of.
func (s *Service) Choices(ctx context.Context) (offices, categories []Choice, months []string, err error) {
	return selectChoices(ctx, s.cfg.DB)
}

// OfficeWork is how many cases an office had, and how long it took.
type OfficeWork struct {
	Received int      `db:"received"` // given to the office in the period
	Closed   int      `db:"closed"`   // closed in the period
	Open     int      `db:"open"`     // now
	Replied  int      `db:"replied"`  // first answered in the period
	Days     *float64 `db:"days"`     // from being given to the first answer, on average; nil: fewer than SuppressBelow
}

// SuppressBelow: of fewer answers no average is shown.
const SuppressBelow = 5

// OfficeWork counts an office's cases, without sealed, merged and imported ones. Anybody may ask.
func (s *Service) OfficeWork(ctx context.Context, office int64, from, until workday.Day) (OfficeWork, error) {
	w, err := selectWork(ctx, s.cfg.DB, office, from.Start(), until.AddDays(1).Start())
	if w.Replied < SuppressBelow {
		w.Days = nil
	}
	return w, err
}
