package vault

import (
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"

	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"
	"github.com/google/uuid"
)

const (
	keySize      = 16 // SM4 has keys of 128 bits
	indexKeySize = 32 // as long as an SM3 digest
	nonceSize    = 12
)

// errAltered is all that is said of a text that fails its authentication: a
// wrong key and a changed byte look the same.
var errAltered = errors.New("the key is wrong, or the stored bytes were changed")

func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := sm4.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("SM4: %w", err)
	}
	return cipher.NewGCM(block)
}

type sealed struct{ nonce, text []byte }

// seal encrypts under a random nonce. A data key serves one day, far below the
// 2³² texts that random nonces of 96 bits allow (NIST SP 800-38D, 8.3).
func seal(key cipher.AEAD, plain, bound []byte) (sealed, error) {
	nonce := make([]byte, nonceSize)
	if _, err := rand.Read(nonce); err != nil {
		return sealed{}, fmt.Errorf("make nonce: %w", err)
	}
	return sealed{nonce, key.Seal(nil, nonce, plain, bound)}, nil
}

func unseal(key cipher.AEAD, s sealed, bound []byte) ([]byte, error) {
	if len(s.nonce) != nonceSize {
		return nil, errAltered
	}
	plain, err := key.Open(nil, s.nonce, s.text, bound)
	if err != nil {
		return nil, errAltered
	}
	return plain, nil
}

// keyRow is a row of vault_keys.
type keyRow struct {
	ID      uuid.UUID `db:"id"`
	Kind    string    `db:"kind"`
	KEK     string    `db:"kek_id"`
	Wrapped []byte    `db:"wrapped"`
}

func (r keyRow) bound() []byte {
	return []byte("minping/vault/key\x00" + r.KEK + "\x00" + r.Kind + "\x00" + r.ID.String())
}

// wrap encrypts a key's bytes under the current master key.
func (k Keyring) wrap(kind string, id uuid.UUID, raw []byte) (keyRow, error) {
	return k.wrapUnder(k.Current(), keyRow{ID: id, Kind: kind}, raw)
}

func (k Keyring) wrapUnder(kek string, row keyRow, raw []byte) (keyRow, error) {
	row.KEK = kek
	s, err := seal(k.r.keys[kek], raw, row.bound())
	if err != nil {
		return keyRow{}, fmt.Errorf("vault: encrypt key %s: %w", row.ID, err)
	}
	row.Wrapped = slices.Concat(s.nonce, s.text)
	return row, nil
}

func (k Keyring) unwrap(row keyRow) ([]byte, error) {
	if !k.has(row.KEK) {
		return nil, k.missing(row.KEK)
	}
	if len(row.Wrapped) < nonceSize {
		return nil, fmt.Errorf("vault: key %s: %w", row.ID, errAltered)
	}
	raw, err := unseal(k.r.keys[row.KEK], sealed{row.Wrapped[:nonceSize], row.Wrapped[nonceSize:]}, row.bound())
	if err != nil {
		return nil, fmt.Errorf("vault: key %s under master key %s: %w", row.ID, row.KEK, err)
	}
	return raw, nil
}

// digest is what the blind index keeps of a normalised value, bound to its field.
func digest(indexKey []byte, field Field, normal string) []byte {
	return keyedDigest(indexKey, string(field)+"\x00"+normal)
}

// keyedDigest is HMAC-SM3.
func keyedDigest(key []byte, text string) []byte {
	mac := hmac.New(sm3.New, key)
	_, _ = mac.Write([]byte(text)) // a hash never fails
	return mac.Sum(nil)
}
