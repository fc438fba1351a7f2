package vault

import (
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/internal/pg"
)

// ErrMissingKey and ErrWrongKey are why Open refuses a key ring.
var (
	ErrMissingKey = errors.New("vault: a master key is missing")
	ErrWrongKey   = errors.New("vault: a master key is wrong")
)

// Config is what a vault is made of.
type Config struct {
	DB   *sqlx.DB
	Keys Keyring
	Now  func() time.Time // nil = time.Now
	// OnOpen runs in the transaction that writes an opening down, before the
	// contact leaves; its error refuses the opening. May be nil.
	OnOpen func(ctx context.Context, tx *sqlx.Tx, o Opening) error
}

// Vault is an opened vault. It may be used by many goroutines at once.
type Vault struct {
	db     *sqlx.DB
	now    func() time.Time
	onOpen func(context.Context, *sqlx.Tx, Opening) error
	keys   atomic.Pointer[Keyring]
	index  []byte

	mu   sync.Mutex
	open map[uuid.UUID]cipher.AEAD // data keys met so far; about one a day
}

// Open checks the key ring against the database: a master key that stored keys
// need must be there (ErrMissingKey) and be the one it was (ErrWrongKey). The
// first Open makes the index key, and each new master key gets its canary.
func Open(ctx context.Context, c Config) (*Vault, error) {
	v := &Vault{db: c.DB, now: c.Now, onOpen: c.OnOpen, open: map[uuid.UUID]cipher.AEAD{}}
	if v.now == nil {
		v.now = time.Now
	}
	if err := v.Reload(ctx, c.Keys); err != nil {
		return nil, err
	}
	return v, nil
}

// Reload checks another key ring as Open does and takes it, while the vault is in use.
func (v *Vault) Reload(ctx context.Context, keys Keyring) error {
	if keys.Current() == "" {
		return fmt.Errorf("%w: the key ring is empty", ErrMissingKey)
	}
	err := pg.InTx(ctx, v.db, func(tx *sqlx.Tx) error {
		if err := lockOpening(ctx, tx); err != nil {
			return err
		}
		needed, err := selectKEKs(ctx, tx)
		if err != nil {
			return err
		}
		if err := keys.missing(needed...); err != nil {
			return err
		}
		if err := v.proveKeys(ctx, tx, keys); err != nil {
			return err
		}
		index, err := v.indexKey(ctx, tx, keys)
		if err == nil && v.index == nil {
			v.index = index // set once, before Open returns: it never changes
		}
		return err
	})
	if err != nil {
		return err
	}
	v.keys.Store(&keys)
	return nil
}

// Needed lists the master keys without which something stored cannot be read.
func Needed(ctx context.Context, q pg.Querier) ([]string, error) { return selectKEKs(ctx, q) }

// missing names the ids that are not in the ring; nil where all are.
func (k Keyring) missing(ids ...string) error {
	var lost []string
	for _, id := range ids {
		if !k.has(id) {
			lost = append(lost, id)
		}
	}
	if len(lost) == 0 {
		return nil
	}
	return fmt.Errorf("%w: stored contacts need the master keys [%s], and %s holds only [%s]: put the missing ones back from where they are kept safe; without them the contacts cannot be read",
		ErrMissingKey, strings.Join(lost, " "), k.source(), strings.Join(k.IDs(), " "))
}

func (k Keyring) source() string {
	if k.r == nil {
		return "the key ring"
	}
	return k.r.source
}

func (k Keyring) wrong(id string) error {
	return fmt.Errorf("%w: the key called %s in %s is not the key that had this name before: put the right one back, or give a new key a new name",
		ErrWrongKey, id, k.source())
}

const canaryText = "minping"

// proveKeys decrypts the canary of every master key in the ring, and gives one to the new ones.
func (v *Vault) proveKeys(ctx context.Context, tx *sqlx.Tx, keys Keyring) error {
	for _, id := range keys.IDs() {
		fresh := uuid.New()
		row, err := keys.wrapUnder(id, keyRow{ID: fresh, Kind: "canary"}, []byte(canaryText))
		if err != nil {
			return err
		}
		if err := insertKey(ctx, tx, newKey{keyRow: row, born: id, at: v.now()}); err != nil {
			return err
		}
		if row, err = selectCanary(ctx, tx, id); err != nil {
			return err
		}
		if text, err := keys.unwrap(row); err != nil || string(text) != canaryText {
			return keys.wrong(id)
		}
	}
	return nil
}

// indexKey reads the index key; the first program to ask makes it.
func (v *Vault) indexKey(ctx context.Context, tx *sqlx.Tx, keys Keyring) ([]byte, error) {
	row, err := selectIndexKey(ctx, tx)
	if pg.None(err) {
		if err := v.makeKey(ctx, tx, making{keys, "index", indexKeySize}); err != nil {
			return nil, err
		}
		row, err = selectIndexKey(ctx, tx) // perhaps another program's
	}
	if err != nil {
		return nil, fmt.Errorf("vault: read index key: %w", err)
	}
	raw, err := keys.unwrap(row)
	if errors.Is(err, errAltered) {
		return nil, fmt.Errorf("%w; %w", keys.wrong(row.KEK), err)
	}
	return raw, err
}

// String and Format keep whatever prints a vault from printing what is in it.
func (v *Vault) String() string             { return "vault" }
func (v *Vault) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "vault") }
