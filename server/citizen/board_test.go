package citizen_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"minping/complaints/publish"
	"minping/complaints/workday"
	"minping/indices"
	"minping/internal/actor"
	"minping/internal/i18n"
	"minping/internal/pgtest"
	"minping/offices"
	"minping/server/citizen"
	"minping/server/web"
	"minping/server/web/webtest"
	"minping/surveys"
)

func boardNow() time.Time {
	return time.Date(2026, 11, 20, 10, 0, 0, 0, time.FixedZone("CST", 8*3600))
}

// board is the public board over a city with one much rated window, one rated
// three times and a division that the public must not see.
func board(t *testing.T) *webtest.Browser {
	t.Helper()
	t.Parallel()
	db := pgtest.New(t)
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	texts.OnMissing(func(lang, key string) { t.Errorf("no text for %s in %s", key, lang) })
	site, err := web.NewSite(web.Config{BaseURL: "http://pj.example.gov.cn", Texts: texts, Now: boardNow})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(site.Close)
	directory := offices.New(offices.Config{DB: db, Now: boardNow})
	sv, err := surveys.New(t.Context(), surveys.Config{DB: db, Log: slog.New(slog.DiscardHandler), Now: boardNow, Calendar: workday.Builtin(), DeviceKey: make([]byte, 32)})
	if err != nil {
		t.Fatal(err)
	}
	unit := func(in offices.UnitInput) offices.Unit {
		u, err := directory.Save(t.Context(), actor.System("test"), in)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	office := unit(offices.UnitInput{Kind: offices.Office, Code: "tax", Name: "市税务局", BrandName: "税润民心"})
	unit(offices.UnitInput{Kind: offices.Office, Code: "art", Name: "市文旅局"})
	division := unit(offices.UnitInput{Kind: offices.Division, Code: "tax-1", Name: "纳税服务处", OfficeID: office.ID})
	hall := unit(offices.UnitInput{Kind: offices.Hall, Code: "hall", Name: "市民中心"})
	var list []surveys.Rating
	for i, n := range []int{120, 3} {
		w := unit(offices.UnitInput{Kind: offices.Window, Code: fmt.Sprintf("w%d", i+1), Name: "申报", Number: fmt.Sprintf("A%d", i+1), OfficeID: office.ID, DivisionID: division.ID, HallID: hall.ID})
		for k := range n {
			day := workday.Day{Year: 2026, Month: 10, Day: 1 + k%28}
			list = append(list, surveys.Rating{SubmissionID: uuid.New(), Receipt: fmt.Sprintf("%d-%d", i, k), VisitedOn: day, ReceivedAt: day.Start().Add(3 * time.Hour),
				Unit: w.ID, Parents: surveys.Parents{Window: w.ID, Division: division.ID, Office: office.ID, Hall: hall.ID}, Version: sv.Latest("walk-in").ID,
				Channel: surveys.ChannelDesk, Stratum: surveys.StratumPublic, Level: 5 - k%5, Language: "zh-CN", Seconds: -1})
		}
	}
	if _, err := sv.Fill(t.Context(), slices.Values(list)); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`INSERT INTO rating_exclusions (rating_id, visited_on, reason, office_id, standing, excluded_by, excluded_at) VALUES (1, '2026-10-05', 'mistaken', $1, 'clear', 'x', now())`, office.ID); err != nil {
		t.Fatal(err)
	}
	b, err := citizen.NewBoard(citizen.BoardConfig{Site: site, Indices: indices.New(indices.Config{DB: db, Now: boardNow}), Offices: directory, Now: boardNow,
		Public: publish.New(publish.Config{DB: db, Now: boardNow})})
	if err != nil {
		t.Fatal(err)
	}
	e := echo.New()
	site.Use(e)
	b.Routes(e.Group(""))
	return webtest.NewBrowser(t, e)
}

func TestBoardShowsWhatIsPublic(t *testing.T) {
	b := board(t)
	for _, at := range []struct {
		path   string
		status int
		want   []string
		not    []string
	}{
		{"/board", 200, []string{"2026年10月", "123 份", "市税务局", "市文旅局", "市民中心", "95% 区间", "算法版本 sat-1", "暂无评价"}, []string{"纳税服务处"}},
		{"/board?period=2026", 200, []string{"2026年", "尚未结束"}, nil},
		{"/board?period=2026-Q3", 200, []string{"2026年第三季度", "暂无评价"}, nil},
		{"/board?period=2026-10-05", 422, []string{"按月、季度或年查看", "2026年10月"}, nil},
		{"/board?period=nonsense", 422, []string{"period-error"}, nil},
		{"/board?q=税务", 200, []string{"市税务局"}, []string{"市文旅局"}},
		{"/board/office/tax", 200, []string{"税润民心", "A1", "A2", "少于 5 份", "三率", "响应率", "还没有公开答复", "收到评价 123 条，其中 1 条", "计入 122 条"}, []string{"纳税服务处"}},
		{"/board/hall/hall", 200, []string{"市民中心"}, nil},
		{"/board/window/w2", 200, []string{"fig-nothing", "少于 5 份"}, []string{`class="fig-cards"`}},
		{"/board/window/w1?period=2026-10", 200, []string{"非常不满意", "20.0%"}, nil},
		{"/board/division/tax-1", 404, nil, nil},
		{"/board/office/nobody", 404, nil, nil},
		{"/board/methodology", 200, []string{"sat-1", "2000年1月1日", "绝不默认算作好评"}, nil},
	} {
		a := b.Get(at.path)
		if a.Status != at.status {
			t.Errorf("%s: status %d, want %d", at.path, a.Status, at.status)
		}
		for _, want := range at.want {
			if !strings.Contains(a.Body, want) {
				t.Errorf("%s: no %q", at.path, want)
			}
		}
		for _, not := range at.not {
			if strings.Contains(a.Body, not) {
				t.Errorf("%s: shows %q", at.path, not)
			}
		}
		if a.Status == http.StatusOK && !strings.Contains(a.Header.Get("Cache-Control"), "public") {
			t.Errorf("%s: Cache-Control %q", at.path, a.Header.Get("Cache-Control"))
		}
	}
	if en := b.Get("/board", "Accept-Language", "en"); !strings.Contains(en.Body, "October 2026") || !strings.Contains(en.Body, "Satisfaction") {
		t.Error("the English board is not English")
	}
}
