package e2e

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// authenticator is the application on one employee's phone.
type authenticator struct {
	secret string
	used   int64 // time step of the last code: the server takes each only once
}

const totpStep = 30 // seconds, RFC 6238 §4.1

// code gives one that was not used before: the present one or the next, which
// the server takes from a phone whose clock is fast.
func (a *authenticator) code(t *testing.T) string {
	t.Helper()
	now := func() int64 { return time.Now().Unix() / totpStep }
	eventually(t, 2*totpStep*time.Second, "there is a fresh code", func() bool { return a.used <= now() })
	a.used = max(now(), a.used+1)
	code, err := totp.GenerateCode(a.secret, time.Unix(a.used*totpStep, 0))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// secondFactor passes what comes after the password: the set-up for who has no
// second factor yet, a code for who has, nothing in the demonstration.
func (b *tab) secondFactor(username string) {
	b.t.Helper()
	switch b.path() {
	case "/console/signin/enrol":
		b.enrol(username)
	case "/console/signin/code":
		b.accessible("the second factor's code")
		b.fill("#code", b.in.phone(b.t, username).code(b.t))
		b.follow(b.link("验证并登录"))
	}
}

// enrol sets the second factor up by typing the secret over, as without a camera.
func (b *tab) enrol(username string) {
	b.t.Helper()
	b.click(b.link("不能扫码？手工输入密钥"))
	a := b.in.newPhone(b.text(".enrol-secret code"), username)
	b.accessible("the second factor's set-up")
	b.fill("#code", "12")
	b.follow(b.link("确认启用"))
	if b.status() != 422 || b.path() != "/console/signin/enrol" {
		b.t.Errorf("a wrong code: %d at %s:\n%s", b.status(), b.path(), b.text("body"))
	}
	b.fill("#code", a.code(b.t))
	b.follow(b.link("确认启用"))
	if n := ask[int](b, `new Set([...document.querySelectorAll(".recovery-codes code")].map((e) => e.textContent.trim()).filter(Boolean)).size`); n != 10 {
		b.t.Errorf("%d recovery codes, want 10:\n%s", n, b.text("body"))
	}
	b.accessible("the recovery codes")
	b.follow(b.link("我已保存，继续"))
}

var (
	shownSecret = regexp.MustCompile(`enrol-secret"><code[^>]*>([A-Z2-7 ]+)<`)
	shownToken  = regexp.MustCompile(`name="csrf" value="([^"]+)"`)
	shownNext   = regexp.MustCompile(`<a class="button" href="([^"]+)">我已保存`)
)

// enrolPlainly does the same without a browser; it gives where the page leads then.
func (in *instance) enrolPlainly(t *testing.T, client *http.Client, username, page string) (next string) {
	t.Helper()
	secret := found(t, shownSecret, page)
	form := url.Values{"csrf": {found(t, shownToken, page)}, "code": {in.newPhone(secret, username).code(t)}}
	answer, err := client.PostForm(in.url("/console/signin/enrol"), form)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("setting up the second factor: %s %v\n%s", answer.Status, err, body)
	}
	return found(t, shownNext, string(body))
}

func found(t *testing.T, what *regexp.Regexp, page string) string {
	t.Helper()
	m := what.FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("%s is not on the page:\n%s", what, page)
	}
	return m[1]
}

func (in *instance) newPhone(secret, username string) *authenticator {
	if in.phones == nil {
		in.phones = map[string]*authenticator{}
	}
	in.phones[username] = &authenticator{secret: strings.ReplaceAll(secret, " ", "")}
	return in.phones[username]
}

func (in *instance) phone(t *testing.T, username string) *authenticator {
	t.Helper()
	a := in.phones[username]
	if a == nil {
		t.Fatalf("%s is asked for a code and never set one up", username)
	}
	return a
}
