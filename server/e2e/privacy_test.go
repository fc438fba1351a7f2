package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	_ "github.com/lib/pq"
)

// What the citizens of this test are called, can be reached by, and said.
const (
	raterName  = "欧阳震华测"
	raterPhone = "13791234567"
	raterEmail = "zhenhua.ouyang@raters.example"
	raterWords = "窗口让我跑了三趟"
)

// smsGateway is a real one that keeps what it is given.
type smsGateway struct {
	*httptest.Server
	mu   sync.Mutex
	sent []string
}

func newSMSGateway(t *testing.T) *smsGateway {
	t.Helper()
	g := &smsGateway{}
	g.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var m struct{ Phone, Text string }
		if json.NewDecoder(r.Body).Decode(&m) == nil {
			g.mu.Lock()
			g.sent = append(g.sent, m.Phone+" "+m.Text)
			g.mu.Unlock()
		}
	}))
	t.Cleanup(g.Close)
	return g
}

func (g *smsGateway) messages() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]string(nil), g.sent...)
}

// client is somebody with a browser; it keeps every address it was sent to.
type client struct {
	t    *testing.T
	http *http.Client
	base string
	urls *[]string
}

func (in *instance) client(t *testing.T, urls *[]string) client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return client{t, &http.Client{Jar: jar, Timeout: 20 * time.Second, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		*urls = append(*urls, r.URL.String())
		return nil
	}}, in.url(""), urls}
}

func (c client) do(method, path string, form url.Values) (int, string, *http.Response) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Accept-Language", "zh-CN")
	*c.urls = append(*c.urls, r.URL.String())
	answer, err := c.http.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return answer.StatusCode, string(body), answer
}

func (c client) get(path string) string {
	c.t.Helper()
	status, body, _ := c.do(http.MethodGet, path, nil)
	if status != http.StatusOK {
		c.t.Fatalf("%s: %d\n%s", path, status, body)
	}
	return body
}

// post sends a form, with the page's token where it has one.
func (c client) post(want int, page, path string, form url.Values) (string, *http.Response) {
	c.t.Helper()
	if m := formToken.FindStringSubmatch(c.get(page)); m != nil {
		form.Set("csrf", m[1])
	}
	status, body, answer := c.do(http.MethodPost, path, form)
	if status != want {
		c.t.Fatalf("%s: %d, want %d\n%s", path, status, want, body)
	}
	return body, answer
}

var (
	anyUUID    = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)
	formToken  = regexp.MustCompile(`name="csrf" value="([^"]+)"`)
	recordLink = regexp.MustCompile(`href="(/console/contacts/[0-9a-f-]{36})"`)
	formID     = regexp.MustCompile(`name="?submission_id"? value="?([0-9a-f-]{36})`)
	smsCode    = regexp.MustCompile(`验证码 (\d{6})`)
	tokenField = regexp.MustCompile(`name="token" value="([^"]+)"`)
	requestRef = regexp.MustCompile(`href="(/console/privacy/requests/\d+)"`)
)

// rate gives a bad rating and gives the address of its page of thanks.
func (c client) rate(code, words string) string {
	c.t.Helper()
	m := formID.FindStringSubmatch(c.get("/r/" + code))
	if m == nil {
		c.t.Fatal("no form")
	}
	_, answer := c.post(http.StatusOK, "/r/"+code, "/r/"+code, url.Values{"submission_id": {m[1]}, "level": {"1"}, "comment": {words}})
	return answer.Request.URL.Path
}

func (c client) signIn(role string) {
	c.t.Helper()
	c.post(http.StatusOK, "/console/signin", "/console/signin", url.Values{"username": {role}, "password": {demoWord}})
}

const demoWord = "Demo-Mima-2026"

// TestNoPersonalValueAnywhere leaves contacts through the real program, does
// everything with them that can be done, and then looks for every personal value
// in logs, addresses, figures, the audit chain and all tables but the vault's:
// none is there in plain text, but for the words, which stand in the ratings.
func TestNoPersonalValueAnywhere(t *testing.T) {
	t.Parallel()
	gateway := newSMSGateway(t)
	in := newInstance(t)
	in.env = []string{"MINPING_SMS_URL=" + gateway.URL, "MINPING_SMS_SECRET=0123456789abcdef", "MINPING_LOG_LEVEL=DEBUG"}
	in.importCity()
	in.publish()
	// Marked as a demonstration, its accounts need no second factor.
	in.withDB(func(db *sqlx.DB) {
		if _, err := db.Exec(`INSERT INTO instance_facts (key, value) VALUES ('demo', 'complete')`); err != nil {
			t.Fatal(err)
		}
	})
	s := in.start()
	for _, role := range []string{"callback", "handler", "privacy", "auditadmin", "committee"} {
		if r := in.runWith(demoWord+"\n", "account", "create", role, "--role", role); r.code != 0 {
			t.Fatalf("account %s: %s", role, r.err)
		}
	}
	var urls []string
	citizen := in.client(t, &urls)
	contact := func(done, reach string, want int) string {
		t.Helper()
		body, _ := citizen.post(want, done, done+"/contact", url.Values{"name": {raterName}, "reach": {reach}})
		return body
	}
	byPhone, byMail := citizen.rate("e2e00001", raterWords+"，我叫"+raterName), citizen.rate("e2e00002", raterWords)
	if body := contact(byPhone, "1379123456", 422); !strings.Contains(body, raterName) || !strings.Contains(body, `value="1379123456"`) {
		t.Error("what was typed is not kept")
	}
	if body := contact(byPhone, raterPhone, 200); !strings.Contains(body, "137****4567") || strings.Contains(body, raterPhone) || strings.Contains(body, raterName) {
		t.Error("the page of thanks does not mask the contact")
	}
	contact(byMail, raterEmail, 200)
	receipt := byPhone[strings.LastIndex(byPhone, "/")+1:]
	in.byReceipt(t, citizen, receipt)
	in.callBack(t, in.client(t, &urls))
	in.officer(t, in.client(t, &urls))
	in.byTelephone(t, citizen, gateway)
	in.audited(t, in.client(t, &urls))

	status, figures, _ := citizen.do(http.MethodGet, "/metrics", nil)
	if status != http.StatusOK {
		t.Errorf("/metrics: %d", status)
	}
	r := in.ok("vault", "status")
	in.ok("retention", "--dry-run")
	in.ok("retention")
	if r := in.ok("verify"); !strings.Contains(r.last(), "0 differences") {
		t.Errorf("verify: %s", r.last())
	}
	personal := []string{raterName, raterPhone, raterPhone[3:], raterEmail, url.QueryEscape(raterName), url.QueryEscape(raterEmail)}
	places := map[string]string{"log": s.log.String(), "output": s.out.String(), "addresses": strings.Join(urls, "\n"), "metrics": figures, "status": r.out + r.err}
	in.join(func(dsn string) { in.everyTable(t, dsn, places) })
	for place, text := range places {
		for _, value := range append(personal, raterWords) {
			if strings.Contains(text, value) && !((place == "table ratings" || place == "table cases") && value == raterWords) {
				at := strings.Index(text, value)
				t.Errorf("%s tells %q: …%s…", place, value, text[max(0, at-150):min(len(text), at+150)])
			}
		}
	}
	if !strings.Contains(places["table ratings"], raterWords) {
		t.Error("the words are gone from the ratings")
	}
	if len(places) < 30 {
		t.Errorf("%d places only", len(places))
	}
	s.stop()
	in.lostKeys(t)
}

// byReceipt: the holder of the receipt sees, copies, and asks to black out words.
func (in *instance) byReceipt(t *testing.T, c client, receipt string) {
	t.Helper()
	form := func() url.Values { return url.Values{"receipt": {receipt}} }
	if body, _ := c.post(200, "/privacy/request", "/privacy/request/receipt", form()); !strings.Contains(body, "137****4567") || !strings.Contains(body, raterWords) {
		t.Error("the receipt does not show what is kept")
	}
	body, answer := c.post(200, "/privacy/request", "/privacy/request/receipt/copy", form())
	if strings.Contains(body, raterPhone) || !strings.Contains(body, "137****4567") || answer.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the copy by receipt: %s", body)
	}
	c.post(200, "/privacy/request", "/privacy/request/receipt/words", form())
	c.post(422, "/privacy/request", "/privacy/request/receipt", url.Values{"receipt": {"nobody-has-this"}})
}

// callBack: the caller sees a masked list and, with a reason, one contact.
func (in *instance) callBack(t *testing.T, c client) {
	t.Helper()
	c.signIn("callback")
	list := c.get("/console/contacts")
	links := recordLink.FindAllStringSubmatch(list, -1)
	if len(links) != 2 || strings.Contains(list, raterPhone) || strings.Contains(list, raterEmail) || !strings.Contains(list, "137****4567") {
		t.Fatalf("the list of contacts: %d links\n%s", len(links), list)
	}
	for _, link := range links {
		if body, _ := c.post(422, link[1], link[1], url.Values{"purpose": {"callback"}, "reason": {"给" + raterPhone + "打电话"}}); strings.Contains(body, raterName) {
			t.Error("shown without a reason")
		}
		body, answer := c.post(200, link[1], link[1], url.Values{"purpose": {"callback"}, "reason": {"核实差评并回访"}})
		if !strings.Contains(body, raterName) || answer.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("the contact is not shown, or may be kept: %s", answer.Header.Get("Cache-Control"))
		}
	}
	handler := in.client(t, c.urls)
	handler.signIn("handler")
	for _, path := range []string{"/console/contacts", links[0][1], "/console/privacy", "/console/contacts/openings"} {
		if status, _, _ := handler.do(http.MethodGet, path, nil); status != http.StatusForbidden {
			t.Errorf("the office opens %s: %d", path, status)
		}
	}
	for range 2 { // an erasure and an opening side by side never fail
		if status, _, _ := handler.do(http.MethodPost, links[0][1], url.Values{"purpose": {"callback"}}); status != http.StatusForbidden {
			t.Errorf("the office posts: %d", status)
		}
	}
}

// officer: finds by the exact address, copies, answers a request, erases.
func (in *instance) officer(t *testing.T, c client) {
	t.Helper()
	c.signIn("privacy")
	desk := "/console/privacy"
	body, _ := c.post(200, desk, desk, url.Values{"act": {"find"}, "reach": {strings.ToUpper(raterEmail)}})
	record := regexp.MustCompile(`name="record" value="([^"]+)"`).FindStringSubmatch(body)
	if record == nil {
		t.Fatalf("not found:\n%s", body)
	}
	copied, _ := c.post(200, desk, desk, url.Values{"act": {"copy"}, "record": {record[1]}, "reason": {"已核对身份证，本人索取"}})
	if !strings.Contains(copied, raterEmail) || !strings.Contains(copied, raterWords) {
		t.Errorf("the copy at the desk: %s", copied)
	}
	c.post(422, desk, desk, url.Values{"act": {"erase"}, "reach": {raterEmail}, "record": {record[1]}, "reason": {"删"}})
	c.post(200, desk, desk, url.Values{"act": {"erase"}, "record": {record[1]}, "reason": {"已核对身份证，本人删除"}})
	ref := requestRef.FindStringSubmatch(c.get(desk))
	if ref == nil {
		t.Fatal("the request is not in the register")
	}
	c.post(422, ref[1], ref[1], url.Values{"act": {"black"}, "comment": {"很满意"}, "reason": {"涂去了姓名"}})
	c.post(200, ref[1], ref[1], url.Values{"act": {"black"}, "comment": {raterWords + "，我叫■■"}, "reason": {"涂去了姓名"}})
}

// byTelephone: a code comes to the number that was left, and to no other.
func (in *instance) byTelephone(t *testing.T, c client, gateway *smsGateway) {
	t.Helper()
	start := func(phone string) (string, string) {
		body, answer := c.post(200, "/privacy/request", "/privacy/request/phone", url.Values{"phone": {phone}})
		return answer.Request.URL.Path, anyUUID.ReplaceAllString(body, "")
	}
	_, unknown := start("13812345678")
	page, known := start(raterPhone)
	if known != unknown {
		t.Error("the answer tells a known number from an unknown one")
	}
	eventually(t, 30*time.Second, "the code comes", func() bool { return len(gateway.messages()) > 0 })
	if m := gateway.messages(); len(m) != 1 || !strings.HasPrefix(m[0], raterPhone) {
		t.Fatalf("sent: %v", m)
	}
	code := smsCode.FindStringSubmatch(gateway.messages()[0])[1]
	c.post(422, page, page, url.Values{"code": {fmt.Sprintf("%06d", 999999-len(code))}})
	body, _ := c.post(200, page, page, url.Values{"code": {code}})
	token := tokenField.FindStringSubmatch(body)
	if token == nil || !strings.Contains(body, "137****4567") {
		t.Fatalf("after the code:\n%s", body)
	}
	copied, _ := c.post(200, page, page+"/copy", url.Values{"token": {token[1]}})
	if !strings.Contains(copied, raterPhone) || !strings.Contains(copied, raterName) {
		t.Errorf("the copy by telephone: %s", copied)
	}
	c.post(200, page, page+"/erase", url.Values{"token": {token[1]}})
	c.post(422, page, page, url.Values{"code": {code}})
}

// audited: every opening is there with its reason.
func (in *instance) audited(t *testing.T, c client) {
	t.Helper()
	c.signIn("auditadmin")
	body := c.get("/console/contacts/openings")
	if n := strings.Count(body, "核实差评并回访"); n != 2 || !strings.Contains(body, "已核对身份证") {
		t.Errorf("%d openings with their reason", n)
	}
	committee := in.client(t, c.urls)
	committee.signIn("committee")
	if body := committee.get("/console/contacts/openings"); strings.Contains(body, "核实差评并回访") || !strings.Contains(body, "callback") {
		t.Error("the committee sees the counts, and no reasons")
	}
}

// everyTable reads every column of every table but the vault's, as a dump does.
func (in *instance) everyTable(t *testing.T, dsn string, places map[string]string) {
	t.Helper()
	db, err := sqlx.Connect("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var tables []string
	if err := db.Select(&tables, `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = 'public' AND (c.relkind = 'p' OR c.relkind = 'r' AND NOT c.relispartition) AND c.relname NOT IN ('vault_records', 'vault_index', 'vault_keys')`); err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		rows := "TABLE " + table
		if table == "ratings" { // the demonstration's own are many
			rows = "SELECT * FROM ratings WHERE received_at > now() - interval '1 day'"
		}
		var text string
		if err := db.Get(&text, `SELECT coalesce(string_agg(r::text, E'\n'), '') FROM (`+rows+`) r`); err != nil {
			t.Fatalf("%s: %v", table, err)
		}
		places["table "+table] = text
	}
	for _, table := range []string{"vault_records", "vault_index"} { // not even there
		var text string
		if err := db.Get(&text, `SELECT coalesce(string_agg(r::text, E'\n'), '') FROM (TABLE `+table+`) r`); err != nil {
			t.Fatal(err)
		}
		places["table "+table] = text
	}
}

// lostKeys: without its key, with another one, and after tampering, the vault does not open.
func (in *instance) lostKeys(t *testing.T) {
	t.Helper()
	path := filepath.Join(in.dir, "vault.keys")
	kept, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key file: %v, %v", info, err)
	}
	id, key, _ := strings.Cut(strings.TrimSpace(string(kept)), ":")
	refused := func(why ...string) {
		t.Helper()
		r := in.run("vault", "status")
		if r.code != 1 || strings.Contains(r.out+r.err, key) {
			t.Errorf("exit %d, %q", r.code, r.err)
		}
		for _, w := range why {
			if !strings.Contains(r.err, w) {
				t.Errorf("%q does not say %q", r.err, w)
			}
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	refused(id, "is gone")
	if _, err := os.Stat(path); err == nil {
		t.Error("another key was made in its place")
	}
	if err := os.WriteFile(path, []byte(id+":00112233445566778899aabbccddeeff\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(id, "not the key that had this name")
	if err := os.WriteFile(path, kept, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	refused("chmod 600")
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	next := in.ok("vault", "new-key", "next").last()
	if err := os.WriteFile(path, []byte(string(kept)+next+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := in.ok("vault", "rotate"); !strings.Contains(r.last(), "encrypted anew") {
		t.Errorf("rotate: %s", r.last())
	}
	if r := in.ok("vault", "status"); !strings.Contains(r.out, "not needed any more by this database: "+id) {
		t.Errorf("status after rotation: %s", r.out)
	}
}
