package vault_test

import (
	"strings"
	"testing"

	"minping/internal/pgtest"
	"minping/internal/vault"
)

// TestChangedBytesAreRefused flips one bit in each place, and swaps what belongs to two rows.
func TestChangedBytesAreRefused(t *testing.T) {
	t.Parallel()
	for name, stmt := range map[string]string{
		"ciphertext, first bit": `UPDATE vault_records SET ciphertext = set_bit(ciphertext, 0, 1 - get_bit(ciphertext, 0))`,
		"tag, last bit":         `UPDATE vault_records SET ciphertext = set_bit(ciphertext, length(ciphertext) * 8 - 1, 1 - get_bit(ciphertext, length(ciphertext) * 8 - 1))`,
		"ciphertext cut":        `UPDATE vault_records SET ciphertext = substr(ciphertext, 1, 5)`,
		"nonce":                 `UPDATE vault_records SET nonce = set_bit(nonce, 7, 1 - get_bit(nonce, 7))`,
		"nonce cut":             `UPDATE vault_records SET nonce = substr(nonce, 2)`,
		"kind":                  `UPDATE vault_records SET kind = 'witness'`,
		"subject":               `UPDATE vault_records SET subject = 'case 2'`,
		"wrapped key":           `UPDATE vault_keys SET wrapped = set_bit(wrapped, 120, 1 - get_bit(wrapped, 120)) WHERE kind = 'data'`,
		"wrapped key cut":       `UPDATE vault_keys SET wrapped = substr(wrapped, 1, 4) WHERE kind = 'data'`,
		"master key's name":     `UPDATE vault_keys SET kek_id = '2026a' WHERE kind = 'data'`,
		"swapped rows": `UPDATE vault_records r SET nonce = o.nonce, ciphertext = o.ciphertext, dek_id = o.dek_id
			FROM vault_records o WHERE o.id <> r.id`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := pgtest.New(t)
			v := open(t, db, oldLine, "2024a:00112233445566778899aabbccddeeff", newLine)
			id := put(t, db, v, zhang())
			put(t, db, v, vault.Contact{Name: vault.Hide("李四")})
			if strings.HasPrefix(name, "master") { // wrapped under 2026a: name another that is there
				stmt = strings.Replace(stmt, "2026a", "2024a", 1)
			}
			must(t, db, stmt)
			v = open(t, db, oldLine, "2024a:00112233445566778899aabbccddeeff", newLine) // has no opened keys yet
			c, err := reveal(t.Context(), v, id)
			if err == nil || !c.Empty() {
				t.Fatalf("opened: %v", err)
			}
			if !strings.Contains(err.Error(), "changed") || strings.Contains(err.Error(), "张三") {
				t.Errorf("message: %v", err)
			}
			if _, err := v.Masked(t.Context(), db, []vault.ID{id}); err == nil {
				t.Error("masked")
			}
		})
	}
}

func TestChangedIndexKeyIsRefused(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	open(t, db, oldLine)
	must(t, db, `UPDATE vault_keys SET wrapped = set_bit(wrapped, 200, 1 - get_bit(wrapped, 200)) WHERE kind = 'index'`)
	if _, err := vault.Open(t.Context(), vault.Config{DB: db, Keys: ring(t, oldLine)}); err == nil {
		t.Error("opened with a changed index key")
	}
}
