package accounts

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"minping/internal/actor"
	"minping/internal/fault"
)

func TestKeys(t *testing.T) {
	t.Parallel()
	s, db, now := open(t)
	key, err := s.CreateKey(t.Context(), root, NewKey{Name: "机关工委接口", Role: Committee, Expires: now.Now().Add(time.Hour)})
	if err != nil || !regexp.MustCompile(`^mp_[A-Za-z0-9]{40}$`).MatchString(key) {
		t.Fatalf("key %q, %v", key, err)
	}
	for range 2 {
		by, err := s.KeyActor(t.Context(), key)
		if err != nil || !by.Citywide("index:committee") || by.Account != 0 || by.Name != "api:机关工委接口" {
			t.Fatalf("actor %+v, %v", by, err)
		}
	}
	var plain int
	if err := db.Get(&plain, `SELECT count(*) FROM api_keys WHERE position($1::bytea in digest) > 0`, []byte(key)); err != nil || plain != 0 {
		t.Errorf("the key itself is kept: %d, %v", plain, err)
	}
	_, err = s.KeyActor(t.Context(), key+"x")
	wantKind(t, err, fault.Unauthorized, "fault.key.wrong")
	_, err = s.CreateKey(t.Context(), root, NewKey{Name: "机关工委接口", Role: Committee, Expires: time.Time{}})
	wantKind(t, err, fault.Conflict, "accounts.key.taken")
	now.pass(time.Hour)
	_, err = s.KeyActor(t.Context(), key)
	wantKind(t, err, fault.Unauthorized, "fault.key.wrong")
}

func TestRevokedKeyEndsAtOnce(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	key, err := s.CreateKey(t.Context(), root, NewKey{Name: "k", Role: Brand, Expires: time.Time{}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.KeyActor(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	keys, err := s.ListKeys(t.Context(), root)
	if err != nil || len(keys) != 1 || keys[0].UsedOn == nil {
		t.Fatalf("keys %+v, %v", keys, err)
	}
	if err := s.RevokeKey(t.Context(), root, keys[0].ID); err != nil {
		t.Fatal(err)
	}
	_, err = s.KeyActor(t.Context(), key)
	wantKind(t, err, fault.Unauthorized, "fault.key.wrong")
	wantKind(t, s.RevokeKey(t.Context(), root, keys[0].ID), fault.NotFound, "accounts.key.unknown")
}

func TestGivenKey(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	given := strings.Repeat("k", 32)
	for range 2 {
		if err := s.CreateKeyAs(t.Context(), root, "demo", Committee, given); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.KeyActor(t.Context(), given); err != nil {
		t.Error(err)
	}
	if err := s.CreateKeyAs(t.Context(), root, "demo", Committee, strings.Repeat("n", 32)); err != nil {
		t.Fatal(err)
	}
	_, err := s.KeyActor(t.Context(), given)
	wantKind(t, err, fault.Unauthorized, "fault.key.wrong")
	wantKind(t, s.CreateKeyAs(t.Context(), root, "short", Committee, "k"), fault.Invalid, "accounts.key.short")
}

func TestKeyRefuses(t *testing.T) {
	t.Parallel()
	s, _, now := open(t)
	never := time.Time{}
	_, err := s.CreateKey(t.Context(), actor.Actor{}, NewKey{Name: "k", Role: Brand, Expires: never})
	wantKind(t, err, fault.Forbidden, "fault.forbidden")
	_, err = s.CreateKey(t.Context(), root, NewKey{Name: " ", Role: Brand, Expires: never})
	wantKind(t, err, fault.Invalid, "accounts.key.name")
	_, err = s.CreateKey(t.Context(), root, NewKey{Name: "k", Role: SecurityAdmin, Expires: never})
	wantKind(t, err, fault.Invalid, "fault.field.choice")
	_, err = s.CreateKey(t.Context(), root, NewKey{Name: "k", Role: Brand, Expires: now.Now()})
	wantKind(t, err, fault.Invalid, "accounts.key.expires")
}
