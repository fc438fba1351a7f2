package vault

import (
	"context"
	"crypto/cipher"
	"crypto/rand"
	"fmt"

	"github.com/google/uuid"

	"minping/internal/fault"
	"minping/internal/pg"
)

// fileKeyKind is the kind of the records that hold the keys of files.
const fileKeyKind = "file_key"

// NewFileKey makes a random key for one file, keeps it as a record of the vault in
// the caller's transaction, and gives it opened. Keys of files turn with the
// master keys as every record does, and Erase makes the file unreadable wherever a copy of it lies.
func (v *Vault) NewFileKey(ctx context.Context, q pg.Querier, subject string) (ID, cipher.AEAD, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return ID{}, nil, fmt.Errorf("vault: make id: %w", err)
	}
	raw := make([]byte, keySize)
	if _, err := rand.Read(raw); err != nil {
		return ID{}, nil, fmt.Errorf("vault: make key: %w", err)
	}
	key, err := v.dataKey(ctx, q)
	if err != nil {
		return ID{}, nil, err
	}
	row := recordRow{ID: id, Kind: fileKeyKind, Subject: subject}
	if err := key.sealInto(&row, raw); err != nil {
		return ID{}, nil, err
	}
	if err := insertRecord(ctx, q, row, v.now()); err != nil {
		return ID{}, nil, err
	}
	aead, err := newAEAD(raw)
	return id, aead, err
}

// FileKey opens the key of a file. It tells nothing of a person, so it is no
// opening of a contact; whose the file is checks who may see it. NotFound, also
// where the record is no file's key; Gone where it is erased.
func (v *Vault) FileKey(ctx context.Context, q pg.Querier, id ID) (cipher.AEAD, error) {
	rows, err := selectRecords(ctx, q, []ID{id})
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 || rows[0].Kind != fileKeyKind {
		return nil, fault.New(fault.NotFound, unknownKey)
	}
	if err := rows[0].alive(); err != nil {
		return nil, err
	}
	raw, err := v.decryptText(rows[0])
	if err != nil {
		return nil, err
	}
	aead, err := newAEAD(raw)
	if err != nil {
		return nil, fmt.Errorf("vault: record %s: %w", id, err)
	}
	return aead, nil
}
