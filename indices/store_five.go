package indices

import (
	"context"
	"fmt"

	"github.com/lib/pq"
)

// points are how often each value was given to each question that feeds an index.
type points struct {
	Unit     int64  `db:"unit_id"`
	Feeds    string `db:"feeds"`
	Question int64  `db:"question_id"`
	Value    int    `db:"value"`
	N        int64  `db:"n"`
}

func (s store) fiveAnswers(ctx context.Context, q Query, units []int64) ([]points, error) {
	var list []points
	args := append([]any{pq.Array(units)}, q.filter().args(q.Period.Split())...)
	if err := s.db.SelectContext(ctx, &list, statement("five_answers"), args...); err != nil {
		return nil, fmt.Errorf("count answers on trust and loyalty: %w", err)
	}
	return list, nil
}

// probeTally is what visitors of other offices answered about one.
type probeTally struct {
	Unit     int64 `db:"unit_id"`
	Asked    int64 `db:"asked"`
	Yes      int64 `db:"yes"`
	No       int64 `db:"no"`
	Unsure   int64 `db:"unsure"`
	Declined int64 `db:"declined"`
	E0       int64 `db:"e0"`
	E1       int64 `db:"e1"`
	E2       int64 `db:"e2"`
	E3       int64 `db:"e3"`
	E4       int64 `db:"e4"`
	E5       int64 `db:"e5"`
}

func (p probeTally) answered() int64 { return p.Yes + p.No + p.Unsure }

// esteem is how often each level was given, no opinion first.
func (p probeTally) esteem() [6]int64 { return [6]int64{p.E0, p.E1, p.E2, p.E3, p.E4, p.E5} }

func (p *probeTally) add(o probeTally) {
	p.Asked, p.Yes, p.No, p.Unsure, p.Declined = p.Asked+o.Asked, p.Yes+o.Yes, p.No+o.No, p.Unsure+o.Unsure, p.Declined+o.Declined
	p.E0, p.E1, p.E2, p.E3, p.E4, p.E5 = p.E0+o.E0, p.E1+o.E1, p.E2+o.E2, p.E3+o.E3, p.E4+o.E4, p.E5+o.E5
}

func (s store) fiveProbes(ctx context.Context, q Query, units []int64) ([]probeTally, error) {
	var list []probeTally
	args := append([]any{pq.Array(units)}, q.filter().args(q.Period.Split())[:8]...)
	if err := s.db.SelectContext(ctx, &list, statement("five_probes"), args...); err != nil {
		return nil, fmt.Errorf("count answers about other offices: %w", err)
	}
	return list, nil
}

// officeIDs are the offices that were open in the period.
func (s store) officeIDs(ctx context.Context, p Period) ([]int64, error) {
	const q = `SELECT coalesce(array_agg(id ORDER BY id), '{}') FROM units
		WHERE kind = 'office' AND (opened_on IS NULL OR opened_on <= $2::date) AND (closed_on IS NULL OR closed_on >= $1::date)`
	var ids pq.Int64Array
	if err := s.db.QueryRowContext(ctx, q, dayArg(p.From()), dayArg(p.To())).Scan(&ids); err != nil {
		return nil, fmt.Errorf("list offices: %w", err)
	}
	return ids, nil
}

// places tells where units lie, for access checks.
func (s store) places(ctx context.Context, ids []int64) (map[int64]unitPlace, error) {
	const q = `SELECT id, kind, coalesce(office_id, 0) AS office_id, coalesce(division_id, 0) AS division_id, coalesce(hall_id, 0) AS hall_id
		FROM units WHERE id = ANY ($1::bigint[])`
	var list []unitPlace
	if err := s.db.SelectContext(ctx, &list, q, pq.Array(ids)); err != nil {
		return nil, fmt.Errorf("find places: %w", err)
	}
	known := make(map[int64]unitPlace, len(list))
	for _, u := range list {
		known[u.ID] = u
	}
	return known, nil
}

type unitPlace struct {
	ID       int64 `db:"id"`
	Kind     Level `db:"kind"`
	Office   int64 `db:"office_id"`
	Division int64 `db:"division_id"`
	Hall     int64 `db:"hall_id"`
}
