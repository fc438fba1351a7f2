package complaints

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/lib/pq"

	"minping/internal/pg"
)

// insertBars keeps the accused's office, its declared kin and the offices that
// share a chief with it away from a case. $4 is the accused unit, $5 the accused person.
const insertBars = `WITH accused AS (
		SELECT CASE kind WHEN 'office' THEN id ELSE office_id END AS office_id,
			CASE kind WHEN 'division' THEN id ELSE division_id END AS division_id FROM units WHERE id = nullif($4::bigint, 0)
		UNION SELECT office_id, division_id FROM staff WHERE id = nullif($5::bigint, 0)
	), chiefs AS (
		SELECT t.staff_id, a.office_id FROM accused a JOIN units d ON d.kind = 'division' AND d.office_id = a.office_id AND (a.division_id IS NULL OR d.id = a.division_id)
		JOIN chief_tenures t ON t.division_id = d.id AND t.from_on <= $3::date AND coalesce(t.to_on >= $3::date, true)
	), bars AS (
		SELECT office_id AS unit_id, 1 AS rank, 'accused' AS reason FROM accused WHERE office_id IS NOT NULL
		UNION SELECT CASE WHEN k.unit_id = a.office_id THEN k.other_id ELSE k.unit_id END, 2, 'kin'
			FROM accused a JOIN kin_units k ON a.office_id IN (k.unit_id, k.other_id) AND k.ended_at IS NULL
		UNION SELECT d.office_id, 3, 'same_chief' FROM chiefs c JOIN chief_tenures t ON t.staff_id = c.staff_id
				AND t.from_on <= $3::date AND coalesce(t.to_on >= $3::date, true)
			JOIN units d ON d.id = t.division_id WHERE d.office_id <> c.office_id
	)
	INSERT INTO case_bars (case_id, unit_id, reason, since)
	SELECT DISTINCT ON (unit_id) $1, unit_id, reason, $2 FROM bars ORDER BY unit_id, rank
	ON CONFLICT (case_id, unit_id) WHERE unit_id IS NOT NULL DO NOTHING`

func barOffices(ctx context.Context, q pg.Querier, id ID, accused accusedOf, now time.Time, today string) error {
	if _, err := q.ExecContext(ctx, insertBars, id, now, today, accused.unit, accused.staff); err != nil {
		return fmt.Errorf("bars of case %d: %w", id, err)
	}
	const person = `INSERT INTO case_bars (case_id, account_id, reason, since) SELECT $1, id, 'accused', $2 FROM accounts WHERE staff_id = nullif($3::bigint, 0)
		ON CONFLICT (case_id, account_id) WHERE account_id IS NOT NULL DO NOTHING`
	if _, err := q.ExecContext(ctx, person, id, now, accused.staff); err != nil {
		return fmt.Errorf("bars of case %d: %w", id, err)
	}
	return nil
}

// isConcerned is true of an account $5 whose holder is accused in case c, or was on duty
// at the window on the day that a bad rating is about.
const isConcerned = `EXISTS (SELECT 1 FROM accounts me WHERE me.id = $5 AND me.staff_id IS NOT NULL AND (me.staff_id = c.accused_staff_id
	OR c.rating_day IS NOT NULL AND EXISTS (SELECT 1 FROM duties d WHERE d.staff_id = me.staff_id AND d.window_id = c.unit_id
		AND d.from_on <= c.rating_day AND coalesce(d.to_on >= c.rating_day, true))))`

// concerned tells whether a case is about the person who holds an account; the link of
// account and person counts as it is now.
func concerned(ctx context.Context, q pg.Querier, id ID, account int64) (bool, error) {
	query := strings.ReplaceAll(`SELECT EXISTS (SELECT 1 FROM cases c WHERE c.id = $1 AND `+isConcerned+`)`, "$5", "$2")
	var yes bool
	if err := q.GetContext(ctx, &yes, query, id, account); err != nil {
		return false, fmt.Errorf("whom case %d concerns: %w", id, err)
	}
	return yes, nil
}

func barAccount(ctx context.Context, q pg.Querier, id ID, account int64, now time.Time) error {
	const query = `INSERT INTO case_bars (case_id, account_id, reason, since) VALUES ($1, $2, 'declared', $3)
		ON CONFLICT (case_id, account_id) WHERE account_id IS NOT NULL DO NOTHING`
	if _, err := q.ExecContext(ctx, query, id, account, now); err != nil {
		return fmt.Errorf("bars of case %d: %w", id, err)
	}
	return nil
}

// barred tells whether an account, or one of the offices it belongs to, must have
// nothing to do with a case.
func barred(ctx context.Context, q pg.Querier, id ID, account int64, offices []int64) (bool, error) {
	const query = `SELECT EXISTS (SELECT 1 FROM case_bars WHERE case_id = $1 AND (account_id = $2 OR unit_id = ANY($3::bigint[])))`
	var yes bool
	if err := q.GetContext(ctx, &yes, query, id, account, pq.Int64Array(offices)); err != nil {
		return false, fmt.Errorf("bars of case %d: %w", id, err)
	}
	return yes, nil
}

type accusedOf struct {
	unit, staff int64
}

func selectAccused(ctx context.Context, q pg.Querier, id ID) (accusedOf, error) {
	const query = `SELECT coalesce(accused_unit_id, unit_id, 0) AS unit, coalesce(accused_staff_id, 0) AS staff FROM cases WHERE id = $1`
	var row struct {
		Unit  int64 `db:"unit"`
		Staff int64 `db:"staff"`
	}
	if err := q.GetContext(ctx, &row, query, id); err != nil {
		return accusedOf{}, fmt.Errorf("accused of case %d: %w", id, err)
	}
	return accusedOf{row.Unit, row.Staff}, nil
}

// hasTie tells whether an office has or had the case, in any part.
func hasTie(ctx context.Context, q pg.Querier, id ID, offices []int64) (bool, error) {
	const query = `SELECT EXISTS (SELECT 1 FROM case_units WHERE case_id = $1 AND unit_id = ANY($2::bigint[]))`
	var yes bool
	if err := q.GetContext(ctx, &yes, query, id, pq.Int64Array(offices)); err != nil {
		return false, fmt.Errorf("units of case %d: %w", id, err)
	}
	return yes, nil
}

// isNear is true of an office t.unit_id that is one of the offices $6, or may not judge
// one of them and be judged by it 回避关系.
const isNear = `(t.unit_id = ANY($6::bigint[]) OR EXISTS (SELECT 1 FROM kin_units k WHERE k.ended_at IS NULL
	AND (k.unit_id = t.unit_id AND k.other_id = ANY($6::bigint[]) OR k.other_id = t.unit_id AND k.unit_id = ANY($6::bigint[]))))`

// near tells whether one of the offices, or a kin of one, has or had the case: then
// nobody of it asks the citizen or judges an appeal.
func near(ctx context.Context, q pg.Querier, id ID, offices []int64) (bool, error) {
	query := strings.ReplaceAll(`SELECT EXISTS (SELECT 1 FROM case_units t WHERE t.case_id = $1 AND `+isNear+`)`, "$6", "$2")
	var yes bool
	if err := q.GetContext(ctx, &yes, query, id, pq.Int64Array(offices)); err != nil {
		return false, fmt.Errorf("units of case %d: %w", id, err)
	}
	return yes, nil
}

func saveKin(ctx context.Context, q pg.Querier, a, b int64, reason string, now time.Time) error {
	const query = `INSERT INTO kin_units (unit_id, other_id, reason, since) VALUES (least($1::bigint, $2), greatest($1::bigint, $2), $3, $4)
		ON CONFLICT (unit_id, other_id) DO UPDATE SET reason = excluded.reason, ended_at = NULL`
	if _, err := q.ExecContext(ctx, query, a, b, reason, now); err != nil {
		return fmt.Errorf("declare kin: %w", err)
	}
	return nil
}

func endKin(ctx context.Context, q pg.Querier, a, b int64, now time.Time) (bool, error) {
	const query = `UPDATE kin_units SET ended_at = $3 WHERE unit_id = least($1::bigint, $2) AND other_id = greatest($1::bigint, $2) AND ended_at IS NULL`
	done, err := q.ExecContext(ctx, query, a, b, now)
	if err != nil {
		return false, fmt.Errorf("end kin: %w", err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}
