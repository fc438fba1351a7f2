package vault_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/pg"
	"minping/internal/pgtest"
	"minping/internal/vault"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

const (
	oldLine   = "2025a:0123456789abcdeffedcba9876543210"
	newLine   = "2026a:112233445566778899aabbccddeeff00"
	otherLine = "2025a:ffeeddccbbaa99887766554433221100" // another key under the old name
)

var noon = time.Date(2026, 3, 16, 4, 0, 0, 0, time.UTC)

func ring(t testing.TB, lines ...string) vault.Keyring {
	t.Helper()
	k, err := vault.ParseKeyring(strings.Join(lines, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func open(t testing.TB, db *sqlx.DB, lines ...string) *vault.Vault {
	t.Helper()
	v, err := vault.Open(t.Context(), vault.Config{DB: db, Keys: ring(t, lines...), Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func zhang() vault.Contact {
	return vault.Contact{Name: vault.Hide("张三"), Phone: vault.Hide("138 0000 1234"), Email: vault.Hide("Lisi@Example.com"),
		Address: vault.Hide("潍坊市奎文区东风东街8号"), IDNumber: vault.Hide("370700199001011212")}
}

func put(t testing.TB, db *sqlx.DB, v *vault.Vault, c vault.Contact) vault.ID {
	t.Helper()
	var id vault.ID
	err := pg.InTx(t.Context(), db, func(tx *sqlx.Tx) (err error) {
		id, err = v.Put(t.Context(), tx, vault.Entry{Kind: "contact", Subject: "case 1", Contact: c})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func reveal(ctx context.Context, v *vault.Vault, id vault.ID) (vault.Contact, error) {
	return v.Reveal(ctx, actor.System("test"), vault.Request{Record: id, Reason: "核对联系方式"})
}

func must(t testing.TB, db *sqlx.DB, stmt string, args ...any) {
	t.Helper()
	r, err := db.ExecContext(t.Context(), stmt, args...)
	if err != nil {
		t.Fatal(err)
	}
	if n, _ := r.RowsAffected(); n == 0 {
		t.Fatalf("changed nothing: %s", stmt)
	}
}

func TestOpenRefusesAMissingOrWrongKey(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	id := put(t, db, open(t, db, oldLine), zhang())
	for _, c := range []struct {
		name, keys string
		want       error
		says       []string
	}{
		{"missing", newLine, vault.ErrMissingKey, []string{"[2025a]", "[2026a]", "the file /etc/minping/vault.keys"}},
		{"wrong", otherLine, vault.ErrWrongKey, []string{"2025a", "the file /etc/minping/vault.keys"}},
	} {
		_, err := vault.Open(t.Context(), vault.Config{DB: db, Keys: ring(t, c.keys).From("the file /etc/minping/vault.keys")})
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
			continue
		}
		for _, s := range c.says {
			if !strings.Contains(err.Error(), s) {
				t.Errorf("%s: %q does not name %s", c.name, err, s)
			}
		}
		if _, key, _ := strings.Cut(c.keys, ":"); strings.Contains(err.Error(), key) {
			t.Errorf("%s: the message tells the key", c.name)
		}
	}
	if _, err := vault.Open(t.Context(), vault.Config{DB: db}); !errors.Is(err, vault.ErrMissingKey) {
		t.Errorf("no ring: %v", err)
	}
	if c, err := reveal(t.Context(), open(t, db, oldLine, newLine), id); err != nil || !c.Name.Equal(vault.Hide("张三")) {
		t.Errorf("with both keys: %v", err)
	}
}

// TestWrongNewKeyIsMetBeforeItIsUsed: two programs were given different keys under one name.
func TestWrongNewKeyIsMetBeforeItIsUsed(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	open(t, db, oldLine)
	open(t, db, oldLine, newLine)
	_, err := vault.Open(t.Context(), vault.Config{DB: db, Keys: ring(t, oldLine, "2026a:00112233445566778899aabbccddeeff")})
	if !errors.Is(err, vault.ErrWrongKey) {
		t.Errorf("%v, want ErrWrongKey", err)
	}
}

func TestProgramsOpenAtOnce(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	errs := make(chan error)
	for i := range 6 {
		lines := []string{oldLine, newLine}
		if i%2 == 0 {
			lines = []string{newLine, oldLine}
		}
		keys := ring(t, lines...)
		go func() {
			_, err := vault.Open(t.Context(), vault.Config{DB: db, Keys: keys})
			errs <- err
		}()
	}
	for range 6 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	var n int
	if err := db.Get(&n, `SELECT count(*) FROM vault_keys WHERE kind = 'index'`); err != nil || n != 1 {
		t.Errorf("%d index keys, %v", n, err)
	}
}

func TestReload(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	v := open(t, db, oldLine)
	id := put(t, db, v, zhang())
	if err := v.Reload(t.Context(), ring(t, newLine)); !errors.Is(err, vault.ErrMissingKey) {
		t.Errorf("ring without the key in use: %v", err)
	}
	if err := v.Reload(t.Context(), ring(t, oldLine, newLine)); err != nil {
		t.Fatal(err)
	}
	put(t, db, v, zhang())
	s, err := v.Status(t.Context())
	if err != nil || s.Current != "2026a" || s.Keys[1].Records != 1 || s.Keys[0].Records != 1 {
		t.Errorf("after reload: %+v, %v", s, err)
	}
	if _, err := reveal(t.Context(), v, id); err != nil {
		t.Error(err)
	}
}
