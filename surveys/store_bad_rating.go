package surveys

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/lib/pq"

	"minping/internal/pg"
)

// ratingRef names a rating within the partitions.
type ratingRef struct {
	ID  int64  `db:"rating_id"`
	Day string `db:"visited_on"`
}

func selectBadRatings(ctx context.Context, q pg.Querier, after int64) ([]ratingRef, error) {
	const query = `SELECT rating_id, visited_on::text AS visited_on FROM bad_ratings WHERE rating_id > $1 ORDER BY rating_id LIMIT 500`
	var refs []ratingRef
	if err := q.SelectContext(ctx, &refs, query, after); err != nil {
		return nil, fmt.Errorf("read bad ratings: %w", err)
	}
	return refs, nil
}

func deleteBadRatings(ctx context.Context, q pg.Querier, ids []int64) error {
	const query = `DELETE FROM bad_ratings WHERE rating_id = ANY($1::bigint[])`
	if _, err := q.ExecContext(ctx, query, pq.Int64Array(ids)); err != nil {
		return fmt.Errorf("empty bad ratings: %w", err)
	}
	return nil
}

func selectRatingsByRef(ctx context.Context, q pg.Querier, refs []ratingRef, units map[int64]*Unit) ([]RatingRow, error) {
	const query = `SELECT r.id, r.visited_on::text AS visited_day, received_at, unit_id, version_id, channel, stratum, level, tags,
			question_ids, answer_values, coalesce(texts, 'null') AS texts, coalesce(comment, '') AS comment, language, elder,
			coalesce(seconds, -1) AS seconds, signals, standing
		FROM unnest($1::bigint[], $2::date[]) w (id, visited_on) JOIN ratings r USING (visited_on, id)`
	ids, days := make([]int64, len(refs)), make([]string, len(refs))
	for i, r := range refs {
		ids[i], days[i] = r.ID, r.Day
	}
	var rows []listedRating
	if err := q.SelectContext(ctx, &rows, query, pq.Int64Array(ids), pq.Array(days)); err != nil {
		return nil, fmt.Errorf("read bad ratings: %w", err)
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

//go:embed sql/move_rating.sql
var moveRatingSQL string

//go:embed sql/move_answers.sql
var moveAnswersSQL string

// counted is a rating as far as its counts depend on it.
type counted struct {
	OfficeID  int64    `db:"office_id"`
	Channel   Channel  `db:"channel"`
	Stratum   Stratum  `db:"stratum"`
	VersionID int      `db:"version_id"`
	Level     int      `db:"level"`
	Standing  Standing `db:"standing"`
}

func lockRating(ctx context.Context, q pg.Querier, id int64, day string) (counted, error) {
	const query = `SELECT coalesce(office_id, 0) AS office_id, channel, stratum, version_id, level, standing FROM ratings
		WHERE visited_on = $1::date AND id = $2 FOR UPDATE`
	var c counted
	if err := q.GetContext(ctx, &c, query, day, id); err != nil {
		return c, fmt.Errorf("read rating %d: %w", id, err)
	}
	return c, nil
}

// move gives a rating another standing and moves its counts with it.
func (c counted) move(ctx context.Context, q pg.Querier, id int64, day string, to Standing) error {
	city, err := cityUnit(ctx, q)
	if err != nil {
		return err
	}
	const slices = `SELECT rating_slice($1, $2, $3, $4) AS leaves, rating_slice($1, $2, $3, $5) AS enters`
	var slice struct {
		Leaves int `db:"leaves"`
		Enters int `db:"enters"`
	}
	if err := q.GetContext(ctx, &slice, slices, string(c.Channel), string(c.Stratum), c.VersionID, string(c.Standing), string(to)); err != nil {
		return fmt.Errorf("find slices: %w", err)
	}
	for _, query := range []string{moveRatingSQL, moveAnswersSQL,
		`DELETE FROM rating_rollups WHERE slice_id = $4 AND unit_id IN (` + unitsAbove + `) AND n1 = 0 AND n2 = 0 AND n3 = 0 AND n4 = 0 AND n5 = 0 AND $5::int <> 0`,
		`DELETE FROM answer_rollups WHERE slice_id = $4 AND unit_id IN (` + unitsAbove + `) AND n = 0 AND $5::int <> 0`,
	} {
		if _, err := q.ExecContext(ctx, query, city, day, id, slice.Leaves, slice.Enters); err != nil {
			return fmt.Errorf("move counts of rating %d: %w", id, err)
		}
	}
	const update = `UPDATE ratings SET standing = $3 WHERE visited_on = $1::date AND id = $2`
	if _, err := q.ExecContext(ctx, update, day, id, string(to)); err != nil {
		return fmt.Errorf("move rating %d: %w", id, err)
	}
	return nil
}

const unitsAbove = `SELECT unnest(ARRAY[window_id, division_id, office_id, hall_id, $1::bigint]) FROM ratings WHERE visited_on = $2::date AND id = $3`

func insertExclusion(ctx context.Context, q pg.Querier, e Exclusion, c counted, now time.Time) error {
	const query = `INSERT INTO rating_exclusions (rating_id, visited_on, reason, office_id, standing, excluded_by, excluded_at)
		VALUES ($1, $2::date, $3, nullif($4::bigint, 0), $5, $6, $7)`
	if _, err := q.ExecContext(ctx, query, e.Rating, e.Day.String(), e.Reason, c.OfficeID, string(c.Standing), e.By, now); err != nil {
		return fmt.Errorf("exclude rating %d: %w", e.Rating, err)
	}
	return nil
}

// endExclusion gives the standing that the rating had before.
func endExclusion(ctx context.Context, q pg.Querier, id int64, now time.Time) (Standing, string, error) {
	const query = `UPDATE rating_exclusions SET restored_at = $2 WHERE rating_id = $1 AND restored_at IS NULL RETURNING standing, reason`
	var row struct {
		Standing Standing `db:"standing"`
		Reason   string   `db:"reason"`
	}
	if err := q.GetContext(ctx, &row, query, id, now); err != nil {
		return "", "", fmt.Errorf("restore rating %d: %w", id, err)
	}
	return row.Standing, row.Reason, nil
}
