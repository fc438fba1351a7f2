package surveys

import (
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"minping/internal/actor"
	"minping/internal/code"
	"minping/internal/fault"
)

// officer holds permissions over one office or hall (unit ids; 0 = none).
func officer(office, hall int64, permissions ...actor.Permission) actor.Actor {
	granted := map[actor.Permission]bool{}
	for _, p := range permissions {
		granted[p] = true
	}
	return actor.Actor{Account: 7, Name: "王管理员", Grants: []actor.Grant{{Permissions: granted, Office: office, Hall: hall}}}
}

func citywide(permissions ...actor.Permission) actor.Actor { return officer(0, 0, permissions...) }

// id gives the unit with a code.
func (p *place) id(t testing.TB, key string) int64 {
	t.Helper()
	return int64(p.count(t, `SELECT id FROM units WHERE code = $1`, key))
}

// windowsIn adds n windows of office O1 to hall H1.
func (p *place) windowsIn(t testing.TB, n int) {
	t.Helper()
	p.exec(t, `INSERT INTO units (kind, code, name, number, office_id, hall_id)
		SELECT 'window', 'X' || i, '综合窗口' || i, 'B' || i, (SELECT id FROM units WHERE code = 'O1'), (SELECT id FROM units WHERE code = 'H1')
		FROM generate_series(1, $1::int) i`, n)
}

func publishHall(t testing.TB, p *place, channels ...Channel) []Publication {
	t.Helper()
	published, err := p.service.Publish(t.Context(), citywide(PermPublicationWrite),
		PublishInput{VersionID: 1, Title: "大厅评价", Channels: channels, LateWorkdays: p.service.LateDays(p.clock), Hall: p.id(t, "H1")})
	if err != nil {
		t.Fatal(err)
	}
	return published
}

func wantKind(t testing.TB, err error, kind fault.Kind) {
	t.Helper()
	if f, ok := fault.As(err); !ok || f.Kind != kind {
		t.Errorf("error %v, want kind %d", err, kind)
	}
}

// wantFields compares the names and keys of a fault's fields, each "name key".
func wantFields(t testing.TB, err error, want ...string) {
	t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Kind != fault.Invalid {
		t.Errorf("error %v, want fields %v", err, want)
		return
	}
	var got []string
	for _, field := range f.Fields {
		got = append(got, field.Name+" "+field.Key)
	}
	if !slices.Equal(got, want) {
		t.Errorf("fields %q, want %q", got, want)
	}
}

func TestPublishToAHall(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.windowsIn(t, 300)
	began := time.Now()
	published := publishHall(t, p, ChannelDesk, ChannelExit, ChannelKiosk)
	t.Logf("304 windows × 3 channels: %v", time.Since(began))
	for i, channel := range []Channel{ChannelDesk, ChannelExit, ChannelKiosk} {
		if got := published[i]; got.Channel != channel || got.Units != 304 || got.Codes != 304 || got.Number != 1 ||
			got.SurveyKey != "walk-in" || got.CreatedBy != "王管理员" || !got.StartsAt.Equal(p.clock) {
			t.Errorf("%+v", got)
		}
	}
	codes, err := p.service.Codes(t.Context(), citywide(PermPublicationRead), CodeFilter{Channel: ChannelExit})
	if err != nil || len(codes) != 304 {
		t.Fatal(len(codes), err)
	}
	for _, c := range codes {
		if code.Check(c.Code) != nil || len(c.Code) != CodeLength+1 || c.Unit.Office == nil || c.Unit.Hall == nil {
			t.Errorf("%+v", c)
		}
		if e, err := p.service.Resolve(t.Context(), PrintedCode(c.Code)); err != nil || e.State != StateOpen || e.Unit.ID != c.Unit.ID {
			t.Errorf("%s opens %+v, %v", c.Code, e, err)
		}
	}
}

func TestPublishTwoThousandUnitsQuickly(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.windowsIn(t, 2000)
	began := time.Now()
	published := publishHall(t, p, Channels()...)
	took := time.Since(began)
	t.Logf("2004 windows × 6 channels: %v", took)
	if n := p.count(t, `SELECT count(DISTINCT code) FROM codes WHERE retired_at IS NULL`); len(published) != 6 || n != 6*2004 {
		t.Errorf("%d publications, %d codes", len(published), n)
	}
	if took > 10*time.Second {
		t.Errorf("%v", took)
	}
}

func TestPublishAgainKeepsCodes(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	publishHall(t, p, ChannelDesk, ChannelExit)
	before := activeCodes(t, p)
	publishHall(t, p, ChannelDesk, ChannelExit)
	if after := activeCodes(t, p); !slices.Equal(before, after) || len(after) != 8 || !slices.Contains(after, "win00001") {
		t.Errorf("%v became %v", before, after)
	}
}

func activeCodes(t testing.TB, p *place) []string {
	t.Helper()
	var list []string
	if err := p.db.Select(&list, `SELECT code FROM codes WHERE retired_at IS NULL ORDER BY unit_id, channel`); err != nil {
		t.Fatal(err)
	}
	return list
}

func TestPublishersAtOnce(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.windowsIn(t, 200)
	hall := p.id(t, "H1")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			_, err := p.service.Publish(t.Context(), citywide(PermPublicationWrite),
				PublishInput{VersionID: 1, Title: "同时发布", Channels: []Channel{ChannelExit, ChannelDesk}, Hall: hall})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := p.count(t, `SELECT count(*) FROM codes`); n != 2*204 {
		t.Errorf("%d codes", n)
	}
}

func TestPublishWithinReach(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	o1, o2, hall := p.id(t, "O1"), p.id(t, "O2"), p.id(t, "H1")
	own := officer(o1, 0, PermPublicationWrite, PermPublicationRead)
	in := PublishInput{VersionID: 1, Title: "本单位", Channels: []Channel{ChannelWeb}}
	try := func(by actor.Actor, change func(*PublishInput)) ([]Publication, error) {
		input := in
		change(&input)
		return p.service.Publish(t.Context(), by, input)
	}
	published, err := try(own, func(in *PublishInput) { in.Office = o1; in.UnitIDs = []int64{o1} })
	if err != nil || published[0].Units != 3 {
		t.Fatal(published, err)
	}
	if got, err := try(own, func(in *PublishInput) { in.Office = o1; in.Hall = hall }); err != nil || got[0].Units != 2 {
		t.Error(got, err)
	}
	for name, change := range map[string]func(*PublishInput){
		"another office":   func(in *PublishInput) { in.UnitIDs = []int64{o2} },
		"the hall itself":  func(in *PublishInput) { in.UnitIDs = []int64{hall} },
		"all of the hall":  func(in *PublishInput) { in.Hall = hall },
		"one too many":     func(in *PublishInput) { in.UnitIDs = []int64{p.windows[0], p.windows[3]} },
		"nowhere":          func(in *PublishInput) { in.UnitIDs = []int64{1 << 40} },
		"the whole city":   func(in *PublishInput) { in.UnitIDs = []int64{p.id(t, "city")} },
		"another's window": func(in *PublishInput) { in.UnitIDs = []int64{p.windows[2]} },
	} {
		if _, err := try(own, change); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err = try(officer(o1, 0, PermPublicationRead), func(in *PublishInput) { in.Office = o1 })
	wantKind(t, err, fault.Forbidden)
	_, err = try(actor.Actor{}, func(in *PublishInput) { in.Office = o1 })
	wantKind(t, err, fault.Forbidden)
	if n := p.count(t, `SELECT count(*) FROM publications`); n != 3 {
		t.Errorf("%d publications after refusals", n)
	}
}

func TestPublishFaults(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.exec(t, `UPDATE units SET closed_on = '2026-11-22' WHERE id = $1`, p.windows[3])
	for _, c := range []struct {
		name   string
		change func(*PublishInput)
		want   []string
	}{
		{"invisible title", func(in *PublishInput) { in.Title = " \u200e\n" }, []string{"title surveys.publish.title"}},
		{"empty title", func(in *PublishInput) { in.Title = " \x00\n" }, []string{"title surveys.publish.title"}},
		{"long title", func(in *PublishInput) { in.Title = strings.Repeat("评", 201) }, []string{"title surveys.publish.title_long"}},
		{"long enough title", func(in *PublishInput) { in.Title = strings.Repeat("评", 200) }, nil},
		{"no version", func(in *PublishInput) { in.VersionID = 99 }, []string{"version surveys.publish.version"}},
		{"no channel", func(in *PublishInput) { in.Channels = nil }, []string{"channels surveys.publish.channels"}},
		{"unknown channel", func(in *PublishInput) { in.Channels = []Channel{"import"} }, []string{"channels surveys.publish.channel"}},
		{"late", func(in *PublishInput) { in.LateWorkdays = 61 }, []string{"late_workdays surveys.publish.late_workdays"}},
		{"nowhere", func(in *PublishInput) { in.UnitIDs = nil }, []string{"units surveys.publish.no_units"}},
		{"empty hall", func(in *PublishInput) { in.UnitIDs, in.Hall = nil, 1<<40 }, []string{"units surveys.publish.no_units"}},
		{"closed", func(in *PublishInput) { in.UnitIDs = p.windows[3:] }, []string{"units surveys.publish.unit_closed"}},
		{"city", func(in *PublishInput) { in.UnitIDs = []int64{p.id(t, "city")} }, []string{"units surveys.publish.city"}},
		{"turned round", func(in *PublishInput) { in.EndsAt = p.clock.Add(-time.Hour) }, []string{"ends_at surveys.publish.ends_before_start"}},
		{"over", func(in *PublishInput) {
			in.StartsAt, in.EndsAt = p.clock.Add(-2*time.Hour), p.clock.Add(-time.Hour)
		}, []string{"ends_at surveys.publish.ends_in_past"}},
	} {
		in := PublishInput{VersionID: 1, Title: "评价", Channels: []Channel{ChannelDesk}, UnitIDs: p.windows[:1]}
		c.change(&in)
		t.Run(c.name, func(t *testing.T) {
			_, err := p.service.Publish(t.Context(), citywide(PermPublicationWrite), in)
			if c.want != nil {
				wantFields(t, err, c.want...)
			} else if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestChosenCodes(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	in := PublishInput{VersionID: 1, Title: "演示", Channels: []Channel{ChannelExit}, UnitIDs: p.windows,
		Codes: map[int64]string{p.windows[0]: "demo0001", p.windows[1]: "demo0002"}}
	_, err := p.service.Publish(t.Context(), citywide(PermPublicationWrite), in)
	wantKind(t, err, fault.Forbidden)
	if _, err := p.service.Publish(t.Context(), actor.System("demo"), in); err != nil {
		t.Fatal(err)
	}
	if e, err := p.service.Resolve(t.Context(), "DEMO-0002"); err != nil || e.State != StateOpen || e.Unit.ID != p.windows[1] || e.Channel != ChannelExit {
		t.Errorf("%+v, %v", e, err)
	}
	if n := p.count(t, `SELECT count(*) FROM codes WHERE channel = 'exit'`); n != 4 {
		t.Errorf("%d codes", n)
	}
	in.Channels, in.Codes = []Channel{ChannelKiosk}, map[int64]string{p.windows[2]: "demo0001"}
	_, err = p.service.Publish(t.Context(), actor.System("demo"), in)
	wantKind(t, err, fault.Conflict)
}

func TestClosePublication(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	o1 := p.id(t, "O1")
	hallwide := publishHall(t, p, ChannelExit)[0]
	all := citywide(PermPublicationWrite, PermPublicationRead)
	_, err := p.service.ClosePublication(t.Context(), officer(o1, 0, PermPublicationWrite), hallwide.ID)
	wantKind(t, err, fault.Forbidden)
	_, err = p.service.ClosePublication(t.Context(), officer(1<<30, 0, PermPublicationWrite), hallwide.ID)
	wantKind(t, err, fault.NotFound)
	_, err = p.service.ClosePublication(t.Context(), all, 1<<40)
	wantKind(t, err, fault.NotFound)
	p.clock = p.clock.Add(time.Hour)
	closed, err := p.service.ClosePublication(t.Context(), officer(0, p.id(t, "H1"), PermPublicationWrite), hallwide.ID)
	if err != nil || closed.State(p.clock) != StateClosed || !closed.EndsAt.Equal(p.clock) {
		t.Fatal(closed, err)
	}
	_, err = p.service.ClosePublication(t.Context(), all, hallwide.ID)
	wantKind(t, err, fault.Conflict)
	codes, err := p.service.Codes(t.Context(), all, CodeFilter{Channel: ChannelExit})
	if err != nil || len(codes) != 4 {
		t.Fatal(codes, err)
	}
	if e, err := p.service.Resolve(t.Context(), codes[0].Code); err != nil || e.State != StateClosed || !e.ClosedAt.Equal(p.clock) {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestClosePublicationThatHasNotBegun(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	all := citywide(PermPublicationWrite, PermPublicationRead)
	published, err := p.service.Publish(t.Context(), all, PublishInput{VersionID: 1, Title: "明年", Channels: []Channel{ChannelWeb},
		StartsAt: p.clock.AddDate(0, 2, 0), EndsAt: p.clock.AddDate(1, 0, 0), UnitIDs: p.windows})
	if err != nil || published[0].State(p.clock) != StateNotYet {
		t.Fatal(published, err)
	}
	if closed, err := p.service.ClosePublication(t.Context(), all, published[0].ID); err != nil || closed.State(p.clock) != StateClosed {
		t.Error(closed, err)
	}
}

func TestPublicationLists(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	o1, o2, hall := p.id(t, "O1"), p.id(t, "O2"), p.id(t, "H1")
	all := citywide(PermPublicationWrite, PermPublicationRead)
	exit := publishHall(t, p, ChannelExit)[0]
	web, err := p.service.Publish(t.Context(), all, PublishInput{VersionID: 1, Title: "网上", Channels: []Channel{ChannelWeb},
		StartsAt: p.clock.Add(time.Hour), UnitIDs: []int64{o2}})
	if err != nil {
		t.Fatal(err)
	}
	first := int64(p.count(t, `SELECT min(id) FROM publications`))
	for _, c := range []struct {
		name string
		by   actor.Actor
		f    PublicationFilter
		want []int64
	}{
		{"all", all, PublicationFilter{}, []int64{web[0].ID, exit.ID, first}},
		{"page", all, PublicationFilter{Limit: 1, BeforeID: web[0].ID}, []int64{exit.ID}},
		{"running", all, PublicationFilter{Running: true}, []int64{exit.ID, first}},
		{"channel", all, PublicationFilter{Channel: ChannelExit}, []int64{exit.ID}},
		{"office", all, PublicationFilter{Office: o1}, []int64{exit.ID, first}},
		{"hall", all, PublicationFilter{Hall: hall}, []int64{exit.ID, first}},
		{"unit", all, PublicationFilter{Unit: o2}, []int64{web[0].ID}},
		{"version", all, PublicationFilter{VersionID: 2}, []int64{}},
		{"reach of an office", officer(o2, 0, PermPublicationRead), PublicationFilter{}, []int64{web[0].ID, exit.ID, first}},
		{"reach of a hall", officer(0, hall, PermPublicationRead), PublicationFilter{}, []int64{exit.ID, first}},
	} {
		list, err := p.service.Publications(t.Context(), c.by, c.f)
		ids := []int64{}
		for _, item := range list {
			ids = append(ids, item.ID)
		}
		if err != nil || !slices.Equal(ids, c.want) {
			t.Errorf("%s: %v, %v; want %v", c.name, ids, err, c.want)
		}
	}
	_, err = p.service.Publications(t.Context(), officer(o1, 0, PermPublicationWrite), PublicationFilter{})
	wantKind(t, err, fault.Forbidden)
	got, units, err := p.service.Publication(t.Context(), officer(o1, 0, PermPublicationRead), exit.ID)
	if err != nil || got.Units != 2 || len(units) != 2 || units[0].Unit.Number != "A01" || code.Check(units[1].Code) != nil {
		t.Errorf("%+v %+v %v", got, units, err)
	}
	_, _, err = p.service.Publication(t.Context(), officer(o1, 0, PermPublicationRead), web[0].ID)
	wantKind(t, err, fault.NotFound)
}

func TestCodesInTheOrderOfAPrintRun(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.windowsIn(t, 12)
	publishHall(t, p, ChannelExit)
	p.exec(t, `UPDATE units SET closed_on = '2000-01-01' WHERE code = 'X3'`)
	codes, err := p.service.Codes(t.Context(), officer(0, p.id(t, "H1"), PermPublicationRead), CodeFilter{Channel: ChannelExit, Office: p.id(t, "O1")})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"A01", "A02", "B1", "B2"}
	for i := 4; i <= 12; i++ {
		want = append(want, "B"+strconv.Itoa(i))
	}
	var got []string
	for _, c := range codes {
		got = append(got, c.Unit.Number)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	codes, err = p.service.Codes(t.Context(), officer(p.id(t, "O2"), 0, PermPublicationRead), CodeFilter{})
	if err != nil || len(codes) != 4 {
		t.Errorf("office O2 sees %d codes, %v", len(codes), err)
	}
}

func TestPrintedCode(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{"demo0001": "DEMO-0001", "k7m2pq9xd": "K7M-2PQ-9XD", "uqwwp639b4c9f": "UQWWP-639B4-C9F"} {
		if got := PrintedCode(key); got != want || code.Normalize(got) != key {
			t.Errorf("%s: %s", key, got)
		}
	}
	if got := Link("https://x.cn/", "k7m2pq9xd"); got != "https://x.cn/r/k7m2pq9xd" {
		t.Error(got)
	}
}
