package surveys

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/fault"
	"minping/internal/pg"
)

// probed is a rating, and what was asked after it.
type probed struct {
	RatingID   int64     `db:"id"`
	VisitedOn  string    `db:"visited_on"`
	UnitID     int64     `db:"unit_id"`
	Channel    string    `db:"channel"`
	ReceivedAt time.Time `db:"received_at"`
	AskedUnit  int64     `db:"asked_unit"` // 0: nothing was asked
	Heard      Heard     `db:"heard"`
	Esteem     *int      `db:"esteem"`
}

func selectProbed(ctx context.Context, q pg.Querier, receipt string) (probed, error) {
	const query = `SELECT r.id, r.visited_on::text AS visited_on, r.unit_id, r.channel, r.received_at,
			coalesce(p.unit_id, 0) AS asked_unit, coalesce(p.heard, '') AS heard, p.esteem
		FROM submissions s JOIN ratings r ON r.visited_on = s.visited_on AND r.id = s.rating_id
		LEFT JOIN probes p ON p.visited_on = r.visited_on AND p.rating_id = r.id
		WHERE s.receipt = $1`
	var r probed
	if err := q.GetContext(ctx, &r, query, receipt); pg.None(err) {
		return probed{}, fault.New(fault.NotFound, "fault.receipt.unknown")
	} else if err != nil {
		return probed{}, fmt.Errorf("look up the question of a receipt: %w", err)
	}
	return r, nil
}

// asked is what is asked: about whom, after a rating of whom, on which day.
type asked struct {
	about, from int64
	on          string
}

// insertProbe notes that a question was asked and gives the office it is about: another
// one than wanted where the same page was loaded at the same moment. What was asked is not
// worth waiting for the disk: after a crash it is asked again. The lock on the rating
// keeps its standing from changing before the question is there to be told (the trigger
// ratings_probe_standing).
func insertProbe(ctx context.Context, db *sqlx.DB, r probed, a asked) (int64, error) {
	const insert = `INSERT INTO probes (visited_on, rating_id, unit_id, from_id, asked_on, channel, stratum, elder, standing)
		SELECT visited_on, id, $3, $4, $5::date, channel, stratum, elder, standing FROM ratings WHERE visited_on = $1::date AND id = $2 FOR SHARE
		ON CONFLICT ON CONSTRAINT probes_pkey DO NOTHING`
	const stored = `SELECT unit_id FROM probes WHERE visited_on = $1::date AND rating_id = $2`
	var about int64
	err := pg.InTx(ctx, db, func(tx *sqlx.Tx) error {
		if _, err := tx.ExecContext(ctx, `SET LOCAL synchronous_commit = off`); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, insert, r.VisitedOn, r.RatingID, a.about, a.from, a.on); err != nil {
			return err
		}
		return tx.GetContext(ctx, &about, stored, r.VisitedOn, r.RatingID)
	})
	if err != nil {
		return 0, fmt.Errorf("note a question: %w", err)
	}
	return about, nil
}

func updateHeard(ctx context.Context, q pg.Querier, r probed, heard Heard, now time.Time) error {
	const query = `UPDATE probes SET heard = $3, answered_at = $4 WHERE visited_on = $1::date AND rating_id = $2 AND heard IS NULL`
	if _, err := q.ExecContext(ctx, query, r.VisitedOn, r.RatingID, string(heard), now); err != nil {
		return fmt.Errorf("store whether an office is known: %w", err)
	}
	return nil
}

func updateEsteem(ctx context.Context, q pg.Querier, r probed, esteem int) error {
	const query = `UPDATE probes SET esteem = $3 WHERE visited_on = $1::date AND rating_id = $2 AND heard = 'yes' AND esteem IS NULL`
	if _, err := q.ExecContext(ctx, query, r.VisitedOn, r.RatingID, esteem); err != nil {
		return fmt.Errorf("store the esteem of an office: %w", err)
	}
	return nil
}

// compareProbes compares the kept counts with a recount of the questions asked.
func compareProbes() string {
	return `WITH recount AS (
			SELECT unit_id, g.grain::"char" AS grain, date_trunc(g.unit, asked_on)::date AS starts_on, channel, stratum, elder, count(*) AS asked,
				concat_ws(',', count(*), count(*) FILTER (WHERE heard = 'yes'), count(*) FILTER (WHERE heard = 'no'), count(*) FILTER (WHERE heard = 'unsure'),
					count(*) FILTER (WHERE heard = 'declined'), count(*) FILTER (WHERE esteem = 0), count(*) FILTER (WHERE esteem = 1), count(*) FILTER (WHERE esteem = 2),
					count(*) FILTER (WHERE esteem = 3), count(*) FILTER (WHERE esteem = 4), count(*) FILTER (WHERE esteem = 5)) AS counts
			FROM probes, (VALUES ('d', 'day'), ('m', 'month')) g (grain, unit)
			WHERE standing = 'clear' GROUP BY 1, 2, 3, 4, 5, 6),
		kept AS (SELECT unit_id, grain, starts_on, channel, stratum, elder,
				concat_ws(',', asked, yes, no, unsure, declined, e0, e1, e2, e3, e4, e5) AS counts FROM probe_rollups WHERE asked > 0)
		SELECT concat_ws(' ', unit_id, grain, starts_on, channel, stratum, elder) AS key, coalesce(k.counts, '') AS kept, coalesce(c.counts, '') AS recounts
		FROM kept k FULL JOIN recount c USING (unit_id, grain, starts_on, channel, stratum, elder)
		WHERE k.counts IS DISTINCT FROM c.counts AND $1::bigint IS NOT NULL
		ORDER BY key LIMIT $2`
}
