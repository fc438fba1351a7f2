package e2e

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"minping/complaints/workday"
	"minping/internal/actor"
	"minping/internal/pg"
	"minping/offices"
	"minping/surveys"
)

// The small directory that most tests use: two offices, one hall, four windows,
// whose desk codes are e2e00001 to e2e00004.
const (
	officesCSV = "机关编码,机关名称,英文名称,品牌名称\ntax,市税务局,Tax Bureau,税润民心\npolice,市公安局,Public Security Bureau,\n"
	hallsCSV   = "大厅编码,大厅名称,英文名称,地址\nH01,市民中心,Civic Centre,山东路 17 号\n"
	windowsCSV = "窗口编码,窗口名称,英文名称,窗口号,机关编码,大厅编码\n" +
		"w1,税费申报窗口,Tax filing,A1,tax,H01\nw2,发票窗口,Invoices,A2,tax,H01\n" +
		"w3,户籍窗口,Household register,B1,police,H01\nw4,出入境窗口,Exit and entry,B2,police,H01\n"
)

func deskCodes() []string { return []string{"e2e00001", "e2e00002", "e2e00003", "e2e00004"} }

// writeFile puts a file beside the data directory.
func (in *instance) writeFile(name, text string) string {
	in.t.Helper()
	path := filepath.Join(filepath.Dir(in.dir), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		in.t.Fatal(err)
	}
	return path
}

// importCity makes the small directory with the program's own command.
func (in *instance) importCity() {
	in.t.Helper()
	in.ok("import", "offices", in.writeFile("机关.csv", officesCSV), in.writeFile("大厅.csv", hallsCSV), in.writeFile("窗口.csv", windowsCSV))
}

// publish puts the walk-in survey to the four windows, beginning a year ago.
func (in *instance) publish() {
	in.t.Helper()
	in.withServices(func(t *testing.T, o *offices.Service, s *surveys.Service) {
		windows, err := o.AllUnits(t.Context(), actor.System("e2e"), offices.Window)
		if err != nil {
			t.Fatal(err)
		}
		order := map[string]int{"w1": 0, "w2": 1, "w3": 2, "w4": 3}
		input := surveys.PublishInput{VersionID: s.Latest("walk-in").ID, Title: "窗口服务评价", Channels: []surveys.Channel{surveys.ChannelDesk},
			StartsAt: time.Now().AddDate(-1, 0, 0), LateWorkdays: 5, Codes: map[int64]string{}}
		for _, w := range windows {
			input.UnitIDs = append(input.UnitIDs, w.ID)
			input.Codes[w.ID] = deskCodes()[order[w.Code]]
		}
		if _, err := s.Publish(t.Context(), actor.System("e2e"), input); err != nil {
			t.Fatal(err)
		}
	})
}

// publishTickets asks the same of whoever has a ticket.
func (in *instance) publishTickets() {
	in.t.Helper()
	in.withServices(func(t *testing.T, o *offices.Service, s *surveys.Service) {
		windows, err := o.AllUnits(t.Context(), actor.System("e2e"), offices.Window)
		if err != nil {
			t.Fatal(err)
		}
		input := surveys.PublishInput{VersionID: s.Latest("walk-in").ID, Title: "票据评价", Channels: []surveys.Channel{surveys.ChannelTicket},
			StartsAt: time.Now().AddDate(-1, 0, 0), LateWorkdays: 5}
		for _, w := range windows {
			input.UnitIDs = append(input.UnitIDs, w.ID)
		}
		if _, err := s.Publish(t.Context(), actor.System("e2e"), input); err != nil {
			t.Fatal(err)
		}
	})
}

// withServices opens the domains over the instance's database.
func (in *instance) withServices(f func(*testing.T, *offices.Service, *surveys.Service)) {
	in.t.Helper()
	in.withDB(func(db *sqlx.DB) {
		s, err := surveys.New(in.t.Context(), surveys.Config{DB: db, Log: slog.New(slog.DiscardHandler), Now: time.Now,
			Calendar: workday.Builtin(), DeviceKey: make([]byte, 32)})
		if err != nil {
			in.t.Fatal(err)
		}
		defer func() {
			if err := s.Stop(context.WithoutCancel(in.t.Context())); err != nil {
				in.t.Error(err)
			}
		}()
		f(in.t, offices.New(offices.Config{DB: db, Now: time.Now}), s)
	})
}

func (in *instance) withDB(f func(*sqlx.DB)) {
	in.t.Helper()
	in.join(func(dsn string) {
		db, err := pg.Open(in.t.Context(), dsn, 8)
		if err != nil {
			in.t.Fatal(err)
		}
		defer func() { _ = db.Close() }()
		f(db)
	})
}

// verify asserts that a recount confirms every rollup.
func (in *instance) verify() {
	in.t.Helper()
	if r := in.run("verify"); r.code != 0 || !endsWith(r.last(), ": 0 differences") {
		in.t.Errorf("verify: exit %d, %q\n%s", r.code, r.last(), r.err)
	}
}

func endsWith(text, end string) bool {
	return len(text) >= len(end) && text[len(text)-len(end):] == end
}
