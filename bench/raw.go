package main

import (
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
)

// rawWriter is the plain way to store ratings: one connection, one transaction
// each, one insert and one upsert of the window's day, both prepared. It writes
// into the program's own tables, in a database of its own on the same server.
type rawWriter struct {
	conn           *sqlx.Conn
	insert, upsert *sqlx.Stmt
	places         []place
	slices         map[string]int // by stratum
	random         *rand.Rand
}

var rawStrata = []string{"public", "society", "public", "grassroots"}

const rawInsert = `INSERT INTO ratings (visited_on, received_at, submission_id, unit_id, window_id, division_id, office_id, hall_id,
		version_id, channel, stratum, level, tags, language, elder, seconds, device, standing)
	VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, 'desk', $9, $10, $11, 'zh-CN', false, 15, $12, 'clear')`

const rawUpsert = `INSERT INTO rating_rollups AS r (unit_id, grain, starts_on, slice_id, n1, n2, n3, n4, n5)
	VALUES ($1, 'd', $2, $3, ($4::int = 1)::int, ($4 = 2)::int, ($4 = 3)::int, ($4 = 4)::int, ($4 = 5)::int)
	ON CONFLICT (unit_id, grain, starts_on, slice_id) DO UPDATE
	SET n1 = r.n1 + excluded.n1, n2 = r.n2 + excluded.n2, n3 = r.n3 + excluded.n3, n4 = r.n4 + excluded.n4, n5 = r.n5 + excluded.n5`

func newRawWriter(ctx context.Context, db *sqlx.DB, list []place, worker int) (*rawWriter, error) {
	conn, err := db.Connx(ctx)
	if err != nil {
		return nil, err
	}
	w := &rawWriter{conn: conn, places: list, slices: map[string]int{}, random: rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), uint64(worker)))}
	for _, stratum := range rawStrata {
		var id int
		if err := conn.GetContext(ctx, &id, `SELECT rating_slice('desk', $1, $2, 'clear')`, stratum, list[0].Version); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
		w.slices[stratum] = id
	}
	if w.insert, err = conn.PreparexContext(ctx, rawInsert); err == nil {
		w.upsert, err = conn.PreparexContext(ctx, rawUpsert)
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return w, nil
}

func (w *rawWriter) do() error {
	ctx := context.Background() // without a deadline lib/pq needs no watcher per statement
	p := w.places[w.random.IntN(len(w.places))]
	now := time.Now()
	day, level := workday.Of(now).String(), []int{5, 5, 5, 5, 4, 4, 3, 2, 1}[w.random.IntN(9)]
	stratum := rawStrata[w.random.IntN(len(rawStrata))]
	var device [12]byte
	binary.BigEndian.PutUint32(device[:], w.random.Uint32N(deviceCount))
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[0:], uint64(now.UnixMilli())<<16|w.random.Uint64()&0x0fff|0x7000)
	binary.BigEndian.PutUint64(id[8:], w.random.Uint64()&(1<<62-1)|1<<63)
	if _, err := w.conn.ExecContext(ctx, `BEGIN`); err != nil {
		return err
	}
	if _, err := w.insert.ExecContext(ctx, day, now, id, p.Window, p.Division, p.Office, p.Hall, p.Version, stratum, level, "{510}", device[:]); err != nil {
		return w.undo(err)
	}
	if _, err := w.upsert.ExecContext(ctx, p.Window, day, w.slices[stratum], level); err != nil {
		return w.undo(err)
	}
	_, err := w.conn.ExecContext(ctx, `COMMIT`)
	return err
}

func (w *rawWriter) undo(err error) error {
	_, undone := w.conn.ExecContext(context.Background(), `ROLLBACK`)
	return errors.Join(err, undone)
}

func (w *rawWriter) close() {
	_ = w.insert.Close() // the pool is ours and ends with the run
	_ = w.upsert.Close()
	_ = w.conn.Close()
}
