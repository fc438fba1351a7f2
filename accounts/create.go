package accounts

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// NewAccount is what an account is made from.
type NewAccount struct {
	Username    string
	DisplayName string
	Password    string
	Temporary   bool   // the password must be changed after the first sign-in
	StaffNo     string // in the directory; "": nobody there
	Roles       []RoleAt
}

var usernameShape = regexp.MustCompile(`^[a-z][a-z0-9._-]{1,39}$`)

// Create makes an account with its first roles, from today on. Needs
// account:write. Invalid with complaints about username, display_name, password
// or role; Conflict where the name is taken or the roles exclude one another.
func (s *Service) Create(ctx context.Context, by actor.Actor, n NewAccount) (Account, error) {
	made, err := s.CreateAll(ctx, by, []NewAccount{n})
	if err != nil {
		return Account{}, err
	}
	return made[0], nil
}

// CreateAll makes accounts one after the other, each like Create, and stops at
// the first that is refused. A password that they share is worked once, as the
// accounts of a demonstration do.
func (s *Service) CreateAll(ctx context.Context, by actor.Actor, list []NewAccount) ([]Account, error) {
	if err := allowed(by, accountWrite); err != nil {
		return nil, err
	}
	hashes, made := map[string]string{}, make([]Account, 0, len(list))
	for _, n := range list {
		a, err := s.create(ctx, by, n, hashes)
		if err != nil {
			return made, err
		}
		made = append(made, a)
	}
	return made, nil
}

func (s *Service) create(ctx context.Context, by actor.Actor, n NewAccount, hashes map[string]string) (Account, error) {
	n.Username = strings.ToLower(strings.TrimSpace(n.Username))
	n.DisplayName = strings.TrimSpace(n.DisplayName)
	if wrong := s.check(n); len(wrong) > 0 {
		return Account{}, fault.Fielded(wrong...)
	}
	hash, known := hashes[n.Password]
	if !known {
		var err error
		if hash, err = s.hasher.hash(ctx, n.Password); err != nil {
			return Account{}, err
		}
		hashes[n.Password] = hash
	}
	var a Account
	err := pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		staff, err := s.staffOf(ctx, tx, n.StaffNo)
		if err != nil {
			return err
		}
		if a, err = insertAccount(ctx, tx, n, staff, newPassword{hash: hash, at: s.now(), temporary: n.Temporary,
			history: s.set.passwordHistory.At(s.now())}); err != nil {
			return taken(err)
		}
		for _, r := range n.Roles {
			if err := s.termIn(ctx, tx, a.ID, s.fromToday(r).from(by)); err != nil {
				return err
			}
		}
		if a.Stamp, err = stampIn(ctx, tx, a.ID); err != nil {
			return err
		}
		return s.audit(ctx, tx, AuditEvent{Action: "account.create", By: by, Object: objectOf(a.ID),
			Detail: map[string]string{"username": n.Username, "roles": rolesIn(n.Roles)}})
	})
	return a, err
}

func rolesIn(held []RoleAt) string {
	names := make([]string, 0, len(held))
	for _, r := range held {
		names = append(names, string(r.Role))
	}
	return strings.Join(names, " ")
}

func (s *Service) check(n NewAccount) []fault.Field {
	wrong := checkNames(n.Username, n.DisplayName)
	if key := s.passwordRule(n.Password, n.Username); key != "" {
		wrong = append(wrong, complain("password", key))
	}
	return wrong
}

func taken(err error) error {
	field, key := "", ""
	switch pg.Broken(err) {
	case "accounts_username_key":
		field, key = "username", "accounts.username.taken"
	case "accounts_staff_id_key":
		field, key = "staff_no", "accounts.staff.taken"
	}
	if key != "" {
		f := fault.Wrap(fault.Conflict, key, err)
		f.Fields = []fault.Field{complain(field, key)}
		return f
	}
	return fmt.Errorf("create account: %w", err)
}
