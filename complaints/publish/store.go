package publish

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints"
	"minping/complaints/redact"
	"minping/internal/fault"
	"minping/internal/pg"
)

// source is what is published of a case, as it was said.
type source struct {
	ID       complaints.ID    `db:"id"`
	Kind     complaints.Kind  `db:"kind"`
	State    complaints.State `db:"state"`
	Sealed   bool             `db:"sealed"`
	Office   int64            `db:"office_id"`
	Category int              `db:"category_id"`
	Title    string           `db:"title"`
	Body     string           `db:"body"`
	Answer   string           `db:"answer"`
	Received time.Time        `db:"received_at"`
	Answered time.Time        `db:"answered_at"`
	Number   int64            `db:"number"`
}

// fit is Conflict for what must not be published.
func (src source) fit() error {
	switch {
	case src.Sealed || src.Kind == complaints.Report:
		return fault.New(fault.Conflict, "publish.sealed")
	case src.State != complaints.Closed:
		return fault.New(fault.Conflict, "publish.not_closed")
	case src.Office == 0 || src.Body == "" || src.Answer == "":
		return fault.New(fault.Conflict, "publish.no_words")
	}
	return nil
}

// selectSource reads a case's words; with hold neither they nor its state change
// until the transaction ends.
func selectSource(ctx context.Context, q pg.Querier, id complaints.ID, hold bool) (source, error) {
	const read = `SELECT c.id, c.kind, c.state, c.sealed, coalesce(c.office_id, 0) AS office_id, coalesce(c.category_id, 0) AS category_id, c.title, c.body,
			c.received_at, coalesce(m.body, '') AS answer, coalesce(m.at, c.received_at) AS answered_at,
			coalesce((SELECT p.id FROM published_replies p WHERE p.case_id = c.id AND p.state <> 'withdrawn'), 0) AS number
		FROM cases c LEFT JOIN LATERAL (SELECT w.body, w.at FROM case_messages w
			WHERE w.case_id = c.id AND w.audience = 'public' AND w.side = 'staff' AND w.purpose = 'reply' ORDER BY w.id DESC LIMIT 1) m ON true
		WHERE c.id = $1`
	const held = read + ` FOR UPDATE OF c`
	query := read
	if hold {
		query = held
	}
	var src source
	err := q.GetContext(ctx, &src, query, id)
	if pg.None(err) {
		return src, unknown()
	}
	if err != nil {
		return src, fmt.Errorf("read case %d to publish: %w", id, err)
	}
	return src, nil
}

// hasPart tells whether an account handles or handled a case.
func hasPart(ctx context.Context, q pg.Querier, id complaints.ID, account int64) (bool, error) {
	const query = `SELECT EXISTS (SELECT 1 FROM case_parts WHERE case_id = $1 AND account_id = $2 AND part = 'handler')
		OR EXISTS (SELECT 1 FROM cases WHERE id = $1 AND handler_id = $2)`
	var has bool
	if err := q.GetContext(ctx, &has, query, id, account); err != nil {
		return false, fmt.Errorf("part in case %d: %w", id, err)
	}
	return has, nil
}

type draftRow struct {
	Seq     int       `db:"seq"`
	State   string    `db:"state"`
	Digest  []byte    `db:"source_digest"`
	Marks   []byte    `db:"marks"`
	Author  int64     `db:"author_id"`
	Name    string    `db:"author_name"`
	Remark  string    `db:"remark"`
	Changed time.Time `db:"changed_at"`
}

// parts puts the marks back into the words that they count in.
func (r draftRow) parts(src source) ([]Part, error) {
	marks := map[string][]Mark{}
	if err := json.Unmarshal(r.Marks, &marks); err != nil {
		return nil, fmt.Errorf("read draft of case %d: %w", src.ID, err)
	}
	parts := []Part{{Title, src.Title, marks[Title]}, {Question, src.Body, marks[Question]}, {Answer, src.Answer, marks[Answer]}}
	for _, p := range parts {
		spans := make([]redact.Span, 0, len(p.Marks))
		for _, m := range p.Marks {
			spans = append(spans, m.Span)
		}
		if !redact.Fits(p.Text, spans) {
			return nil, fmt.Errorf("draft of case %d: its marks do not fit %s", src.ID, p.Name)
		}
	}
	return parts, nil
}

func selectDraft(ctx context.Context, q pg.Querier, id complaints.ID) (draftRow, error) {
	const query = `SELECT seq, state, source_digest, marks, author_id, author_name, remark, changed_at FROM release_drafts WHERE case_id = $1`
	var r draftRow
	err := q.GetContext(ctx, &r, query, id)
	return r, err
}

func saveDraft(ctx context.Context, tx *sqlx.Tx, id complaints.ID, d Draft, digest []byte) error {
	marks := map[string][]Mark{}
	for _, p := range d.Parts {
		marks[p.Name] = p.Marks
	}
	raw, err := json.Marshal(marks)
	if err != nil {
		return fmt.Errorf("write draft of case %d: %w", id, err)
	}
	const query = `INSERT INTO release_drafts (case_id, seq, state, source_digest, marks, author_id, author_name, remark, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		ON CONFLICT (case_id) DO UPDATE SET seq = excluded.seq, state = excluded.state, source_digest = excluded.source_digest, marks = excluded.marks,
			author_id = excluded.author_id, author_name = excluded.author_name, remark = excluded.remark, changed_at = excluded.changed_at`
	if _, err := tx.ExecContext(ctx, query, id, d.Seq, d.State, digest, string(raw), d.Author, d.Name, d.Remark, d.Changed); err != nil {
		return fmt.Errorf("write draft of case %d: %w", id, err)
	}
	return nil
}

func deleteDraft(ctx context.Context, q pg.Querier, id complaints.ID, seq int) (bool, error) {
	const query = `DELETE FROM release_drafts WHERE case_id = $1 AND seq = $2`
	result, err := q.ExecContext(ctx, query, id, seq)
	if err != nil {
		return false, fmt.Errorf("delete draft of case %d: %w", id, err)
	}
	n, err := result.RowsAffected()
	return n > 0, err
}
