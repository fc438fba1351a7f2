package web_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
	"github.com/xuri/excelize/v2"

	"minping/internal/i18n"
	"minping/server/web"
)

func packed(t *testing.T, parts ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(parts[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func workbook(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	f := excelize.NewFile()
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const sheetTypes = `<Types><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`

func TestUploadsAreKnownByContent(t *testing.T) {
	t.Parallel()
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	site, err := web.NewSite(web.Config{Texts: texts})
	if err != nil {
		t.Fatal(err)
	}
	e := echo.New()
	site.Use(e)
	site.LimitBody("/up", 1<<20)
	e.POST("/up", func(c echo.Context) error {
		var r struct {
			File *multipart.FileHeader `form:"file"`
		}
		if err := web.Bind(c, &r); err != nil {
			return err
		}
		return c.NoContent(http.StatusOK)
	})
	bomb := packed(t, "[Content_Types].xml", sheetTypes, "xl/workbook.xml", "x")
	for _, tt := range []struct{ name, content, key string }{
		{"a.xlsx", workbook(t), ""},
		{"renamed.csv", workbook(t), ""},
		{"least.xlsx", bomb, ""},
		{"a.csv", "窗口编码,窗口名称\r\nw1,登记\r\n", ""},
		{"gb.csv", "\xb4\xb0\xbf\xda,1\n", ""},
		{"utf16.csv", "\xff\xfea\x00,\x00", ""},
		{"empty.csv", "", ""},
		{"zip.xlsx", packed(t, "a.txt", "x"), "challenge.upload.type"},
		{"word.xlsx", packed(t, "[Content_Types].xml", "<Types/>", "word/document.xml", "x"), "challenge.upload.type"},
		{"types.xlsx", packed(t, "[Content_Types].xml", "<Types/>", "xl/workbook.xml", "x"), "challenge.upload.type"},
		{"climb.xlsx", packed(t, "[Content_Types].xml", sheetTypes, "xl/workbook.xml", "x", "../../etc/cron.d/x", "x"), "challenge.upload.type"},
		{"macro.xlsx", packed(t, "[Content_Types].xml", sheetTypes, "xl/workbook.xml", "x", "xl/vbaProject.bin", "x"), "challenge.upload.macro"},
		{"macro2.xlsx", packed(t, "[Content_Types].xml", sheetTypes+"macroEnabled", "xl/workbook.xml", "x"), "challenge.upload.macro"},
		{"cut.xlsx", workbook(t)[:2000], "challenge.upload.type"},
		{"old.xlsx", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "challenge.upload.old"},
		{"page.csv", "\ufeff \n<!DOCTYPE html><script>", "challenge.upload.type"},
		{"svg.csv", `<svg onload="x">`, "challenge.upload.type"},
		{"exe.xlsx", "MZ\x90\x00\x03\x00", "challenge.upload.type"},
		{"elf.csv", "\x7fELF\x02\x01", "challenge.upload.type"},
		{"pdf.csv", "%PDF-1.7\n", "challenge.upload.type"},
		{"late.csv", strings.Repeat("a,b\n", 20_000) + "\x00", "challenge.upload.type"},
	} {
		if got := complaintAbout(t, e, tt.name, tt.content); got != tt.key {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.key)
		}
	}
}

// complaintAbout sends a file that claims to be a workbook.
func complaintAbout(t *testing.T, e *echo.Echo, name, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreatePart(map[string][]string{"Content-Disposition": {`form-data; name="file"; filename="` + name + `"`},
		"Content-Type": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(content)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/up", &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Accept", "application/json")
	rec := httptest.NewRecorder()
	e.ServeHTTP(rec, r)
	if rec.Code == http.StatusOK {
		return ""
	}
	var body struct{ Fields []struct{ Name, Code string } }
	if err := json.Unmarshal(rec.Body.Bytes(), &body); err != nil || rec.Code != 422 || len(body.Fields) != 1 || body.Fields[0].Name != "file" {
		t.Fatalf("%s: %d %s", name, rec.Code, rec.Body)
	}
	return body.Fields[0].Code
}

// TestUnpackedSizeIsBounded: sizes are declared in the directory of the archive.
func TestUnpackedSizeIsBounded(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range []string{"[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"} {
		h := &zip.FileHeader{Name: name, Method: zip.Store, UncompressedSize64: 150 << 20}
		if _, err := z.CreateRaw(h); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := web.CheckSheet(bytes.NewReader(b.Bytes()), int64(b.Len())); err == nil || !strings.Contains(err.Error(), "too much") {
		t.Errorf("%v", err)
	}
}
