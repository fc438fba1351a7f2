package audit

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/internal/actor"
	"minping/internal/pg"
)

// TestMillion measures pages and a check over a large chain. A million takes a
// minute, so it is made only when asked, and a small one otherwise:
// MINPING_AUDIT_ENTRIES=1000000 go test -run Million -v ./internal/audit
func TestMillion(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv("MINPING_AUDIT_ENTRIES"))
	if err != nil {
		n = 5000
	}
	s, db := open(t)
	fillChain(t, db, n)
	for _, c := range []struct {
		name   string
		filter Filter
	}{
		{"everything", Filter{}}, {"a person of 500", Filter{Actor: 77}}, {"a person and an action", Filter{Actor: 77, Action: "role."}},
		{"a frequent action", Filter{Action: "signin.done"}}, {"a rare action", Filter{Action: "vault.open"}}, {"a group", Filter{Action: "role."}},
		{"an object", Filter{ObjectKind: "account", ObjectID: "12"}}, {"an office", Filter{Office: 9}}, {"a rare source", Filter{Source: "web 7"}},
		{"refused", Filter{Outcome: Refused}}, {"a month", Filter{From: start.AddDate(0, 2, 0), To: start.AddDate(0, 3, 0)}},
		{"words that are nowhere", Filter{Query: "nowhere"}}, {"an action with words that are nowhere", Filter{Action: "signin.", Query: "nowhere"}},
		{"a rare action and a person without it", Filter{Action: "vault.open", Name: "员 3"}}, {"a kind alone", Filter{ObjectKind: "nothing"}},
	} {
		var slowest time.Duration
		below := Cursor{}
		for page := range 4 {
			began := time.Now()
			p, err := s.Search(t.Context(), actor.System("test"), c.filter, below, 50)
			if err != nil {
				t.Fatal(err)
			}
			if took := time.Since(began); page > 0 || took > slowest {
				slowest = max(slowest, took)
			}
			if below = p.Next; below == (Cursor{}) {
				break
			}
		}
		t.Logf("%-40s %6.1f ms", c.name, float64(slowest.Microseconds())/1000)
		if slowest > 500*time.Millisecond {
			t.Errorf("%s: a page took %s", c.name, slowest)
		}
	}
	began := time.Now()
	r := whole(t, s)
	if r.Entries != int64(n) {
		t.Errorf("verified %d of %d entries", r.Entries, n)
	}
	t.Logf("verified %d entries in %s", r.Entries, time.Since(began))
}

// fillChain writes a chain of n entries over 200 days as Record would, by COPY.
func fillChain(t *testing.T, db *sqlx.DB, n int) {
	t.Helper()
	actions := []Action{SignInDone, SignOut, SignInDone, UnitSave, SignInRefused, RoleGrant, TicketIssue, SignInDone}
	head := Head{Digest: genesis()}
	err := pg.InTx(t.Context(), db, func(tx *sqlx.Tx) error {
		for _, q := range []string{`ALTER TABLE audit_entries DISABLE TRIGGER ALL`, `ALTER TABLE audit_heads DISABLE TRIGGER ALL`} {
			if _, err := tx.Exec(q); err != nil {
				return err
			}
		}
		in, err := tx.Prepare(`COPY audit_entries (day, seq, at, actor_id, actor_name, source, action, object_kind, object_id,
			office_id, hall_id, outcome, detail, prev, digest) FROM STDIN`)
		if err != nil {
			return err
		}
		var heads []Head
		for i := range n {
			e := Entry{At: start.Add(time.Duration(i) * (200 * 24 * time.Hour / time.Duration(n))), By: actor.Actor{Account: int64(i%500 + 1), Name: fmt.Sprint("员 ", i%500)},
				Source: fmt.Sprint("web ", i%3000), Action: actions[i%len(actions)], Object: Object{"account", fmt.Sprint(i % 700)}, Place: actor.Place{Office: int64(i%40 + 1)}}
			if i%20000 == 0 {
				e.Action = VaultOpen
			}
			if e.Action == SignInRefused {
				e.Outcome = Refused
			}
			st, err := e.stored()
			if err != nil {
				return err
			}
			if st, err = st.after(head); err != nil {
				return err
			}
			if st.Seq == 1 && head.Seq > 0 {
				heads = append(heads, head)
			}
			head = Head{st.Day, st.Seq, st.Digest}
			if _, err := in.Exec(st.Day, st.Seq, st.At, *st.ActorID, st.ActorName, st.Source, string(st.Action), st.ObjectKind, st.ObjectID,
				*st.OfficeID, nil, string(st.Outcome), string(st.Detail), st.Prev, st.Digest); err != nil {
				return err
			}
		}
		if _, err := in.Exec(); err != nil {
			return err
		}
		for _, h := range append(heads, head) {
			if _, err := tx.Exec(`INSERT INTO audit_heads VALUES ($1, $2, $3)`, h.Day, h.Seq, h.Digest); err != nil {
				return err
			}
		}
		for _, q := range []string{`ALTER TABLE audit_entries ENABLE TRIGGER ALL`, `ALTER TABLE audit_heads ENABLE TRIGGER ALL`} {
			if _, err := tx.Exec(q); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`ANALYZE audit_entries`); err != nil {
		t.Fatal(err)
	}
}
