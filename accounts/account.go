package accounts

import (
	"time"

	"minping/internal/actor"
	"minping/internal/fault"
)

// Account is somebody who may sign in.
type Account struct {
	ID          int64      `db:"id"`
	Username    string     `db:"username"`
	DisplayName string     `db:"display_name"`
	LockedUntil *time.Time `db:"locked_until"`
	DisabledAt  *time.Time `db:"disabled_at"`
	LeftAt      *time.Time `db:"left_at"` // off-boarded
	Invited     bool       `db:"invited"` // has no password yet
	CreatedAt   time.Time  `db:"created_at"`
	Stamp       string     `db:"-"` // changes with password, factor and rights; sessions carry it. Only from signing in
	Next        Gate       `db:"-"` // what still stands between the password and the console. Only from signing in
	Roles       []Held     `db:"-"` // only from Get and List
}

// State is what an account is, in one word.
type State string

// The states.
const (
	StateActive   State = "active"
	StateInvited  State = "invited"  // no password yet
	StateLocked   State = "locked"   // too many wrong passwords, for minutes
	StateDisabled State = "disabled" // shut by the security administrator
	StateLeft     State = "left"     // off-boarded
)

// States lists them in the order in which pages offer them.
func States() []State {
	return []State{StateActive, StateInvited, StateLocked, StateDisabled, StateLeft}
}

// State tells what the account is at a moment.
func (a Account) State(now time.Time) State {
	switch {
	case a.LeftAt != nil:
		return StateLeft
	case a.DisabledAt != nil:
		return StateDisabled
	case a.Invited:
		return StateInvited
	case a.LockedUntil != nil && a.LockedUntil.After(now):
		return StateLocked
	}
	return StateActive
}

// Held is a role as an account holds it; both days are included, no To: open end.
type Held struct {
	ID       int64      `db:"id"`
	Account  int64      `db:"account_id"`
	Role     Role       `db:"role"`
	Unit     int64      `db:"unit_id"`
	UnitKind string     `db:"unit_kind"`
	UnitName string     `db:"unit_name"`
	From     time.Time  `db:"from_on"`
	To       *time.Time `db:"to_on"`
}

// On tells whether the role is held on a day (midnight UTC).
func (h Held) On(day time.Time) bool {
	return !day.Before(h.From) && (h.To == nil || !day.After(*h.To))
}

// Void tells that the role was withdrawn before it began.
func (h Held) Void() bool { return h.To != nil && h.To.Before(h.From) }

// RoleAt names a role over a unit; Unit 0 is the whole city.
type RoleAt struct {
	Role Role
	Unit int64
}

// credentials are an account with what it is checked against.
type credentials struct {
	Account
	Hash      string    `db:"password_hash"`
	Epoch     int64     `db:"epoch"`
	Failures  int       `db:"failures"`
	SetAt     time.Time `db:"password_set_at"`
	Temporary bool      `db:"password_temporary"`
	TOTP      bool      `db:"totp"`
	Passkey   bool      `db:"passkey"`

	KnownDevice bool   `db:"known_device"` // the try came from a browser that has signed in before
	device      []byte // its digest
}

// enrolled tells whether the account has a second factor of either kind.
func (c credentials) enrolled() bool { return c.TOTP || c.Passkey }

// After is the account for which a second factor came after something else than its
// password: that the password has expired is then no gate, as it was not used.
func (a Account) After(method string) Account {
	if method != MethodPassword && a.Next == GatePassword {
		a.Next = GateOpen
	}
	return a
}

// How somebody came as far as the second factor.
const (
	MethodPassword = "password"
	MethodPasskey  = "passkey"
	MethodSSO      = "sso"
)

func allowed(by actor.Actor, p actor.Permission) error {
	if !by.Citywide(p) {
		return fault.New(fault.Forbidden, "fault.forbidden")
	}
	return nil
}

// signedIn refuses whoever has no account: what is one's own needs somebody whose it is.
func signedIn(by actor.Actor) error {
	if by.Account == 0 {
		return fault.New(fault.Unauthorized, "fault.session.ended")
	}
	return nil
}

func complain(field, key string) fault.Field { return fault.Field{Name: field, Key: key} }
