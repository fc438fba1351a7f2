package e2e

import (
	"bytes"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"minping/internal/pgtest"
)

// TestNothingPersonalIsTold runs the real program through a citizen's and two
// administrators' day with values that occur nowhere else: rating, tickets,
// signing in wrong and right, an import, refusals of every kind, a database that
// goes away. Then it looks for every value in the logs, the figures, the audit
// chain, the addresses and the refusals. Contacts have a test of their own, with
// the vault.
func TestNothingPersonalIsTold(t *testing.T) {
	t.Parallel()
	dsn := pgtest.DSN(t)
	line := newLine(t, dsn)
	in := newInstance(t)
	in.dsn = dsn
	d := &day{t: t, in: in, out: &witness{next: &http.Transport{MaxIdleConnsPerHost: 4}}}
	in.env = []string{"MINPING_DATABASE_URL=" + line.dsn, "MINPING_LOG_LEVEL=DEBUG",
		"MINPING_SECRET_KEY=" + d.v.secret("the program's secret", "geheim-7f3a9b-nobody-may-read-this-anywhere"),
		"MINPING_VAULT_KEYS=2026a:" + d.v.secret("the vault's key", "c0ffee5511aa22bb33cc44dd55ee66ff")}
	d.prepare()
	s := in.start()
	d.citizen()
	d.staff()
	d.program()
	d.whileTheDatabaseIsAway(line, s)

	_, figures := d.visitor().get("/metrics")
	d.v.in(t, "the log", s.log.String())
	d.v.in(t, "the output", s.out.String())
	d.v.in(t, "the figures", figures)
	d.v.in(t, "the commands", d.told)
	d.out.judge(t, &d.v, 400, 401, 403, 404, 413, 422, 503)
	d.atRest(dsn)
	if code, _ := s.stop(); code != 0 {
		t.Errorf("exit %d", code)
	}
	d.v.in(t, "the log's end", s.log.String())
	if n := len(d.v.list); n < 20 {
		t.Errorf("only %d values were looked for", n)
	}
}

// day is one run with its values.
type day struct {
	t    *testing.T
	in   *instance
	v    values
	out  *witness
	told string // what commands printed

	desk, ticket, key string
}

const (
	leakPassword = "Lpz-Quxoti-7391"
	leakComment  = "窗口的欧阳听澜让我等了四十分钟，我的电话一三九零五三二"
)

// prepare fills the directory and makes accounts and a key by commands, as an operator does.
func (d *day) prepare() {
	d.in.ok("import", "offices", d.in.writeFile("机关.csv", officesCSV), d.in.writeFile("大厅.csv", hallsCSV), d.in.writeFile("窗口.csv", windowsCSV))
	d.in.publish()
	d.in.publishTickets()
	d.v.secret("the password", leakPassword)
	for role, name := range map[string]string{"sysadmin": "濮阳疏影", "secadmin": "澹台知微"} {
		r := d.in.runWith(leakPassword+"\n", "account", "create", d.v.personal("a user name", "zhq."+role), "--role", role, "--name", d.v.personal("a name of staff", name))
		if r.code != 0 {
			d.t.Fatalf("account %s: %d %s", role, r.code, r.err)
		}
	}
	short := d.v.secret("a refused password", "Kurz-7x")
	if r := d.in.runWith(short+"\n", "account", "create", "zhq.third", "--role", "auditadmin"); r.code == 0 {
		d.t.Error("a short password was taken")
	} else {
		d.told += r.out + r.err
	}
	r := d.in.ok("apikey", "create", "绩效取数", "--role", "committee")
	found := regexp.MustCompile(`mp_[A-Za-z0-9]{20,}`).FindString(r.out)
	if found == "" {
		d.t.Fatalf("no key in %q", r.out)
	}
	d.key = d.v.secret("the key", found)
	d.told += d.in.ok("apikey", "list").out
}

// browser is somebody's, fresh.
type browser struct {
	d    *day
	http *http.Client
	last string // address of the page before, which a browser sends as Referer
}

func (d *day) visitor() *browser {
	jar, err := cookiejar.New(nil)
	if err != nil {
		d.t.Fatal(err)
	}
	return &browser{d: d, http: &http.Client{Transport: d.out, Jar: jar, Timeout: 30 * time.Second}}
}

func (b *browser) do(method, path, kind string, body io.Reader, head ...string) (int, string) {
	b.d.t.Helper()
	r, err := http.NewRequestWithContext(b.d.t.Context(), method, b.d.in.url(path), body)
	if err != nil {
		b.d.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Accept-Language", "zh-CN")
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if b.last != "" {
		r.Header.Set("Referer", b.last) // the policy is same-origin
	}
	for i := 0; i+1 < len(head); i += 2 {
		r.Header.Set(head[i], head[i+1])
	}
	answer, err := b.http.Do(r)
	if err != nil {
		b.d.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		b.d.t.Fatal(err)
	}
	b.last = answer.Request.URL.String()
	return answer.StatusCode, string(text)
}

func (b *browser) get(path string) (int, string) {
	b.d.t.Helper()
	return b.do(http.MethodGet, path, "", nil)
}

const formKind = "application/x-www-form-urlencoded"

// post sends a form with the token of the page it stands on ("" = without).
func (b *browser) post(want int, page, path string, form url.Values) string {
	b.d.t.Helper()
	if page != "" {
		if _, text := b.get(page); shownToken.MatchString(text) {
			form.Set("csrf", shownToken.FindStringSubmatch(text)[1])
		}
	}
	status, text := b.do(http.MethodPost, path, formKind, strings.NewReader(form.Encode()))
	if status != want {
		b.d.t.Fatalf("POST %s: %d, want %d\n%s", path, status, want, text)
	}
	return text
}

// signIn types name and password, and passes or sets up the second factor.
func (b *browser) signIn(username string) {
	d := b.d
	d.t.Helper()
	page := b.post(http.StatusOK, "/console/signin", "/console/signin", url.Values{"username": {username}, "password": {leakPassword}})
	if !shownSecret.MatchString(page) {
		b.post(http.StatusOK, "/console/signin/code", "/console/signin/code", url.Values{"code": {d.in.phone(d.t, username).code(d.t)}})
		return
	}
	secret := d.v.secret("the authenticator's secret", found(d.t, shownSecret, page))
	d.v.secret("a wrong code", "918273")
	b.post(http.StatusUnprocessableEntity, "/console/signin/enrol", "/console/signin/enrol", url.Values{"code": {"918273"}})
	code := d.in.newPhone(secret, username).code(d.t)
	codes := b.post(http.StatusOK, "/console/signin/enrol", "/console/signin/enrol", url.Values{"code": {code}})
	for _, m := range regexp.MustCompile(`[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}`).FindAllString(codes, 2) {
		d.v.secret("a recovery code", m)
	}
}

// tokens are the cookies of this browser.
func (b *browser) remember() {
	at, err := url.Parse(b.d.in.url("/console"))
	if err != nil {
		b.d.t.Fatal(err)
	}
	for _, c := range b.http.Jar.Cookies(at) {
		if len(c.Value) > 15 {
			b.d.v.secret("the cookie "+c.Name, c.Value)
		}
	}
}

// staff: two administrators sign in, wrong and right, and work.
func (d *day) staff() {
	b := d.visitor()
	wrong := d.v.secret("a wrong password", "Falsch-Ouvert-55")
	b.post(http.StatusUnprocessableEntity, "/console/signin", "/console/signin", url.Values{"username": {"zhq.sysadmin"}, "password": {wrong}})
	swapped := d.v.personal("a password typed as the name", "Verwechselt-Mima-88")
	b.post(http.StatusUnprocessableEntity, "/console/signin", "/console/signin", url.Values{"username": {swapped}, "password": {"x"}})
	b.signIn("zhq.sysadmin")
	b.remember()
	d.directory(b)
	d.tickets(b)
	b.post(http.StatusForbidden, "", "/console/signout", url.Values{})
	if status, _ := b.get("/console/directory/%00"); status != http.StatusBadRequest {
		d.t.Errorf("NUL in a path: %d", status)
	}
	b.post(http.StatusUnprocessableEntity, "/console/security", "/console/security/password",
		url.Values{"current": {wrong}, "password": {d.v.secret("a password not taken", "Neu-Aber-Falsch-31")}, "repeat": {"Neu-Aber-Falsch-31"}})
	b.post(http.StatusOK, "/console/security", "/console/signout", url.Values{})
	other := d.visitor()
	other.signIn("zhq.secadmin")
	other.remember()
	if status, _ := other.get("/console/directory/import"); status != http.StatusForbidden {
		d.t.Errorf("the security administrator at the import: %d", status)
	}
}

// directory: an import with people in it, with a fault and without.
func (d *day) directory(b *browser) {
	d.t.Helper()
	head := "工号,姓名,机关编码\n"
	name, file := d.v.personal("a person of the directory", "慕容望舒"), d.v.personal("the name of a file", "慕容望舒等三人.csv")
	faulty := d.v.personal("a person in a faulty row", "令狐惊蛰")
	b.upload("/console/directory/import", file, head+"Q7001,"+name+",tax\nQ7002,"+faulty+",nobody\n")
	report := b.upload("/console/directory/import", file, head+"Q7001,"+name+",tax\n")
	m := regexp.MustCompile(`/console/directory/import/[A-Z2-7]{26}`).FindString(b.last + report)
	if m == "" {
		d.t.Fatalf("no report:\n%s", report)
	}
	b.post(http.StatusOK, m, m, url.Values{})
	if status, _ := b.get(m); status != http.StatusNotFound { // applied and gone
		d.t.Errorf("an upload that was applied: %d", status)
	}
	if status, text := b.get("/console/directory/export/staff"); status != http.StatusOK || !strings.Contains(text, name) {
		d.t.Errorf("the export of staff: %d", status)
	}
}

func (b *browser) upload(path, file, text string) string {
	b.d.t.Helper()
	_, page := b.get(path)
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	_ = w.WriteField("csrf", found(b.d.t, shownToken, page))
	part, err := w.CreateFormFile("file", file)
	if err == nil {
		_, err = part.Write([]byte(text))
	}
	if err = firstOf(err, w.Close()); err != nil {
		b.d.t.Fatal(err)
	}
	status, answer := b.do(http.MethodPost, path, w.FormDataContentType(), &body)
	if status != http.StatusOK {
		b.d.t.Fatalf("upload: %d\n%s", status, answer)
	}
	return answer
}

func firstOf(list ...error) error {
	for _, err := range list {
		if err != nil {
			return err
		}
	}
	return nil
}

// tickets: a batch is issued, one is used, and used again.
func (d *day) tickets(b *browser) {
	d.t.Helper()
	_, page := b.get("/console/tickets")
	unit := regexp.MustCompile(`<option value="(\d+)"[^>]*>[^<]*税费申报窗口`).FindStringSubmatch(page)
	if unit == nil {
		d.t.Logf("no window takes tickets:\n%s", page)
		return
	}
	day := time.Now().In(time.FixedZone("CST", 8*3600)).Format(time.DateOnly)
	batch := b.post(http.StatusOK, "/console/tickets", "/console/tickets", url.Values{"unit": {unit[1]}, "channel": {"ticket"}, "visited_on": {day}, "count": {"3"}})
	file := regexp.MustCompile(`/console/tickets/\d+/tickets\.csv`).FindString(batch)
	_, csv := b.get(file)
	links := regexp.MustCompile(`/r/([0-9a-z]+)`).FindAllStringSubmatch(csv, -1)
	if len(links) < 2 {
		d.t.Fatalf("no tickets in\n%s", csv)
	}
	d.ticket = d.v.secret("the ticket", links[0][1])
	c := d.visitor()
	c.rate(d.ticket, d.v.personal("the words with a ticket", "票据上的尉迟扶摇态度很差"), http.StatusOK)
	c.rate(d.ticket, "again", 0)
}

// rate sends the form of a code; want 0 takes any answer.
func (b *browser) rate(code, words string, want int) string {
	b.d.t.Helper()
	form := url.Values{"submission_id": {uuid.NewString()}, "level": {"2"}, "comment": {words}}
	status, text := b.do(http.MethodPost, "/r/"+code, formKind, strings.NewReader(form.Encode()))
	if want != 0 && status != want {
		b.d.t.Fatalf("rating: %d\n%s", status, text)
	}
	return text
}

// citizen rates, and errs in every way.
func (d *day) citizen() {
	d.t.Helper()
	d.desk = deskCodes()[0]
	b := d.visitor()
	d.v.personal("the comment", leakComment)
	b.rate(d.desk, leakComment, http.StatusOK)
	receipt := b.last[strings.LastIndex(b.last, "/")+1:]
	d.v.secret("the receipt", receipt)
	b.get("/r/" + d.desk + "/done/" + receipt + "x")
	form := url.Values{"submission_id": {uuid.NewString()}, "comment": {d.v.personal("the words of a form without a level", "没选等级的端木清和")}}
	b.post(http.StatusUnprocessableEntity, "", "/r/"+d.desk, form)
	b.rate("zzzzzzzz", d.v.personal("the words at a code that is none", "码不对的公冶长风"), http.StatusNotFound)
	long := d.v.personal("the words of a form that is too large", "太长了的百里霁月")
	b.rate(d.desk, long+strings.Repeat("长", 40_000), http.StatusRequestEntityTooLarge)
	foreign := d.v.personal("the words of another site's form", "外站来的东方既白")
	if status, _ := b.do(http.MethodPost, "/r/"+d.desk, formKind, strings.NewReader(url.Values{"level": {"1"}, "comment": {foreign}}.Encode()),
		"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"); status != http.StatusForbidden {
		d.t.Errorf("another site's form: %d", status)
	}
	link := d.v.secret("the link", "Qx7fR2mKz9-Lw4_bVt81Ne") // as one for answering at callback ends
	d.ownLink(link, url.Values{"solved": {"no"}, "responded": {"no"}, "satisfied": {"1"}, "remark": {d.v.personal("the words at a link", "链接里的南宫望舒")}})
	agent := d.v.personal("the browser's name", "Mozilla/5.0 (Xxnokia-Zhangsan)")
	if status, _ := b.do(http.MethodGet, "/r/"+d.desk, "", nil, "User-Agent", agent, "X-Forwarded-For", d.v.personal("an address of the network", "203.0.113.77")); status != http.StatusOK {
		d.t.Errorf("a page: %d", status)
	}
	b.remember()
}

// program: the API with the right key, a wrong one, and one in the wrong place.
func (d *day) program() {
	d.t.Helper()
	b := d.visitor()
	address := "/api/v1/indices?level=office&period=2026"
	for key, want := range map[string]int{d.key: http.StatusOK, d.v.secret("a wrong key", "mp_"+strings.Repeat("Falsch7", 6)): http.StatusUnauthorized} {
		if status, text := b.do(http.MethodGet, address, "", nil, "Authorization", "Bearer "+key); status != want {
			d.t.Errorf("the API: %d, want %d\n%s", status, want, text)
		}
	}
	if status, _ := b.do(http.MethodGet, "/api/v1/indices?level=person&period=x", "", nil, "Authorization", "Bearer "+d.key); status != http.StatusUnprocessableEntity {
		d.t.Errorf("a bad query: %d", status)
	}
}

// whileTheDatabaseIsAway everybody goes on as if nothing were.
func (d *day) whileTheDatabaseIsAway(l *line, s *server) {
	d.t.Helper()
	b := d.visitor()
	_, page := b.get("/console/signin")
	l.cut()
	b.rate(d.desk, d.v.personal("the words while the database is away", "断库时的闻人初雪"), http.StatusServiceUnavailable)
	form := url.Values{"username": {"zhq.sysadmin"}, "password": {leakPassword}}
	if m := shownToken.FindStringSubmatch(page); m != nil {
		form.Set("csrf", m[1])
	}
	if status, _ := b.do(http.MethodPost, "/console/signin", formKind, strings.NewReader(form.Encode())); status < 500 {
		d.t.Errorf("signing in without a database: %d", status)
	}
	b.do(http.MethodGet, "/api/v1/indices?level=office&period=2026", "", nil, "Authorization", "Bearer "+d.v.secret("a key nobody could ask about", "mp_"+strings.Repeat("Dunkel9", 6)))
	b.get("/r/" + d.desk + "/done/0123456789ab")
	l.mend()
	eventually(d.t, time.Minute, "the database is back", d.in.ready)
	b.rate(d.desk, leakComment, http.StatusOK)
	if !strings.Contains(s.log.String(), `"level":"ERROR"`) {
		d.t.Error("the outage is not in the log")
	}
}

// atRest: secrets are nowhere in the database as they are, and the audit chain
// holds no words and no secrets.
func (d *day) atRest(dsn string) {
	d.t.Helper()
	db, err := sqlx.Connect("postgres", dsn)
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var tables []string
	if err := db.Select(&tables, `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = 'public' AND (c.relkind = 'p' OR c.relkind = 'r' AND NOT c.relispartition) ORDER BY 1`); err != nil {
		d.t.Fatal(err)
	}
	at := map[string][]string{} // where a value belongs
	at["submissions"], at["tickets"] = []string{"the receipt"}, []string{"the ticket"}
	for _, table := range tables {
		var text string
		if err := db.Get(&text, `SELECT coalesce(string_agg(r::text, E'\n'), '') FROM (TABLE `+table+`) r`); err != nil {
			d.t.Fatalf("%s: %v", table, err)
		}
		v := values{}
		for _, x := range d.v.list {
			if x.secret || table == "audit_entries" && !strings.HasPrefix(x.what, "a user name") && x.what != "a name of staff" {
				v.list = append(v.list, x)
			}
		}
		v.in(d.t, "table "+table, text, at[table]...)
	}
}

// line is the way to the database, which can be cut.
type line struct {
	dsn  string
	to   string
	l    net.Listener
	mu   sync.Mutex
	down bool
	open map[net.Conn]bool
}

func newLine(t *testing.T, dsn string) *line {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	x := &line{to: u.Host, l: l, open: map[net.Conn]bool{}}
	u.Host = l.Addr().String()
	x.dsn = u.String()
	t.Cleanup(func() { _ = l.Close(); x.cut() })
	go x.serve()
	return x
}

func (x *line) serve() {
	for {
		from, err := x.l.Accept()
		if err != nil {
			return
		}
		go x.carry(from)
	}
}

func (x *line) carry(from net.Conn) {
	defer func() { _ = from.Close() }()
	to, err := net.Dial("tcp", x.to)
	if err != nil {
		return
	}
	defer func() { _ = to.Close() }()
	if !x.keep(from) || !x.keep(to) {
		return
	}
	go func() { _, _ = io.Copy(to, from); _ = to.Close() }()
	_, _ = io.Copy(from, to)
}

func (x *line) keep(c net.Conn) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.open[c] = true
	return !x.down
}

func (x *line) cut() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.down = true
	for c := range x.open {
		_ = c.Close()
		delete(x.open, c)
	}
}

func (x *line) mend() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.down = false
}

// ownLink asks for a link that is none, and answers it. Its page names its own address, to
// change the language: that is no leak, so the witness of refusals does not judge it.
func (d *day) ownLink(link string, form url.Values) {
	d.t.Helper()
	at := d.in.url("/c/" + link)
	for method, send := range map[string]func() (*http.Response, error){
		http.MethodGet:  func() (*http.Response, error) { return http.Get(at) },
		http.MethodPost: func() (*http.Response, error) { return http.PostForm(at, form) },
	} {
		answer, err := send()
		if err != nil {
			d.t.Fatal(err)
		}
		if err := answer.Body.Close(); err != nil || answer.StatusCode != http.StatusNotFound {
			d.t.Errorf("%s of a link that is none: %d, %v", method, answer.StatusCode, err)
		}
	}
}
