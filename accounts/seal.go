package accounts

import (
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/emmansun/gmsm/sm4"
)

// Sealer keeps secrets at rest. bound is what the sealed text belongs to: opened
// for anything else, it is refused.
type Sealer interface {
	Seal(plain, bound []byte) ([]byte, error)
	Open(sealed, bound []byte) ([]byte, error)
}

// NewSealer seals with SM4-GCM (GB/T 32907-2016, GM/T 0132) under a key of which
// the first 16 bytes count; derive it from the program's secret for this alone.
func NewSealer(key []byte) (Sealer, error) {
	if len(key) < sm4.BlockSize {
		return nil, errors.New("accounts: a sealing key has at least 16 bytes")
	}
	block, err := sm4.NewCipher(key[:sm4.BlockSize])
	if err != nil {
		return nil, fmt.Errorf("accounts: sealing key: %w", err)
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("accounts: sealing key: %w", err)
	}
	return sealer{gcm}, nil
}

type sealer struct{ gcm cipher.AEAD }

// Seal puts a fresh nonce before the sealed text.
func (s sealer) Seal(plain, bound []byte) ([]byte, error) {
	nonce := make([]byte, s.gcm.NonceSize(), s.gcm.NonceSize()+len(plain)+s.gcm.Overhead())
	_, _ = rand.Read(nonce) // never fails since Go 1.24
	return s.gcm.Seal(nonce, nonce, plain, bound), nil
}

func (s sealer) Open(sealed, bound []byte) ([]byte, error) {
	n := s.gcm.NonceSize()
	if len(sealed) < n {
		return nil, errors.New("sealed text is too short")
	}
	plain, err := s.gcm.Open(nil, sealed[:n], sealed[n:], bound)
	if err != nil {
		return nil, fmt.Errorf("open sealed text (wrong or lost key?): %w", err)
	}
	return plain, nil
}
