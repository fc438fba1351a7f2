package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"minping/accounts"
	"minping/internal/actor"
	"minping/offices"
)

func runAPIKey(ctx context.Context, p program, args []string) error {
	fs := p.flags("apikey", "apikey create NAME [--role committee] [--unit KIND:CODE] [--expires DAY]\n       server apikey list\n       server apikey revoke ID")
	role := fs.String("role", string(accounts.Committee), "the role whose permissions the key has")
	unit := fs.String("unit", "city", "the unit the role is held over, like office:rsj or hall:h1, by its code in the directory")
	expires := fs.String("expires", "", "last day of the key, like 2027-11-23 (default: a year from now)")
	rest, err := p.parse(fs, args)
	if err != nil {
		return err
	}
	by := actor.System("apikey")
	switch {
	case len(rest) == 2 && rest[0] == "create":
		until := time.Now().AddDate(1, 0, 0)
		if *expires != "" {
			if until, err = time.ParseInLocation(time.DateOnly, *expires, time.Local); err != nil {
				return p.wrong(fs, "--expires wants a day like 2027-11-23, not %q", *expires)
			}
			until = until.AddDate(0, 0, 1)
		}
		return p.attach(ctx, func(ctx context.Context, pf *platform) error {
			over, err := pf.unitNamed(ctx, *unit)
			if err != nil {
				return err
			}
			key, err := pf.accounts.CreateKey(ctx, by, accounts.NewKey{Name: rest[1], Role: accounts.Role(*role), Unit: over, Expires: until})
			if err == nil {
				p.say("%s", key)
			}
			return err
		})
	case len(rest) == 1 && rest[0] == "list":
		return p.attach(ctx, p.listKeys)
	case len(rest) == 2 && rest[0] == "revoke":
		id, err := strconv.ParseInt(rest[1], 10, 64)
		if err != nil {
			return p.wrong(fs, "revoke wants the number of a key, not %q", rest[1])
		}
		return p.attach(ctx, func(ctx context.Context, pf *platform) error {
			err := pf.accounts.RevokeKey(ctx, by, id)
			if err == nil {
				p.say("key %d revoked", id)
			}
			return err
		})
	}
	return p.wrong(fs, "apikey wants create NAME, list, or revoke ID")
}

func (p program) listKeys(ctx context.Context, pf *platform) error {
	keys, err := pf.accounts.ListKeys(ctx, actor.System("apikey"))
	for _, k := range keys {
		p.say("%d\t%s\t%s\t%s\t%s", k.ID, k.Name, k.Role, k.UnitName, keyState(k))
	}
	return err
}

func keyState(k accounts.Key) string {
	if k.RevokedAt != nil {
		return "revoked " + k.RevokedAt.Format(time.DateOnly)
	}
	return "expires " + k.ExpiresAt.Format(time.DateOnly)
}

// unitNamed finds the unit that a flag names: "city" or "office:CODE".
func (pf *platform) unitNamed(ctx context.Context, name string) (int64, error) {
	if name == "" || name == "city" {
		return 0, nil
	}
	kind, key, _ := strings.Cut(name, ":")
	u, err := pf.offices.ByCode(ctx, actor.System("apikey"), offices.Kind(kind), key)
	if err != nil {
		return 0, fmt.Errorf("--unit wants city or a kind and a code like office:rsj, and there is no %q: %w", name, err)
	}
	return u.ID, nil
}

// runAccount makes an account, or gives one a new password or another chance to set a
// second factor up, from the server's own terminal: the first administrators have
// nobody who could invite them, and the last who lost everything nobody who could
// ask and confirm. Each use stands in the audit.
func runAccount(ctx context.Context, p program, args []string) error {
	fs := p.flags("account", accountUsage)
	role := fs.String("role", string(accounts.SystemAdmin), "create: role of the new account, held over the whole city")
	name := fs.String("name", "", "create: name shown in the console (default: the user name)")
	reason := fs.String("reason", "", "reset-factor: why, 5 to 200 characters; the holder is shown it")
	rest, err := p.parse(fs, args)
	if err != nil {
		return err
	}
	if len(rest) != 2 || !slices.Contains([]string{"create", "reset", "reset-factor"}, rest[0]) {
		return p.wrong(fs, "account wants create USERNAME, reset USERNAME or reset-factor USERNAME")
	}
	if rest[0] == "reset-factor" {
		return p.resetFactor(ctx, rest[1], *reason)
	}
	password, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if password = strings.TrimRight(password, "\r\n"); password == "" {
		return errors.Join(errors.New("no password on standard input"), err)
	}
	if rest[0] == "reset" {
		return p.resetAccount(ctx, rest[1], password)
	}
	if *name == "" {
		*name = rest[1]
	}
	return p.attach(ctx, func(ctx context.Context, pf *platform) error {
		a, err := pf.accounts.Create(ctx, actor.System("account"), accounts.NewAccount{Username: rest[1], DisplayName: *name,
			Password: password, Roles: []accounts.RoleAt{{Role: accounts.Role(*role)}}})
		if err == nil {
			p.say("account %s (%s) made", a.Username, *role)
		}
		return err
	})
}

const accountUsage = `account create USERNAME --role ROLE [--name NAME]
       server account reset USERNAME
       (the password is read from standard input)
       server account reset-factor USERNAME --reason TEXT`

func (p program) resetAccount(ctx context.Context, username, password string) error {
	return p.attach(ctx, func(ctx context.Context, pf *platform) error {
		a, err := pf.accountNamed(ctx, username)
		if err == nil {
			err = pf.accounts.ResetPassword(ctx, actor.System("account"), a.ID, password)
		}
		if err == nil {
			p.say("account %s has a new password, to be changed at the next sign-in", a.Username)
		}
		return err
	})
}

func (p program) resetFactor(ctx context.Context, username, reason string) error {
	return p.attach(ctx, func(ctx context.Context, pf *platform) error {
		a, err := pf.accountNamed(ctx, username)
		if err == nil {
			err = pf.accounts.ResetFactor(ctx, actor.System("account"), a.ID, reason)
		}
		if err == nil {
			p.say("account %s sets up a new second factor at the next sign-in", a.Username)
		}
		return err
	})
}

func (pf *platform) accountNamed(ctx context.Context, username string) (accounts.Account, error) {
	all, err := pf.accounts.List(ctx, actor.System("account"))
	for _, a := range all {
		if a.Username == username {
			return a, nil
		}
	}
	return accounts.Account{}, errors.Join(err, fmt.Errorf("there is no account %q", username))
}
