package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// TestExport: what the console exports, the program imports again and finds nothing new in it.
func TestExport(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.importCity()
	if r := in.runWith(staffPassword+"\n", "account", "create", "chief", "--role", "sysadmin"); r.code != 0 {
		t.Fatalf("exit %d, %q", r.code, r.err)
	}
	in.start()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	page := string(in.fetch(t, client, "/console/signin"))
	form := url.Values{"csrf": {found(t, shownToken, page)}, "username": {"chief"}, "password": {staffPassword}, "next": {"/console/directory"}}
	answer, err := client.PostForm(in.url("/console/signin"), form)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	if err != nil || answer.Request.URL.Path != "/console/signin/enrol" {
		t.Fatalf("after the password %s at %s %v", answer.Status, answer.Request.URL, err)
	}
	if next := in.enrolPlainly(t, client, "chief", string(body)); next != "/console/directory" {
		t.Fatalf("after the second factor the page leads to %s", next)
	}
	book := in.writeFile("机构名录.xlsx", string(in.fetch(t, client, "/console/directory/export.xlsx")))
	counts := regexp.MustCompile(`(\d+) new +(\d+) changed +(\d+) unchanged`)
	unchanged := ""
	for _, line := range strings.Split(strings.TrimSpace(in.ok("import", "offices", book).out), "\n") {
		m := counts.FindStringSubmatch(line)
		if m == nil || m[1] != "0" || m[2] != "0" {
			t.Errorf("importing the export says %q", line)
			continue
		}
		unchanged += " " + m[3]
	}
	if !strings.HasPrefix(unchanged, " 2 0 1 4") { // offices, divisions, halls, windows
		t.Errorf("unchanged:%s", unchanged)
	}
}

func (in *instance) fetch(t *testing.T, client *http.Client, path string) []byte {
	t.Helper()
	answer, err := client.Get(in.url(path))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatal(fmt.Errorf("%s: %s %w", path, answer.Status, err))
	}
	return body
}
