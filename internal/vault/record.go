package vault

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"minping/internal/fault"
	"minping/internal/pg"
)

// ID names a record. It tells nothing of the person.
type ID = uuid.UUID

// Entry is what a record is made from.
type Entry struct {
	Kind    string // what sort of record, e.g. "contact": small letters and _
	Subject string // what its owner calls it by; opaque, never personal
	Contact Contact
	// Unlisted keeps the record out of the blind index: Find does not meet it.
	Unlisted bool
}

// The texts of refusals.
const (
	unknownKey = "vault.unknown" // there is no such record
	erasedKey  = "vault.erased"  // there was one, and its contents are erased
)

// Put stores a contact in the caller's transaction. Who may is the caller's
// business. Invalid where the contact is empty or a part of it too long.
func (v *Vault) Put(ctx context.Context, q pg.Querier, e Entry) (ID, error) {
	if err := e.Contact.check(); err != nil {
		return ID{}, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return ID{}, fmt.Errorf("vault: make id: %w", err)
	}
	row := recordRow{ID: id, Kind: e.Kind, Subject: e.Subject}
	if err := v.encrypt(ctx, q, &row, e.Contact); err != nil {
		return ID{}, err
	}
	if err := insertRecord(ctx, q, row, v.now()); err != nil {
		return ID{}, err
	}
	if e.Unlisted {
		return id, nil
	}
	return id, v.indexContact(ctx, q, id, e.Contact)
}

// Replace stores another contact under the same id, in the caller's
// transaction. Invalid as Put; NotFound; Gone where the record is erased.
func (v *Vault) Replace(ctx context.Context, q pg.Querier, id ID, c Contact) error {
	if err := c.check(); err != nil {
		return err
	}
	row, err := v.lock(ctx, q, id)
	if err != nil {
		return err
	}
	if err := v.encrypt(ctx, q, &row, c); err != nil {
		return err
	}
	if err := updateRecord(ctx, q, row, v.now()); err != nil {
		return err
	}
	if err := deleteDigests(ctx, q, id); err != nil {
		return err
	}
	return v.indexContact(ctx, q, id, c)
}

// Erase takes a record's contents and digests away for good, in the caller's
// transaction; that it was there and who opened it stays. Erasing twice is no
// error. NotFound.
func (v *Vault) Erase(ctx context.Context, q pg.Querier, id ID) error {
	switch _, err := v.lock(ctx, q, id); {
	case err == nil:
	case fault.KindOf(err) == fault.Gone:
		return nil
	default:
		return err
	}
	if err := eraseRecord(ctx, q, id, v.now()); err != nil {
		return err
	}
	return deleteDigests(ctx, q, id)
}

// Find gives the records whose field has exactly this value, whatever way it is
// written, newest first. Who may ask is the caller's business.
func (v *Vault) Find(ctx context.Context, q pg.Querier, field Field, value string) ([]ID, error) {
	normal := field.normal(value)
	if normal == "" {
		return nil, nil
	}
	return selectByDigest(ctx, q, field, digest(v.index, field, normal))
}

func (v *Vault) lock(ctx context.Context, q pg.Querier, id ID) (recordRow, error) {
	row, err := lockRecord(ctx, q, id)
	if pg.None(err) {
		return row, fault.New(fault.NotFound, unknownKey)
	}
	if err != nil {
		return row, fmt.Errorf("vault: lock record %s: %w", id, err)
	}
	return row, row.alive()
}

func (v *Vault) indexContact(ctx context.Context, q pg.Querier, id ID, c Contact) error {
	for _, f := range []struct {
		field Field
		value Text
	}{{Phone, c.Phone}, {Email, c.Email}} {
		normal := f.field.normal(f.value.Reveal())
		if normal == "" {
			continue
		}
		if err := insertDigest(ctx, q, id, f.field, digest(v.index, f.field, normal)); err != nil {
			return err
		}
	}
	return nil
}

// recordRow is a record with the key that encrypts it.
type recordRow struct {
	ID         ID         `db:"id"`
	Kind       string     `db:"kind"`
	Subject    string     `db:"subject"`
	DEK        *uuid.UUID `db:"dek_id"`
	Nonce      []byte     `db:"nonce"`
	Ciphertext []byte     `db:"ciphertext"`
	ErasedAt   *time.Time `db:"erased_at"`
	KEK        *string    `db:"kek_id"`
	Wrapped    []byte     `db:"wrapped"`
}

func (r recordRow) alive() error {
	if r.ErasedAt != nil {
		return fault.New(fault.Gone, erasedKey)
	}
	return nil
}

func (r recordRow) bound() []byte {
	return []byte("minping/vault/record\x00" + r.ID.String() + "\x00" + r.Kind + "\x00" + r.Subject + "\x00" + r.DEK.String())
}

func (v *Vault) encrypt(ctx context.Context, q pg.Querier, row *recordRow, c Contact) error {
	text, err := c.encode()
	if err != nil {
		return fmt.Errorf("vault: record %s: %w", row.ID, err)
	}
	key, err := v.dataKey(ctx, q)
	if err != nil {
		return err
	}
	return key.sealInto(row, text)
}

// sealInto fills a row's key, nonce and ciphertext.
func (k dataKey) sealInto(row *recordRow, text []byte) error {
	row.DEK = &k.id
	s, err := seal(k.aead, text, row.bound())
	if err != nil {
		return fmt.Errorf("vault: record %s: %w", row.ID, err)
	}
	row.Nonce, row.Ciphertext = s.nonce, s.text
	return nil
}

// decryptText gives a living record's text. Its errors name the record and nothing in it.
func (v *Vault) decryptText(row recordRow) ([]byte, error) {
	if row.DEK == nil || row.KEK == nil {
		return nil, fmt.Errorf("vault: record %s has no key", row.ID)
	}
	aead, err := v.aead(keyRow{ID: *row.DEK, Kind: "data", KEK: *row.KEK, Wrapped: row.Wrapped})
	if err != nil {
		return nil, fmt.Errorf("vault: record %s: %w", row.ID, err)
	}
	text, err := unseal(aead, sealed{row.Nonce, row.Ciphertext}, row.bound())
	if err != nil {
		return nil, fmt.Errorf("vault: record %s: %w", row.ID, err)
	}
	return text, nil
}

func (v *Vault) decrypt(row recordRow) (Contact, error) {
	text, err := v.decryptText(row)
	if err != nil {
		return Contact{}, err
	}
	c, err := decode(text)
	if err != nil {
		return Contact{}, fmt.Errorf("vault: record %s: %w", row.ID, err)
	}
	return c, nil
}
