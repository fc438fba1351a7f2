package accounts

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"minping/internal/fault"
	"minping/internal/pgtest"
)

// counted is a connection that counts its statements.
type counted struct {
	driver.Conn
	n *atomic.Int64
}

func (c counted) QueryContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Rows, error) {
	c.n.Add(1)
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, q, args)
}

func (c counted) ExecContext(ctx context.Context, q string, args []driver.NamedValue) (driver.Result, error) {
	c.n.Add(1)
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, q, args)
}

func (c counted) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	c.n.Add(1)
	return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, o)
}

func (c counted) CheckNamedValue(v *driver.NamedValue) error {
	return c.Conn.(driver.NamedValueChecker).CheckNamedValue(v)
}

type countedConnector struct {
	driver.Connector
	n *atomic.Int64
}

func (c countedConnector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	return counted{conn, c.n}, err
}

// What a refusal costs does not tell why: the same answer after as many computations
// and statements, whatever the reason. Clocks are not asked, as machines are busy.
func TestRefusalsCostTheSame(t *testing.T) {
	t.Parallel()
	connector, err := pq.NewConnector(pgtest.DSN(t))
	if err != nil {
		t.Fatal(err)
	}
	var statements atomic.Int64
	db := sqlx.NewDb(sql.OpenDB(countedConnector{connector, &statements}), "postgres")
	t.Cleanup(func() { db.Close() })
	c := &clock{now: time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)}
	s, err := New(Config{DB: db, Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	create(t, s, "wangmin")
	gone, shut := create(t, s, "lijun"), create(t, s, "zhaolei")
	if err := s.Disable(t.Context(), root, gone.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`UPDATE accounts SET locked_until = $1 WHERE id = $2`, c.Now().Add(time.Hour), shut.ID); err != nil {
		t.Fatal(err)
	}
	create(t, s, "sunli")
	atDesk(t, s, "sunli", ownDesk)
	type cost struct{ hashes, statements int64 }
	costs := map[string]cost{}
	for reason, try := range map[string]struct{ username, password string }{
		"wrong password": {"wangmin", "Wrong-guess-1"}, "unknown name": {"nobody", "Wrong-guess-1"}, "no name of ours": {"\U0001F600", "Wrong-guess-1"},
		"disabled, wrong": {"lijun", "Wrong-guess-1"}, "disabled, right": {"lijun", goodPassword},
		"known browser, wrong": {"sunli", "Wrong-guess-1"}, "known browser elsewhere": {"wangmin", "Wrong-guess-1"}, "known browser, unknown name": {"nobody", "Wrong-guess-1"},
		"locked, wrong": {"zhaolei", "Wrong-guess-1"}, "locked, right": {"zhaolei", goodPassword},
	} {
		hashes, before := s.hasher.worked.Load(), statements.Load()
		from := From{}
		if strings.HasPrefix(reason, "known browser") {
			from.Device = ownDesk
		}
		_, err := s.SignIn(t.Context(), try.username, try.password, from)
		wantKind(t, err, fault.Unauthorized, "accounts.signin.wrong")
		costs[reason] = cost{s.hasher.worked.Load() - hashes, statements.Load() - before}
	}
	want := costs["wrong password"]
	if want.hashes != 1 || want.statements == 0 {
		t.Fatalf("a wrong password costs %+v", want)
	}
	for reason, got := range costs {
		if got != want {
			t.Errorf("%s costs %+v, a wrong password %+v", reason, got, want)
		}
	}
}
