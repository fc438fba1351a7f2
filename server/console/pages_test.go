package console

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"minping/accounts"
	"minping/server/web/webtest"
)

func TestEveryPageOpensForItsRole(t *testing.T) {
	c := newCity(t)
	brand, sys := c.as(accounts.Brand, everywhere), c.as(accounts.SystemAdmin, everywhere)
	hall, handler := c.as(accounts.HallManager, c.hall), c.as(accounts.Handler, c.office)
	for _, at := range []struct {
		by   *webtest.Browser
		path string
		want []string
	}{
		{brand, "/console", []string{"全市", "满意度", "fig-value", "trend-table", "市税务局", "少于 5 份"}},
		{brand, "/console?period=2026-Q3&level=division&sort=-sat", []string{"2026年第三季度", "纳税服务处"}},
		{brand, "/console?from=2026-10-05&to=2026-11-10&level=window", []string{"2026年10月5日至11月10日", "税费申报窗口"}},
		{brand, c.path("/console?unit=%d", c.windows[1]), []string{"A2 税费申报窗口"}},
		{brand, c.path("/console?unit=%d", c.windows[2]), []string{"fig-nothing"}},
		{brand, "/console?find=A1", []string{"找到 1 个"}},
		{hall, "/console", []string{"市民中心", "A1 税费申报窗口"}},
		{handler, "/console", []string{"市税务局", "纳税服务处", "业务不熟练"}},
		{handler, "/console/ratings", []string{"&lt;script&gt;", "窗口人员业务不熟练", "提交过快"}},
		{brand, "/console/ratings?rating=bad&comment=1&suspect=1&period=2026", []string{"level-2"}},
		{sys, "/console/directory", []string{"市税务局", "市公安局", "/console/directory/import"}},
		{sys, "/console/directory?kind=window&q=A1", []string{"A1 税费申报窗口"}},
		{sys, c.path("/console/directory/%d", c.windows[0]), []string{"w-1", "更换评价码"}},
		{sys, c.path("/console/directory/%d", c.office), []string{"税润民心", "纳税服务处"}},
		{sys, c.path("/console/directory/%d", c.div), []string{"没有登记处长"}},
		{sys, c.path("/console/directory/%d/edit", c.windows[0]), []string{`value="A1"`}},
		{sys, "/console/directory/new?kind=office", []string{"brand_promise"}},
		{sys, "/console/directory/import", []string{`type="file"`}},
		{brand, "/console/surveys", []string{"窗口服务评价", "第 1 版"}},
		{brand, "/console/surveys/versions/1", []string{"您对本次服务总体是否满意", "每 5 人问 1 人"}},
		{brand, "/console/surveys/bank", []string{"recommend"}},
		{hall, "/console/publications", []string{"四季度窗口评价", "窗口码"}},
		{hall, "/console/publications/new", []string{"市民中心", "datetime-local"}},
		{hall, publicationHref(c.pub.ID), []string{"A1 税费申报窗口", "打印海报"}},
		{hall, publicationHref(c.pub.ID) + "/close", []string{"name=\"csrf\""}},
		{hall, c.path("/console/posters?hall=%d&channel=desk", c.hall), []string{"<svg", "税润民心", "Scan"}},
		{hall, c.path("/console/posters?hall=%d&size=a6", c.hall), []string{"sheet-cards"}},
		{hall, "/console/tickets", []string{"A1 税费申报窗口"}},
	} {
		a := at.by.Get(at.path)
		if a.Status != http.StatusOK {
			t.Errorf("%s: status %d\n%s", at.path, a.Status, excerpt(a.Body))
			continue
		}
		for _, want := range at.want {
			if !strings.Contains(a.Body, want) {
				t.Errorf("%s: no %q", at.path, want)
			}
		}
		if strings.Contains(a.Body, "[console.") || strings.Contains(a.Body, "[figures.") {
			t.Errorf("%s: a text is missing", at.path)
		}
		if strings.Contains(a.Body, " style=") || strings.Contains(a.Body, "<script>") {
			t.Errorf("%s: inline style or script, which the content policy forbids", at.path)
		}
	}
}

func excerpt(body string) string {
	if _, main, ok := strings.Cut(body, "<main"); ok {
		body = main
	}
	return body[:min(len(body), 1500)]
}

func TestScopeAndPermissionAreKept(t *testing.T) {
	c := newCity(t)
	brand, hall, handler, auditor := c.as(accounts.Brand, everywhere), c.as(accounts.HallManager, c.hall), c.as(accounts.Handler, c.office), c.as(accounts.AuditAdmin, everywhere)
	otherOffice := c.as(accounts.Handler, c.other)
	for _, at := range []struct {
		by   *webtest.Browser
		path string
		want int
	}{
		{handler, c.path("/console?unit=%d", c.other), http.StatusNotFound},
		{handler, c.path("/console/ratings?unit=%d", c.other), http.StatusNotFound},
		{otherOffice, c.path("/console?unit=%d", c.div), http.StatusNotFound},
		{hall, c.path("/console/ratings?unit=%d", c.windows[2]), http.StatusNotFound},
		{hall, "/console/surveys", http.StatusForbidden},
		{hall, "/console/directory/import", http.StatusForbidden},
		{handler, c.path("/console/directory/%d", c.windows[2]), http.StatusNotFound},
		{handler, "/console/directory/new?kind=window", http.StatusForbidden},
		{handler, c.path("/console/directory/%d/edit", c.windows[0]), http.StatusForbidden},
		{handler, "/console/publications/new", http.StatusForbidden},
		{auditor, "/console/ratings", http.StatusForbidden},
		{auditor, "/console", http.StatusSeeOther},
		{brand, "/console/publications/999999", http.StatusNotFound},
		{brand, "/console/directory/abc", http.StatusNotFound},
		{brand, "/console/surveys/versions/77", http.StatusNotFound},
		{brand, "/console/tickets/5", http.StatusNotFound},
		{brand, "/console/posters?unit=999999", http.StatusNotFound},
		{brand, "/console?period=garbage", http.StatusUnprocessableEntity},
		{brand, "/console?from=2026-11-09&to=2026-11-01", http.StatusUnprocessableEntity},
		{brand, "/console?sort=drop", http.StatusUnprocessableEntity},
		{webtest.NewBrowser(t, c.echo), "/console", http.StatusSeeOther},
	} {
		if a := at.by.Get(at.path); a.Status != at.want {
			t.Errorf("%s: status %d, want %d\n%s", at.path, a.Status, at.want, excerpt(a.Body))
		}
	}
}

func TestDownloads(t *testing.T) {
	c := newCity(t)
	sys := c.as(accounts.SystemAdmin, everywhere)
	for path, begins := range map[string]string{
		"/console/directory/export.xlsx": "PK", "/console/directory/import/template.xlsx": "PK",
		"/console/directory/export/windows": "\ufeff窗口编码", publicationPictures(c): "PK",
	} {
		a := sys.Get(path)
		if a.Status != http.StatusOK || !strings.HasPrefix(a.Body, begins) || !strings.HasPrefix(a.Header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%s: %d, %q, begins %q", path, a.Status, a.Header.Get("Content-Disposition"), a.Body[:min(len(a.Body), 20)])
		}
	}
	if a := sys.Get("/console/directory/export/passwords"); a.Status != http.StatusNotFound {
		t.Errorf("a table that is none: %d", a.Status)
	}
}

func publicationPictures(c *city) string {
	return strings.Replace(publicationHref(c.pub.ID), "publications/", "posters.zip?publication=", 1)
}

func TestRatingsPageOn(t *testing.T) {
	c := newCity(t)
	handler := c.as(accounts.Handler, c.office)
	seen, pages := 0, 0
	for path := "/console/ratings?period=2026"; path != "" && pages < 20; pages++ {
		a := handler.Get(path)
		seen += strings.Count(a.Body, `class="rating-head"`)
		path = ""
		if m := nextLink.FindStringSubmatch(a.Body); m != nil {
			path = strings.ReplaceAll(m[1], "&amp;", "&")
		}
	}
	if seen != 208 || pages != 7 {
		t.Errorf("%d ratings on %d pages, want 208 on 7", seen, pages)
	}
}

var nextLink = regexp.MustCompile(`rel="next" href="(/console/[^"]+after[^"]+)"`)

func TestPagesFitTheirData(t *testing.T) {
	c := newCity(t)
	webtest.CheckPages(t, c.app.site, map[string]any{
		"dashboard": dashboardPage{}, "ratings": ratingsPage{}, "directory": directoryPage{}, "unit": unitPage{}, "unit_form": unitFormPage{},
		"import": importPage{}, "import_report": reportPage{}, "surveys": surveysPage{}, "survey_version": versionPage{}, "bank": bankPage{},
		"publications": publicationsPage{}, "publication": publicationPage{}, "publish": publishPage{}, "confirm": confirmPage{},
		"settings": settingsPage{}, "setting": settingPage{}, "setting_proposal": proposalPage{}, "methodologies": methodologiesPage{}, "methodology_version": methodologyPage{}, "methodology_draft": methodologyDraftPage{}, "methodology_simulate": simulatePage{}, "social": socialPage{},
		"posters": postersPage{}, "tickets": ticketsPage{}, "ticket_batch": batchPage{}, "ticket_sheet": ticketSheetPage{},
		"file": filePage{}, "file_erase": eraseFilePage{}, "desk_routed": routedPage{},
		"desk": deskPage{}, "deskwork": deskPage{}, "bulk": bulkPage{}, "case": casePage{}, "case_print": casePaper{}, "desk_new": newCasePage{}, "desk_filed": filedPage{},
		"topics": topicsPage{}, "topic": topicPage{}, "templates": templatesPage{}, "template": templatePage{},
		"wall": wallPage{}, "wall_plain": wallPage{}, "ledger": ledgerPage{},
		"contacts": contactsPage{}, "contact": contactPage{}, "openings": openingsPage{}, "privacy_desk": privacyPage{}, "privacy_words": wordsPage{},
		"release_list": releasesPage{}, "release_draft": releasePage{}, "released": releasedPage{}, "answer_list": answersPage{}, "answer_form": answerPage{},
	})
}
