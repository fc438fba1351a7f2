package surveys

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/lib/pq"

	"minping/internal/code"
	"minping/internal/fault"
	"minping/internal/pg"
)

// issuedCode is a code in use.
type issuedCode struct {
	Code     string    `db:"code"`
	UnitID   int64     `db:"unit_id"`
	Channel  Channel   `db:"channel"`
	IssuedAt time.Time `db:"issued_at"`
}

// codeOrder asks for codes of units on a channel.
type codeOrder struct {
	units   []int64
	channel Channel
	at      time.Time
}

var errNoFreshCode = errors.New("drew codes that exist, again and again: the source of random numbers is broken")

// issueCodes makes the codes that units lack on a channel. A drawn code that
// exists, or a unit that somebody else served meanwhile, is skipped by the
// insert and looked at again; rows go in by unit, so that two publishers at once
// wait for each other and never for ever.
func issueCodes(ctx context.Context, q pg.Querier, order codeOrder) error {
	for range 5 {
		lacking, err := selectUncoded(ctx, q, order)
		if err != nil || len(lacking) == 0 {
			return err
		}
		fresh, err := drawCodes(len(lacking), CodeLength)
		if err != nil {
			return err
		}
		const query = `INSERT INTO codes (code, unit_id, channel, issued_at)
			SELECT c.code, c.unit_id, $3, $4 FROM unnest($1::text[], $2::bigint[]) c (code, unit_id) ORDER BY c.unit_id
			ON CONFLICT DO NOTHING`
		if _, err := q.ExecContext(ctx, query, pq.Array(fresh), pq.Int64Array(lacking), string(order.channel), order.at); err != nil {
			return fmt.Errorf("issue codes: %w", err)
		}
	}
	return errNoFreshCode
}

// chooseCodes gives units that lack a code the chosen one.
func chooseCodes(ctx context.Context, q pg.Querier, order codeOrder, chosen map[int64]string) error {
	if len(chosen) == 0 {
		return nil
	}
	lacking, err := selectUncoded(ctx, q, order)
	if err != nil {
		return err
	}
	var units []int64
	var keys []string
	for _, id := range lacking {
		if key := chosen[id]; key != "" {
			units, keys = append(units, id), append(keys, key)
		}
	}
	const query = `INSERT INTO codes (code, unit_id, channel, issued_at)
		SELECT c.code, c.unit_id, $3, $4 FROM unnest($1::text[], $2::bigint[]) c (code, unit_id)`
	_, err = q.ExecContext(ctx, query, pq.Array(keys), pq.Int64Array(units), string(order.channel), order.at)
	if pg.Broken(err) == "codes_pkey" {
		return fault.Wrap(fault.Conflict, "surveys.code.taken", err)
	}
	if err != nil {
		return fmt.Errorf("store chosen codes: %w", err)
	}
	return nil
}

func drawCodes(n, length int) ([]string, error) {
	drawn := make([]string, n)
	for i := range drawn {
		key, err := code.New(rand.Reader, length)
		if err != nil {
			return nil, fmt.Errorf("draw code: %w", err)
		}
		drawn[i] = key
	}
	return drawn, nil
}

// selectUncoded gives those of the units that have no code in use on the channel.
func selectUncoded(ctx context.Context, q pg.Querier, order codeOrder) ([]int64, error) {
	const query = `SELECT w.id FROM unnest($1::bigint[]) w (id)
		WHERE NOT EXISTS (SELECT 1 FROM codes c WHERE c.unit_id = w.id AND c.channel = $2 AND c.retired_at IS NULL)
		ORDER BY w.id`
	var ids []int64
	if err := q.SelectContext(ctx, &ids, query, pq.Int64Array(order.units), string(order.channel)); err != nil {
		return nil, fmt.Errorf("find units without a code: %w", err)
	}
	return ids, nil
}

// selectCodeAt finds a code and its unit; for a unit and channel the code in
// use or, where there is none, the one retired last.
func selectCodeAt(ctx context.Context, q pg.Querier, at CodeAt) (codeRow, Unit, error) {
	const query = `SELECT c.code, c.unit_id, c.channel, u.kind, coalesce(u.office_id, 0) AS office_id, coalesce(u.hall_id, 0) AS hall_id
		FROM codes c JOIN units u ON u.id = c.unit_id
		WHERE CASE WHEN $1::text = '' THEN c.unit_id = $2 AND c.channel = $3 ELSE c.code = $1 END
		ORDER BY c.retired_at DESC NULLS FIRST LIMIT 1`
	var row struct {
		Code     string  `db:"code"`
		UnitID   int64   `db:"unit_id"`
		Channel  Channel `db:"channel"`
		Kind     string  `db:"kind"`
		OfficeID int64   `db:"office_id"`
		HallID   int64   `db:"hall_id"`
	}
	if err := q.GetContext(ctx, &row, query, at.Code, at.UnitID, string(at.Channel)); err != nil {
		return codeRow{}, Unit{}, fmt.Errorf("look up code: %w", err)
	}
	return codeRow{Code: row.Code, UnitID: row.UnitID, Channel: row.Channel},
		Unit{ID: row.UnitID, Kind: row.Kind, OfficeID: row.OfficeID, HallID: row.HallID}, nil
}

func selectActiveCode(ctx context.Context, q pg.Querier, unit int64, channel Channel) (issuedCode, error) {
	const query = `SELECT code, unit_id, channel, issued_at FROM codes
		WHERE unit_id = $1 AND channel = $2 AND retired_at IS NULL`
	var row issuedCode
	if err := q.GetContext(ctx, &row, query, unit, string(channel)); err != nil {
		return row, fmt.Errorf("read code in use: %w", err)
	}
	return row, nil
}

// retireCode takes a code out of use; false where it was.
func retireCode(ctx context.Context, q pg.Querier, key string, how retirement) (bool, error) {
	const query = `UPDATE codes SET retired_at = $2, retired_as = $3 WHERE code = $1 AND retired_at IS NULL`
	result, err := q.ExecContext(ctx, query, key, how.at, how.as)
	if err != nil {
		return false, fmt.Errorf("retire code: %w", err)
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

// selectCodes reads the codes in use within reach.
func selectCodes(ctx context.Context, q pg.Querier, sc reach, f CodeFilter) ([]issuedCode, error) {
	const query = `SELECT c.code, c.unit_id, c.channel, c.issued_at
		FROM codes c JOIN units u ON u.id = c.unit_id
		WHERE c.retired_at IS NULL AND ` + withinReach + ` AND ($3::bigint = 0 OR u.id = $3)
			AND ($4::bigint = 0 OR u.id = $4 OR u.office_id = $4) AND ($5::bigint = 0 OR u.id = $5 OR u.hall_id = $5)
			AND ($6::text = '' OR c.channel = $6)
		ORDER BY c.unit_id, c.channel`
	var rows []issuedCode
	err := q.SelectContext(ctx, &rows, query, sc.all, pq.Int64Array(sc.units), f.Unit, f.Office, f.Hall, string(f.Channel))
	if err != nil {
		return nil, fmt.Errorf("list codes: %w", err)
	}
	return rows, nil
}

// selectPublishedUnits reads the units of a publication within reach and their codes.
func selectPublishedUnits(ctx context.Context, q pg.Querier, sc reach, p Publication) ([]PublishedUnit, error) {
	const query = `SELECT u.id, coalesce(c.code, '') AS code FROM publication_units pu JOIN units u ON u.id = pu.unit_id
		LEFT JOIN codes c ON c.unit_id = u.id AND c.channel = $4 AND c.retired_at IS NULL
		WHERE pu.publication_id = $3 AND ` + withinReach
	var rows []struct {
		ID   int64  `db:"id"`
		Code string `db:"code"`
	}
	if err := q.SelectContext(ctx, &rows, query, sc.all, pq.Int64Array(sc.units), p.ID, string(p.Channel)); err != nil {
		return nil, fmt.Errorf("read units of publication %d: %w", p.ID, err)
	}
	units, err := directory(ctx, q)
	if err != nil {
		return nil, err
	}
	published := make([]PublishedUnit, 0, len(rows))
	for _, row := range rows {
		published = append(published, PublishedUnit{Unit: units[row.ID], Code: row.Code})
	}
	sortPublished(published)
	return published, nil
}

// directory reads all units, each with its office and hall.
func directory(ctx context.Context, q pg.Querier) (map[int64]*Unit, error) {
	const query = `SELECT id, kind, code, name, name_en, number, coalesce(office_id, 0) AS office_id,
			coalesce(division_id, 0) AS division_id, coalesce(hall_id, 0) AS hall_id, brand_name, brand_promise,
			coalesce(closed_on < (now() AT TIME ZONE 'Asia/Shanghai')::date, false) AS closed
		FROM units`
	var rows []Unit
	if err := q.SelectContext(ctx, &rows, query); err != nil {
		return nil, fmt.Errorf("read units: %w", err)
	}
	units := make(map[int64]*Unit, len(rows))
	for i := range rows {
		units[rows[i].ID] = &rows[i]
	}
	for _, u := range units {
		u.Office, u.Hall = units[u.Parents().Office], units[u.Parents().Hall]
	}
	return units, nil
}
