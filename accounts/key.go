package accounts

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/emmansun/gmsm/sm3"
	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Key is an API key as it is known: never the key itself.
type Key struct {
	ID        int64      `db:"id"`
	Name      string     `db:"name"`
	Role      Role       `db:"role"`
	CreatedAt time.Time  `db:"created_at"`
	ExpiresAt *time.Time `db:"expires_at"`
	RevokedAt *time.Time `db:"revoked_at"`
	UsedOn    *time.Time `db:"used_on"`
}

const (
	keyAlphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789"
	keyMin      = 32 // characters of a key that somebody else chose
)

// CreateKey makes a key for a program that acts citywide in a role, and gives it
// this once. A zero expires means never. Needs apikey:write. Invalid with
// complaints about name, role or expires; Conflict where the name is taken. The
// three administrators are people: no key holds their roles.
func (s *Service) CreateKey(ctx context.Context, by actor.Actor, name string, role Role, expires time.Time) (string, error) {
	if err := allowed(by, keyWrite); err != nil {
		return "", err
	}
	wrong := checkKey(&name, role)
	if !expires.IsZero() && !expires.After(s.now()) {
		wrong = append(wrong, complain("expires", "accounts.key.expires"))
	}
	if len(wrong) > 0 {
		return "", fault.Fielded(wrong...)
	}
	key := "mp_" + randomText(40)
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := insertKey(ctx, tx, newKey{name, role, digestOf(key), expires}); err != nil {
			return err
		}
		return s.audit(ctx, tx, keyEvent("key.create", by, map[string]string{"name": name, "role": string(role)}))
	})
	if pg.Broken(err) == "api_keys_name_key" {
		f := fault.Wrap(fault.Conflict, "accounts.key.taken", err)
		f.Fields = []fault.Field{complain("name", "accounts.key.taken")}
		return "", f
	}
	if err != nil {
		return "", fmt.Errorf("create key: %w", err)
	}
	return key, nil
}

// CreateKeyAs stores a given key of at least 32 characters under a name, in
// place of an older one of that name; doing it again changes nothing. Needs apikey:write.
func (s *Service) CreateKeyAs(ctx context.Context, by actor.Actor, name string, role Role, key string) error {
	if err := allowed(by, keyWrite); err != nil {
		return err
	}
	wrong := checkKey(&name, role)
	if utf8.RuneCountInString(key) < keyMin || strings.ContainsAny(key, " \t\r\n") {
		wrong = append(wrong, complain("key", "accounts.key.short"))
	}
	if len(wrong) > 0 {
		return fault.Fielded(wrong...)
	}
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := upsertKey(ctx, tx, newKey{name: name, role: role, digest: digestOf(key)}); err != nil {
			return fmt.Errorf("store key: %w", err)
		}
		return s.audit(ctx, tx, keyEvent("key.create", by, map[string]string{"name": name, "role": string(role)}))
	})
	if err != nil {
		return err
	}
	s.keys.clear()
	return nil
}

// ListKeys gives every key, newest first. Needs apikey:write.
func (s *Service) ListKeys(ctx context.Context, by actor.Actor) ([]Key, error) {
	if err := allowed(by, keyWrite); err != nil {
		return nil, err
	}
	keys, err := selectKeys(ctx, s.db)
	if err != nil {
		return nil, fmt.Errorf("list keys: %w", err)
	}
	return keys, nil
}

// RevokeKey ends a key: at once on this node, within seconds on others.
// Needs apikey:write. NotFound where there is no such key in force.
func (s *Service) RevokeKey(ctx context.Context, by actor.Actor, id int64) error {
	if err := allowed(by, keyWrite); err != nil {
		return err
	}
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		n, err := endKey(ctx, tx, id, s.now())
		if err != nil {
			return fmt.Errorf("revoke key: %w", err)
		}
		if n == 0 {
			return fault.New(fault.NotFound, "accounts.key.unknown")
		}
		e := keyEvent("key.revoke", by, nil)
		e.Object = "key/" + strconv.FormatInt(id, 10)
		return s.audit(ctx, tx, e)
	})
	if err == nil {
		s.keys.clear()
	}
	return err
}

func keyEvent(action string, by actor.Actor, detail map[string]string) AuditEvent {
	return AuditEvent{Action: action, By: by, Object: "key/" + detail["name"], Detail: detail}
}

func checkKey(name *string, role Role) []fault.Field {
	*name = strings.TrimSpace(*name)
	var wrong []fault.Field
	if n := utf8.RuneCountInString(*name); n == 0 || n > 100 {
		wrong = append(wrong, complain("name", "accounts.key.name"))
	}
	if !role.Known() || role.Administers() {
		wrong = append(wrong, complain("role", "fault.field.choice"))
	}
	return wrong
}

func digestOf(key string) digest { return sm3.Sum([]byte(key)) }

// randomText draws n characters without those that are easily mistaken.
func randomText(n int) string {
	text := make([]byte, 0, n)
	limit := byte(256 - 256%len(keyAlphabet)) // beyond it a remainder would favour some letters
	for len(text) < n {
		var b [64]byte
		_, _ = rand.Read(b[:]) // never fails since Go 1.24
		for _, r := range b {
			if r < limit && len(text) < n {
				text = append(text, keyAlphabet[int(r)%len(keyAlphabet)])
			}
		}
	}
	return string(text)
}
