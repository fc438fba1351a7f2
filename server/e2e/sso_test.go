package e2e

import (
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// provider is a real OpenID Connect provider in a process of its own.
type provider struct {
	t      *testing.T
	addr   string
	binary string
	args   []string
	cmd    *exec.Cmd
}

// newProvider builds the provider of testdata/provider, which is a module of its own,
// and says where it will be; start it with start.
func newProvider(t *testing.T, callback string) *provider {
	t.Helper()
	dir := t.TempDir()
	p := &provider{t: t, addr: strings.Replace(freeAddress(t), "127.0.0.1", "localhost", 1), binary: filepath.Join(dir, "provider")}
	build := exec.Command("go", "build", "-o", p.binary, ".")
	build.Dir = filepath.Join("testdata", "provider")
	build.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the provider: %v\n%s", err, out)
	}
	people := map[string]any{}
	for id, name := range map[string]string{"id-1": "brand", "id-2": "committee", "id-3": "stranger"} {
		people[id] = map[string]any{"ID": id, "Username": name, "Password": "provider-password", "FirstName": name, "LastName": "王",
			"Email": "same@example.gov.cn", "EmailVerified": true}
	}
	text, err := json.Marshal(people)
	if err != nil {
		t.Fatal(err)
	}
	users := filepath.Join(dir, "users.json")
	if err := os.WriteFile(users, text, 0o600); err != nil {
		t.Fatal(err)
	}
	p.args = []string{p.addr, users, callback}
	t.Cleanup(p.stop)
	return p
}

func (p *provider) issuer() string { return "http://" + p.addr + "/" }

func (p *provider) start() {
	p.t.Helper()
	p.cmd = exec.Command(p.binary, p.args...)
	p.cmd.Stderr = os.Stderr
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	client := http.Client{Timeout: time.Second}
	eventually(p.t, 30*time.Second, "the provider answers", func() bool {
		answer, err := client.Get(p.issuer() + ".well-known/openid-configuration")
		if err != nil {
			return false
		}
		_ = answer.Body.Close()
		return answer.StatusCode == http.StatusOK
	})
}

func (p *provider) stop() {
	if p.cmd != nil {
		_ = p.cmd.Process.Kill()
		_ = p.cmd.Wait()
		p.cmd = nil
	}
}

// person is a browser without a picture: cookies, and redirects one by one.
type person struct {
	t      *testing.T
	in     *instance
	client *http.Client
	at     *url.URL
	status int
	body   string
	next   string // where the page goes on to by itself
}

func (in *instance) person(t *testing.T) *person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &person{t: t, in: in, client: &http.Client{Jar: jar, Timeout: 30 * time.Second}}
}

func (p *person) get(address string) {
	p.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = p.in.url(address)
	}
	p.take(p.client.Get(address))
}

func (p *person) post(address string, form url.Values) {
	p.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = p.in.url(address)
		form.Set("csrf", found(p.t, shownToken, p.body))
	}
	p.take(p.client.PostForm(address, form))
}

func (p *person) take(answer *http.Response, err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	p.at, p.status, p.body = answer.Request.URL, answer.StatusCode, string(body)
	_, p.next, _ = strings.Cut(answer.Header.Get("Refresh"), "url=")
}

// setOut goes from the sign-in page to the provider, as a browser does: a form, and a
// page that goes on by itself.
func (p *person) setOut(next string) {
	p.t.Helper()
	p.get("/console/signin")
	p.post("/console/signin/sso", url.Values{"next": {next}})
	if p.next != "" {
		p.get(p.next)
	}
}

func (p *person) want(what, path, text string) {
	p.t.Helper()
	if p.at.Path != path || !strings.Contains(p.body, text) {
		_, main, _ := strings.Cut(p.body, "<main")
		p.t.Fatalf("%s: %d at %s, want %s with %q\n%.1500s", what, p.status, p.at, path, text, main)
	}
}

var shownRequest = regexp.MustCompile(`name="id" value="([^"]+)"`)

// atProvider signs in at the provider's own page.
func (p *person) atProvider(username string) {
	p.t.Helper()
	if !strings.HasPrefix(p.at.Path, "/login") {
		p.t.Fatalf("not at the provider but %s\n%.1500s", p.at, p.body)
	}
	page := *p.at
	page.RawQuery = ""
	p.post(page.String(), url.Values{"id": {found(p.t, shownRequest, p.body)}, "username": {username}, "password": {"provider-password"}})
}

func (p *person) local(username string) {
	p.t.Helper()
	p.get("/console/signin")
	p.post("/console/signin", url.Values{"username": {username}, "password": {staffPassword}})
	switch p.at.Path {
	case "/console/signin/enrol":
		p.get(p.in.enrolPlainly(p.t, p.client, username, p.body))
	case "/console/signin/code":
		p.post("/console/signin/code", url.Values{"code": {p.in.phone(p.t, username).code(p.t)}})
	}
	if !strings.HasPrefix(p.at.Path, "/console") || strings.Contains(p.at.Path, "signin") {
		p.t.Fatalf("%s is not signed in but at %s\n%.1500s", username, p.at, p.body)
	}
}

func (p *person) link(username string) {
	p.t.Helper()
	p.get("/console/security/sso")
	p.post("/console/security/sso", url.Values{"current": {staffPassword}})
	m := regexp.MustCompile(`class="button" href="(http[^"]+)"`).FindStringSubmatch(p.body)
	if m == nil {
		p.t.Fatalf("no way to the provider: %d\n%.1500s", p.status, p.body)
	}
	p.get(html.UnescapeString(m[1]))
	p.atProvider(username)
}

func (p *person) signOut() {
	p.t.Helper()
	p.get("/console/security")
	p.post("/console/signout", url.Values{})
}

// withProvider is an instance whose provider is not running yet.
func withProvider(t *testing.T, more ...string) (*instance, *provider) {
	t.Helper()
	in := newInstance(t)
	p := newProvider(t, in.url("/console/signin/sso/callback"))
	in.env = append(in.env, append([]string{"MINPING_OIDC_ISSUER=" + p.issuer(), "MINPING_OIDC_CLIENT_ID=minping",
		"MINPING_OIDC_CLIENT_SECRET=provider-secret", "MINPING_OIDC_NAME=市统一认证"}, more...)...)
	for _, name := range []string{"brand", "committee"} {
		if r := in.runWith(staffPassword+"\n", "account", "create", name, "--role", name); r.code != 0 {
			t.Fatalf("account %s: exit %d %s", name, r.code, r.err)
		}
	}
	in.start()
	return in, p
}

// TestSingleSignOn goes through linking, signing in, refusals and a provider that is
// away, against a real provider.
func TestSingleSignOn(t *testing.T) {
	t.Parallel()
	in, p := withProvider(t)
	a := in.person(t)
	a.setOut("")
	a.want("the provider is away", "/console/signin", "暂时无法连接")
	a.local("brand")
	p.start()
	eventually(t, 20*time.Second, "the provider is asked again", func() bool {
		other := in.person(t)
		other.setOut("")
		return strings.HasPrefix(other.at.Path, "/login")
	})

	a.get("/console/security/sso")
	a.post("/console/security/sso", url.Values{"current": {"Wrong-guess-1"}})
	a.want("a wrong password", "/console/security/sso", "原密码不正确")
	a.link("brand")
	a.want("linked", "/console/security", "单点登录已关联")
	a.signOut()
	a.setOut("/console/account")
	a.atProvider("brand")
	a.want("our own second factor is asked", "/console/signin/code", "6 位验证码")
	a.post("/console/signin/code", url.Values{"code": {in.phone(t, "brand").code(t)}})
	a.want("signed in", "/console/account", "品牌建设")
	a.signOut()
	a.want("the provider's own sign-out is offered", "/console/signin", p.issuer()+"end_session?client_id=minping&amp;post_logout_redirect_uri=")

	t.Run("started by another site", func(t *testing.T) {
		s := in.person(t)
		s.get("/console/signin/sso")
		if s.at.Host != in.addr || strings.HasPrefix(s.at.Path, "/login") {
			t.Errorf("a link alone leads to %s", s.at)
		}
		s.take(s.client.PostForm(in.url("/console/signin/sso"), url.Values{"next": {"/console"}}))
		if s.at.Host != in.addr || s.next != "" || s.status == http.StatusOK && s.at.Path == "/console/signin/sso" {
			t.Errorf("a form without a token: %d at %s, on to %q", s.status, s.at, s.next)
		}
	})
	t.Run("nobody's identity", func(t *testing.T) {
		s := in.person(t)
		s.setOut("")
		s.atProvider("stranger") // has the same e-mail address
		s.want("refused", "/console/signin", "不能用这个身份登录")
		s.setOut("")
		s.atProvider("committee") // has the user name of an account, which alone means nothing
		s.want("refused", "/console/signin", "不能用这个身份登录")
	})
	t.Run("another's identity", func(t *testing.T) {
		c := in.person(t)
		c.local("committee")
		c.link("brand")
		c.want("refused", "/console/security", "已关联另一账号")
	})
	t.Run("another browser", func(t *testing.T) {
		there, here := in.person(t), in.person(t)
		there.client.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
			if strings.HasSuffix(r.URL.Path, "/sso/callback") {
				return http.ErrUseLastResponse
			}
			return nil
		}
		there.setOut("")
		page := *there.at
		page.RawQuery = ""
		form := url.Values{"id": {found(t, shownRequest, there.body)}, "username": {"brand"}, "password": {"provider-password"}}
		answer, err := there.client.PostForm(page.String(), form)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		callback := answer.Header.Get("Location")
		here.get("/console/signin")
		here.get(callback)
		here.want("a planted way back", "/console/signin", "没有完成")
		there.client.CheckRedirect = nil
		there.get(callback)
		there.want("its own browser", "/console/signin/code", "验证码")
		again := in.person(t)
		again.client.Jar = there.client.Jar
		again.get(callback)
		if strings.Contains(again.body, "退出登录") || again.status >= 500 {
			t.Errorf("the way back was taken twice: %d at %s", again.status, again.at)
		}
	})
	t.Run("broken ways back", func(t *testing.T) {
		s := in.person(t)
		s.get("/console/signin")
		for _, query := range []string{"", "?code=x", "?state=x&code=y", "?error=access_denied&state=x", "?state=%F0%9F%98%80&code=1", "?next=//evil.example"} {
			s.get("/console/signin/sso/callback" + query)
			if s.status != 200 || s.at.Path != "/console/signin" || s.at.Host != in.addr {
				t.Errorf("%q: %d at %s", query, s.status, s.at)
			}
		}
	})
	t.Run("return addresses", func(t *testing.T) {
		s := in.person(t)
		s.setOut("//evil.example")
		s.atProvider("brand")
		s.post("/console/signin/code", url.Values{"code": {in.phone(t, "brand").code(t)}})
		if s.at.Host != in.addr || s.at.Path != "/console" && s.at.Path != "/console/surveys" {
			t.Errorf("led to %s", s.at)
		}
	})
}

// TestSingleSignOnByName: where the configuration says so, the provider's user name
// links, and its word stands for the second factor.
func TestSingleSignOnByName(t *testing.T) {
	t.Parallel()
	in, p := withProvider(t, "MINPING_OIDC_USERNAME_CLAIM=preferred_username", "MINPING_OIDC_SECOND_FACTOR=pwd")
	p.start()
	a := in.person(t)
	a.setOut("")
	a.atProvider("brand")
	a.get("/console/account")
	a.want("signed in at the first arrival", "/console/account", "品牌建设")
	s := in.person(t)
	s.setOut("")
	s.atProvider("stranger")
	s.want("no account of this name", "/console/signin", "不能用这个身份登录")
	a.get("/console/security")
	a.get(found(t, regexp.MustCompile(`href="(/console/security/sso/\d+/unlink)"`), a.body))
	a.post(a.at.Path, url.Values{"current": {staffPassword}})
	a.want("unlinked", "/console/security", "已解除关联")
}
