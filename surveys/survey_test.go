package surveys

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"minping/internal/actor"
	"minping/internal/fault"
	"minping/internal/pg"
)

var builder = citywide(PermSurveyRead, PermSurveyWrite)

// walkIn is the definition of the walk-in survey, free to be changed.
func walkIn(t testing.TB, p *place) Definition {
	t.Helper()
	v, err := p.service.Version(t.Context(), builder, 1)
	if err != nil {
		t.Fatal(err)
	}
	return v.Definition
}

func TestNewVersion(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	d := walkIn(t, p)
	_, err := p.service.NewVersion(t.Context(), builder, "walk-in", d)
	wantKind(t, err, fault.Conflict)
	d.Questions[0].Text.Zh = "您对今天的服务总体是否满意？"
	made, err := p.service.NewVersion(t.Context(), builder, "walk-in", d)
	if err != nil || made.Number != 2 || made.SurveyKey != "walk-in" || len(made.Digest) != 64 {
		t.Fatal(made, err)
	}
	if diff := cmp.Diff(d, made.Definition); diff != "" {
		t.Error(diff)
	}
	_, err = p.service.NewVersion(t.Context(), builder, "walk-in", d)
	wantKind(t, err, fault.Conflict)
	if old := walkIn(t, p); old.Questions[0].Text.Zh == d.Questions[0].Text.Zh {
		t.Error("the old version changed")
	}
	list, err := p.service.Surveys(t.Context(), builder)
	if err != nil || len(list) != 1 || len(list[0].Versions) != 2 || list[0].Versions[0].Number != 2 ||
		list[0].Versions[1].Running != 1 || list[0].Versions[0].Questions != len(d.Questions) {
		t.Errorf("%+v, %v", list, err)
	}
	// The new version is asked where it is published, at once on this node.
	if _, err := p.service.Publish(t.Context(), citywide(PermPublicationWrite), PublishInput{VersionID: made.ID, Title: "新版",
		Channels: []Channel{ChannelDesk}, UnitIDs: p.windows[:1]}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{2, 1} {
		if e, err := p.service.Resolve(t.Context(), p.codes[i]); err != nil || e.Version == nil || e.Version.Number != want {
			t.Errorf("window %d: %+v, %v", i+1, e, err)
		}
	}
}

func TestVersionsAreImmutable(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for _, query := range []string{`UPDATE survey_versions SET digest = 'x' WHERE id = 1`, `DELETE FROM survey_versions WHERE id = 1`} {
		if _, err := p.db.Exec(query); err == nil || !strings.Contains(err.Error(), "never changed") {
			t.Errorf("%s: %v", query, err)
		}
	}
}

func TestNewVersionsAtOnce(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	d := walkIn(t, p)
	d.Questions = d.Questions[:2]
	var wg sync.WaitGroup
	var made, conflicts atomic.Int32
	for range 4 {
		wg.Go(func() {
			switch _, err := p.service.NewVersion(t.Context(), builder, "walk-in", d); {
			case err == nil:
				made.Add(1)
			case fault.KindOf(err) == fault.Conflict:
				conflicts.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if made.Load() != 1 || conflicts.Load() != 3 {
		t.Errorf("%d made, %d conflicts", made.Load(), conflicts.Load())
	}
}

func TestNewVersionFaults(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for name, c := range map[string]struct {
		change func(*Definition)
		want   []string
	}{
		"empty":         {func(d *Definition) { d.Questions = nil }, []string{"questions surveys.version.questions"}},
		"no level":      {func(d *Definition) { d.Questions = d.Questions[1:2] }, []string{"questions[0] surveys.version.level_first"}},
		"four levels":   {func(d *Definition) { d.Questions[0].Options = d.Questions[0].Options[1:] }, []string{"questions[0] surveys.version.level_first"}},
		"twice":         {func(d *Definition) { d.Questions[3] = d.Questions[2] }, []string{"questions[3].key surveys.version.twice"}},
		"no wording":    {func(d *Definition) { d.Questions[1].Text.Zh = " " }, []string{"questions[1].text surveys.version.wording"}},
		"long wording":  {func(d *Definition) { d.Questions[1].Text.Zh = strings.Repeat("长", 201) }, []string{"questions[1].text surveys.version.wording_long"}},
		"same values":   {func(d *Definition) { d.Questions[2].Options[1].Value = 1 }, []string{"questions[2].options surveys.version.options"}},
		"no tags":       {func(d *Definition) { d.Questions[1].Tags = nil }, []string{"questions[1].tags surveys.version.tags"}},
		"own tag":       {func(d *Definition) { d.Questions[1].Tags[0].Code = 599 }, []string{"questions[1].tags surveys.version.tag"}},
		"tag moved":     {func(d *Definition) { d.Questions[1].Tags[0].Level = 1 }, []string{"questions[1].tags surveys.version.tag"}},
		"not in bank":   {func(d *Definition) { d.Questions[2].ID = 999 }, []string{"questions[2].key surveys.version.bank"}},
		"feeds another": {func(d *Definition) { d.Questions[2].Feeds = "trust" }, []string{"questions[2].key surveys.version.bank"}},
		"unknown kind": {func(d *Definition) { d.Questions[2].Kind = "stars" },
			[]string{"questions[2].kind surveys.version.kind", "questions[2].key surveys.version.bank"}},
		"rests on a later one": {func(d *Definition) { d.Questions[2].Only = &Condition{Key: "fair", Max: 2} }, []string{"questions[2].only surveys.version.only"}},
		"rotation of nothing":  {func(d *Definition) { d.Questions[2].Rotate = &Rotation{Group: "x"} }, []string{"questions[2].rotate surveys.version.rotate"}},
		"too many variants": {func(d *Definition) {
			for i := 2; i < 6; i++ {
				d.Questions[i].Rotate = &Rotation{Group: d.Questions[i].Key, OneIn: 5}
			}
		}, []string{"questions surveys.version.variants"}},
	} {
		d := walkIn(t, p)
		c.change(&d)
		t.Run(name, func(t *testing.T) {
			_, err := p.service.NewVersion(t.Context(), builder, "walk-in", d)
			wantFields(t, err, c.want...)
		})
	}
	_, err := p.service.NewVersion(t.Context(), builder, "nothing", walkIn(t, p))
	wantKind(t, err, fault.NotFound)
	_, err = p.service.NewVersion(t.Context(), citywide(PermSurveyRead), "walk-in", walkIn(t, p))
	wantKind(t, err, fault.Forbidden)
	if n := p.count(t, `SELECT count(*) FROM survey_versions`); n != 1 {
		t.Errorf("%d versions", n)
	}
}

// A question that was taken out of the bank stays in old versions and enters no new one.
func TestRetiredQuestionIsNotUsed(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	d := walkIn(t, p)
	d.Questions = slices.Delete(d.Questions, 3, 4)
	p.exec(t, `UPDATE questions SET retired_at = now() WHERE key = 'ease'`)
	_, err := p.service.NewVersion(t.Context(), builder, "walk-in", d)
	wantFields(t, err, "questions[2].key surveys.version.bank")
	bank, err := p.service.Bank(t.Context(), builder)
	if err != nil || len(bank) < 10 || bank[0].Kind != KindLevel || len(bank[0].Options) != 5 || !bank[2].Retired {
		t.Errorf("%+v, %v", bank, err)
	}
}

func TestSurveysNeedPermission(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	_, err := p.service.Surveys(t.Context(), actor.Actor{})
	wantKind(t, err, fault.Forbidden)
	_, err = p.service.Version(t.Context(), actor.Actor{}, 1)
	wantKind(t, err, fault.Forbidden)
	_, err = p.service.Bank(t.Context(), actor.Actor{})
	wantKind(t, err, fault.Forbidden)
	_, err = p.service.Version(t.Context(), builder, 99)
	wantKind(t, err, fault.NotFound)
	if !pg.None(err) {
		t.Error("the cause is lost")
	}
}

// A version is a text that every unit may be asked with: no part of the city writes one.
func TestVersionsAreTheCitys(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	_, err := p.service.NewVersion(t.Context(), officer(p.id(t, "O1"), 0, PermSurveyWrite), "walk-in", walkIn(t, p))
	wantKind(t, err, fault.Forbidden)
}

// Who issued a batch is noted with it, and whoever watches sees every batch.
func TestIssuedTicketsNameTheirIssuer(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	_, err := p.service.IssuedTickets(t.Context(), citywide(PermTicketWrite), TicketFilter{})
	wantKind(t, err, fault.Forbidden)
	_, err = p.service.IssuedTickets(t.Context(), officer(p.id(t, "O1"), 0, PermTicketRead), TicketFilter{})
	wantKind(t, err, fault.Forbidden)
	publishHall(t, p, ChannelTicket)
	const account = 4711
	by := citywide(PermTicketWrite)
	by.Account, by.Name = account, "大厅管理员"
	made, err := p.service.IssueTickets(t.Context(), by, TicketOrder{Unit: p.windows[0], Channel: ChannelTicket, VisitedOn: p.today(), Count: 2})
	if err != nil {
		t.Fatal(err)
	}
	p.tickets(t, 1) // a program's
	list, err := p.service.IssuedTickets(t.Context(), citywide(PermTicketRead), TicketFilter{})
	if err != nil || len(list) != 2 || list[1].ID != made.ID || list[1].IssuedBy != account || list[1].CreatedBy != "大厅管理员" || list[0].IssuedBy == account {
		t.Errorf("%+v, %v", list, err)
	}
}
