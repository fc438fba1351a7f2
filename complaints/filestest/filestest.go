// Package filestest gives tests of pages a place for files and a vault, neither of
// which pages know.
package filestest

import (
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/blobs"
	"minping/internal/vault"
)

// New opens a store in a folder of the test and a vault over its database.
func New(t testing.TB, db *sqlx.DB, now func() time.Time) (store *blobs.Store, opened func() *vault.Vault, folder string) {
	t.Helper()
	folder = t.TempDir()
	store, err := blobs.Open(t.Context(), "file://"+folder, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	keys, err := vault.ParseKeyring("2026a:0123456789abcdeffedcba9876543210")
	if err != nil {
		t.Fatal(err)
	}
	v, err := vault.Open(t.Context(), vault.Config{DB: db, Keys: keys, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return store, func() *vault.Vault { return v }, folder
}
