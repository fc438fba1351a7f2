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

const draftColumns = `id, base, revision, effective_from, scores, suppress_below, grade_from, confidence, terms, reason, state,
	made_by, made_name, made_at, decided_name, decided_at, decision, coalesce(version, '')`

// drafts lists drafts, the newest first; id 0 = all.
func (s store) drafts(ctx context.Context, q pg.Querier, id int64) ([]Draft, error) {
	rows, err := q.QueryxContext(ctx, `SELECT `+draftColumns+` FROM methodology_drafts WHERE $1 = 0 OR id = $1 ORDER BY id DESC`, id) //nolint:sqlclosecheck // closed by the defer below; the linter does not know QueryxContext
	if err != nil {
		return nil, fmt.Errorf("read drafts: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var list []Draft
	for rows.Next() {
		d, err := scanDraft(rows.Scan)
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, rows.Err()
}

func scanDraft(scan func(...any) error) (Draft, error) {
	var d Draft
	var from, decided *time.Time
	var scores pq.Float64Array
	var terms []byte
	m := &d.Formula
	err := scan(&d.ID, &d.Base, &d.Revision, &from, &scores, &m.SuppressBelow, &m.GradeFrom, &m.Confidence, &terms, &d.Reason, &d.State,
		&d.MadeBy, &d.MadeName, &d.MadeAt, &d.DecidedName, &decided, &d.Decision, &m.Version)
	if err != nil {
		return d, fmt.Errorf("read a draft: %w", err)
	}
	if copy(m.Scores[:], scores) != stats.Levels {
		return d, fmt.Errorf("draft %d has %d scores", d.ID, len(scores))
	}
	if from != nil {
		m.EffectiveFrom = *from
	}
	if decided != nil {
		d.DecidedAt = *decided
	}
	m.Terms, err = parseTerms(terms)
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

// questionKeys are the keys of the question bank.
func (s store) questionKeys(ctx context.Context) ([]string, error) {
	var keys []string
	if err := s.db.SelectContext(ctx, &keys, `SELECT key FROM questions ORDER BY key`); err != nil {
		return nil, fmt.Errorf("read questions: %w", err)
	}
	return keys, nil
}
