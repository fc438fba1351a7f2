package citizen_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"io/fs"
	"log/slog"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"minping/complaints"
	"minping/server/web/webtest"
)

func newAlbum(t *testing.T) *voice {
	t.Helper()
	return (&voice{t: t, files: true}).opens(true)
}

// sent is a file of a form.
type sent struct{ name, kind, bytes string }

func photo(n int) string {
	m := image.NewGray(image.Rect(0, 0, 80, 60))
	for i := range m.Pix {
		m.Pix[i] = uint8(i * (n + 3))
	}
	var b bytes.Buffer
	_ = jpeg.Encode(&b, m, nil)
	return b.String()
}

// multi is a form as browsers send it.
func multi(form url.Values, files ...sent) (io.Reader, string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, values := range form {
		for _, v := range values {
			_ = w.WriteField(name, v)
		}
	}
	for _, f := range files {
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", fmt.Sprintf(`form-data; name="file"; filename="%s"`, strings.ReplaceAll(f.name, `"`, "%22")))
		h.Set("Content-Type", f.kind)
		part, _ := w.CreatePart(h)
		_, _ = io.WriteString(part, f.bytes)
	}
	_ = w.Close()
	return &b, w.FormDataContentType()
}

func (v *voice) post(b *webtest.Browser, path string, form url.Values, files ...sent) webtest.Answer {
	v.t.Helper()
	body, kind := multi(form, files...)
	return b.Send(http.MethodPost, path, body, "Content-Type", kind)
}

func (v *voice) lying() (n int) {
	v.t.Helper()
	v.must(filepath.WalkDir(v.folder, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	}))
	return n
}

// TestPhotosComeWithAComplaint without a script: what is refused does not take the
// others along, and who follows the case sees them.
func TestPhotosComeWithAComplaint(t *testing.T) {
	t.Parallel()
	v := newAlbum(t)
	b := webtest.NewBrowser(t, v.e)
	form := v.form(b, url.Values{"identity": {"none"}})
	program := sent{"照片.jpg", "image/jpeg", "MZ\x90\x00 this is a program"}
	page := v.post(b, "/complaints", form, sent{"IMG_1.JPG", "image/jpeg", photo(1)}, program)
	if page.Status != http.StatusUnprocessableEntity || !strings.Contains(page.Body, "等了一上午没有人") || !strings.Contains(page.Body, "IMG_1.jpg") ||
		!strings.Contains(page.Body, "“照片.jpg”：不支持这种文件") || !strings.Contains(page.Body, "data:image/jpeg;base64,") {
		t.Fatalf("%d %s", page.Status, page.Body)
	}
	if got := find(page.Body, `name="submission_id" value="([^"]+)"`); got != form.Get("submission_id") {
		t.Error("the form came back under another number")
	}
	form.Set("had", "1")
	form.Set("do", "upload")
	if page = v.post(b, "/complaints", form, sent{"票据.pdf", "image/png", "%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"}); page.Status != http.StatusOK || !strings.Contains(page.Body, "票据.pdf") {
		t.Fatalf("%d", page.Status)
	}
	form.Set("had", "2")
	form.Set("do", "")
	if page = v.post(b, "/complaints", form); page.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", page.Status, page.Body)
	}
	receipt, pin := v.given(b)
	b.Post("/track", url.Values{"receipt": {receipt}, "pin": {pin}})
	track := b.Get("/track")
	small := find(track.Body, `src="(/track/files/\d+/small)"`)
	if small == "" || strings.Count(track.Body, `class="fi-open"`) != 2 {
		t.Fatalf("%s", track.Body)
	}
	thumb := b.Get(small)
	if _, err := jpeg.Decode(strings.NewReader(thumb.Body)); err != nil || thumb.Header.Get("Content-Type") != "image/jpeg" || thumb.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v %v", thumb.Header, err)
	}
	document := find(track.Body, `href="(/track/files/\d+)"><span class="fi-doc"`)
	pdf := b.Get(document)
	if !strings.HasPrefix(pdf.Body, "%PDF-1.4") || !strings.HasPrefix(pdf.Header.Get("Content-Disposition"), `attachment; filename="minping-`) ||
		strings.Contains(pdf.Header.Get("Content-Disposition"), "票据") || pdf.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(pdf.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%v", pdf.Header)
	}
	stranger := webtest.NewBrowser(t, v.e)
	for _, path := range []string{small, document, "/track/files/999999", "/track/files/x"} {
		if a := stranger.Get(path); a.Status != http.StatusNotFound {
			t.Errorf("a stranger gets %s: %d", path, a.Status)
		}
	}
	other, otherPIN := v.send(stranger, url.Values{"identity": {"none"}})
	stranger.Post("/track", url.Values{"receipt": {other}, "pin": {otherPIN}})
	if a := stranger.Get(document); a.Status != http.StatusNotFound {
		t.Errorf("through another case: %d", a.Status)
	}
}

func TestFilesAreTakenAwayAgain(t *testing.T) {
	t.Parallel()
	v := newAlbum(t)
	b := webtest.NewBrowser(t, v.e)
	form := v.form(b, nil)
	form.Set("do", "upload")
	page := v.post(b, "/complaints", form, sent{"a.jpg", "", photo(1)}, sent{"b.jpg", "", photo(2)})
	drop := find(page.Body, `value="(drop:\d+)"`)
	form.Set("do", drop)
	if page = v.post(b, "/complaints", form); page.Status != http.StatusOK || strings.Contains(page.Body, "a.jpg") || !strings.Contains(page.Body, "b.jpg") || v.lying() != 2 {
		t.Errorf("%d, %d lie there", page.Status, v.lying())
	}
	// A day later the other is gone too, and the form is not sent as if it were there.
	v.pass(25 * time.Hour)
	if _, err := v.desk.SweepFiles(t.Context()); err != nil {
		t.Fatal(err)
	}
	form.Set("do", "")
	form.Set("had", "1")
	form.Set("identity", "none")
	if page = v.post(b, "/complaints", form); page.Status != http.StatusUnprocessableEntity || !strings.Contains(page.Body, "已超过 24 小时") || v.count(`SELECT count(*) FROM cases`) != 0 {
		t.Errorf("%d", page.Status)
	}
}

func TestSevenFilesAndOneTooLarge(t *testing.T) {
	t.Parallel()
	v := newAlbum(t)
	b := webtest.NewBrowser(t, v.e)
	form := v.form(b, url.Values{"identity": {"none"}})
	var seven []sent
	for n := range 7 {
		seven = append(seven, sent{fmt.Sprintf("%d.jpg", n), "image/jpeg", photo(n)})
	}
	page := v.post(b, "/complaints", form, seven...)
	if page.Status != http.StatusUnprocessableEntity || !strings.Contains(page.Body, "一次最多上传 6 个附件") || strings.Count(page.Body, `value="drop:`) != 6 {
		t.Errorf("%d", page.Status)
	}
	form = v.form(b, url.Values{"identity": {"none"}})
	large := photo(9) + strings.Repeat("\x00", complaints.MaxFile)
	if page = v.post(b, "/complaints", form, sent{"大.jpg", "image/jpeg", large}, sent{"小.jpg", "image/jpeg", photo(1)}); page.Status != http.StatusUnprocessableEntity ||
		!strings.Contains(page.Body, "文件超过 10 MB") || !strings.Contains(page.Body, "小.jpg") {
		t.Errorf("%d", page.Status)
	}
	form = v.form(b, url.Values{"identity": {"none"}})
	var flood []sent
	for range 7 {
		flood = append(flood, sent{"大.jpg", "image/jpeg", large})
	}
	// More than a form may be: browsers send the fields before it first.
	body, kind := multi(form, flood...)
	if page = b.Send(http.MethodPost, "/complaints", body, "Content-Type", kind); page.Status != http.StatusRequestEntityTooLarge || !strings.Contains(page.Body, "等了一上午没有人") || !strings.Contains(page.Body, "合计超过 63 MB") {
		t.Errorf("%d", page.Status)
	}
	if n := v.count(`SELECT count(*) FROM cases`); n != 0 {
		t.Errorf("%d cases", n)
	}
}

// TestBrokenOffUploads: a line that breaks in the middle leaves neither case nor file.
func TestBrokenOffUploads(t *testing.T) {
	t.Parallel()
	v := newAlbum(t)
	b := webtest.NewBrowser(t, v.e)
	form := v.form(b, url.Values{"identity": {"none"}})
	body, kind := multi(form, sent{"a.jpg", "image/jpeg", photo(1) + strings.Repeat("\x00", 1<<20)})
	whole, _ := io.ReadAll(body)
	server := httptest.NewServer(v.e)
	defer server.Close()
	for _, part := range []int{len(whole) / 2, len(whole) - 10, 300} {
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		v.must(err)
		_, err = fmt.Fprintf(conn, "POST /complaints HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", kind, len(whole), whole[:part])
		v.must(err)
		v.must(conn.(*net.TCPConn).CloseWrite())
		answer, err := io.ReadAll(conn)
		v.must(err)
		_ = conn.Close()
		if strings.HasPrefix(string(answer), "HTTP/1.1 303") || strings.HasPrefix(string(answer), "HTTP/1.1 5") {
			t.Errorf("%d of %d bytes: %.60s", part, len(whole), answer)
		}
	}
	if n := v.count(`SELECT (SELECT count(*) FROM cases) + (SELECT count(*) FROM case_uploads)`); n != 0 || v.lying() != 0 {
		t.Errorf("%d rows, %d files", n, v.lying())
	}
}

// TestFilesOfAnAnswerOutliveTheAccess: who is asked for receipt and PIN again has
// the photos still.
func TestFilesOfAnAnswerOutliveTheAccess(t *testing.T) {
	t.Parallel()
	v := newAlbum(t)
	b := webtest.NewBrowser(t, v.e)
	receipt, pin := v.send(b, url.Values{"identity": {"none"}})
	b.Post("/track", url.Values{"receipt": {receipt}, "pin": {pin}})
	page := b.Get("/track")
	add := url.Values{"body": {"补一张照片"}, "files": {find(page.Body, `action="/track/add"[^>]*><input type="hidden" name="files" value="([^"]+)"`)}}
	v.pass(31 * time.Minute)
	ask := v.post(b, "/track/add", add, sent{"现场.jpg", "image/jpeg", photo(3)})
	if ask.Status != http.StatusUnprocessableEntity || !strings.Contains(ask.Body, add.Get("files")) {
		t.Fatalf("%d", ask.Status)
	}
	again := b.Post("/track", url.Values{"receipt": {receipt}, "pin": {pin}, "act": {"add"}, "body": add["body"], "files": add["files"]})
	if again.Status != http.StatusOK || !strings.Contains(again.Body, "现场.jpg") || !strings.Contains(again.Body, "补一张照片") {
		t.Fatalf("%d %s", again.Status, again.Body)
	}
	add.Set("had", "1")
	if done := v.post(b, "/track/add", add); done.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", done.Status, done.Body)
	}
	if page = b.Get("/track"); !strings.Contains(page.Body, "现场.jpg") || v.count(`SELECT count(*) FROM case_files WHERE message_id IS NOT NULL AND seq = 2`) != 1 {
		t.Error("the photo is not with the words")
	}
}

func TestTheScriptPutsFilesDown(t *testing.T) {
	t.Parallel()
	v := newAlbum(t)
	b := webtest.NewBrowser(t, v.e)
	b.Get("/complaints/new")
	form := url.Values{"form": {uuid.NewString()}, "for": {"file"}}
	var answer struct {
		Files []struct {
			ID    int64
			Name  string
			Thumb string
		}
		Error string
	}
	read := func(a webtest.Answer, status int) {
		t.Helper()
		answer.Files, answer.Error = nil, ""
		if err := json.Unmarshal([]byte(a.Body), &answer); err != nil || a.Status != status {
			t.Fatalf("%d %s %v", a.Status, a.Body, err)
		}
	}
	read(v.post(b, "/complaints/files", form, sent{"a.jpg", "", photo(1)}), http.StatusOK)
	if len(answer.Files) != 1 || !strings.HasPrefix(answer.Files[0].Thumb, "data:image/jpeg;base64,") {
		t.Fatalf("%+v", answer)
	}
	read(v.post(b, "/complaints/files", form, sent{"a.svg", "image/jpeg", "<svg onload=alert(1)>"}), http.StatusUnprocessableEntity)
	if len(answer.Files) != 1 || !strings.Contains(answer.Error, "a.svg") {
		t.Errorf("%+v", answer)
	}
	form.Set("do", fmt.Sprintf("drop:%d", answer.Files[0].ID))
	if read(v.post(b, "/complaints/files", form), http.StatusOK); len(answer.Files) != 0 || v.lying() != 0 {
		t.Errorf("%+v", answer)
	}
	for _, wrong := range []url.Values{{}, {"form": {"x"}, "for": {"file"}}, {"form": form["form"], "for": {"note"}}} {
		if a := v.post(b, "/complaints/files", wrong, sent{"a.jpg", "", photo(1)}); a.Status != http.StatusUnprocessableEntity || v.lying() != 0 {
			t.Errorf("%v: %d", wrong, a.Status)
		}
	}
}

// TestUploadsHaveTheLimitsOfForms: one browser that sends on and on is told to wait.
func TestUploadsHaveTheLimitsOfForms(t *testing.T) {
	t.Parallel()
	v := newAlbum(t)
	b := webtest.NewBrowser(t, v.e)
	b.Get("/complaints/new")
	refused := 0
	for range 40 {
		a := v.post(b, "/complaints/files", url.Values{"form": {uuid.NewString()}, "for": {"file"}})
		if a.Status == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused == 0 {
		t.Error("40 forms of one browser in a moment, none refused")
	}
}

// TestNothingOfAFileIsInTheLog: neither its name nor what its EXIF said.
func TestNothingOfAFileIsInTheLog(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var log bytes.Buffer
	v := &voice{t: t, files: true, log: slog.New(slog.NewJSONHandler(locked{&mu, &log}, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	v.opens(true)
	b := webtest.NewBrowser(t, v.e)
	form := v.form(b, url.Values{"identity": {"none"}})
	secret := "张三举报信SECRETNAME"
	tagged := photo(1)
	tagged = tagged[:2] + "\xff\xe1\x00\x1dExif\x00\x00II*\x00SECRETPLACE36.06N" + tagged[2:]
	v.post(b, "/complaints", form, sent{secret + ".jpg", "image/jpeg", tagged}, sent{secret + ".exe", "", "MZ"}, sent{secret + "2.jpg", "", "\xff\xd8\xff broken SECRETPLACE"})
	v.post(b, "/complaints", form)
	receipt, pin := v.given(b)
	b.Post("/track", url.Values{"receipt": {receipt}, "pin": {pin}})
	b.Get(find(b.Get("/track").Body, `src="(/track/files/\d+/small)"`))
	mu.Lock()
	defer mu.Unlock()
	if log.Len() == 0 || v.count(`SELECT count(*) FROM case_files`) != 1 {
		t.Fatal("nothing was logged, or nothing attached")
	}
	for _, s := range []string{"SECRET", "张三", "举报信", form.Get("submission_id"), receipt, pin} {
		if strings.Contains(log.String(), s) {
			t.Errorf("the log says %q", s)
		}
	}
	if n := v.count(`SELECT count(*) FROM audit_entries a WHERE a::text LIKE '%SECRET%'`); n != 0 {
		t.Error("the audit names the file")
	}
}

type locked struct {
	mu *sync.Mutex
	w  io.Writer
}

func (l locked) Write(b []byte) (int, error) { l.mu.Lock(); defer l.mu.Unlock(); return l.w.Write(b) }

func TestKioskWrites(t *testing.T) {
	t.Parallel()
	v := newAlbum(t)
	b := webtest.NewBrowser(t, v.e)
	page := b.Get("/complaints/new?kiosk=win00001")
	if !strings.Contains(page.Body, fmt.Sprintf(`name="unit" value="%d" checked`, v.window.ID)) || strings.Contains(page.Body, `type="file"`) || !strings.Contains(page.Body, `data-idle="60"`) {
		t.Errorf("%s", page.Body)
	}
	id := find(page.Body, `name="submission_id" value="([^"]+)"`)
	b.Post("/complaints", url.Values{"submission_id": {id}, "kind": {"complaint"}, "body": {"排队太久"}, "kiosk": {"win00001"}, "unit": {number(v.window.ID)}})
	done := b.Get("/complaints/done")
	if !strings.Contains(done.Body, `src="/track/qr.svg"`) || !strings.Contains(done.Body, "co-large") || !strings.Contains(done.Body, "data-print") || v.count(`SELECT count(*) FROM cases WHERE channel = 'kiosk' AND unit_id = $1`, v.window.ID) != 1 {
		t.Errorf("%s", done.Body)
	}
	picture := b.Get("/track/qr.svg")
	if picture.Header.Get("Content-Type") != "image/svg+xml" || picture.Status != http.StatusOK {
		t.Errorf("%d %v", picture.Status, picture.Header)
	}
	// The next visitor finds nothing of it.
	b.Get("/track/end?kiosk=win00001")
	pin := find(done.Body, `name="pin" value="([^"]+)"`)
	for _, path := range []string{"/complaints/done", "/track", "/track?kiosk=win00001", "/complaints/new?kiosk=win00001"} {
		if next := b.Get(path); strings.Contains(next.Body, pin) || strings.Contains(next.Body, "排队太久") {
			t.Errorf("%s still shows it", path)
		}
	}
}

func number(n int64) string { return fmt.Sprint(n) }

func TestWhoIsSentElsewhereIsCounted(t *testing.T) {
	t.Parallel()
	v := newAlbum(t)
	b := webtest.NewBrowser(t, v.e)
	for range 3 {
		b.Get("/complaints/to/petition?code=win00001")
	}
	b.Get("/complaints/to/emergency", "Accept-Language", "en")
	b.Get("/complaints/to/hotline", "Sec-Purpose", "prefetch")
	b.Send(http.MethodHead, "/complaints/to/hotline", nil)
	b.Get("/complaints/to/hotline?code=nonsense")
	for range 2 { // two visitors of one kiosk
		b.Get("/complaints/to/litigation?kiosk=win00001")
	}
	for query, want := range map[string]int{
		`route = 'petition' AND unit_id = ` + number(v.window.ID) + ` AND channel = 'code' AND language = 'zh-CN'`: 1,
		`route = 'emergency' AND unit_id = 0 AND channel = 'web' AND language = 'en'`:                              1,
		`route = 'hotline' AND unit_id = 0 AND channel = 'web'`:                                                    1,
		`route = 'litigation' AND channel = 'kiosk'`:                                                               2,
		`true`: 5,
	} {
		if n := v.count(`SELECT coalesce(sum(n), 0)::int FROM route_counts WHERE ` + query); n != want {
			t.Errorf("%s: %d, wanted %d", query, n, want)
		}
	}
}
