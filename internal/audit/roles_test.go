package audit

import (
	"crypto/rand"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"
)

// as begins a transaction, prepares it as a superuser and goes on in a new role
// without superpowers, which the rollback takes away again.
func as(t *testing.T, db *sqlx.DB, prepare func(role string) string) *sqlx.Tx {
	t.Helper()
	tx, err := db.BeginTxx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback() })
	role := "mptest_" + strings.ToLower(rand.Text()[:10])
	if _, err := tx.Exec(`CREATE ROLE ` + role); err != nil {
		t.Skipf("the tests' role may not create roles: %v", err)
	}
	if _, err := tx.Exec(prepare(role) + `; SET LOCAL ROLE ` + role); err != nil {
		t.Fatal(err)
	}
	return tx
}

// refused runs a statement that must fail, inside a savepoint.
func refused(t *testing.T, tx *sqlx.Tx, q, why string) {
	t.Helper()
	tx.MustExec(`SAVEPOINT s`)
	if _, err := tx.Exec(q); err == nil || !strings.Contains(err.Error(), why) {
		t.Errorf("%s: %v, want %q", q, err, why)
	}
	tx.MustExec(`ROLLBACK TO s`)
}

func TestOwnerMayAddAndNothingElse(t *testing.T) {
	t.Parallel()
	_, db := open(t)
	threeDays(t, db)
	tx := as(t, db, func(role string) string {
		return strings.ReplaceAll(`GRANT CREATE ON SCHEMA public TO r; ALTER TABLE audit_entries OWNER TO r; ALTER TABLE audit_heads OWNER TO r;
			ALTER TABLE audit_archives OWNER TO r; ALTER FUNCTION audit_append() OWNER TO r;
			ALTER FUNCTION audit_remove(bigint, timestamptz) OWNER TO r;`, " r;", " "+role+";") + `SELECT 1`
	})
	if err := Record(t.Context(), tx, grantAt(start.AddDate(0, 1, 0))); err != nil {
		t.Fatal(err)
	}
	refused(t, tx, `UPDATE audit_entries SET actor_name = 'x'`, "permission denied")
	refused(t, tx, `TRUNCATE audit_entries`, "permission denied")
	refused(t, tx, `DELETE FROM audit_entries`, "never changed or deleted")
	refused(t, tx, `DELETE FROM audit_heads`, "permission denied")
	refused(t, tx, `DELETE FROM audit_archives`, "permission denied")
}

// TestServingRole: adding and removing work with the rights that package migrations gives.
func TestServingRole(t *testing.T) {
	t.Parallel()
	s, db := open(t)
	record(t, db, grantAt(longAgo))
	var file strings.Builder
	if _, err := s.Archive(t.Context(), root, longAgo.AddDate(0, 0, 1), &file); err != nil {
		t.Fatal(err)
	}
	tx := as(t, db, func(role string) string {
		return strings.ReplaceAll(`GRANT SELECT, INSERT ON audit_entries, audit_archives TO minping_app;
			GRANT SELECT ON audit_heads TO minping_app;
			GRANT EXECUTE ON FUNCTION audit_remove(bigint, timestamptz) TO minping_app`, "minping_app", role)
	})
	if err := Record(t.Context(), tx, grantAt(start.AddDate(1, 0, 0))); err != nil {
		t.Fatal(err)
	}
	refused(t, tx, `UPDATE audit_entries SET actor_name = 'x'`, "permission denied")
	refused(t, tx, `DELETE FROM audit_entries`, "permission denied")
	refused(t, tx, `INSERT INTO audit_heads VALUES ('2030-01-01', 1, '')`, "permission denied")
	refused(t, tx, `UPDATE audit_archives SET removed_at = now()`, "permission denied")
	if err := removeArchive(t.Context(), tx, 1, start); err != nil {
		t.Error(err)
	}
	r, err := Verify(t.Context(), tx)
	if err != nil || r.FirstBroken != nil || r.Archived != 1 || r.Entries != 2 {
		t.Errorf("%+v, %v", r, err)
	}
}
