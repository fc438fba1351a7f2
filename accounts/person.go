package accounts

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// Filter narrows the list of accounts; zero fields do not narrow.
type Filter struct {
	Query  string // part of a name, a username or a staff number
	Role   Role   // held today, or to begin
	Office int64  // held over this office or what is in it, or the person works there
	State  State
	Limit  int // 1–100; 0 = 50
	Offset int
}

// Listed is an account as the list shows it.
type Listed struct {
	Account
	StaffNo    string  `db:"staff_no"`
	OfficeName string  `db:"office_name"`
	StaffLeft  bool    `db:"staff_left"` // the directory says that this person has left
	LastSeen   *string `db:"last_seen"`  // day of the last sign-in
	Total      int     `db:"total"`
}

// Search lists accounts by name with their roles, and how many there are. Needs
// account:read.
func (s *Service) Search(ctx context.Context, by actor.Actor, f Filter) ([]Listed, int, error) {
	if err := allowed(by, accountRead); err != nil {
		return nil, 0, s.denied(ctx, by, 0, err)
	}
	if f.Limit <= 0 || f.Limit > 100 {
		f.Limit = 50
	}
	f.Query = strings.ToLower(strings.TrimSpace(f.Query))
	var list []Listed
	err := pg.InSnapshot(ctx, s.db, func(tx *sqlx.Tx) (err error) {
		if list, err = searchAccounts(ctx, tx, f, s.now(), s.day()); err != nil {
			return err
		}
		ids := make([]int64, len(list))
		at := make(map[int64]int, len(list))
		for i, a := range list {
			ids[i], at[a.ID] = a.ID, i
		}
		held, err := selectComing(ctx, tx, ids, s.day())
		for _, h := range held {
			list[at[h.Account]].Roles = append(list[at[h.Account]].Roles, h)
		}
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("search accounts: %w", err)
	}
	if len(list) == 0 {
		return nil, 0, nil
	}
	return list, list[0].Total, nil
}

// StaffLink is the person of the directory that an account belongs to.
type StaffLink struct {
	ID       int64  `db:"id"`
	StaffNo  string `db:"staff_no"`
	Name     string `db:"name"`
	Office   string `db:"office_name"`
	Division string `db:"division_name"`
	Left     bool   `db:"gone"`
}

// Waiting is an invitation that has not been taken up.
type Waiting struct {
	CreatedAt time.Time `db:"created_at"`
	ExpiresAt time.Time `db:"expires_at"`
}

// Person is all there is about one account.
type Person struct {
	Account  // Roles: every one, also of the past and to come, those that count first
	Staff    *StaffLink
	Waiting  *Waiting // nil: none, or it was revoked
	Security Security
}

// Person gives it. Needs account:read; NotFound where there is none.
func (s *Service) Person(ctx context.Context, by actor.Actor, account int64) (Person, error) {
	if err := allowed(by, accountRead); err != nil {
		return Person{}, s.denied(ctx, by, account, err)
	}
	var p Person
	err := pg.InSnapshot(ctx, s.db, func(tx *sqlx.Tx) (err error) {
		if p.Account, err = selectAccount(ctx, tx, account); err != nil {
			return err
		}
		if p.Roles, err = selectTerms(ctx, tx, account, s.day()); err != nil {
			return err
		}
		if p.Staff, err = selectStaffLink(ctx, tx, account, s.day()); err != nil {
			return err
		}
		p.Waiting, err = selectWaiting(ctx, tx, account)
		return err
	})
	if pg.None(err) {
		return p, fault.New(fault.NotFound, "accounts.unknown")
	}
	if err == nil {
		p.Security, err = s.securityOf(ctx, account)
	}
	if err != nil {
		return p, fmt.Errorf("account %d: %w", account, err)
	}
	return p, nil
}

// Details are what an account says of its holder.
type Details struct{ DisplayName, StaffNo string }

// ChangeDetails renames an account and ties it to a person of the directory, or
// to nobody. Needs account:write; nobody changes their own (Forbidden). Invalid
// with complaints about display_name or staff_no; Conflict where the person has
// another account.
func (s *Service) ChangeDetails(ctx context.Context, by actor.Actor, account int64, d Details) error {
	if err := s.mayChange(by, account); err != nil {
		return s.denied(ctx, by, account, err)
	}
	d.DisplayName = strings.TrimSpace(d.DisplayName)
	if wrong := checkNames("username", d.DisplayName); len(wrong) > 0 {
		return fault.Fielded(wrong...)
	}
	return pg.InTx(ctx, s.db, func(tx *sqlx.Tx) error {
		if err := s.present(ctx, tx, account); err != nil {
			return err
		}
		staff, err := s.staffOf(ctx, tx, d.StaffNo)
		if err != nil {
			return err
		}
		before, err := updateDetails(ctx, tx, account, d.DisplayName, staff)
		if err != nil {
			return taken(err)
		}
		detail := map[string]string{"staff_before": staffText(before), "staff_after": staffText(staff)}
		return s.audit(ctx, tx, AuditEvent{Action: "account.change", By: by, Object: objectOf(account), Detail: detail})
	})
}

// staffOf finds a person of the directory by number; nil for no number.
func (s *Service) staffOf(ctx context.Context, tx *sqlx.Tx, number string) (*int64, error) {
	number = strings.TrimSpace(number)
	if number == "" {
		return nil, nil //nolint:nilnil // nobody in the directory is an answer
	}
	id, err := staffByNumber(ctx, tx, number)
	if pg.None(err) {
		return nil, fault.Fielded(complain("staff_no", "accounts.staff.unknown"))
	}
	if err != nil {
		return nil, fmt.Errorf("find person: %w", err)
	}
	return &id, nil
}

func staffText(id *int64) string {
	if id == nil {
		return ""
	}
	return idText(*id)
}

// printable refuses control and invisible characters, which make two names look alike.
func printable(text string) bool {
	for _, r := range text {
		if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp) || r == unicode.ReplacementChar {
			return false
		}
	}
	return true
}
