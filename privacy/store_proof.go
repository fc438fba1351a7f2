package privacy

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"minping/internal/pg"
)

type proofRow struct {
	ID       uuid.UUID
	Phone    []byte
	Code     []byte
	Records  []uuid.UUID
	At       time.Time
	ProvedAt *time.Time
	Token    []byte
}

// countProofs tells how many codes were made for a number since, and how many for
// numbers that are known, of whomever; nobody else makes one for the same number
// until the transaction ends.
func countProofs(ctx context.Context, q pg.Querier, phone []byte, since time.Time) (ofPhone, sent int, err error) {
	if _, err := q.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('phone proof ' || encode($1::bytea, 'hex'), 0))`, phone); err != nil {
		return 0, 0, fmt.Errorf("count codes: %w", err)
	}
	const query = `SELECT count(*) FILTER (WHERE phone = $1) AS phone, count(*) FILTER (WHERE records <> '{}') AS sent FROM phone_proofs WHERE at > $2`
	var n struct{ Phone, Sent int }
	if err := q.GetContext(ctx, &n, query, phone, since); err != nil {
		return 0, 0, fmt.Errorf("count codes: %w", err)
	}
	return n.Phone, n.Sent, nil
}

func insertProof(ctx context.Context, q pg.Querier, p proofRow) error {
	texts := make([]string, 0, len(p.Records))
	for _, id := range p.Records {
		texts = append(texts, id.String())
	}
	const query = `INSERT INTO phone_proofs (id, phone, code, records, at) VALUES ($1, $2, $3, $4::uuid[], $5)`
	if _, err := q.ExecContext(ctx, query, p.ID, p.Phone, p.Code, pq.Array(texts), p.At); err != nil {
		return fmt.Errorf("store code: %w", err)
	}
	return nil
}

// countTry counts a try of a code that can still be tried, and gives its digest.
func countTry(ctx context.Context, q pg.Querier, id uuid.UUID, since time.Time) (code []byte, err error) {
	const query = `UPDATE phone_proofs SET tries = tries + 1 WHERE id = $1 AND tries < $2 AND proved_at IS NULL AND at > $3 RETURNING code`
	err = q.GetContext(ctx, &code, query, id, codeTries, since)
	return code, err
}

func useProof(ctx context.Context, q pg.Querier, id uuid.UUID, token []byte, at time.Time) (first bool, err error) {
	done, err := q.ExecContext(ctx, `UPDATE phone_proofs SET proved_at = $2, token = $3 WHERE id = $1 AND proved_at IS NULL`, id, at, token)
	if err != nil {
		return false, fmt.Errorf("use code: %w", err)
	}
	n, err := done.RowsAffected()
	return n == 1, err
}

func selectProof(ctx context.Context, q pg.Querier, id uuid.UUID) (p proofRow, err error) {
	var row struct {
		Records  pq.StringArray `db:"records"`
		ProvedAt *time.Time     `db:"proved_at"`
		Token    []byte         `db:"token"`
	}
	if err := q.GetContext(ctx, &row, `SELECT records::text[] AS records, proved_at, token FROM phone_proofs WHERE id = $1`, id); err != nil {
		return p, err
	}
	p.ID, p.ProvedAt, p.Token = id, row.ProvedAt, row.Token
	for _, text := range row.Records {
		record, err := uuid.Parse(text)
		if err != nil {
			return p, fmt.Errorf("read proof: %w", err)
		}
		p.Records = append(p.Records, record)
	}
	return p, nil
}
