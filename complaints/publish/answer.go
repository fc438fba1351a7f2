package publish

import (
	"context"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints"
	"minping/complaints/redact"
	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/audit"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Most characters of an entry.
const (
	MaxQuestion = 500
	MaxAnswer   = 5000
)

// ReviewMonths is after how many months an answer must be looked at anew, where
// nobody chose a day; ReviewMost is the longest that may be chosen.
const (
	ReviewMonths = 12
	ReviewMost   = 24
)

// Entry is a question with its answer, as the offices see it.
type Entry struct {
	ID           int64         `db:"id"`
	Seq          int           `db:"seq"`
	State        string        `db:"state"` // draft, shown, retired
	Office       int64         `db:"office_id"`
	OfficeName   string        `db:"office_name"`
	OfficeNameEn string        `db:"office_name_en"`
	Category     int           `db:"category_id"`
	CategoryName string        `db:"category_name"`
	Case         complaints.ID `db:"case_id"`
	Newest       int           `db:"newest"`  // version
	Version      int           `db:"version"` // that is shown; 0: none
	Question     string        `db:"question"`
	Answer       string        `db:"answer"`
	Author       int64         `db:"account_id"`
	AuthorName   string        `db:"account_name"`
	Checker      string        `db:"checker_name"`
	Checked      *time.Time    `db:"checked_on"`
	ReviewOn     *time.Time    `db:"review_on"`
	Stale        bool          `db:"stale"`
	Changed      time.Time     `db:"changed_at"`
}

// Waits tells whether a version waits for the second person.
func (e Entry) Waits() bool { return e.State != "retired" && e.Newest > e.Version }

// Writing is an entry as somebody wrote it.
type Writing struct {
	ID       int64 // 0: a new one
	Seq      int
	Office   int64
	Category int
	Case     complaints.ID // the consultation that it comes from; 0: none
	Question string
	Answer   string
	Checked  bool // somebody looked at what seems personal and it may stay
}

// WriteAnswer keeps a new version, which waits for the second person; what is shown
// stays as it is until then. Needs case:reply or case:publish at the office. Invalid, with what seems to name or reach
// a person, until that was looked at; Conflict where somebody else changed the entry.
func (s *Service) WriteAnswer(ctx context.Context, by actor.Actor, in Writing) (int64, error) {
	if !prepares(by, actor.Place{Office: in.Office}) {
		return 0, forbidden()
	}
	var wrong []fault.Field
	check := func(name, typed string, most int) string {
		text, err := complaints.CheckWords(name, typed, most)
		if f, ok := fault.As(err); ok {
			wrong = append(wrong, f.Fields...)
		}
		return text
	}
	in.Question, in.Answer = check("question", in.Question, MaxQuestion), check("answer", in.Answer, MaxAnswer)
	for name, text := range map[string]string{"question": in.Question, "answer": in.Answer} {
		if found := personal(text); found != "" && !in.Checked && len(wrong) == 0 {
			wrong = append(wrong, fault.Field{Name: name, Key: "publish.personal", Args: map[string]any{"Words": found}})
		}
	}
	if len(wrong) > 0 {
		return 0, fault.Fielded(wrong...)
	}
	id := in.ID
	err := pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		if err := s.fitsEntry(ctx, tx, by, in); err != nil {
			return err
		}
		if in.ID == 0 {
			made, err := insertEntry(ctx, tx, in, s.now())
			if id = made; err != nil {
				return err
			}
		}
		e, err := lockEntry(ctx, tx, id, s.today())
		if err != nil {
			return err
		}
		if in.ID != 0 && (e.Seq != in.Seq || e.State == "retired") {
			return changed()
		}
		if !prepares(by, actor.Place{Office: e.Office}) {
			return unknown()
		}
		if err := insertVersion(ctx, tx, e, in, by, s.now()); err != nil {
			return err
		}
		return s.record(ctx, tx, by, note{audit.AnswerWrite, "answer", id, actor.Place{Office: in.Office}, audit.Detail{"version": e.Newest + 1}})
	})
	return id, err
}

// fitsEntry checks office, category and case of an entry.
func (s *Service) fitsEntry(ctx context.Context, tx *sqlx.Tx, by actor.Actor, in Writing) error {
	office, category, err := entryChoices(ctx, tx, in.Office, in.Category)
	switch {
	case err != nil:
		return err
	case !office:
		return fault.Fielded(fault.Field{Name: "office", Key: "fault.field.choice"})
	case !category:
		return fault.Fielded(fault.Field{Name: "category", Key: "fault.field.choice"})
	case in.Case == 0 || in.ID != 0:
		return nil
	}
	d, err := s.cfg.Desk.Get(ctx, by, in.Case)
	if err == nil && (d.Sealed || d.Kind == complaints.Report) {
		err = fault.New(fault.Conflict, "publish.sealed")
	}
	return err
}

// personal quotes the first part of a text that seems to name or reach a person.
// Numbers of offices are what answers are made of: they stay.
func personal(text string) string {
	for _, span := range redact.Find(text) {
		if span.Kind == redact.Name || span.Kind == redact.Identity || span.Kind == redact.Card || span.Kind == redact.Plate || span.Kind == redact.Birth {
			return shorten(text[span.Start:span.End])
		}
		if p := text[span.Start:span.End]; span.Kind == redact.Phone && mobile(p) {
			return shorten(p)
		}
	}
	return ""
}

func mobile(s string) bool {
	n, first := 0, byte(0)
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			if n == 0 {
				first = s[i]
			}
			n++
		}
	}
	return n == 11 && first == '1'
}

// ReleaseAnswer shows the newest version to everybody, or says anew that the shown one is right, until a day. Needs
// case:publish at the office, from somebody who did not write it. Invalid for a day that
// is past or too far; Conflict where the entry changed meanwhile.
func (s *Service) ReleaseAnswer(ctx context.Context, by actor.Actor, id int64, seq int, until string) error {
	return s.onEntry(ctx, by, id, seq, func(tx *sqlx.Tx, e Entry) error {
		if e.Author == by.Account {
			return fault.New(fault.Forbidden, "publish.another_person")
		}
		day, err := s.reviewDay(until)
		if err != nil {
			return err
		}
		if err := releaseEntry(ctx, tx, e, by, day, s.today(), s.now()); err != nil {
			return err
		}
		return s.record(ctx, tx, by, note{audit.AnswerRelease, "answer", id, actor.Place{Office: e.Office}, audit.Detail{"version": e.Newest, "until": day.String()}})
	})
}

func (s *Service) reviewDay(typed string) (workday.Day, error) {
	today := s.today().Start().In(time.FixedZone("CST", 8*3600))
	if typed == "" {
		return workday.Of(today.AddDate(0, ReviewMonths, 0)), nil
	}
	day, err := workday.Parse(typed)
	if err != nil || !day.Start().After(today) || day.Start().After(today.AddDate(0, ReviewMost, 0)) {
		return day, fault.Fielded(fault.Field{Name: "until", Key: "publish.review_day", Args: map[string]any{"Months": ReviewMost}})
	}
	return day, nil
}

// RetireAnswer takes an entry off the page. Needs case:publish at the office.
func (s *Service) RetireAnswer(ctx context.Context, by actor.Actor, id int64, seq int) error {
	return s.onEntry(ctx, by, id, seq, func(tx *sqlx.Tx, e Entry) error {
		if err := retireEntry(ctx, tx, id, s.now()); err != nil {
			return err
		}
		return s.record(ctx, tx, by, note{audit.AnswerRetire, "answer", id, actor.Place{Office: e.Office}, audit.Detail{"version": e.Version}})
	})
}

func (s *Service) onEntry(ctx context.Context, by actor.Actor, id int64, seq int, do func(*sqlx.Tx, Entry) error) error {
	if !by.Anywhere(PermPublish) {
		return forbidden()
	}
	return pg.InTx(ctx, s.cfg.DB, func(tx *sqlx.Tx) error {
		e, err := lockEntry(ctx, tx, id, s.today())
		switch {
		case err != nil:
			return err
		case !by.Can(PermPublish, actor.Place{Office: e.Office}):
			if prepares(by, actor.Place{Office: e.Office}) {
				return forbidden()
			}
			return unknown()
		case e.Seq != seq || e.State == "retired":
			return changed()
		}
		return do(tx, e)
	})
}
