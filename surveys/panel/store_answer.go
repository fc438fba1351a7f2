package panel

import (
	"context"
	"fmt"

	"github.com/jmoiron/sqlx"

	"minping/internal/pg"
)

// holder is a member, as far as their link shows.
type holder struct {
	ID        int64  `db:"id"`
	Wave      int64  `db:"wave_id"`
	Group     string `db:"panel_group"`
	Age       string `db:"age_band"`
	FirstDone bool   `db:"first_done"`
	Title     string `db:"title"`
	Starts    string `db:"starts_on"`
	Ends      string `db:"ends_on"`
	State     State  `db:"state"`
}

// selectHolder finds a member; locked, so that of two pages sent at once one waits, and the
// wave is not closed in between.
func selectHolder(ctx context.Context, q pg.Querier, digest []byte, lock bool) (holder, error) {
	const query = `SELECT m.id, m.wave_id, m.panel_group, m.age_band, m.first_done, w.title, w.starts_on::text AS starts_on, w.ends_on::text AS ends_on, w.state
		FROM panel_members m JOIN panel_waves w ON w.id = m.wave_id WHERE m.digest = $1`
	const locking = query + ` FOR UPDATE OF m FOR SHARE OF w`
	var m holder
	var err error
	if lock {
		err = q.GetContext(ctx, &m, locking, digest)
	} else {
		err = q.GetContext(ctx, &m, query, digest)
	}
	return m, err
}

type task struct {
	Unit   int64  `db:"unit_id"`
	State  string `db:"state"`
	Name   string `db:"name"`
	NameEn string `db:"name_en"`
	Brand  string `db:"brand_name"`
}

func selectTasks(ctx context.Context, q pg.Querier, member int64) ([]task, error) {
	const query = `SELECT t.unit_id, t.state, u.name, u.name_en, u.brand_name FROM panel_tasks t JOIN units u ON u.id = t.unit_id WHERE t.member_id = $1 ORDER BY t.position`
	var list []task
	if err := q.SelectContext(ctx, &list, query, member); err != nil {
		return nil, fmt.Errorf("read what a member is asked: %w", err)
	}
	return list, nil
}

func selectTask(ctx context.Context, tx *sqlx.Tx, member, unit int64) (string, error) {
	const query = `SELECT state FROM panel_tasks WHERE member_id = $1 AND unit_id = $2`
	var state string
	err := tx.GetContext(ctx, &state, query, member, unit)
	return state, err
}

func updateTask(ctx context.Context, tx *sqlx.Tx, member, unit int64, state string) error {
	const query = `UPDATE panel_tasks SET state = $3 WHERE member_id = $1 AND unit_id = $2 AND state = 'open'`
	if _, err := tx.ExecContext(ctx, query, member, unit, state); err != nil {
		return fmt.Errorf("note that an office was answered about: %w", err)
	}
	return nil
}

func insertAnswer(ctx context.Context, tx *sqlx.Tx, m holder, respondent []byte, a OfficeAnswer) error {
	const query = `INSERT INTO panel_answers (wave_id, respondent, unit_id, panel_group, age_band, heard, esteem, overall, expected, ideal, trust, reuse, recommend, cooperate)
		VALUES ($1, $2, $3, $4, $5, nullif($6, ''), $7, $8, $9, $10, $11, $12, $13, $14)`
	_, err := tx.ExecContext(ctx, query, m.Wave, respondent, a.Unit, m.Group, m.Age, a.Heard, a.Esteem, a.Overall, a.Expected, a.Ideal, a.Trust, a.Reuse, a.Recommend, a.Coop)
	if err != nil {
		return fmt.Errorf("store a panel answer: %w", err)
	}
	return nil
}

// insertMention stores the words; none are nothing to read.
func insertMention(ctx context.Context, tx *sqlx.Tx, m holder, respondent []byte, words string) error {
	const query = `INSERT INTO panel_mentions (wave_id, respondent, panel_group, age_band, words, state)
		VALUES ($1, $2, $3, $4, $5, CASE WHEN $5 = '' THEN 'none' ELSE 'open' END)`
	if _, err := tx.ExecContext(ctx, query, m.Wave, respondent, m.Group, m.Age, words); err != nil {
		return fmt.Errorf("store a mention: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `UPDATE panel_members SET first_done = true WHERE id = $1`, m.ID); err != nil {
		return fmt.Errorf("note that the first question was answered: %w", err)
	}
	return nil
}
