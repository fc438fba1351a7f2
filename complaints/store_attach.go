package complaints

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"minping/internal/fault"
	"minping/internal/media"
	"minping/internal/pg"
)

// uploadRow is a row of case_uploads.
type uploadRow struct {
	ID     int64      `db:"id"`
	Form   []byte     `db:"form"`
	Ready  bool       `db:"ready"`
	Kind   media.Kind `db:"kind"`
	Name   string     `db:"name"`
	Bytes  int64      `db:"bytes"`
	Width  int        `db:"width"`
	Height int        `db:"height"`
	Digest []byte     `db:"digest"`
	Object string     `db:"object"`
	Key    uuid.UUID  `db:"key_id"`
	At     time.Time  `db:"at"`
}

const uploadColumns = `id, form, ready, kind, name, bytes, coalesce(width, 0) AS width, coalesce(height, 0) AS height, digest, object, key_id, at`

func (r uploadRow) staged(thumb []byte) Staged {
	return Staged{ID: r.ID, Name: r.Name, Kind: r.Kind, Bytes: r.Bytes, Width: r.Width, Height: r.Height, Thumb: thumb}
}

// lockForm makes those who put files down for one form wait for one another.
func lockForm(ctx context.Context, q pg.Querier, form int64) error {
	if _, err := q.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, form); err != nil {
		return fmt.Errorf("lock form: %w", err)
	}
	return nil
}

func selectUploads(ctx context.Context, q pg.Querier, form []byte) ([]uploadRow, error) {
	const query = `SELECT ` + uploadColumns + ` FROM case_uploads WHERE form = $1 ORDER BY id`
	var rows []uploadRow
	if err := q.SelectContext(ctx, &rows, query, form); err != nil {
		return nil, fmt.Errorf("read uploads: %w", err)
	}
	return rows, nil
}

func sumUploads(ctx context.Context, q pg.Querier) (n int64, err error) {
	if err := q.GetContext(ctx, &n, `SELECT coalesce(sum(bytes), 0)::bigint FROM case_uploads`); err != nil {
		return 0, fmt.Errorf("weigh uploads: %w", err)
	}
	return n, nil
}

func insertUpload(ctx context.Context, q pg.Querier, r uploadRow, until time.Time) (id int64, err error) {
	const query = `INSERT INTO case_uploads (form, kind, name, bytes, width, height, digest, object, key_id, at, expires_at)
		VALUES ($1, $2, $3, $4, nullif($5::int, 0), nullif($6::int, 0), $7, $8, $9, $10, $11) RETURNING id`
	if err := q.GetContext(ctx, &id, query, r.Form, string(r.Kind), r.Name, r.Bytes, r.Width, r.Height, r.Digest, r.Object, r.Key, r.At, until); err != nil {
		return 0, fmt.Errorf("put upload down: %w", err)
	}
	return id, nil
}

// setUploadReady is Busy where the row was swept meanwhile: the sender was too slow.
func setUploadReady(ctx context.Context, q pg.Querier, id int64, until time.Time) error {
	done, err := q.ExecContext(ctx, `UPDATE case_uploads SET ready = true, expires_at = $2 WHERE id = $1`, id, until)
	if err != nil {
		return fmt.Errorf("keep upload: %w", err)
	}
	if n, err := done.RowsAffected(); err != nil || n != 1 {
		return fault.Wrap(fault.Busy, "attach.again", err)
	}
	return nil
}

func lockUpload(ctx context.Context, q pg.Querier, id int64) (r uploadRow, err error) {
	err = q.GetContext(ctx, &r, `SELECT `+uploadColumns+` FROM case_uploads WHERE id = $1 FOR UPDATE`, id)
	return r, err
}

func deleteUpload(ctx context.Context, q pg.Querier, id int64) error {
	if _, err := q.ExecContext(ctx, `DELETE FROM case_uploads WHERE id = $1`, id); err != nil {
		return fmt.Errorf("remove upload: %w", err)
	}
	return nil
}

// takeUploads takes what waits for a form, for a case to have.
func takeUploads(ctx context.Context, q pg.Querier, form []byte) ([]uploadRow, error) {
	const query = `WITH taken AS (DELETE FROM case_uploads WHERE form = $1 AND ready RETURNING ` + uploadColumns + `)
		SELECT id, form, ready, kind, name, bytes, width, height, digest, object, key_id, at FROM taken ORDER BY id`
	var rows []uploadRow
	if err := q.SelectContext(ctx, &rows, query, form); err != nil {
		return nil, fmt.Errorf("take uploads: %w", err)
	}
	return rows, nil
}

func selectExpired(ctx context.Context, q pg.Querier, now time.Time, most int) (ids []int64, err error) {
	if err := q.SelectContext(ctx, &ids, `SELECT id FROM case_uploads WHERE expires_at < $1 ORDER BY expires_at LIMIT $2`, now, most); err != nil {
		return nil, fmt.Errorf("find uploads whose time is over: %w", err)
	}
	return ids, nil
}

const fileColumns = `f.id, f.case_id, f.seq, coalesce(f.message_id, 0) AS message_id, f.at, f.audience, f.side, f.kind, f.name, f.bytes,
	coalesce(f.width, 0) AS width, coalesce(f.height, 0) AS height, f.erased_at, f.erased_why, f.object, f.key_id`

func insertFile(ctx context.Context, q pg.Querier, a Attached, r uploadRow) error {
	const query = `INSERT INTO case_files (case_id, seq, message_id, at, audience, side, kind, name, bytes, width, height, digest, object, key_id)
		VALUES ($1, $2, nullif($3::bigint, 0), $4, $5, $6, $7, $8, $9, nullif($10::int, 0), nullif($11::int, 0), $12, $13, $14)`
	if _, err := q.ExecContext(ctx, query, a.Case, a.Seq, a.Message, a.At, string(a.Audience), string(a.Side), string(r.Kind), r.Name, r.Bytes,
		r.Width, r.Height, r.Digest, r.Object, r.Key); err != nil {
		return fmt.Errorf("attach to case %d: %w", a.Case, err)
	}
	return nil
}

func selectFiles(ctx context.Context, q pg.Querier, id ID, private bool) ([]Attached, error) {
	const query = `SELECT ` + fileColumns + ` FROM case_files f WHERE f.case_id = $1 AND ($2 OR f.audience = 'public') ORDER BY f.id`
	return files(ctx, q, query, id, private)
}

func files(ctx context.Context, q pg.Querier, query string, args ...any) ([]Attached, error) {
	var list []Attached
	if err := q.SelectContext(ctx, &list, query, args...); err != nil {
		return nil, fmt.Errorf("read files of cases: %w", err)
	}
	return list, nil
}

func selectFile(ctx context.Context, q pg.Querier, id ID, file int64) (Attached, error) {
	list, err := files(ctx, q, `SELECT `+fileColumns+` FROM case_files f WHERE f.case_id = $1 AND f.id = $2`, id, file)
	if err == nil && len(list) == 0 {
		err = unknown()
	}
	if err != nil {
		return Attached{}, err
	}
	return list[0], nil
}

func eraseFile(ctx context.Context, q pg.Querier, id int64, why string, now time.Time) error {
	const query = `UPDATE case_files SET name = '', digest = NULL, erased_at = $2, erased_why = $3 WHERE id = $1 AND erased_at IS NULL`
	if _, err := q.ExecContext(ctx, query, id, now, why); err != nil {
		return fmt.Errorf("erase file %d: %w", id, err)
	}
	return nil
}

func selectErased(ctx context.Context, q pg.Querier, most int) ([]Attached, error) {
	return files(ctx, q, `SELECT `+fileColumns+` FROM case_files f WHERE f.erased_at IS NOT NULL AND f.object <> '' ORDER BY f.id LIMIT $1`, most)
}

func forgetObject(ctx context.Context, q pg.Querier, id int64) error {
	if _, err := q.ExecContext(ctx, `UPDATE case_files SET object = '' WHERE id = $1 AND erased_at IS NOT NULL`, id); err != nil {
		return fmt.Errorf("forget file %d: %w", id, err)
	}
	return nil
}

func selectKept(ctx context.Context, q pg.Querier, after int64, most int) ([]Attached, error) {
	return files(ctx, q, `SELECT `+fileColumns+` FROM case_files f WHERE f.id > $1 AND f.erased_at IS NULL ORDER BY f.id LIMIT $2`, after, most)
}

// overFiles are files of cases that ended before $1; what was withdrawn or refused ended when it last changed.
const overFiles = ` FROM case_files f JOIN cases c ON c.id = f.case_id
	WHERE f.erased_at IS NULL AND c.state <> ALL($2::text[]) AND coalesce(c.closed_at, c.changed_at) < $1`

func countOldFiles(ctx context.Context, q pg.Querier, before time.Time) (n int, err error) {
	if err := q.GetContext(ctx, &n, `SELECT count(*)`+overFiles, before, pq.Array(live)); err != nil {
		return 0, fmt.Errorf("count files of old cases: %w", err)
	}
	return n, nil
}

func lockOldFiles(ctx context.Context, q pg.Querier, before time.Time, most int) ([]Attached, error) {
	return files(ctx, q, `SELECT `+fileColumns+overFiles+` ORDER BY f.id LIMIT $3 FOR UPDATE OF f SKIP LOCKED`, before, pq.Array(live), most)
}
