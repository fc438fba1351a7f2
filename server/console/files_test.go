package console

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"

	"minping/accounts"
	"minping/complaints"
	"minping/server/web/webtest"
)

func snapshot(n int) string {
	m := image.NewGray(image.Rect(0, 0, 90, 60))
	for i := range m.Pix {
		m.Pix[i] = uint8(i * (n + 3))
	}
	var b bytes.Buffer
	_ = jpeg.Encode(&b, m, nil)
	return b.String()
}

var submissionField = regexp.MustCompile(`name="submission_id" value="([^"]+)"`)

// attachTo sends a form of a page with files, as a browser does.
func attachTo(t *testing.T, b *webtest.Browser, page, path string, form url.Values, files ...string) webtest.Answer {
	t.Helper()
	shown := b.Get(page)
	form.Set("csrf", shown.Token())
	if m := submissionField.FindStringSubmatch(shown.Body); m != nil && form.Get("submission_id") == "" {
		form.Set("submission_id", m[1])
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range form {
		for _, v := range values {
			_ = w.WriteField(name, v)
		}
	}
	for i := 0; i+1 < len(files); i += 2 {
		part, err := w.CreateFormFile("file", files[i])
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(part, files[i+1])
	}
	_ = w.Close()
	return b.Send(http.MethodPost, path, &body, "Content-Type", w.FormDataContentType())
}

// TestEvidenceGoesWithTheReply and what belongs inside with a note.
func TestEvidenceGoesWithTheReply(t *testing.T) {
	c := newCity(t)
	handler := c.person(accounts.Handler, c.office)
	id := c.complaint(c.windows[0], "窗口没人")
	at := caseHref(id)
	mustDo(t, handler, id, "dispatch", url.Values{"office": {fmtInt(c.office.ID)}})
	mustDo(t, handler, id, "acknowledge", url.Values{})
	refusal := attachTo(t, handler, at, at, url.Values{"act": {"note"}, "body": {"现场记录"}}, "记录.docx", "PK\x03\x04 x", "现场.jpg", snapshot(1))
	if refusal.Status != http.StatusUnprocessableEntity {
		t.Fatalf("%d %s", refusal.Status, excerpt(refusal.Body))
	}
	has(t, refusal, "“记录.docx”：", "现场记录", "现场.jpg", "data:image/jpeg;base64,")
	again := url.Values{"act": {"note"}, "body": {"现场记录"}, "had": {"1"}, "submission_id": {submissionField.FindStringSubmatch(refusal.Body)[1]}}
	if a := attachTo(t, handler, at, at, again); a.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.Status, excerpt(a.Body))
	}
	if a := attachTo(t, handler, at, at, url.Values{"act": {"reply"}, "body": {"已增派人员，见照片"}}, "整改后.jpg", snapshot(2)); a.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.Status, excerpt(a.Body))
	}
	page := handler.Get(at)
	has(t, page, "现场.jpg", "整改后.jpg")
	d, err := c.app.desk.Get(t.Context(), system, id)
	if err != nil || len(d.Files) != 2 || d.Files[0].Audience != complaints.Private || d.Files[1].Audience != complaints.Public {
		t.Fatalf("%+v, %v", d.Files, err)
	}
	hasNot(t, handler.Get(at+"/print"), "现场.jpg")
	view := handler.Get(fmt.Sprintf("%s/files/%d", at, d.Files[0].ID))
	has(t, view, "内部材料，群众看不到", fmt.Sprintf(`rel="next" href="%s/files/%d"`, at, d.Files[1].ID), "/raw")
	hasNot(t, view, "永久删除", "/console/privacy/files?case")
	raw := handler.Get(fmt.Sprintf("%s/files/%d/raw", at, d.Files[1].ID))
	if _, err := jpeg.Decode(strings.NewReader(raw.Body)); err != nil || raw.Header.Get("Content-Disposition") != fmt.Sprintf(`inline; filename="case-%d-%d.jpg"`, id, d.Files[1].ID) ||
		raw.Header.Get("X-Content-Type-Options") != "nosniff" || raw.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v %v", raw.Header, err)
	}
	stranger := c.person(accounts.Handler, c.other)
	for _, path := range []string{"", "/raw", "/small"} {
		if a := stranger.Get(fmt.Sprintf("%s/files/%d%s", at, d.Files[1].ID, path)); a.Status != http.StatusNotFound {
			t.Errorf("another office: %s %d", path, a.Status)
		}
		if a := handler.Get(fmt.Sprintf("%s/files/999999%s", at, path)); a.Status != http.StatusNotFound {
			t.Errorf("no such file: %s %d", path, a.Status)
		}
	}
}

func TestALetterIsFiledWithItsScan(t *testing.T) {
	c := newCity(t)
	handler := c.person(accounts.Handler, c.office)
	form := url.Values{"channel": {"letter"}, "kind": {"complaint"}, "body": {"来信反映窗口推诿"}, "office": {fmtInt(c.office.ID)}, "identity": {"none"}, "do": {"upload"}}
	page := attachTo(t, handler, "/console/desk/new", "/console/desk/new", form, "来信.pdf", "%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF")
	if page.Status != http.StatusOK {
		t.Fatalf("%d %s", page.Status, excerpt(page.Body))
	}
	has(t, page, "来信.pdf", "来信反映窗口推诿")
	form.Set("do", "")
	form.Set("had", "1")
	form.Set("submission_id", submissionField.FindStringSubmatch(page.Body)[1])
	if a := attachTo(t, handler, "/console/desk/new", "/console/desk/new", form); a.Status != http.StatusOK {
		t.Fatalf("%d %s", a.Status, excerpt(a.Body))
	}
	var kept int
	if err := c.db.Get(&kept, `SELECT count(*) FROM case_files WHERE seq = 1 AND side = 'staff' AND kind = 'document'`); err != nil || kept != 1 {
		t.Errorf("%d files, %v", kept, err)
	}
}

func TestTheScriptsUploadsInTheConsole(t *testing.T) {
	c := newCity(t)
	handler, other := c.person(accounts.Handler, c.office), c.person(accounts.Handler, c.office)
	form := url.Values{"form": {uuid.NewString()}, "for": {"reply"}}
	if a := attachTo(t, handler, "/console/desk", "/console/desk/files", form, "a.jpg", snapshot(1)); a.Status != http.StatusOK || !strings.Contains(a.Body, `"a.jpg"`) {
		t.Errorf("%d %s", a.Status, excerpt(a.Body))
	}
	if a := attachTo(t, other, "/console/desk", "/console/desk/files", form); a.Status != http.StatusOK || strings.Contains(a.Body, "a.jpg") {
		t.Errorf("another account with the same number: %d %s", a.Status, excerpt(a.Body))
	}
	if a := attachTo(t, handler, "/console/desk", "/console/desk/files", url.Values{"form": form["form"], "for": {"terminate"}}, "b.jpg", snapshot(2)); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("a form that takes none: %d", a.Status)
	}
}

func TestFilesAreErasedByTheOfficer(t *testing.T) {
	c := newCity(t)
	handler, officer := c.person(accounts.Handler, c.office), c.person(accounts.Privacy, everywhere)
	id := c.complaint(c.windows[0], "窗口没人")
	mustDo(t, handler, id, "dispatch", url.Values{"office": {fmtInt(c.office.ID)}})
	if a := attachTo(t, handler, caseHref(id), caseHref(id), url.Values{"act": {"note"}, "body": {"记录"}}, "现场.jpg", snapshot(1)); a.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.Status, excerpt(a.Body))
	}
	var file int64
	if err := c.db.Get(&file, `SELECT id FROM case_files`); err != nil {
		t.Fatal(err)
	}
	form := url.Values{"case": {fmtInt(id)}, "file": {fmtInt(file)}, "reason": {"x"}}
	if a := handler.Submit("/console/desk", "/console/privacy/files", form); a.Status != http.StatusForbidden {
		t.Errorf("a handler: %d", a.Status)
	}
	if a := officer.Submit("/console/privacy/files", "/console/privacy/files", form); a.Status != http.StatusUnprocessableEntity {
		t.Errorf("no reason: %d", a.Status)
	}
	form.Set("reason", "照片里有他人面部，按申请删除")
	form.Set("file", "999")
	if a := officer.Submit("/console/privacy/files", "/console/privacy/files", form); a.Status == http.StatusSeeOther {
		t.Error("a file that is not there was erased")
	}
	form.Set("file", fmtInt(file))
	if a := officer.Submit("/console/privacy/files", "/console/privacy/files", form); a.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.Status, excerpt(a.Body))
	}
	has(t, handler.Get(caseHref(id)), "照片里有他人面部，按申请删除")
	has(t, handler.Get(fmt.Sprintf("%s/files/%d", caseHref(id), file)), "附件已删除")
	if a := handler.Get(fmt.Sprintf("%s/files/%d/raw", caseHref(id), file)); a.Status != http.StatusGone {
		t.Errorf("%d", a.Status)
	}
}

func TestWhoWasSentElsewhereIsShown(t *testing.T) {
	c := newCity(t)
	office, city := c.person(accounts.Handler, c.office), c.person(accounts.Committee, everywhere)
	has(t, city.Get("/console/desk/routed"), "近 12 个月没有分流记录")
	for range 3 {
		if err := c.app.desk.CountSent(t.Context(), complaints.Sent{Route: complaints.ToPetition, Unit: c.windows[0].ID, Channel: complaints.ByCode}); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.app.desk.CountSent(t.Context(), complaints.Sent{Route: complaints.To12345, Channel: complaints.ByWeb, Language: "en"}); err != nil {
		t.Fatal(err)
	}
	month := clock().Format("2006-01")
	all := city.Get("/console/desk/routed")
	has(t, all, month, "未扫码，直接访问", "税费申报窗口", `<strong>4</strong>`)
	own := office.Get("/console/desk/routed")
	has(t, own, month, "税费申报窗口", `<strong>3</strong>`)
	hasNot(t, own, "未扫码，直接访问")
	if other := c.person(accounts.Handler, c.other).Get("/console/desk/routed"); strings.Contains(other.Body, "税费申报窗口") {
		t.Error("another office's")
	}
}
