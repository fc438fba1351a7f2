package panel

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/code"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Stage is what a member is shown.
type Stage string

// The stages.
const (
	StageFirst  Stage = "first"  // which office comes to mind first
	StageOffice Stage = "office" // one office
	StageDone   Stage = "done"   // everything was answered
	StageEarly  Stage = "early"  // the wave has not begun
	StageOver   Stage = "over"   // it has ended
)

// Sheet is the page that a link leads to.
type Sheet struct {
	Title        string
	Starts, Ends workday.Day
	Stage        Stage
	Kind         Kind
	Page, Pages  int
	Unit         int64 // of StageOffice
	Name, NameEn string
	Brand        string
}

// Words are the largest number of characters of the first answer.
const Words = 60

// OfficeAnswer is what one page says of an office. Nil is a question left out; outside of
// its scale lies −1 "cannot say" (for Esteem and the three of satisfaction 0).
type OfficeAnswer struct {
	Unit                             int64
	Skip                             bool
	Heard                            string // yes, no, unsure; empty for 360° groups
	Esteem, Overall, Expected, Ideal *int
	Trust, Reuse, Recommend, Coop    *int
}

// Open shows the next page of a link. Anybody who holds it may ask; NotFound for one that
// nobody was given.
func (s *Service) Open(ctx context.Context, token string) (Sheet, error) {
	m, err := s.holder(ctx, s.db, token, false)
	if err != nil {
		return Sheet{}, err
	}
	return s.sheet(ctx, s.db, m)
}

// NameFirst stores which office comes to mind first; words may be empty. Sent twice, the
// first stands. NotFound as Open; Gone outside of the wave; Invalid for what is too long.
func (s *Service) NameFirst(ctx context.Context, token, words string) error {
	token, words = code.Normalize(token), strings.Join(strings.Fields(words), " ")
	if utf8.RuneCountInString(words) > Words {
		return fault.Fielded(fault.Field{Name: "words", Key: "fault.field.max", Args: map[string]any{"Max": Words}})
	}
	if !utf8.ValidString(words) || strings.ContainsRune(words, 0) {
		return fault.Fielded(fault.Field{Name: "words", Key: "fault.field.text"})
	}
	return s.answering(ctx, token, func(tx *sqlx.Tx, m holder) error {
		if m.FirstDone || KindOf(m.Group) == Around {
			return nil
		}
		return insertMention(ctx, tx, m, s.mac("answers", token), words)
	})
}

// Answer stores what a member says of an office, once. Who has not heard of it is not
// taken to have said anything more. Gone and NotFound as NameFirst; Invalid with fields.
func (s *Service) Answer(ctx context.Context, token string, a OfficeAnswer) error {
	token = code.Normalize(token)
	return s.answering(ctx, token, func(tx *sqlx.Tx, m holder) error {
		state, err := selectTask(ctx, tx, m.ID, a.Unit)
		if pg.None(err) {
			return fault.New(fault.NotFound, "five.panel.fault.link")
		}
		if err != nil || state != "open" {
			return err
		}
		if a.Skip {
			return updateTask(ctx, tx, m.ID, a.Unit, "skipped")
		}
		if err := a.check(KindOf(m.Group)); err != nil {
			return err
		}
		if KindOf(m.Group) != Around && a.Heard != "yes" {
			a = OfficeAnswer{Unit: a.Unit, Heard: a.Heard}
		}
		if err := insertAnswer(ctx, tx, m, s.mac("answers", token), a); err != nil {
			return err
		}
		return updateTask(ctx, tx, m.ID, a.Unit, "answered")
	})
}

func (a OfficeAnswer) check(kind Kind) error {
	var wrong []fault.Field
	if kind != Around && !slices.Contains([]string{"yes", "no", "unsure"}, a.Heard) {
		wrong = append(wrong, fault.Field{Name: "heard", Key: "five.panel.fault.heard"})
	}
	if kind == Around && a.Heard != "" {
		wrong = append(wrong, fault.Field{Name: "heard", Key: "fault.field.choice"})
	}
	for _, q := range a.scales() {
		if q.Value != nil && (*q.Value < q.From || *q.Value > q.To) {
			wrong = append(wrong, fault.Field{Name: q.Name, Key: "fault.field.choice"})
		}
	}
	if kind == Around && !slices.ContainsFunc(a.scales(), func(q scale) bool { return q.Value != nil }) {
		wrong = append(wrong, fault.Field{Name: "overall", Key: "five.panel.fault.empty"})
	}
	if len(wrong) > 0 {
		return fault.Fielded(wrong...)
	}
	return nil
}

// scale is one question and the values it may have.
type scale struct {
	Name     string
	Value    *int
	From, To int
}

func (a OfficeAnswer) scales() []scale {
	return []scale{{"esteem", a.Esteem, 0, 5}, {"overall", a.Overall, 0, 10}, {"expected", a.Expected, 0, 10}, {"ideal", a.Ideal, 0, 10},
		{"trust", a.Trust, -1, 10}, {"reuse", a.Reuse, -1, 10}, {"recommend", a.Recommend, -1, 10}, {"cooperate", a.Coop, -1, 10}}
}

// answering does something for the holder of a link, one page at a time, within the wave.
func (s *Service) answering(ctx context.Context, token string, do func(*sqlx.Tx, holder) error) error {
	return pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		m, err := s.holder(ctx, tx, token, true)
		if err != nil {
			return err
		}
		if stage := s.when(m); stage != "" {
			return fault.New(fault.Gone, "five.panel.fault."+string(stage))
		}
		return do(tx, m)
	})
}

func (s *Service) holder(ctx context.Context, q pg.Querier, token string, lock bool) (holder, error) {
	token = code.Normalize(token)
	if !code.Valid(token) || len(token) != tokenLength+1 {
		return holder{}, fault.New(fault.NotFound, "five.panel.fault.link")
	}
	m, err := selectHolder(ctx, q, s.mac("link", token), lock)
	if pg.None(err) {
		return holder{}, fault.New(fault.NotFound, "five.panel.fault.link")
	}
	return m, err
}

// when says that a wave has not begun, or is over; "" while it runs.
func (s *Service) when(m holder) Stage {
	today := workday.Of(s.now()).String()
	switch {
	case m.State == Closed || today > m.Ends:
		return StageOver
	case today < m.Starts:
		return StageEarly
	}
	return ""
}

func (s *Service) sheet(ctx context.Context, q pg.Querier, m holder) (Sheet, error) {
	sh := Sheet{Title: m.Title, Stage: s.when(m), Kind: KindOf(m.Group)}
	var err error
	if sh.Starts, err = workday.Parse(m.Starts); err != nil {
		return sh, err
	}
	if sh.Ends, err = workday.Parse(m.Ends); err != nil || sh.Stage != "" {
		return sh, err
	}
	tasks, err := selectTasks(ctx, q, m.ID)
	if err != nil {
		return sh, err
	}
	sh.Pages = len(tasks)
	if sh.Kind != Around {
		sh.Pages++
		if !m.FirstDone {
			sh.Stage, sh.Page = StageFirst, 1
			return sh, nil
		}
	}
	for i, t := range tasks {
		if t.State == "open" {
			sh.Stage, sh.Page = StageOffice, sh.Pages-len(tasks)+i+1
			sh.Unit, sh.Name, sh.NameEn, sh.Brand = t.Unit, t.Name, t.NameEn, t.Brand
			return sh, nil
		}
	}
	sh.Stage = StageDone
	return sh, nil
}
