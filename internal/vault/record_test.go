package vault_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"

	"minping/internal/fault"
	"minping/internal/pg"
	"minping/internal/pgtest"
	"minping/internal/vault"
)

func TestBlindIndex(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	v := open(t, db, oldLine)
	id := put(t, db, v, zhang())
	put(t, db, v, vault.Contact{Phone: vault.Hide("13800001235")})
	for _, c := range []struct {
		field vault.Field
		value string
		found bool
	}{
		{vault.Phone, "13800001234", true},
		{vault.Phone, "+86 138-0000-1234", true},
		{vault.Phone, "１３８００００１２３４", true},
		{vault.Phone, "13800001236", false},
		{vault.Phone, "", false},
		{vault.Email, "LISI@example.COM ", true},
		{vault.Email, "13800001234", false},
		{"name", "张三", false},
	} {
		ids, err := v.Find(t.Context(), db, c.field, c.value)
		if err != nil || (len(ids) == 1 && ids[0] == id) != c.found || !c.found && len(ids) > 0 {
			t.Errorf("%s %q: %v, %v", c.field, c.value, ids, err)
		}
	}
}

// TestNothingReadableIsStored looks for every part of a contact in everything the tables hold.
func TestNothingReadableIsStored(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	put(t, db, open(t, db, oldLine), zhang())
	for _, table := range []string{"vault_keys", "vault_records", "vault_index"} {
		var rows []string
		if err := db.Select(&rows, `SELECT x::text FROM `+table+` x`); err != nil || len(rows) == 0 {
			t.Fatalf("%s: %v", table, err)
		}
		all := strings.Join(rows, "\n")
		for _, part := range []string{"张三", "1380000", "xample", "奎文", "19900101", "e5bca0e4b889" /* 张三 in hex */, "31333830303030"} {
			if strings.Contains(strings.ToLower(all), part) {
				t.Errorf("%s holds %q", table, part)
			}
		}
	}
	var lengths []int
	if err := db.Select(&lengths, `SELECT length(ciphertext) FROM vault_records`); err != nil || (lengths[0]-16)%128 != 0 {
		t.Errorf("ciphertext of %v bytes tells the length of its text (%v)", lengths, err)
	}
}

func TestEqualContactsLookDifferent(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	v := open(t, db, oldLine)
	put(t, db, v, zhang())
	put(t, db, v, zhang())
	var texts, nonces [][]byte
	if err := errors.Join(db.Select(&texts, `SELECT ciphertext FROM vault_records`), db.Select(&nonces, `SELECT nonce FROM vault_records`)); err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(texts[0], texts[1]) || bytes.Equal(nonces[0], nonces[1]) {
		t.Error("two records of one contact have the same ciphertext or nonce")
	}
}

func TestReplace(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	v := open(t, db, oldLine)
	id := put(t, db, v, zhang())
	if err := v.Replace(t.Context(), db, id, vault.Contact{Phone: vault.Hide("13900005678")}); err != nil {
		t.Fatal(err)
	}
	c, err := reveal(t.Context(), v, id)
	if err != nil || c.Phone.Reveal() != "13900005678" || !c.Name.Empty() {
		t.Errorf("after replacing: %q, %q, %v", c.Phone.Reveal(), c.Name.Reveal(), err)
	}
	if ids, err := v.Find(t.Context(), db, vault.Phone, "13800001234"); err != nil || len(ids) > 0 {
		t.Errorf("the old number still finds %v, %v", ids, err)
	}
	if ids, err := v.Find(t.Context(), db, vault.Phone, "13900005678"); err != nil || len(ids) != 1 {
		t.Errorf("the new number finds %v, %v", ids, err)
	}
}

func TestErase(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	v := open(t, db, oldLine)
	id := put(t, db, v, zhang())
	if _, err := reveal(t.Context(), v, id); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := v.Erase(t.Context(), db, id); err != nil {
			t.Fatal(err)
		}
	}
	var left struct{ Filled, Digests, Openings int }
	const q = `SELECT count(ciphertext) + count(nonce) + count(dek_id) AS filled, (SELECT count(*) FROM vault_index) AS digests,
		(SELECT count(*) FROM vault_openings) AS openings FROM vault_records WHERE erased_at IS NOT NULL`
	if err := db.Get(&left, q); err != nil || left.Filled != 0 || left.Digests != 0 || left.Openings != 1 {
		t.Errorf("left after erasing: %+v, %v", left, err)
	}
	_, revealed := reveal(t.Context(), v, id)
	for what, err := range map[string]error{"reveal": revealed, "replace": v.Replace(t.Context(), db, id, zhang())} {
		if fault.KindOf(err) != fault.Gone {
			t.Errorf("%s: %v, want Gone", what, err)
		}
	}
	if m, err := v.Masked(t.Context(), db, []vault.ID{id}); err != nil || m[id] != (vault.Masked{Erased: true}) {
		t.Errorf("masked: %+v, %v", m, err)
	}
	if err := v.Erase(t.Context(), db, vault.ID{}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("unknown: %v, want NotFound", err)
	}
}

func TestPutRefuses(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	v := open(t, db, oldLine)
	for field, c := range map[string]vault.Contact{
		"contact": {Name: vault.Hide("  ")},
		"address": {Address: vault.Hide(strings.Repeat("长", 201))},
		"name":    {Name: vault.Hide("张\x00三")},
		"email":   {Email: vault.Hide("a\xff@example.com")},
	} {
		_, err := v.Put(t.Context(), db, vault.Entry{Kind: "contact", Contact: c})
		f, ok := fault.As(err)
		if !ok || f.Kind != fault.Invalid || f.Fields[0].Name != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, err := v.Put(t.Context(), db, vault.Entry{Kind: "Kontakt!", Contact: zhang()}); pg.Broken(err) != "vault_records_kind_check" {
		t.Errorf("kind: %v", err)
	}
}

// TestPutRolledBack: a data key made in a transaction that fails is not used again.
func TestPutRolledBack(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	v := open(t, db, oldLine)
	stop := errors.New("stop")
	err := pg.InTx(t.Context(), db, func(tx *sqlx.Tx) error {
		if _, err := v.Put(context.WithoutCancel(t.Context()), tx, vault.Entry{Kind: "contact", Contact: zhang()}); err != nil {
			return err
		}
		return stop
	})
	if !errors.Is(err, stop) {
		t.Fatal(err)
	}
	id := put(t, db, v, zhang())
	if _, err := reveal(t.Context(), open(t, db, oldLine), id); err != nil {
		t.Error(err)
	}
}

func TestMasked(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	v := open(t, db, oldLine)
	id := put(t, db, v, zhang())
	m, err := v.Masked(t.Context(), db, []vault.ID{id, {}})
	want := vault.Masked{Name: "张*", Phone: "138****1234", Email: "L***@Example.com", Address: "潍坊市奎文区****", IDNumber: "37**************12"}
	if err != nil || len(m) != 1 || m[id] != want {
		t.Errorf("%+v, %v", m, err)
	}
}
