package surveys

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/lib/pq"

	"minping/complaints/workday"
	"minping/internal/pg"
)

// selectRatings reads a page of ratings, newest first. The conditions on absent
// filters are constants to the planner, which sees the values: what is left
// walks ratings_office_id_idx, or the primary key, backwards from the page's end.
func selectRatings(ctx context.Context, q pg.Querier, within Parents, f RatingFilter, units map[int64]*Unit) ([]RatingRow, error) {
	var rows []listedRating
	if err := q.SelectContext(ctx, &rows, listRatings, f.args(within)...); err != nil {
		return nil, fmt.Errorf("list ratings: %w", err)
	}
	list := make([]RatingRow, 0, len(rows))
	for _, row := range rows {
		r, err := row.rating(units)
		if err != nil {
			return nil, fmt.Errorf("read rating %d: %w", row.ID, err)
		}
		list = append(list, r)
	}
	return list, nil
}

const listRatings = `SELECT id, visited_on::text AS visited_day, received_at, unit_id, version_id, channel, stratum, level, tags,
		question_ids, answer_values, coalesce(texts, 'null') AS texts, coalesce(comment, '') AS comment, language, elder,
		coalesce(seconds, -1) AS seconds, signals, standing
	FROM rating_facts
	WHERE ($1::bigint = 0 OR office_id = $1) AND ($2::bigint = 0 OR division_id = $2)
		AND ($3::bigint = 0 OR window_id = $3) AND ($4::bigint = 0 OR hall_id = $4)
		AND ($5::text = '' OR visited_on >= $5::date) AND ($6::text = '' OR visited_on <= $6::date)
		AND (cardinality($7::int[]) = 0 OR level = ANY($7)) AND (NOT $8::boolean OR level <= 2)
		AND (NOT $9::boolean OR standing = 'suspect') AND (NOT $10::boolean OR comment IS NOT NULL)
		AND ($11::text = '' OR channel = $11)
		AND ($12::text = '' OR (visited_on, id) < ($12::date, $13::bigint))
	ORDER BY visited_on DESC, id DESC LIMIT $14`

// args are the parameters of listRatings.
func (f RatingFilter) args(within Parents) []any {
	levels := make([]int64, 0, len(f.Levels))
	for _, l := range f.Levels {
		levels = append(levels, int64(l))
	}
	return []any{within.Office, within.Division, within.Window, within.Hall, dayText(f.From), dayText(f.To),
		pq.Int64Array(levels), f.BadOnly, f.Suspect, f.WithComment, string(f.Channel), dayText(f.BeforeDay), f.BeforeID, f.Limit}
}

func dayText(d workday.Day) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

type listedRating struct {
	ID           int64          `db:"id"`
	VisitedDay   string         `db:"visited_day"`
	ReceivedAt   time.Time      `db:"received_at"`
	UnitID       int64          `db:"unit_id"`
	VersionID    int            `db:"version_id"`
	Channel      Channel        `db:"channel"`
	Stratum      Stratum        `db:"stratum"`
	Level        int            `db:"level"`
	Tags         pq.Int64Array  `db:"tags"`
	QuestionIDs  pq.Int64Array  `db:"question_ids"`
	AnswerValues pq.Int64Array  `db:"answer_values"`
	Texts        []byte         `db:"texts"`
	Comment      string         `db:"comment"`
	Language     string         `db:"language"`
	Elder        bool           `db:"elder"`
	Seconds      int            `db:"seconds"`
	Signals      pq.StringArray `db:"signals"`
	Standing     Standing       `db:"standing"`
}

func (r listedRating) rating(units map[int64]*Unit) (RatingRow, error) {
	out := RatingRow{ID: r.ID, ReceivedAt: r.ReceivedAt, Unit: units[r.UnitID], Version: r.VersionID, Channel: r.Channel,
		Stratum: r.Stratum, Level: r.Level, Comment: r.Comment, Language: r.Language, Elder: r.Elder, Seconds: r.Seconds,
		Signals: r.Signals, Standing: r.Standing}
	var err error
	if out.VisitedOn, err = workday.Parse(r.VisitedDay); err != nil {
		return out, err
	}
	for _, tag := range r.Tags {
		out.Tags = append(out.Tags, int(tag))
	}
	for i, question := range r.QuestionIDs {
		out.Answers = append(out.Answers, Answer{Question: int(question), Value: int(r.AnswerValues[i])})
	}
	var texts map[string]string
	if err := json.Unmarshal(r.Texts, &texts); err != nil {
		return out, err
	}
	for key, words := range texts {
		question, err := strconv.Atoi(key)
		if err != nil {
			return out, err
		}
		if out.Texts == nil {
			out.Texts = map[int]string{}
		}
		out.Texts[question] = words
	}
	return out, nil
}
