package indices

import (
	"context"
	"embed"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"minping/indices/stats"
	"minping/internal/fault"
	"minping/internal/pg"
)

//go:embed sql/*.sql
var queries embed.FS

// store holds all SQL of the package.
type store struct{ db *sqlx.DB }

// countedUnit is a unit with its counts.
type countedUnit struct {
	Unit
	tally
}

func (s store) index(ctx context.Context, q Query, sc scope) ([]countedUnit, error) {
	rows, err := s.db.QueryContext(ctx, statement("index"), indexArgs(q, sc)...)
	if err != nil {
		return nil, fmt.Errorf("count ratings of a level: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var list []countedUnit
	for rows.Next() {
		var c countedUnit
		if err := rows.Scan(append([]any{&c.ID, &c.Kind, &c.Code, &c.Name, &c.NameEn}, c.into()...)...); err != nil {
			return nil, fmt.Errorf("read counts of a unit: %w", err)
		}
		list = append(list, c)
	}
	return list, rows.Err()
}

// indexCells are the same counts, apart by channel and stratum.
func (s store) indexCells(ctx context.Context, q Query, sc scope) (map[int64]sources, error) {
	rows, err := s.db.QueryContext(ctx, statement("index_cells"), indexArgs(q, sc)...)
	if err != nil {
		return nil, fmt.Errorf("count ratings of a level by cell: %w", err)
	}
	defer func() { _ = rows.Close() }()
	byUnit := map[int64]sources{}
	for rows.Next() {
		var id int64
		var at source
		var t tally
		if err := rows.Scan(append([]any{&id, &at.channel, &at.stratum}, t.into()...)...); err != nil {
			return nil, fmt.Errorf("read counts of a cell: %w", err)
		}
		if byUnit[id] == nil {
			byUnit[id] = sources{}
		}
		byUnit[id][at] = t
	}
	return byUnit, rows.Err()
}

// indexArgs are the parameters of index.sql and index_cells.sql.
func indexArgs(q Query, sc scope) []any {
	var units any // null = every unit of the level
	if len(q.Units) > 0 {
		units = pq.Array(q.Units)
	}
	split := q.Period.Split()
	before, years, after := split.Yearly()
	split.Months = before
	args := append([]any{q.Level}, q.filter().args(split)...)
	return append(args, q.Within, units, sc.all, pq.Array(sc.units), dayArg(q.Period.From()), dayArg(q.Period.To()),
		dayArg(after.From), dayArg(after.To), dayArg(years.From), dayArg(years.To))
}

// part is the counts of one day, channel or stratum.
type part struct {
	key string
	tally
}

// source reads the key start|channel|stratum.
func (p part) source() (start string, at source) {
	start, rest, _ := strings.Cut(p.key, "|")
	at.channel, at.stratum, _ = strings.Cut(rest, "|")
	return start, at
}

func (s store) parts(ctx context.Context, q Subject, sp Split, cut string) ([]part, error) {
	args := append([]any{q.Unit}, q.filter().args(sp)...)
	rows, err := s.db.QueryContext(ctx, statement("parts"), append(args, cut)...)
	if err != nil {
		return nil, fmt.Errorf("count ratings by %s: %w", cut, err)
	}
	defer func() { _ = rows.Close() }()
	var list []part
	for rows.Next() {
		var p part
		if err := rows.Scan(append([]any{&p.key}, p.into()...)...); err != nil {
			return nil, fmt.Errorf("read counts by %s: %w", cut, err)
		}
		list = append(list, p)
	}
	return list, rows.Err()
}

// answerCount is how often one value was given to a question.
type answerCount struct {
	Question int64 `db:"question_id"`
	Value    int   `db:"value"`
	N        int64 `db:"n"`
}

func (s store) answers(ctx context.Context, q Subject, tags bool) ([]answerCount, error) {
	var list []answerCount
	args := append([]any{q.Unit}, q.filter().args(q.Period.Split())...)
	if err := s.db.SelectContext(ctx, &list, statement("answers"), append(args, tags)...); err != nil {
		return nil, fmt.Errorf("count answers: %w", err)
	}
	return list, nil
}

type tagText struct {
	Code  int    `db:"code"`
	Level int    `db:"level"`
	Zh    string `db:"text_zh"`
	En    string `db:"text_en"`
}

func (s store) tags(ctx context.Context) ([]tagText, error) {
	const q = `SELECT code, level, text_zh, text_en FROM reason_tags`
	var list []tagText
	if err := s.db.SelectContext(ctx, &list, q); err != nil {
		return nil, fmt.Errorf("read reason tags: %w", err)
	}
	return list, nil
}

type question struct {
	ID    int64  `db:"id"`
	Key   string `db:"key"`
	Kind  string `db:"kind"`
	Feeds string `db:"feeds"`
	Zh    string `db:"text_zh"`
	En    string `db:"text_en"`
}

// scaled lists the questions whose answers are points on a scale.
func (s store) scaled(ctx context.Context) ([]question, error) {
	const q = `SELECT id, key, kind, feeds, text_zh, text_en FROM questions
		WHERE kind IN ('level', 'agree', 'scale10') AND feeds <> '' ORDER BY id`
	var list []question
	if err := s.db.SelectContext(ctx, &list, q); err != nil {
		return nil, fmt.Errorf("read questions: %w", err)
	}
	return list, nil
}

// unit finds a unit and the office it belongs to (0 = none).
func (s store) unit(ctx context.Context, id int64) (Unit, int64, error) {
	const q = `SELECT id, kind, code, name, name_en, coalesce(office_id, 0) FROM units WHERE id = $1`
	var u Unit
	var office int64
	err := s.db.QueryRowxContext(ctx, q, id).Scan(&u.ID, &u.Kind, &u.Code, &u.Name, &u.NameEn, &office)
	if pg.None(err) {
		return Unit{}, 0, fault.New(fault.NotFound, "indices.fault.unit")
	}
	if err != nil {
		return Unit{}, 0, fmt.Errorf("find unit: %w", err)
	}
	return u, office, nil
}

// unitByCode finds a unit's id by its kind and code.
func (s store) unitByCode(ctx context.Context, kind Level, code string) (int64, error) {
	const q = `SELECT id FROM units WHERE kind = $1 AND code = $2`
	var id int64
	err := s.db.GetContext(ctx, &id, q, kind, code)
	if pg.None(err) {
		return 0, fault.New(fault.NotFound, "indices.fault.unit")
	}
	if err != nil {
		return 0, fmt.Errorf("find unit by code: %w", err)
	}
	return id, nil
}

func (s store) methodologies(ctx context.Context) ([]Methodology, error) {
	const q = `SELECT version, effective_from, scores, suppress_below, grade_from, confidence, note_zh, note_en, terms
		FROM methodologies ORDER BY effective_from`
	rows, err := s.db.QueryContext(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("read methodologies: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var list []Methodology
	for rows.Next() {
		var m Methodology
		var scores pq.Float64Array
		var terms []byte
		if err := rows.Scan(&m.Version, &m.EffectiveFrom, &scores, &m.SuppressBelow, &m.GradeFrom,
			&m.Confidence, &m.NoteZh, &m.NoteEn, &terms); err != nil {
			return nil, fmt.Errorf("read a methodology: %w", err)
		}
		if copy(m.Scores[:], scores) != stats.Levels {
			return nil, fmt.Errorf("methodology %s has %d scores", m.Version, len(scores))
		}
		if m.Terms, err = parseTerms(terms); err != nil {
			return nil, fmt.Errorf("methodology %s: %w", m.Version, err)
		}
		list = append(list, m)
	}
	return list, rows.Err()
}

// args are the parameters $2 … $11 that all count queries share.
func (f filter) args(sp Split) []any {
	return []any{
		dayArg(sp.Months.From), dayArg(sp.Months.To), dayArg(sp.Head.From), dayArg(sp.Head.To),
		dayArg(sp.Tail.From), dayArg(sp.Tail.To), f.channel, f.stratum, f.version, f.suspects != Exclude,
	}
}

// dayArg is a day without a clock or a zone; null for none.
func dayArg(day time.Time) any {
	if day.IsZero() {
		return nil
	}
	return day.Format(dayForm)
}

func (t *tally) into() []any {
	return []any{&t.Levels[0], &t.Levels[1], &t.Levels[2], &t.Levels[3], &t.Levels[4], &t.Suspect}
}

// statement is an embedded query; they are compiled in, so a missing one is a
// mistake that the test of all statements finds.
func statement(name string) string {
	text, err := queries.ReadFile("sql/" + name + ".sql")
	if err != nil {
		panic(err)
	}
	return strings.Replace(string(text), "    {{counted over the period}}\n", countedOver, 1)
}

// countedOver is what index.sql and index_cells.sql count: a unit's rows of the whole years, months
// and days that make up a period, as the filter wants them.
//
//go:embed sql/counted_over.part
var countedOver string
