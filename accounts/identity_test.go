package accounts

import (
	"testing"
	"time"

	"minping/internal/actor"
	"minping/internal/fault"
)

func TestIdentitiesAreKnownByIssuerAndSubject(t *testing.T) {
	t.Parallel()
	s, _, c, l := openKeys(t)
	a, b := create(t, s, "wangmin"), create(t, s, "lijun")
	me := Identity{Issuer: "https://sso.example.gov.cn", Subject: "u-1", Label: "wangmin"}
	enter := func(i Identity, username string, proved bool) (Account, error) {
		return s.EnterByIdentity(t.Context(), Arrival{Identity: i, Username: username, Proved: proved}, "here")
	}
	_, err := enter(me, "", true)
	wantKind(t, err, fault.Unauthorized, "sso.refused")
	if err := s.LinkIdentity(t.Context(), actor.Actor{Account: a.ID}, me); err != nil {
		t.Fatal(err)
	}
	wantKind(t, s.LinkIdentity(t.Context(), actor.Actor{Account: b.ID}, me), fault.Conflict, "sso.taken")
	second := me
	second.Subject = "u-2"
	wantKind(t, s.LinkIdentity(t.Context(), actor.Actor{Account: a.ID}, second), fault.Conflict, "sso.linked_already")
	if in, err := enter(me, "", false); err != nil || in.ID != a.ID || in.Next != GateEnrol {
		t.Errorf("without a trusted second factor: %+v, %v", in, err)
	}
	if in, err := enter(me, "lijun", true); err != nil || in.ID != a.ID || in.Next != GateOpen {
		t.Errorf("another's name does not matter once linked: %+v, %v", in, err)
	}
	other := me
	other.Issuer = "https://evil.example"
	_, err = enter(other, "", true)
	wantKind(t, err, fault.Unauthorized, "sso.refused")
	_, err = enter(second, "wangmin", true)
	wantKind(t, err, fault.Unauthorized, "sso.refused") // the account of this name is linked to somebody
	if in, err := enter(second, "LiJun", true); err != nil || in.ID != b.ID {
		t.Errorf("linked by name: %+v, %v", in, err)
	}
	if err := s.Disable(t.Context(), root, a.ID); err != nil {
		t.Fatal(err)
	}
	_, err = enter(me, "", true)
	wantKind(t, err, fault.Unauthorized, "sso.refused")
	if got := l.last("signin.refused"); got != "refused sso" {
		t.Errorf("the audit says %q", got)
	}
	for range lockAfter {
		_, _ = s.SignIn(t.Context(), "lijun", "Wrong-guess-1", From{})
	}
	_, err = enter(second, "", true)
	wantKind(t, err, fault.Unauthorized, "sso.refused")
	c.pass(lockFor + time.Second)
	own, err := s.Security(t.Context(), actor.Actor{Account: b.ID})
	if err != nil || len(own.Identities) != 1 {
		t.Fatalf("%+v, %v", own.Identities, err)
	}
	wantKind(t, s.UnlinkIdentity(t.Context(), actor.Actor{Account: b.ID}, own.Identities[0].ID, "Wrong-guess-1"), fault.Invalid, "accounts.password.wrong")
	if err := s.UnlinkIdentity(t.Context(), actor.Actor{Account: b.ID}, own.Identities[0].ID, goodPassword); err != nil {
		t.Fatal(err)
	}
	_, err = enter(second, "", true)
	wantKind(t, err, fault.Unauthorized, "sso.refused")
}
