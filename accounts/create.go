package accounts

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

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
	Roles       []RoleAt
}

var usernameShape = regexp.MustCompile(`^[a-z][a-z0-9._-]{1,39}$`)

// Create makes an account with its first roles, from today on. Needs
// account:write. Invalid with complaints about username, display_name, password
// or role; Conflict where the name is taken or the roles exclude one another.
func (s *Service) Create(ctx context.Context, by actor.Actor, n NewAccount) (Account, error) {
	if err := allowed(by, accountWrite); err != nil {
		return Account{}, err
	}
	n.Username = strings.ToLower(strings.TrimSpace(n.Username))
	n.DisplayName = strings.TrimSpace(n.DisplayName)
	if wrong := n.check(); len(wrong) > 0 {
		return Account{}, fault.Fielded(wrong...)
	}
	hash, err := s.hasher.hash(ctx, n.Password)
	if err != nil {
		return Account{}, err
	}
	var a Account
	err = pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if a, err = insertAccount(ctx, tx, n, hash); err != nil {
			return taken(err)
		}
		for _, r := range n.Roles {
			if err := s.grantIn(ctx, tx, a.ID, r); err != nil {
				return err
			}
		}
		return nil
	})
	return a, err
}

func (n NewAccount) check() []fault.Field {
	var wrong []fault.Field
	if !usernameShape.MatchString(n.Username) {
		wrong = append(wrong, complain("username", "accounts.username.shape"))
	}
	if l := utf8.RuneCountInString(n.DisplayName); l == 0 || l > 50 {
		wrong = append(wrong, complain("display_name", "accounts.display_name.length"))
	}
	if key := passwordRule(n.Password, n.Username); key != "" {
		wrong = append(wrong, complain("password", key))
	}
	return wrong
}

func taken(err error) error {
	if pg.Broken(err) == "accounts_username_key" {
		f := fault.Wrap(fault.Conflict, "accounts.username.taken", err)
		f.Fields = []fault.Field{complain("username", "accounts.username.taken")}
		return f
	}
	return fmt.Errorf("create account: %w", err)
}

// ChangePassword sets the caller's own password and gives the new stamp for the
// caller's session; the account's other sessions end. Invalid with complaints
// about current or password. A wrong current password counts towards the lock.
func (s *Service) ChangePassword(ctx context.Context, by actor.Actor, current, password string) (string, error) {
	username, err := usernameOf(ctx, s.db, by.Account)
	if pg.None(err) {
		return "", fault.New(fault.NotFound, "accounts.unknown")
	}
	if err != nil {
		return "", fmt.Errorf("change password: %w", err)
	}
	if key := passwordRule(password, username); key != "" {
		return "", fault.Fielded(complain("password", key))
	}
	if current == password {
		return "", fault.Fielded(complain("password", "accounts.password.same"))
	}
	_, ok, err := s.attempt(ctx, username, current)
	if err != nil {
		return "", err
	}
	if !ok {
		return "", fault.Fielded(complain("current", "accounts.password.wrong"))
	}
	return s.setPassword(ctx, by.Account, password)
}

// ResetPassword sets somebody's password and lifts the lock. Needs account:write.
func (s *Service) ResetPassword(ctx context.Context, by actor.Actor, account int64, password string) error {
	if err := allowed(by, accountWrite); err != nil {
		return err
	}
	username, err := usernameOf(ctx, s.db, account)
	if pg.None(err) {
		return fault.New(fault.NotFound, "accounts.unknown")
	}
	if err != nil {
		return fmt.Errorf("reset password: %w", err)
	}
	if key := passwordRule(password, username); key != "" {
		return fault.Fielded(complain("password", key))
	}
	_, err = s.setPassword(ctx, account, password)
	return err
}

func (s *Service) setPassword(ctx context.Context, account int64, password string) (string, error) {
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return "", err
	}
	if err := updatePassword(ctx, s.db, account, hash); err != nil {
		return "", fmt.Errorf("set password: %w", err)
	}
	return stampOf(hash), nil
}
