package console_test

import (
	"bytes"
	"flag"
	"fmt"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v4"
	"github.com/xuri/excelize/v2"

	"minping/accounts"
	"minping/internal/actor"
	"minping/internal/i18n"
	"minping/internal/pgtest"
	"minping/offices"
	"minping/server/console"
	"minping/server/web"
	"minping/server/web/webtest"
)

// hq is the console over real accounts and a small directory.
type hq struct {
	t       *testing.T
	db      *sqlx.DB
	echo    *echo.Echo
	service *accounts.Service
	office  offices.Unit
	div     offices.Unit
	log     *bytes.Buffer
}

func newHQ(t *testing.T) *hq {
	t.Helper()
	t.Parallel()
	q := &hq{t: t, db: pgtest.New(t), echo: echo.New(), log: &bytes.Buffer{}}
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	texts.OnMissing(func(lang, key string) { t.Errorf("no text for %s in %s", key, lang) })
	if q.service, err = accounts.New(accounts.Config{DB: q.db}); err != nil {
		t.Fatal(err)
	}
	directory := offices.New(offices.Config{DB: q.db})
	by := actor.System("test")
	if q.office, err = directory.Save(t.Context(), by, offices.UnitInput{Kind: offices.Office, Code: "rsj", Name: "市人社局"}); err != nil {
		t.Fatal(err)
	}
	if q.div, err = directory.Save(t.Context(), by, offices.UnitInput{Kind: offices.Division, Code: "rsj-1", Name: "就业处", OfficeID: q.office.ID}); err != nil {
		t.Fatal(err)
	}
	q.db.MustExec(`INSERT INTO staff (staff_no, name, office_id) VALUES ('RS001', '王芳', $1)`, q.office.ID)
	log := slog.New(slog.NewTextHandler(q.log, nil))
	site, err := web.NewSite(web.Config{BaseURL: "http://localhost", Texts: texts, DB: q.db, Who: q.service.Who, Alive: q.service.Alive, Log: log, AccessLog: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(site.Close)
	h, err := console.New(console.Config{Site: site, Accounts: q.service, Offices: directory, TempDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Close() })
	site.Use(q.echo)
	h.Routes(q.echo)
	for _, r := range []accounts.Role{accounts.SecurityAdmin, accounts.AuditAdmin, accounts.SystemAdmin} {
		if _, err := q.service.Create(t.Context(), by, accounts.NewAccount{Username: string(r), DisplayName: string(r), Password: doorPassword,
			Roles: []accounts.RoleAt{{Role: r}}}); err != nil {
			t.Fatal(err)
		}
	}
	return q
}

func (q *hq) as(username string) *webtest.Browser {
	q.t.Helper()
	b := webtest.NewBrowser(q.t, q.echo)
	if a := enter(b, username, doorPassword, ""); a.Status != http.StatusSeeOther {
		q.t.Fatalf("%s: %d", username, a.Status)
	}
	return b
}

func (q *hq) wantPage(b *webtest.Browser, path string, want ...string) webtest.Answer {
	q.t.Helper()
	a := b.Get(path)
	if a.Status != http.StatusOK {
		q.t.Errorf("%s: %d\n%.1500s", path, a.Status, a.Body)
	}
	for _, w := range want {
		if !strings.Contains(a.Body, w) {
			q.t.Errorf("%s: no %q", path, w)
		}
	}
	return a
}

var (
	shownCode = regexp.MustCompile(`slip-code" translate="no">([0-9A-Za-z-]+)<`)
	termLink  = regexp.MustCompile(`/roles/(\d+)/end`)
	tomorrow  = "2099-01-01" // far enough to be after today, refused as too far only beyond 30 years
)

// The whole life of an account through the pages: invited, activated, empowered,
// changed, off-boarded. The code is in no log and in no address.
func TestLifeOfAnAccount(t *testing.T) {
	q := newHQ(t)
	sec := q.as("secadmin")
	form := url.Values{"username": {"wangfang"}, "display_name": {"王芳"}, "staff_no": {"RS001"}, "step": {"look"},
		"role": {"division_chief"}, "unit": {fmt.Sprint(q.div.ID)}, "from": {today()}}
	look := sec.Submit("/console/accounts/invite", "/console/accounts/invite", form)
	for _, want := range []string{"王芳将能看到：", "就业处（含所属窗口）的", "不能看到：就业处以外的", "长期有效"} {
		if look.Status != 200 || !strings.Contains(look.Body, want) {
			t.Fatalf("%d: no %q\n%.3000s", look.Status, want, look.Body)
		}
	}
	if list := sec.Get("/console/accounts?q=wangfang"); strings.Contains(list.Body, "<code>wangfang</code>") {
		t.Error("looking made the account")
	}
	form.Set("step", "make")
	made := sec.Submit("/console/accounts/invite", "/console/accounts/invite", form)
	m := shownCode.FindStringSubmatch(made.Body)
	if made.Status != 200 || m == nil {
		t.Fatalf("no code: %d\n%.3000s", made.Status, made.Body)
	}
	again := sec.Submit("/console/accounts/invite", "/console/accounts/invite", form)
	if again.Status != 409 || !strings.Contains(again.Body, "用户名已被使用") || !strings.Contains(again.Body, `value="RS001"`) {
		t.Errorf("twice: %d", again.Status)
	}
	var id int64
	if err := q.db.Get(&id, `SELECT id FROM accounts WHERE username = 'wangfang'`); err != nil {
		t.Fatal(err)
	}
	base := fmt.Sprintf("/console/accounts/%d", id)
	q.wantPage(sec, "/console/accounts?state=invited", "待激活", "wangfang", "RS001")
	q.wantPage(sec, base, "待激活", "处长（就业处（含所属窗口））", "撤销邀请")

	guest := webtest.NewBrowser(t, q.echo)
	page := "/console/signin/invitation"
	short := guest.Submit(page, page, url.Values{"code": {m[1]}, "password": {"short"}, "repeat": {"short"}})
	if short.Status != 422 || !strings.Contains(short.Body, m[1]) || !strings.Contains(short.Body, "至少 10 个字符") {
		t.Errorf("short password: %d", short.Status)
	}
	wrong := guest.Submit(page, page, url.Values{"code": {"AAAAA-AAAAA-AAAAA-AAAAA"}, "password": {doorPassword}, "repeat": {doorPassword}})
	if wrong.Status != 422 || !strings.Contains(wrong.Body, "邀请码不正确、已用过") {
		t.Errorf("wrong code: %d", wrong.Status)
	}
	wantLocation(t, guest.Submit(page, page, url.Values{"code": {strings.ToLower(m[1])}, "password": {doorPassword}, "repeat": {doorPassword}}), "/console")
	q.wantPage(guest, "/console/account", "王芳", "就业处")
	q.wantPage(guest, page, "请先退出")
	if a := guest.Get("/console/accounts"); a.Status != 403 {
		t.Errorf("a chief lists accounts: %d", a.Status)
	}
	q.wantPage(sec, base, "结束其全部登录", "登录成功")

	preview := fmt.Sprintf("%s/roles/preview?role=handler&unit=%d&from=%s&to=%s", base, q.office.ID, today(), today())
	q.wantPage(sec, preview, "王芳将能看到：市人社局（含所属处室、窗口）的", "届时已有的角色", "将新增：", "name=\"csrf\"")
	for query, want := range map[string]string{
		"role=handler&unit=" + fmt.Sprint(q.office.ID) + "&from=2020-01-01":   "不能早于今天",
		"role=committee&unit=" + fmt.Sprint(q.office.ID) + "&from=" + today(): "不能授予这一级单位",
		"role=sysadmin&unit=1&from=" + today():                                "",
		"role=handler&unit=&from=" + tomorrow:                                 "",
		"role=handler&unit=" + fmt.Sprint(q.office.ID) + "&from=%E2%80%AE":    "",
	} {
		a := sec.Get(base + "/roles/preview?" + query)
		if a.Status != 422 && a.Status != 409 || !strings.Contains(a.Body, want) {
			t.Errorf("%s: %d", query, a.Status)
		}
	}
	grant := url.Values{"role": {"handler"}, "unit": {fmt.Sprint(q.office.ID)}, "from": {today()}, "to": {""}}
	wantLocation(t, sec.Submit(preview, base+"/roles", grant), base)
	if twice := sec.Submit(preview, base+"/roles", grant); twice.Status != 409 || !strings.Contains(twice.Body, "已有同一范围的这个角色") {
		t.Errorf("granted twice: %d", twice.Status)
	}
	if a := guest.Get("/console/account"); a.Status != 303 {
		t.Errorf("a session outlived a change of rights: %d", a.Status)
	}
	term := termLink.FindStringSubmatch(sec.Get(base).Body)
	if term == nil {
		t.Fatal("no role to end")
	}
	end := base + "/roles/" + term[1] + "/end"
	if a := sec.Submit(end, end, url.Values{"when": {"day"}}); a.Status != 422 {
		t.Errorf("no last day: %d", a.Status)
	}
	wantLocation(t, sec.Submit(end, end, url.Values{"when": {"now"}}), base)

	q.wantPage(sec, base+"/offboard", "离岗不能撤回", "结束角色")
	done := sec.Submit(base+"/offboard", base+"/offboard", url.Values{})
	if done.Status != 200 || !strings.Contains(done.Body, "已离岗") || !strings.Contains(done.Body, "已结束角色：") {
		t.Errorf("off-boarded: %d\n%.2000s", done.Status, done.Body)
	}
	wantLocation(t, sec.Post(base+"/offboard", url.Values{"csrf": {sec.Get(base).Token()}}), base)
	q.wantPage(sec, base, "已离岗", "重新发放邀请")
	if strings.Contains(q.log.String(), m[1]) || strings.Contains(q.log.String(), strings.ReplaceAll(m[1], "-", "")) || strings.Contains(q.log.String(), "王芳") {
		t.Errorf("the log tells too much:\n%s", q.log)
	}
}

func timeNow() time.Time { return time.Now().In(time.FixedZone("CST", 8*3600)) }

func today() string { return timeNow().Format(time.DateOnly) }

// Every page in both languages; the audit administrator sees and cannot change;
// the system administrator does not see.
func TestAccountPagesInBothLanguages(t *testing.T) {
	q := newHQ(t)
	inv, err := q.service.Invite(t.Context(), actor.System("test"), accounts.NewInvited{Username: "liwei", DisplayName: "李伟"})
	if err != nil {
		t.Fatal(err)
	}
	base := fmt.Sprintf("/console/accounts/%d", inv.Account)
	sec, look, sys := q.as("secadmin"), q.as("auditadmin"), q.as("sysadmin")
	read := []string{"/console/accounts", "/console/accounts?q=%25&role=handler&state=locked&office=3", "/console/accounts/permissions", base, "/console/keys"}
	write := []string{"/console/accounts/invite", "/console/accounts/import", base + "/roles/new", base + "/password", base + "/factor",
		base + "/invitation", base + "/uninvite", base + "/disable", base + "/enable", base + "/unlock", base + "/offboard",
		fmt.Sprintf("%s/roles/preview?role=handler&unit=%d&from=%s", base, q.office.ID, today())}
	for _, lang := range []string{"zh-CN", "en"} {
		for _, b := range []*webtest.Browser{sec, look} {
			b.Get("/lang?to=" + lang + "&back=/console")
		}
		for _, path := range read {
			a := q.wantPage(sec, path)
			q.wantPage(look, path)
			if lang == "en" && regexp.MustCompile(`<h1>[^<]*\p{Han}`).MatchString(strings.ReplaceAll(a.Body, "李伟", "")) {
				t.Errorf("%s: Chinese title in English", path)
			}
			if b := sys.Get(path); b.Status != 403 {
				t.Errorf("sysadmin opens %s: %d", path, b.Status)
			}
		}
		for _, path := range write {
			q.wantPage(sec, path)
			if b := look.Get(path); b.Status != 403 {
				t.Errorf("auditadmin opens %s: %d", path, b.Status)
			}
		}
	}
	sec.Get("/lang?to=zh-CN&back=/console")
	for path, form := range map[string]url.Values{
		base + "/details":          {"display_name": {"李伟2"}, "staff_no": {"NOBODY"}},
		base + "/factor":           {"reason": {"短"}},
		"/console/keys":            {"name": {"考核平台\u00e9"}, "role": {"handler"}, "unit": {"1"}, "expires": {"1999-01-01"}},
		"/console/accounts/invite": {"username": {"王"}, "display_name": {"某人甲"}, "step": {"make"}},
		base + "/roles":            {"role": {"king"}, "unit": {"1"}, "from": {today()}},
	} {
		from := map[bool]string{true: base, false: path}[strings.HasSuffix(path, "/details") || strings.HasSuffix(path, "/roles")]
		a := sec.Submit(from, path, form)
		if a.Status != 422 {
			t.Errorf("%s: %d", path, a.Status)
		}
		for _, field := range []string{"display_name", "staff_no", "reason", "name"} {
			if typed := form.Get(field); typed != "" && !strings.Contains(a.Body, typed) {
				t.Errorf("%s lost %q", path, typed)
			}
		}
	}
	own := sec.Get("/console/accounts?q=secadmin")
	link := regexp.MustCompile(`/console/accounts/(\d+)"`).FindStringSubmatch(own.Body)
	q.wantPage(sec, "/console/accounts/"+link[1], "这是您自己的账号")
	if a := sec.Post("/console/accounts/"+link[1]+"/disable", url.Values{"csrf": {own.Token()}}); a.Status != 403 {
		t.Errorf("shut oneself out: %d", a.Status)
	}
	if a := sec.Get("/console/accounts/99999999"); a.Status != 404 {
		t.Errorf("nobody: %d", a.Status)
	}
}

func TestKeysPage(t *testing.T) {
	q := newHQ(t)
	sec := q.as("secadmin")
	form := url.Values{"name": {"市级考核平台"}, "role": {"office_leader"}, "unit": {fmt.Sprint(q.office.ID)}, "expires": {timeNow().AddDate(1, 0, 0).Format("2006-01-02")}}
	made := sec.Submit("/console/keys", "/console/keys", form)
	m := regexp.MustCompile(`>(mp_\w{40})<`).FindStringSubmatch(made.Body)
	if made.Status != 200 || m == nil {
		t.Fatalf("%d\n%.2000s", made.Status, made.Body)
	}
	by, err := q.service.KeyActor(t.Context(), m[1])
	if err != nil || !by.Can("rating:read", actor.Place{Office: q.office.ID}) || by.Citywide("rating:read") {
		t.Errorf("%+v, %v", by, err)
	}
	list := q.wantPage(sec, "/console/keys", "市级考核平台", "机关领导（市人社局）")
	if strings.Contains(list.Body, m[1]) {
		t.Error("the key is shown again")
	}
	revoke := regexp.MustCompile(`/console/keys/\d+/revoke`).FindString(list.Body)
	wantLocation(t, sec.Submit(revoke, revoke, url.Values{}), "/console/keys")
	if _, err := q.service.KeyActor(t.Context(), m[1]); err == nil {
		t.Error("a revoked key works")
	}
	if a := sec.Get(revoke); a.Status != 404 {
		t.Errorf("revoke again: %d", a.Status)
	}
}

func TestRosterImport(t *testing.T) {
	q := newHQ(t)
	sec := q.as("secadmin")
	template := sec.Get("/console/accounts/import/template.xlsx")
	book, err := excelize.OpenReader(strings.NewReader(template.Body))
	if err != nil {
		t.Fatal(err)
	}
	set := func(rows ...[]string) string {
		for i, row := range rows {
			for j, v := range row {
				cell, _ := excelize.CoordinatesToCellName(j+1, i+2)
				if err := book.SetCellStr("账号", cell, v); err != nil {
					t.Fatal(err)
				}
			}
		}
		var b bytes.Buffer
		if err := book.Write(&b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	report := q.upload(sec, set([]string{"wangfang", "王芳", "RS001", "处长", "rsj-1"}, []string{"坏名", "某", "", "国王", "rsj"},
		[]string{"liwei", "李伟", "", "机关工委", "rsj"}, []string{"wangfang", "王芳", "RS001", "系统管理员", ""}))
	for _, want := range []string{"发现 3 处问题", "A3", "E4", "用户名应以小写字母开头", "三人分别担任"} {
		if !strings.Contains(report.Body, want) {
			t.Errorf("no %q in\n%.4000s", want, report.Body)
		}
	}
	var n int
	if err := q.db.Get(&n, `SELECT count(*) FROM accounts`); err != nil || n != 3 {
		t.Fatalf("a dry run wrote: %d accounts, %v", n, err)
	}
	right := set([]string{"wangfang", "王芳", "RS001", "处长", "rsj-1"}, []string{"liwei", "李伟", "", "机关工委", ""},
		[]string{"liwei", "李伟", "", "数据质量管理员", ""}, []string{"", "", "", "", ""})
	report = q.upload(sec, right)
	apply := regexp.MustCompile(`action="(/console/accounts/import/\w+)"`).FindStringSubmatch(report.Body)
	if apply == nil || !strings.Contains(report.Body, "将开户 2 个，为已有账号增加角色 1 项") {
		t.Fatalf("%.4000s", report.Body)
	}
	slips := sec.Post(apply[1], url.Values{"csrf": {report.Token()}})
	if codes := shownCode.FindAllString(slips.Body, -1); slips.Status != 200 || len(codes) != 2 {
		t.Fatalf("%d, %d slips\n%.3000s", slips.Status, len(codes), slips.Body)
	}
	if again := q.upload(sec, right); !strings.Contains(again.Body, "没有需要新增的账号或角色") {
		t.Errorf("again: %.3000s", again.Body)
	}
	if err := q.db.Get(&n, `SELECT count(*) FROM account_roles r JOIN accounts a ON a.id = r.account_id WHERE username IN ('wangfang', 'liwei')`); err != nil || n != 3 {
		t.Errorf("%d roles, %v", n, err)
	}
	if bad := q.upload(sec, "not a workbook"); bad.Status != 422 {
		t.Errorf("nonsense: %d", bad.Status)
	}
}

// upload sends a file as the form does and follows to the report.
func (q *hq) upload(b *webtest.Browser, file string) webtest.Answer {
	q.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	_ = w.WriteField("csrf", b.Get("/console/accounts/import").Token())
	part, err := w.CreateFormFile("file", "账号.xlsx")
	if err != nil {
		q.t.Fatal(err)
	}
	_, _ = part.Write([]byte(file))
	_ = w.Close()
	a := b.Send(http.MethodPost, "/console/accounts/import", &body, "Content-Type", w.FormDataContentType())
	if a.Status == http.StatusSeeOther {
		return b.Get(a.Header.Get("Location"))
	}
	return a
}

// The table of permissions as both languages show it is reviewed as a file.
func TestTableOfPermissions(t *testing.T) {
	t.Parallel()
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, lang := range []string{i18n.Chinese, i18n.English} {
		for _, r := range accounts.Roles() {
			fmt.Fprintf(&b, "%s (%s)\n", texts.Text(lang, "accounts.role."+string(r)), strings.Join(r.Overs(), ", "))
			for _, p := range accounts.Permissions() {
				for _, has := range r.Permissions() {
					if has == p {
						fmt.Fprintf(&b, "  %-18s %s\n", p, texts.Text(lang, "accounts.may."+strings.ReplaceAll(string(p), ":", "_")))
					}
				}
			}
		}
	}
	golden := filepath.Join("testdata", "permissions.golden")
	if f := flag.Lookup("update"); f != nil && f.Value.String() == "true" {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || b.String() != string(want) {
		t.Errorf("differs from %s (run with -update after review), %v:\n%s", golden, err, b.String())
	}
}
