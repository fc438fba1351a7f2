package indices

import (
	"testing"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/pgtest"
)

// town is a small directory: two offices with a division each, a hall, three windows.
type town struct {
	db                                     *sqlx.DB
	s                                      *Service
	city, tax, police, hall, taxD, policeD int64
	w1, w2, w3                             int64
}

func newTown(t *testing.T) town {
	t.Helper()
	db := pgtest.New(t)
	w := town{db: db, s: New(Config{DB: db})}
	w.city = get[int64](t, db, `SELECT id FROM units WHERE kind = 'city'`)
	w.tax = w.unit(t, `('office', 'tax', '税务局', 'Tax Office', NULL, NULL, NULL)`)
	w.police = w.unit(t, `('office', 'police', '公安局', '', NULL, NULL, NULL)`)
	w.hall = w.unit(t, `('hall', 'east', '东区政务大厅', '', NULL, NULL, NULL)`)
	w.taxD = w.unit(t, `('division', 'tax-1', '纳税服务处', '', (SELECT id FROM units WHERE code = 'tax'), NULL, NULL)`)
	w.policeD = w.unit(t, `('division', 'police-1', '户政处', '', (SELECT id FROM units WHERE code = 'police'), NULL, NULL)`)
	const in = `(SELECT id FROM units WHERE code = 'tax'), (SELECT id FROM units WHERE code = 'tax-1')`
	w.w1 = w.unit(t, `('window', 'w1', '一号窗', '', `+in+`, (SELECT id FROM units WHERE code = 'east'))`)
	w.w2 = w.unit(t, `('window', 'w2', '二号窗', '', `+in+`, NULL)`)
	w.w3 = w.unit(t, `('window', 'w3', '三号窗', '', (SELECT id FROM units WHERE code = 'police'), NULL, NULL)`)
	return w
}

func (w town) unit(t *testing.T, values string) int64 {
	t.Helper()
	return get[int64](t, w.db, `INSERT INTO units (kind, code, name, name_en, office_id, division_id, hall_id) VALUES `+values+` RETURNING id`)
}

// count is ratings of one day that the rollups hold.
type count struct {
	unit                       int64
	day                        string
	channel, stratum, standing string
	version                    int
	levels                     [5]int
}

// rate writes the day's row and adds to the month's and the year's, as the intake does.
func (w town) rate(t testing.TB, counts ...count) {
	t.Helper()
	const q = `INSERT INTO rating_rollups AS r (unit_id, grain, starts_on, slice_id, n1, n2, n3, n4, n5)
		SELECT $1, g.grain, CASE g.grain WHEN 'd' THEN $2::date WHEN 'm' THEN date_trunc('month', $2::date)::date ELSE date_trunc('year', $2::date)::date END, rating_slice($3, $4, $5, $6), $7, $8, $9, $10, $11
		FROM (VALUES ('d'::"char"), ('m'::"char"), ('y'::"char")) g (grain)
		ON CONFLICT (unit_id, grain, starts_on, slice_id) DO UPDATE
		SET n1 = r.n1 + excluded.n1, n2 = r.n2 + excluded.n2, n3 = r.n3 + excluded.n3, n4 = r.n4 + excluded.n4, n5 = r.n5 + excluded.n5`
	for _, c := range counts {
		if c.channel == "" {
			c.channel = "desk"
		}
		if c.stratum == "" {
			c.stratum = "public"
		}
		if c.standing == "" {
			c.standing = "clear"
		}
		if c.version == 0 {
			c.version = 1
		}
		exec(t, w.db, q, c.unit, c.day, c.channel, c.stratum, c.version, c.standing, c.levels[0], c.levels[1], c.levels[2], c.levels[3], c.levels[4])
	}
}

func (w town) index(t testing.TB, by actor.Actor, q Query) []Row {
	t.Helper()
	rows, err := w.s.Index(t.Context(), by, q)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func inOffice(office int64) actor.Actor {
	return actor.Actor{Account: 7, Name: "brand", Grants: []actor.Grant{{
		Permissions: map[actor.Permission]bool{PermInternal: true}, Office: office}}}
}

func inDivision(division int64) actor.Actor {
	return actor.Actor{Account: 8, Name: "chief", Grants: []actor.Grant{{
		Permissions: map[actor.Permission]bool{PermInternal: true}, Division: division}}}
}

func codes(rows []Row) []string {
	list := []string{}
	for _, r := range rows {
		list = append(list, r.Unit.Code)
	}
	return list
}

func exec(t testing.TB, db *sqlx.DB, q string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), q, args...); err != nil {
		t.Fatal(err)
	}
}

func get[T any](t testing.TB, db *sqlx.DB, q string, args ...any) T {
	t.Helper()
	var v T
	if err := db.GetContext(t.Context(), &v, q, args...); err != nil {
		t.Fatal(err)
	}
	return v
}
