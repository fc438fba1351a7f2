package vault_test

import (
	"testing"

	"github.com/google/uuid"

	"minping/internal/fault"
	"minping/internal/pgtest"
	"minping/internal/vault"
)

// TestFileKeys: a key comes back, also under a new master key, opens nothing but
// files, and is gone once erased.
func TestFileKeys(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	v := open(t, db, oldLine)
	id, key, err := v.NewFileKey(t.Context(), db, "2026/11/25/a")
	if err != nil {
		t.Fatal(err)
	}
	nonce := make([]byte, key.NonceSize())
	sealed := key.Seal(nil, nonce, []byte("照片"), nil)
	reads := func(v *vault.Vault) {
		t.Helper()
		again, err := v.FileKey(t.Context(), db, id)
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := again.Open(nil, nonce, sealed, nil); err != nil || string(plain) != "照片" {
			t.Errorf("%q, %v", plain, err)
		}
	}
	reads(v)
	both := open(t, db, oldLine, newLine)
	if _, err := both.Rotate(t.Context(), vault.Rotation{Reencrypt: true}); err != nil {
		t.Fatal(err)
	}
	reads(open(t, db, newLine))
	contact := put(t, db, both, zhang())
	for what, other := range map[string]uuid.UUID{"a contact": contact, "nothing": uuid.New()} {
		if _, err := both.FileKey(t.Context(), db, other); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := both.Erase(t.Context(), db, id); err != nil {
		t.Fatal(err)
	}
	if _, err := both.FileKey(t.Context(), db, id); fault.KindOf(err) != fault.Gone {
		t.Errorf("erased: %v", err)
	}
}
