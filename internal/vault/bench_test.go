package vault_test

import (
	"fmt"
	"testing"

	"github.com/jmoiron/sqlx"

	"minping/internal/pg"
	"minping/internal/pgtest"
	"minping/internal/vault"
)

// fill puts n records in one transaction.
func fill(b *testing.B, db *sqlx.DB, v *vault.Vault, n int) (ids []vault.ID) {
	b.Helper()
	err := pg.InTx(b.Context(), db, func(tx *sqlx.Tx) error {
		for i := range n {
			c := zhang()
			c.Phone = vault.Hide(fmt.Sprintf("139%08d", i))
			id, err := v.Put(b.Context(), tx, vault.Entry{Kind: "contact", Contact: c})
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return ids
}

func BenchmarkPut(b *testing.B) {
	db := pgtest.New(b)
	v := open(b, db, oldLine)
	b.ResetTimer()
	fill(b, db, v, b.N)
}

func BenchmarkMaskedPage(b *testing.B) {
	db := pgtest.New(b)
	v := open(b, db, oldLine)
	ids := fill(b, db, v, 50)
	for b.Loop() {
		if m, err := v.Masked(b.Context(), db, ids); err != nil || len(m) != len(ids) {
			b.Fatal(err)
		}
	}
}

func BenchmarkReencrypt(b *testing.B) {
	db := pgtest.New(b)
	fill(b, db, open(b, db, oldLine), b.N)
	v := open(b, db, oldLine, newLine)
	b.ResetTimer()
	if p, err := v.Rotate(b.Context(), vault.Rotation{Reencrypt: true}); err != nil || p.Reencrypted != b.N {
		b.Fatalf("%+v, %v", p, err)
	}
}
