package vault

import (
	"context"
	"crypto/cipher"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/google/uuid"

	"minping/internal/pg"
)

// dataKeyAge is how long a data key encrypts new records.
const dataKeyAge = 24 * time.Hour

type making struct {
	keys Keyring
	kind string
	size int
}

// makeKey stores a new random key under the current master key. Of a kind that
// there is once, another one is left as it is.
func (v *Vault) makeKey(ctx context.Context, q pg.Querier, m making) error {
	raw := make([]byte, m.size)
	if _, err := rand.Read(raw); err != nil {
		return fmt.Errorf("vault: make key: %w", err)
	}
	row, err := m.keys.wrap(m.kind, uuid.New(), raw)
	if err != nil {
		return err
	}
	return insertKey(ctx, q, newKey{keyRow: row, born: m.keys.Current(), at: v.now()})
}

type dataKey struct {
	id   uuid.UUID
	aead cipher.AEAD
}

// dataKey gives the key for new records: the newest of the last day that was
// born under the current master key, or a new one in the caller's transaction.
// It stays locked against removal until that transaction ends. Two transactions
// may each make one; neither waits for the other.
func (v *Vault) dataKey(ctx context.Context, q pg.Querier) (dataKey, error) {
	keys := *v.keys.Load()
	since := v.now().Add(-dataKeyAge)
	row, err := selectDataKey(ctx, q, keys.Current(), since)
	if pg.None(err) {
		if err := v.makeKey(ctx, q, making{keys, "data", keySize}); err != nil {
			return dataKey{}, err
		}
		row, err = selectDataKey(ctx, q, keys.Current(), since)
	}
	if err != nil {
		return dataKey{}, fmt.Errorf("vault: find data key: %w", err)
	}
	aead, err := v.aead(row)
	return dataKey{row.ID, aead}, err
}

// aead opens a data key. A key's bytes never change under one id, so an opened
// one is right however often it has been encrypted anew since.
func (v *Vault) aead(row keyRow) (cipher.AEAD, error) {
	v.mu.Lock()
	aead := v.open[row.ID]
	v.mu.Unlock()
	if aead != nil {
		return aead, nil
	}
	raw, err := v.keys.Load().unwrap(row)
	if err != nil {
		return nil, err
	}
	if aead, err = newAEAD(raw); err != nil {
		return nil, fmt.Errorf("vault: key %s: %w", row.ID, err)
	}
	v.mu.Lock()
	v.open[row.ID] = aead
	v.mu.Unlock()
	return aead, nil
}

func (v *Vault) forget(id uuid.UUID) {
	v.mu.Lock()
	delete(v.open, id)
	v.mu.Unlock()
}
