package migrations_test

import (
	"crypto/rand"
	"net/url"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"minping/internal/pgtest"
	"minping/migrations"
)

// servingRole makes a role that can sign in; the test's end takes it away.
func servingRole(t *testing.T, dsn string) (owner *sqlx.DB, role, servingDSN string) {
	t.Helper()
	owner = sqlx.MustConnect("postgres", dsn)
	role = "mptest_" + strings.ToLower(rand.Text()[:10])
	if _, err := owner.Exec(`CREATE ROLE ` + role + ` LOGIN PASSWORD 'serving'`); err != nil {
		t.Skipf("the tests' role may not create roles: %v", err)
	}
	t.Cleanup(func() {
		_, err := owner.Exec(`DROP OWNED BY ` + role + `; DROP ROLE ` + role)
		if err != nil {
			t.Error(err)
		}
		_ = owner.Close()
	})
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.UserPassword(role, "serving")
	return owner, role, u.String()
}

// What is only added to can be neither changed, emptied nor freed of its triggers by the serving role.
func TestServingRoleRewritesNothing(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t)
	owner, role, serving := servingRole(t, dsn)
	if err := migrations.Grant(t.Context(), dsn, role); err != nil {
		t.Fatal(err)
	}
	if err := migrations.Grant(t.Context(), dsn, role); err != nil {
		t.Fatalf("again: %v", err)
	}
	db := sqlx.MustConnect("postgres", serving)
	defer db.Close()
	for _, table := range []string{"audit_entries", "audit_heads", "audit_archives", "vault_openings", "ratings", "submissions", "survey_versions", "methodologies"} {
		for _, q := range []string{"DELETE FROM " + table, "TRUNCATE " + table, "ALTER TABLE " + table + " DISABLE TRIGGER ALL", "DROP TABLE " + table} {
			if _, err := db.Exec(q); err == nil || !strings.Contains(err.Error(), "permission denied") && !strings.Contains(err.Error(), "must be owner") {
				t.Errorf("%s: %v", q, err)
			}
		}
		var column string
		if err := owner.Get(&column, `SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND attidentity = '' ORDER BY attnum LIMIT 1`, table); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Exec("UPDATE " + table + " SET " + column + " = " + column); err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("update %s: %v", table, err)
		}
	}
	for _, q := range []string{"CREATE TABLE mine ()", "SET session_replication_role = replica", "SET ROLE postgres",
		"INSERT INTO audit_heads VALUES ('2030-01-01', 1, '')"} {
		if _, err := db.Exec(q); err == nil {
			t.Errorf("%s: not refused", q)
		}
	}
	// Every table whose triggers refuse changes is among those that may not be changed.
	var loose []string
	const q = `SELECT c.relname || ' ' || p.may FROM pg_class c JOIN pg_trigger g ON g.tgrelid = c.oid
		JOIN pg_proc f ON f.oid = g.tgfoid AND f.proname = 'refuse_change'
		CROSS JOIN (VALUES ('UPDATE', 16), ('DELETE', 8), ('TRUNCATE', 32)) p (may, bit)
		WHERE g.tgtype & p.bit > 0 AND has_table_privilege($1, c.oid, p.may)`
	if err := owner.Select(&loose, q, role); err != nil || len(loose) > 0 {
		t.Errorf("rights that a trigger has to refuse: %v, %v", loose, err)
	}
}

func TestGrantRefusesRolesThatNoRightRestrains(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t)
	owner, role, _ := servingRole(t, dsn)
	for name, want := range map[string]string{"nobody_of_that_name": "there is no role", `x"; DROP TABLE units; --`: "plain name"} {
		if err := migrations.Grant(t.Context(), dsn, name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	owner.MustExec(`ALTER ROLE ` + role + ` SUPERUSER`)
	if err := migrations.Grant(t.Context(), dsn, role); err == nil || !strings.Contains(err.Error(), "superuser") {
		t.Errorf("a superuser: %v", err)
	}
	owner.MustExec(`ALTER ROLE ` + role + ` NOSUPERUSER; CREATE TABLE forgotten ()`)
	if err := migrations.Grant(t.Context(), dsn, role); err == nil || !strings.Contains(err.Error(), "does not say what the serving role may do with forgotten") {
		t.Errorf("a table without a line: %v", err)
	}
}
