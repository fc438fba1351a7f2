package surveys

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"minping/internal/pg"
)

//go:embed sql/store_ratings.sql
var storeRatingsSQL string

// columns turns ratings into the parameters of store_ratings.sql.
func columns(city int64, ratings []Rating, coolDown func(time.Time) time.Duration) ([]any, error) {
	n := len(ratings)
	ids, receipts := make([]string, n), make([]string, n)
	days, times := make([]string, n), make([]string, n)
	units, windows, divisions := make([]int64, n), make([]int64, n), make([]int64, n)
	offices, halls := make([]int64, n), make([]int64, n)
	versions, levels, seconds := make([]int64, n), make([]int64, n), make([]int64, n)
	channels, strata := make([]string, n), make([]string, n)
	tags, questions, values := make([]string, n), make([]string, n), make([]string, n)
	texts, comments, languages := make([]string, n), make([]string, n), make([]string, n)
	elders, devices, signals := make([]bool, n), make([][]byte, n), make([]string, n)
	services, forms, cool := make([]string, n), make([]string, n), make([]int64, n)
	for i, r := range ratings {
		ids[i], receipts[i] = r.SubmissionID.String(), r.Receipt
		days[i], times[i] = r.VisitedOn.String(), r.ReceivedAt.UTC().Format(time.RFC3339Nano)
		units[i], windows[i], divisions[i] = r.Unit, r.Parents.Window, r.Parents.Division
		offices[i], halls[i] = r.Parents.Office, r.Parents.Hall
		versions[i], levels[i], seconds[i] = int64(r.Version), int64(r.Level), int64(r.Seconds)
		channels[i], strata[i] = string(r.Channel), string(r.Stratum)
		tags[i] = literal(len(r.Tags), func(j int) int { return r.Tags[j] })
		questions[i] = literal(len(r.Answers), func(j int) int { return r.Answers[j].Question })
		values[i] = literal(len(r.Answers), func(j int) int { return r.Answers[j].Value })
		comments[i], languages[i], elders[i], devices[i] = r.Comment, r.Language, r.Elder, r.Device
		services[i], cool[i] = r.Service, int64(coolDown(r.ReceivedAt)/time.Second)
		if r.Form != uuid.Nil {
			forms[i] = r.Form.String()
		}
		signals[i] = "{" + strings.Join(r.Signals, ",") + "}"
		if len(r.Texts) > 0 {
			raw, err := json.Marshal(r.Texts)
			if err != nil {
				return nil, fmt.Errorf("write answers: %w", err)
			}
			texts[i] = string(raw)
		}
	}
	return []any{city, pq.Array(ids), pq.Array(receipts), pq.Array(days), pq.Array(times), pq.Array(units),
		pq.Array(windows), pq.Array(divisions), pq.Array(offices), pq.Array(halls), pq.Array(versions),
		pq.Array(channels), pq.Array(strata), pq.Array(levels), pq.Array(tags), pq.Array(questions),
		pq.Array(values), pq.Array(texts), pq.Array(comments), pq.Array(languages), pq.Array(elders),
		pq.Array(seconds), pq.Array(devices), pq.Array(signals), pq.Array(services), pq.Array(cool), pq.Array(forms)}, nil
}

// literal writes a PostgreSQL array literal of integers.
func literal(n int, at func(int) int) string {
	b := make([]byte, 0, 2+4*n)
	b = append(b, '{')
	for i := range n {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(at(i)), 10)
	}
	return string(append(b, '}'))
}

// storeRatings writes ratings and rollups; it gives the ids that were new.
func (w *writer) storeRatings(ctx context.Context, ratings []Rating) (map[uuid.UUID]bool, error) {
	args, err := columns(w.city, ratings, w.in.limits.CoolDown)
	if err != nil {
		return nil, err
	}
	var ids []uuid.UUID
	if err := w.stmt.SelectContext(ctx, &ids, args...); err != nil {
		return nil, fmt.Errorf("store ratings: %w", err)
	}
	fresh := make(map[uuid.UUID]bool, len(ids))
	for _, id := range ids {
		fresh[id] = true
	}
	return fresh, nil
}

// ensureSlices makes the slices, of every standing, that ratings of this kind may fall into.
func ensureSlices(ctx context.Context, q pg.Querier, s slice) error {
	const query = `SELECT rating_slice($1, $2, $3, standing) FROM unnest($4::text[]) standing ORDER BY standing`
	standings := []string{string(StandingClear), string(StandingSuspect), string(StandingQuarantined)}
	var ids []int
	if err := q.SelectContext(ctx, &ids, query, s.channel, s.stratum, s.version, pq.Array(standings)); err != nil {
		return fmt.Errorf("make slices: %w", err)
	}
	return nil
}

// given is what the sender of a submission was told, and by which form it came.
type given struct {
	ID      uuid.UUID     `db:"submission_id"`
	Receipt string        `db:"receipt"`
	Form    uuid.NullUUID `db:"form_id"` // tickets only
}

// receipts looks up submissions that were stored before.
func receipts(ctx context.Context, q pg.Querier, ids []string) (map[uuid.UUID]given, error) {
	const query = `SELECT submission_id, receipt, form_id FROM submissions WHERE submission_id = ANY($1::uuid[])`
	var rows []given
	if err := q.SelectContext(ctx, &rows, query, pq.Array(ids)); err != nil {
		return nil, fmt.Errorf("look up receipts: %w", err)
	}
	found := make(map[uuid.UUID]given, len(rows))
	for _, r := range rows {
		found[r.ID] = r
	}
	return found, nil
}

// ensurePartitions makes the monthly partitions that ratings of these days need.
func ensurePartitions(ctx context.Context, q pg.Querier, from, to string) error {
	const query = `SELECT ensure_rating_partitions($1::date, $2::date)`
	var made int
	if err := q.GetContext(ctx, &made, query, from, to); err != nil {
		return fmt.Errorf("make rating partitions: %w", err)
	}
	return nil
}

func cityUnit(ctx context.Context, q pg.Querier) (int64, error) {
	const query = `SELECT id FROM units WHERE kind = 'city'`
	var id int64
	if err := q.GetContext(ctx, &id, query); err != nil {
		return 0, fmt.Errorf("find the city: %w", err)
	}
	return id, nil
}
