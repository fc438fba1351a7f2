package complaints

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"minping/internal/pg"
)

// insertCase stores a new case; false where its submission is there already.
func insertCase(ctx context.Context, q pg.Querier, c *Case, o *opening) (bool, error) {
	const query = `INSERT INTO cases (submission_id, receipt, pin_salt, pin_digest, channel, identity, contact_id, language, title, body,
			unit_id, hall_id, division_id, accused_unit_id, accused_staff_id, category_id, split_from, rating_id, rating_day, rating_level,
			seq, state, kind, urgency, sealed, office_id, level, round, returned, extended, disposition, contacted,
			received_at, due_at, due_clock, unnoticed, wake_at, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, nullif($11::bigint, 0), nullif($12::bigint, 0), nullif($13::bigint, 0),
			nullif($14::bigint, 0), nullif($15::bigint, 0), nullif($16::int, 0), nullif($17::bigint, 0),
			nullif($18::bigint, 0), nullif($19, '')::date, nullif($20::int, 0),
			$21, $22, $23, $24, $25, nullif($26::bigint, 0), 0, 1, 0, false, '', false, $27, $28, $29, nullif($30::int, 0), $31, $27)
		ON CONFLICT (submission_id) DO NOTHING RETURNING id`
	var digest []byte
	if o.salt != nil {
		digest = o.pinDigest
	}
	if o.rating != nil {
		c.RatingID, c.RatingDay, c.RatingLevel = o.rating.ID, o.rating.Day.String(), o.rating.Level
	}
	err := q.GetContext(ctx, &c.ID, query, o.Submission, o.receipt, o.salt, digest, string(o.Channel), string(o.Identity), o.contact, o.Language, o.Title, o.Body,
		o.Unit, o.place.Hall, o.place.Division, o.AccusedUnit, o.AccusedStaff, o.Category, o.splitFrom,
		c.RatingID, c.RatingDay, c.RatingLevel,
		c.Seq, string(c.State), string(c.Kind), string(c.Urgency), c.Sealed, c.Office, c.ReceivedAt, c.DueAt, string(c.DueClock), c.Unnoticed, c.WakeAt)
	if pg.None(err) {
		return false, nil
	}
	if pg.Broken(err) == "cases_accused_staff_id_fk" {
		return false, wrongChoice("accused_staff")
	}
	if err != nil {
		return false, fmt.Errorf("store case: %w", err)
	}
	return true, nil
}

// knownFiling is a filing that is there already.
type knownFiling struct {
	ID         ID         `db:"id"`
	Receipt    string     `db:"receipt"`
	DueAt      *time.Time `db:"due_at"`
	Channel    Channel    `db:"channel"`
	ReceivedAt time.Time  `db:"received_at"`
	Salt       []byte     `db:"pin_salt"`
	Digest     []byte     `db:"pin_digest"`
}

// selectSubmission finds what was filed before.
func selectSubmission(ctx context.Context, q pg.Querier, id uuid.UUID) (knownFiling, bool, error) {
	const query = `SELECT id, receipt, due_at, channel, received_at, pin_salt, pin_digest FROM cases WHERE submission_id = $1`
	var known knownFiling
	err := q.GetContext(ctx, &known, query, id)
	if pg.None(err) {
		return known, false, nil
	}
	if err != nil {
		return known, false, fmt.Errorf("look for submission: %w", err)
	}
	return known, true, nil
}

func knownCategory(ctx context.Context, q pg.Querier, id int) (bool, error) {
	const query = `SELECT EXISTS (SELECT 1 FROM categories WHERE id = $1 AND NOT retired)`
	var yes bool
	if err := q.GetContext(ctx, &yes, query, id); err != nil {
		return false, fmt.Errorf("read category %d: %w", id, err)
	}
	return yes, nil
}

// lock is what a PIN is judged by.
type pinLock struct {
	ID     ID         `db:"id"`
	Salt   []byte     `db:"pin_salt"`
	Digest []byte     `db:"pin_digest"`
	Misses int        `db:"pin_misses"`
	After  *time.Time `db:"pin_after"`
}

func lockPIN(ctx context.Context, q pg.Querier, receipt string) (pinLock, error) {
	const query = `SELECT id, pin_salt, pin_digest, pin_misses, pin_after FROM cases WHERE receipt = $1 FOR UPDATE`
	var l pinLock
	err := q.GetContext(ctx, &l, query, receipt)
	if pg.None(err) {
		return l, nil
	}
	if err != nil {
		return l, fmt.Errorf("read receipt: %w", err)
	}
	return l, nil
}

func setPINMisses(ctx context.Context, q pg.Querier, id ID, misses int, after *time.Time) error {
	const query = `UPDATE cases SET pin_misses = $2, pin_after = $3 WHERE id = $1`
	if _, err := q.ExecContext(ctx, query, id, misses, after); err != nil {
		return fmt.Errorf("note try of case %d: %w", id, err)
	}
	return nil
}

func contactOf(ctx context.Context, q pg.Querier, id ID) (uuid.NullUUID, error) {
	const query = `SELECT contact_id FROM cases WHERE id = $1`
	var contact uuid.NullUUID
	if err := q.GetContext(ctx, &contact, query, id); err != nil {
		return contact, fmt.Errorf("contact of case %d: %w", id, err)
	}
	return contact, nil
}

func caseOfRating(ctx context.Context, q pg.Querier, rating int64) (ID, error) {
	const query = `SELECT id FROM cases WHERE rating_id = $1`
	var id ID
	err := q.GetContext(ctx, &id, query, rating)
	if pg.None(err) {
		return 0, unknown()
	}
	if err != nil {
		return 0, fmt.Errorf("case of rating %d: %w", rating, err)
	}
	return id, nil
}
