package indices

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/lib/pq"

	"minping/indices/stats"
	"minping/internal/fault"
	"minping/internal/pg"
)

// draftRow is a row of methodology_drafts.
type draftRow struct {
	ID          int64           `db:"id"`
	Base        string          `db:"base"`
	Revision    int             `db:"revision"`
	From        *time.Time      `db:"effective_from"`
	Scores      pq.Float64Array `db:"scores"`
	Suppress    int64           `db:"suppress_below"`
	Grade       int64           `db:"grade_from"`
	Confidence  float64         `db:"confidence"`
	Terms       []byte          `db:"terms"`
	Reason      string          `db:"reason"`
	State       DraftState      `db:"state"`
	MadeBy      int64           `db:"made_by"`
	MadeName    string          `db:"made_name"`
	MadeAt      time.Time       `db:"made_at"`
	DecidedName string          `db:"decided_name"`
	DecidedAt   *time.Time      `db:"decided_at"`
	Decision    string          `db:"decision"`
	Version     string          `db:"version"`
}

// drafts lists drafts, the newest first; id 0 = all.
func (s store) drafts(ctx context.Context, q pg.Querier, id int64) ([]Draft, error) {
	const query = `SELECT id, base, revision, effective_from, scores, suppress_below, grade_from, confidence, terms, reason, state,
			made_by, made_name, made_at, decided_name, decided_at, decision, coalesce(version, '') AS version
		FROM methodology_drafts WHERE $1 = 0 OR id = $1 ORDER BY id DESC`
	var rows []draftRow
	if err := q.SelectContext(ctx, &rows, query, id); err != nil {
		return nil, fmt.Errorf("read drafts: %w", err)
	}
	list := make([]Draft, 0, len(rows))
	for _, r := range rows {
		d, err := r.draft()
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, nil
}

func (r draftRow) draft() (Draft, error) {
	d := Draft{ID: r.ID, Base: r.Base, Revision: r.Revision, Reason: r.Reason, State: r.State, MadeBy: r.MadeBy, MadeName: r.MadeName, MadeAt: r.MadeAt,
		DecidedName: r.DecidedName, Decision: r.Decision,
		Formula: Methodology{Version: r.Version, SuppressBelow: r.Suppress, GradeFrom: r.Grade, Confidence: r.Confidence}}
	if copy(d.Formula.Scores[:], r.Scores) != stats.Levels {
		return d, fmt.Errorf("draft %d has %d scores", r.ID, len(r.Scores))
	}
	if r.From != nil {
		d.Formula.EffectiveFrom = *r.From
	}
	if r.DecidedAt != nil {
		d.DecidedAt = *r.DecidedAt
	}
	var err error
	d.Formula.Terms, err = parseTerms(r.Terms)
	return d, err
}

func (s store) draft(ctx context.Context, q pg.Querier, id int64) (Draft, error) {
	list, err := s.drafts(ctx, q, id)
	if err != nil {
		return Draft{}, err
	}
	if id <= 0 || len(list) == 0 {
		return Draft{}, fault.New(fault.NotFound, "methodology.fault.draft")
	}
	return list[0], nil
}

// draftLocked holds the draft until the transaction ends.
func (s store) draftLocked(ctx context.Context, q pg.Querier, id int64) (Draft, error) {
	if _, err := q.ExecContext(ctx, `SELECT 1 FROM methodology_drafts WHERE id = $1 FOR UPDATE`, id); err != nil {
		return Draft{}, fmt.Errorf("lock a draft: %w", err)
	}
	return s.draft(ctx, q, id)
}

func (s store) addDraft(ctx context.Context, q pg.Querier, d Draft) (int64, error) {
	terms, err := json.Marshal(d.Formula.Terms)
	if err != nil {
		return 0, fmt.Errorf("write terms: %w", err)
	}
	const query = `INSERT INTO methodology_drafts (base, scores, suppress_below, grade_from, confidence, terms, made_by, made_name, made_at, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) RETURNING id`
	var id int64
	m := d.Formula
	if err := q.GetContext(ctx, &id, query, d.Base, pq.Array(m.Scores[:]), m.SuppressBelow, m.GradeFrom, m.Confidence, string(terms), d.MadeBy, d.MadeName, d.MadeAt); err != nil {
		return 0, fmt.Errorf("store a draft: %w", err)
	}
	return id, nil
}

func (s store) saveDraft(ctx context.Context, q pg.Querier, d Draft, at time.Time) error {
	terms, err := json.Marshal(d.Formula.Terms)
	if err != nil {
		return fmt.Errorf("write terms: %w", err)
	}
	const query = `UPDATE methodology_drafts SET scores = $2, suppress_below = $3, grade_from = $4, confidence = $5, terms = $6, reason = $7, revision = $8, changed_at = $9
		WHERE id = $1`
	m := d.Formula
	if _, err := q.ExecContext(ctx, query, d.ID, pq.Array(m.Scores[:]), m.SuppressBelow, m.GradeFrom, m.Confidence, string(terms), d.Reason, d.Revision, at); err != nil {
		return fmt.Errorf("save a draft: %w", err)
	}
	return nil
}

// settleDraft moves a draft on.
func (s store) settleDraft(ctx context.Context, q pg.Querier, d Draft, to settlement) error {
	const query = `UPDATE methodology_drafts SET state = $2, effective_from = $3, decided_by = $4, decided_name = $5, decided_at = $6, decision = $7,
		version = $8, changed_at = $9 WHERE id = $1`
	var from, by, at, version any
	if !d.Formula.EffectiveFrom.IsZero() {
		from = d.Formula.EffectiveFrom.Format(dayForm)
	}
	if to.by.Account != 0 {
		by, at = to.by.Account, to.at
	}
	if to.version != "" {
		version = to.version
	}
	if _, err := q.ExecContext(ctx, query, d.ID, d.State, from, by, to.by.Name, at, to.reason, version, to.at); err != nil {
		return fmt.Errorf("settle a draft: %w", err)
	}
	return nil
}

// dayTaken tells whether a version begins on a day.
func (s store) dayTaken(ctx context.Context, q pg.Querier, day time.Time) (bool, error) {
	var taken bool
	err := q.GetContext(ctx, &taken, `SELECT EXISTS (SELECT 1 FROM methodologies WHERE effective_from = $1::date)`, day.Format(dayForm))
	if err != nil {
		return false, fmt.Errorf("look for a version: %w", err)
	}
	return taken, nil
}

// lockVersions lets one adoption at a time look for a free day and take the next name.
func (s store) lockVersions(ctx context.Context, q pg.Querier) error {
	if _, err := q.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtext('methodologies'))`); err != nil {
		return fmt.Errorf("lock methodologies: %w", err)
	}
	return nil
}

// adopt writes the version and gives it the next name: min-2, min-3 …
func (s store) adopt(ctx context.Context, q pg.Querier, d Draft) (string, error) {
	var n int
	if err := q.GetContext(ctx, &n, `SELECT count(*) + 1 FROM methodologies`); err != nil {
		return "", fmt.Errorf("count methodologies: %w", err)
	}
	terms, err := json.Marshal(d.Formula.Terms)
	if err != nil {
		return "", fmt.Errorf("write terms: %w", err)
	}
	version := fmt.Sprintf("min-%d", n)
	const query = `INSERT INTO methodologies (version, effective_from, scores, suppress_below, grade_from, confidence, note_zh, note_en, terms)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
	m := d.Formula
	if _, err := q.ExecContext(ctx, query, version, m.EffectiveFrom.Format(dayForm), pq.Array(m.Scores[:]), m.SuppressBelow, m.GradeFrom, m.Confidence,
		m.noteZh(), m.noteEn(), string(terms)); err != nil {
		return "", fmt.Errorf("adopt a version: %w", err)
	}
	return version, nil
}
