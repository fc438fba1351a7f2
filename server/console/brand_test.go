package console

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"minping/accounts"
)

func TestBrandPages(t *testing.T) {
	c := newCity(t)
	committee := c.as(accounts.Committee, everywhere)
	own := "/console/brand/" + fmtInt(c.office.ID)
	for path, want := range map[string][]string{
		"/console/brand":                          {"机关品牌", "市税务局", "“税润民心”", "不计综合分", "满意度 40.0%"},
		own + "?period=2026":                      {"税润民心", "不计综合分", "缺一项就不计综合分", "更新品牌阶段", "影响满意度的方面"},
		own + "/report?period=2026-Q3":            {"机关品牌季度报告", "2026年第三季度", "比上期", "比上年同期", "编制说明"},
		own + "?period=2026-Q4":                   {"2026年第四季度"},
		"/console/brand?period=2026&lang=en":      {"2026"},
		"/console/standings?period=2026&pool=yes": {"评价少的合并多期"},
	} {
		a := committee.Get(path)
		for _, w := range want {
			if a.Status != http.StatusOK || !strings.Contains(a.Body, w) {
				t.Errorf("%s: %d, no %q\n%s", path, a.Status, w, excerpt(a.Body))
			}
		}
	}
	for path, want := range map[string]int{own + "/report?period=2026-Q9": 422, "/console/brand/999999": 404, "/console/brand/x": 404, "/console/brand?period=soon": 422, "/console/brand/" + fmtInt(c.hall.ID): 404} {
		if a := committee.Get(path); a.Status != want {
			t.Errorf("%s: %d, want %d", path, a.Status, want)
		}
	}
	file := committee.Get(own + "/report.xlsx?period=2026-Q3")
	book, err := excelize.OpenReader(bytes.NewReader([]byte(file.Body)))
	if err != nil {
		t.Fatal(err)
	}
	if sheets := book.GetSheetList(); len(sheets) != 7 || sheets[0] != "综合评价" {
		t.Errorf("%v", sheets)
	}
}

func TestBrandStage(t *testing.T) {
	c := newCity(t)
	team := c.as(accounts.Brand, c.office)
	at := "/console/brand/" + fmtInt(c.office.ID)
	form := url.Values{"stage": {"growing"}, "from": {"2026-01-01"}, "founded": {"2026-02-01"}, "reason": {"年度复核"}}
	if a := team.Submit(at, at+"/stage", form); a.Status != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "创建日期不能晚于") || !strings.Contains(a.Body, "年度复核") {
		t.Errorf("%d\n%s", a.Status, excerpt(a.Body))
	}
	form.Set("founded", "2023-02-01")
	if a := team.Submit(at, at+"/stage", form); a.Status != http.StatusSeeOther {
		t.Fatalf("%d\n%s", a.Status, excerpt(a.Body))
	}
	if a := team.Get(at); !strings.Contains(a.Body, "培育") || !strings.Contains(a.Body, "2023年2月1日") {
		t.Error(excerpt(a.Body))
	}
	if a := team.Get("/console/brand/" + fmtInt(c.other.ID)); a.Status != http.StatusNotFound {
		t.Errorf("another office's brand: %d", a.Status)
	}
}
