package accounts

import (
	"context"
	"crypto/rand"
	"fmt"
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
	Unit      int64      `db:"unit_id"`
	UnitKind  string     `db:"unit_kind"`
	UnitName  string     `db:"unit_name"`
	CreatedAt time.Time  `db:"created_at"`
	ExpiresAt time.Time  `db:"expires_at"`
	RevokedAt *time.Time `db:"revoked_at"`
	UsedOn    *time.Time `db:"used_on"`
}

const (
	keyAlphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789"
	keyMin      = 32 // characters of a key that somebody else chose
)

// NewKey is what a key is made from. Unit 0 is the whole city; a zero Expires is
// a year from now: no key is for ever.
type NewKey struct {
	Name    string
	Role    Role
	Unit    int64
	Expires time.Time
}

// The longest that a key may live, in years.
const keyYears = 3

// CreateKey makes a key for a program that acts in a role over a part of the
// directory, and gives it this once. Needs apikey:write. Invalid with complaints
// about name, role, unit or expires; Conflict where the name is taken. The three
// administrators are people: no key holds their roles.
func (s *Service) CreateKey(ctx context.Context, by actor.Actor, n NewKey) (string, error) {
	if err := allowed(by, keyWrite); err != nil {
		return "", s.denied(ctx, by, 0, err)
	}
	if n.Expires.IsZero() {
		n.Expires = s.now().AddDate(1, 0, 0)
	}
	wrong := checkKey(&n.Name, n.Role)
	if !n.Expires.After(s.now()) || n.Expires.After(s.now().AddDate(keyYears, 0, 1)) {
		wrong = append(wrong, complain("expires", "accounts.key.expires"))
	}
	if len(wrong) > 0 {
		return "", fault.Fielded(wrong...)
	}
	key := "mp_" + randomText(40)
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		unit, err := unitOf(ctx, tx, n.Unit, s.day())
		if pg.None(err) || err == nil && !n.Role.Over(unit.Kind) {
			return fault.Fielded(complain("unit", "accounts.role.unit"))
		}
		if err != nil {
			return err
		}
		id, err := insertKey(ctx, tx, storedKey{n.Name, n.Role, unit.ID, digestOf(key), n.Expires})
		if err != nil {
			return err
		}
		return s.audit(ctx, tx, n.event(by, id, unit.ID))
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

func (n NewKey) event(by actor.Actor, id, unit int64) AuditEvent {
	return AuditEvent{Action: "key.create", By: by, Object: "key/" + idText(id), Detail: map[string]string{
		"name": n.Name, "role": string(n.Role), "unit": idText(unit), "expires": n.Expires.UTC().Format(time.RFC3339)}}
}

// CreateKeyAs stores a given key of at least 32 characters under a name, citywide
// and for a year, in place of an older one of that name. Needs apikey:write.
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
		n := NewKey{Name: name, Role: role, Expires: s.now().AddDate(1, 0, 0)}
		unit, err := unitOf(ctx, tx, 0, s.day())
		if err != nil {
			return fmt.Errorf("store key: %w", err)
		}
		id, err := upsertKey(ctx, tx, storedKey{name, role, unit.ID, digestOf(key), n.Expires})
		if err != nil {
			return fmt.Errorf("store key: %w", err)
		}
		return s.audit(ctx, tx, n.event(by, id, unit.ID))
	})
	if err != nil {
		return err
	}
	s.keys.clear()
	return nil
}

// ListKeys gives every key, newest first. Needs apikey:read.
func (s *Service) ListKeys(ctx context.Context, by actor.Actor) ([]Key, error) {
	if err := allowed(by, keyRead); err != nil {
		return nil, s.denied(ctx, by, 0, err)
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
		k, err := endKey(ctx, tx, id, s.now())
		if pg.None(err) {
			return fault.New(fault.NotFound, "accounts.key.unknown")
		}
		if err != nil {
			return fmt.Errorf("revoke key: %w", err)
		}
		return s.audit(ctx, tx, AuditEvent{Action: "key.revoke", By: by, Object: "key/" + idText(id),
			Detail: map[string]string{"name": k.Name, "role": string(k.Role)}})
	})
	if err == nil {
		s.keys.clear()
	}
	return err
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
