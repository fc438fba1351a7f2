package settings

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/pg"
)

// record is a row of setting_values with who had proposed it.
type record struct {
	valueRow
	Reason       string    `db:"reason"`
	DecidedName  string    `db:"decided_name"`
	DecidedAt    time.Time `db:"decided_at"`
	ProposalID   *int64    `db:"proposal_id"`
	ProposedName *string   `db:"proposed_name"`
}

// selectRecords reads the values of a key, "" of all.
func selectRecords(ctx context.Context, q pg.Querier, key string) ([]record, error) {
	const query = `
		SELECT v.id, v.key, v.scope, v.value, v.effective_from, v.reason, v.decided_name, v.decided_at, v.proposal_id, p.proposed_name
		FROM setting_values v LEFT JOIN setting_proposals p ON p.id = v.proposal_id
		WHERE $1 = '' OR v.key = $1 ORDER BY v.effective_from, v.id`
	var list []record
	if err := q.SelectContext(ctx, &list, query, key); err != nil {
		return nil, fmt.Errorf("read settings: %w", err)
	}
	return list, nil
}

func selectDefaults(ctx context.Context, q pg.Querier, key string) ([]defaultRow, error) {
	const query = `
		SELECT id, key, value, effective_from FROM setting_defaults
		WHERE $1 = '' OR key = $1 ORDER BY effective_from, id`
	var list []defaultRow
	if err := q.SelectContext(ctx, &list, query, key); err != nil {
		return nil, fmt.Errorf("read defaults of settings: %w", err)
	}
	return list, nil
}

// lockKey lets changes of one setting take turns, until the transaction ends.
func lockKey(ctx context.Context, tx *sqlx.Tx, key string) error {
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('minping.setting.' || $1, 0))`, key); err != nil {
		return fmt.Errorf("lock setting: %w", err)
	}
	return nil
}

type newValue struct {
	Key, Scope string
	Value      *string
	From, At   time.Time
	Reason     string
	By         int64
	Name       string
	Proposal   *int64
}

func insertValue(ctx context.Context, tx *sqlx.Tx, v newValue) error {
	const query = `
		INSERT INTO setting_values (key, scope, value, effective_from, reason, decided_by, decided_name, decided_at, two_person, proposal_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`
	_, err := tx.ExecContext(ctx, query, v.Key, v.Scope, v.Value, v.From, v.Reason, v.By, v.Name, v.At, v.Proposal != nil, v.Proposal)
	if err != nil {
		return fmt.Errorf("store setting: %w", err)
	}
	return nil
}

func insertDefault(ctx context.Context, tx *sqlx.Tx, key, value, program string, at time.Time) error {
	const query = `INSERT INTO setting_defaults (key, value, effective_from, program) VALUES ($1, $2, $3, $4)`
	if _, err := tx.ExecContext(ctx, query, key, value, at, program); err != nil {
		return fmt.Errorf("note default of setting: %w", err)
	}
	return nil
}

const proposalColumns = `id, key, scope, value, before, effective_from, reason, proposed_by, proposed_name, proposed_at,
	state, coalesce(decided_name, '') AS decided_name, decided_at, coalesce(decision, '') AS decision`

// selectProposals reads those of a key, "" of all, newest first; open ones only, or the last hundred.
func selectProposals(ctx context.Context, q pg.Querier, key string, open bool) ([]Proposal, error) {
	const query = `
		SELECT ` + proposalColumns + ` FROM setting_proposals
		WHERE ($1 = '' OR key = $1) AND (NOT $2 OR state = 'pending') ORDER BY id DESC LIMIT 100`
	var list []Proposal
	if err := q.SelectContext(ctx, &list, query, key, open); err != nil {
		return nil, fmt.Errorf("read proposals: %w", err)
	}
	return list, nil
}

func selectProposal(ctx context.Context, q pg.Querier, id int64) (Proposal, error) {
	const query = `SELECT ` + proposalColumns + ` FROM setting_proposals WHERE id = $1`
	var p Proposal
	err := q.GetContext(ctx, &p, query, id)
	return p, err
}

func insertProposal(ctx context.Context, tx *sqlx.Tx, v newValue, before string) (int64, error) {
	const query = `
		INSERT INTO setting_proposals (key, scope, value, before, effective_from, reason, proposed_by, proposed_name, proposed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id`
	var id int64
	err := tx.GetContext(ctx, &id, query, v.Key, v.Scope, v.Value, before, v.From, v.Reason, v.By, v.Name, v.At)
	return id, err
}

// expire closes open proposals of a scope whose day has come.
func expire(ctx context.Context, tx *sqlx.Tx, key, scope string, now time.Time) error {
	const query = `
		UPDATE setting_proposals SET state = 'expired', decided_at = $3
		WHERE key = $1 AND scope = $2 AND state = 'pending' AND effective_from <= $3`
	if _, err := tx.ExecContext(ctx, query, key, scope, now); err != nil {
		return fmt.Errorf("expire proposals: %w", err)
	}
	return nil
}

type decision struct {
	state  State
	by     int64
	name   string
	at     time.Time
	reason *string
}

// decide closes an open proposal whose day has not come; false where it is none any more.
func decide(ctx context.Context, tx *sqlx.Tx, id int64, d decision) (bool, error) {
	const query = `
		UPDATE setting_proposals SET state = $2, decided_by = $3, decided_name = $4, decided_at = $5, decision = $6
		WHERE id = $1 AND state = 'pending' AND effective_from > $5`
	res, err := tx.ExecContext(ctx, query, id, d.state, d.by, d.name, d.at, d.reason)
	if err != nil {
		return false, fmt.Errorf("decide proposal: %w", err)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}
