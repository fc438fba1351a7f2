package surveys

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"

	"minping/complaints/workday"
	"minping/internal/pg"
)

// placeColumns are those of a Unit u that a check or a message needs; $1 is today.
const placeColumns = `u.id, u.kind, u.code, u.name, u.name_en, u.number, coalesce(u.office_id, 0) AS office_id,
	coalesce(u.division_id, 0) AS division_id, coalesce(u.hall_id, 0) AS hall_id,
	coalesce(u.closed_on < $1::date, false) AS closed`

// withinReach is true for unit u within a reach given as $1 and $2: the offices,
// divisions and halls themselves and all that belongs to them.
const withinReach = `($1::boolean OR u.id = ANY($2::bigint[]) OR u.office_id = ANY($2::bigint[])
	OR u.division_id = ANY($2::bigint[]) OR u.hall_id = ANY($2::bigint[]))`

// publicationColumns and publicationTables read publications with the counts of
// what is within reach; the condition c.units > 0 hides the others.
const (
	publicationColumns = `p.id, p.version_id, s.key AS survey_key, v.number, p.title, p.channel, p.starts_at, p.ends_at,
		p.late_workdays, p.created_by, p.created_at, c.units, c.codes`
	publicationTables = `publications p
		JOIN survey_versions v ON v.id = p.version_id JOIN surveys s ON s.id = v.survey_id
		CROSS JOIN LATERAL (SELECT count(*) AS units, count(k.code) AS codes
			FROM publication_units pu JOIN units u ON u.id = pu.unit_id
			LEFT JOIN codes k ON k.unit_id = u.id AND k.channel = p.channel AND k.retired_at IS NULL
			WHERE pu.publication_id = p.id AND ` + withinReach + `) c`
)

func selectPublications(ctx context.Context, q pg.Querier, sc reach, f PublicationFilter, now time.Time) ([]Publication, error) {
	const query = `SELECT ` + publicationColumns + ` FROM ` + publicationTables + `
		WHERE c.units > 0 AND ($3::bigint = 0 OR p.id < $3) AND ($4::int = 0 OR p.version_id = $4) AND ($5::text = '' OR p.channel = $5)
			AND (NOT $6::boolean OR p.starts_at <= $7::timestamptz AND (p.ends_at IS NULL OR p.ends_at > $7))
			AND ($8::bigint = 0 AND $9::bigint = 0 AND $10::bigint = 0 OR EXISTS (
				SELECT 1 FROM publication_units pu JOIN units u ON u.id = pu.unit_id
				WHERE pu.publication_id = p.id AND ($8 = 0 OR u.id = $8)
					AND ($9 = 0 OR u.id = $9 OR u.office_id = $9) AND ($10 = 0 OR u.id = $10 OR u.hall_id = $10)))
		ORDER BY p.id DESC LIMIT $11`
	list := []Publication{}
	err := q.SelectContext(ctx, &list, query, sc.all, pq.Int64Array(sc.units), f.BeforeID, f.VersionID, string(f.Channel),
		f.Running, now, f.Unit, f.Office, f.Hall, f.Limit)
	if err != nil {
		return nil, fmt.Errorf("list publications: %w", err)
	}
	return list, nil
}

func selectPublication(ctx context.Context, q pg.Querier, sc reach, id int64) (Publication, error) {
	const query = `SELECT ` + publicationColumns + ` FROM ` + publicationTables + ` WHERE p.id = $3 AND c.units > 0`
	var p Publication
	if err := q.GetContext(ctx, &p, query, sc.all, pq.Int64Array(sc.units), id); err != nil {
		return p, fmt.Errorf("read publication %d: %w", id, err)
	}
	return p, nil
}

// selectUnitsOf reads all units of a publication, whoever asks.
func selectUnitsOf(ctx context.Context, q pg.Querier, id int64) ([]Unit, error) {
	const query = `SELECT u.id, u.kind, coalesce(u.office_id, 0) AS office_id,
			coalesce(u.division_id, 0) AS division_id, coalesce(u.hall_id, 0) AS hall_id
		FROM publication_units pu JOIN units u ON u.id = pu.unit_id WHERE pu.publication_id = $1`
	var units []Unit
	if err := q.SelectContext(ctx, &units, query, id); err != nil {
		return nil, fmt.Errorf("read units of publication %d: %w", id, err)
	}
	return units, nil
}

// selectChosenUnits reads the units that an input names or selects, by id.
func selectChosenUnits(ctx context.Context, q pg.Querier, in PublishInput, now time.Time) ([]Unit, error) {
	const query = `SELECT ` + placeColumns + ` FROM units u
		WHERE u.id = ANY($2::bigint[]) OR (u.kind = 'window' AND ($3::bigint <> 0 OR $4::bigint <> 0)
			AND ($3 = 0 OR u.office_id = $3) AND ($4 = 0 OR u.hall_id = $4)
			AND (u.closed_on IS NULL OR u.closed_on >= $1::date))
		ORDER BY u.id`
	var units []Unit
	err := q.SelectContext(ctx, &units, query, workday.Of(now).String(), pq.Int64Array(in.UnitIDs), in.Office, in.Hall)
	if err != nil {
		return nil, fmt.Errorf("read units to publish to: %w", err)
	}
	return units, nil
}

type newPublication struct {
	channel Channel
	units   []int64
	by      string
	at      time.Time
}

func insertPublication(ctx context.Context, q pg.Querier, in PublishInput, p newPublication) (int64, error) {
	const query = `WITH p AS (
			INSERT INTO publications (version_id, title, channel, starts_at, ends_at, late_workdays, created_by, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id
		), u AS (INSERT INTO publication_units (publication_id, unit_id) SELECT p.id, unnest($9::bigint[]) FROM p)
		SELECT id FROM p`
	var ends *time.Time
	if !in.EndsAt.IsZero() {
		ends = &in.EndsAt
	}
	var id int64
	err := q.GetContext(ctx, &id, query, in.VersionID, in.Title, string(p.channel), in.StartsAt, ends, in.LateWorkdays,
		p.by, p.at, pq.Int64Array(p.units))
	if err != nil {
		return 0, fmt.Errorf("store publication: %w", err)
	}
	return id, nil
}

// endPublication ends a publication that has not ended; false where it has. A
// publication that had not begun is left with a moment in the past, which the
// check of its period asks for and in which nobody can have rated.
func endPublication(ctx context.Context, q pg.Querier, id int64, now time.Time) (bool, error) {
	const query = `UPDATE publications SET ends_at = $2::timestamptz,
			starts_at = least(starts_at, $2::timestamptz - interval '1 microsecond')
		WHERE id = $1 AND (ends_at IS NULL OR ends_at > $2::timestamptz)`
	result, err := q.ExecContext(ctx, query, id, now)
	if err != nil {
		return false, fmt.Errorf("end publication %d: %w", id, err)
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

func versionExists(ctx context.Context, q pg.Querier, id int) (bool, error) {
	const query = `SELECT EXISTS (SELECT 1 FROM survey_versions WHERE id = $1)`
	var known bool
	if err := q.GetContext(ctx, &known, query, id); err != nil {
		return false, fmt.Errorf("look for version %d: %w", id, err)
	}
	return known, nil
}
