package surveys

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/code"
	"minping/internal/pg"
)

// UnitCode is the code in use of a unit on a channel.
type UnitCode struct {
	Unit     *Unit // with its office and hall
	Channel  Channel
	Code     string
	IssuedAt time.Time
}

// CodeFilter narrows a list of codes; zero fields do not narrow.
type CodeFilter struct {
	Unit, Office, Hall int64
	Channel            Channel
}

// Codes lists the codes in use within by's reach, in the order in which posters
// are put up: hall by hall, window by window (A2 before A10). Closed units are
// left out. Forbidden without publication:read.
func (s *Service) Codes(ctx context.Context, by actor.Actor, f CodeFilter) ([]UnitCode, error) {
	sc, err := reachOf(by, PermPublicationRead)
	if err != nil {
		return nil, err
	}
	var list []UnitCode
	err = pg.InSnapshot(ctx, s.db, func(tx *sqlx.Tx) error {
		rows, err := selectCodes(ctx, tx, sc, f)
		if err != nil {
			return err
		}
		units, err := directory(ctx, tx)
		for _, row := range rows {
			if u := units[row.UnitID]; u != nil && !u.Closed {
				list = append(list, UnitCode{Unit: u, Channel: row.Channel, Code: row.Code, IssuedAt: row.IssuedAt})
			}
		}
		return err
	})
	slices.SortStableFunc(list, func(a, b UnitCode) int { return byPlace(a.Unit, b.Unit) })
	return list, err
}

// PrintedCode writes a code as it stands on paper: capitals in even groups.
func PrintedCode(key string) string {
	for _, size := range []int{4, 3} {
		if len(key)%size == 0 {
			return code.Group(key, size)
		}
	}
	return code.Group(key, 5)
}

// Link is the address that a code's QR symbol holds.
func Link(base, key string) string { return strings.TrimRight(base, "/") + "/r/" + key }

// byPlace orders units as one walks: by hall, then by office, then by number.
func byPlace(a, b *Unit) int {
	return cmp.Or(cmp.Compare(a.Parents().Hall, b.Parents().Hall), compareNumbers(a.Number, b.Number),
		cmp.Compare(a.Parents().Office, b.Parents().Office), compareNumbers(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
}

// compareNumbers compares texts with the numbers inside them by value.
func compareNumbers(a, b string) int {
	for a != "" && b != "" {
		na, nb := leadingDigits(a), leadingDigits(b)
		if na > 0 && nb > 0 {
			x, y := strings.TrimLeft(a[:na], "0"), strings.TrimLeft(b[:nb], "0")
			if c := cmp.Or(cmp.Compare(len(x), len(y)), strings.Compare(x, y)); c != 0 {
				return c
			}
			a, b = a[na:], b[nb:]
			continue
		}
		if a[0] != b[0] {
			return cmp.Compare(a[0], b[0])
		}
		a, b = a[1:], b[1:]
	}
	return cmp.Compare(len(a), len(b))
}

func leadingDigits(s string) int {
	return len(s) - len(strings.TrimLeft(s, "0123456789"))
}

func sortPublished(units []PublishedUnit) {
	slices.SortFunc(units, func(a, b PublishedUnit) int { return byPlace(a.Unit, b.Unit) })
}
