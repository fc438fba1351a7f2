package vault

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/jmoiron/sqlx"
	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

// The permissions that this package checks itself.
const (
	OpenPermission  = actor.Permission("vault:open")
	AuditPermission = actor.Permission("audit:read")
)

// A reason has 5 to 200 characters as people count them; marks and spaces do
// not count towards the 5.
const (
	minReason = 5
	maxReason = 200
)

// Request asks for one contact in plain text.
type Request struct {
	Record ID
	At     actor.Place // where the matter lies to which the record belongs
	Reason string
	// Purpose is what sort of reason it is, in small letters and _; "" = unstated.
	Purpose string
}

// Opening is one contact seen in plain text.
type Opening struct {
	ID      int64     `db:"id"`
	Record  ID        `db:"record_id"`
	Account int64     `db:"account_id"` // 0 = the program itself
	Name    string    `db:"account_name"`
	Office  int64     `db:"office_id"`
	Hall    int64     `db:"hall_id"`
	Purpose string    `db:"purpose"`
	Reason  string    `db:"reason"`
	At      time.Time `db:"at"`

	By actor.Actor `db:"-"` // only for OnOpen
}

// Place is where the matter lies to which the record belongs.
func (o Opening) Place() actor.Place { return actor.Place{Office: o.Office, Hall: o.Hall} }

// Reveal gives one contact in plain text, after the opening is written down and
// committed. Needs vault:open at the place. Forbidden; Invalid about reason;
// NotFound; Gone where the record is erased.
func (v *Vault) Reveal(ctx context.Context, by actor.Actor, r Request) (Contact, error) {
	if !by.Can(OpenPermission, r.At) {
		return Contact{}, fault.New(fault.Forbidden, "fault.forbidden")
	}
	reason, err := checkReason(r.Reason)
	if err != nil {
		return Contact{}, err
	}
	o := Opening{By: by, Record: r.Record, Account: by.Account, Name: by.Name, Office: r.At.Office, Hall: r.At.Hall,
		Purpose: purpose(r.Purpose), Reason: reason, At: v.now().Truncate(time.Microsecond)} // as PostgreSQL keeps it
	var c Contact
	err = pg.InTx(ctx, v.db, func(tx *sqlx.Tx) error {
		c, err = v.openOne(ctx, tx, o)
		return err
	})
	if err != nil {
		return Contact{}, err
	}
	return c, nil
}

// RevealIn is Reveal in the caller's transaction, for the program itself: what is opened
// and written down is so only if the transaction commits. Forbidden to everybody else.
func (v *Vault) RevealIn(ctx context.Context, tx *sqlx.Tx, by actor.Actor, r Request) (Contact, error) {
	if by.Account != 0 || !by.Can(OpenPermission, r.At) {
		return Contact{}, fault.New(fault.Forbidden, "fault.forbidden")
	}
	reason, err := checkReason(r.Reason)
	if err != nil {
		return Contact{}, err
	}
	return v.openOne(ctx, tx, Opening{By: by, Record: r.Record, Name: by.Name, Office: r.At.Office, Hall: r.At.Hall,
		Purpose: purpose(r.Purpose), Reason: reason, At: v.now().Truncate(time.Microsecond)})
}

func (v *Vault) openOne(ctx context.Context, tx *sqlx.Tx, o Opening) (Contact, error) {
	row, err := lockForReading(ctx, tx, o.Record)
	if pg.None(err) {
		return Contact{}, fault.New(fault.NotFound, unknownKey)
	}
	if err != nil {
		return Contact{}, fmt.Errorf("vault: open record %s: %w", o.Record, err)
	}
	if err := row.alive(); err != nil {
		return Contact{}, err
	}
	if o.ID, err = insertOpening(ctx, tx, o); err != nil {
		return Contact{}, err
	}
	if v.onOpen != nil {
		if err := v.onOpen(ctx, tx, o); err != nil {
			return Contact{}, fmt.Errorf("vault: write down opening of record %s: %w", o.Record, err)
		}
	}
	return v.decrypt(row)
}

func checkReason(reason string) (string, error) {
	reason = strings.TrimSpace(reason)
	if complaint := wrongText("reason", reason, maxReason); complaint != nil {
		return "", fault.Fielded(*complaint)
	}
	if wordCharacters(reason) < minReason {
		return "", fault.Fielded(fault.Field{Name: "reason", Key: "fault.field.min", Args: map[string]any{"Min": minReason}})
	}
	if personal.MatchString(norm.NFKC.String(reason)) {
		return "", fault.Fielded(fault.Field{Name: "reason", Key: "vault.reason.personal"})
	}
	return reason, nil
}

// personal is what a reason, which others read, must not tell: mobile and fixed
// telephone numbers, identity numbers, mail addresses.
var personal = regexp.MustCompile(`\d{15}|1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}-?\d{7,8}|\S+@\S+\.\S+`)

// CheckReason gives the reason as it will be kept: trimmed, of 5 to 200
// characters, without numbers and addresses that tell who it is about. Invalid about reason.
func CheckReason(reason string) (string, error) { return checkReason(reason) }

func purpose(p string) string {
	if p == "" {
		return "unstated"
	}
	return p
}

// wordCharacters counts the characters that hold a letter or digit.
func wordCharacters(text string) int {
	n := 0
	for g := uniseg.NewGraphemes(text); g.Next(); {
		if strings.ContainsFunc(g.Str(), func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) {
			n++
		}
	}
	return n
}
