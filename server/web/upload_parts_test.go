package web_test

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"minping/server/web"
)

// TestWorkIsBounded: a small file may not be much work. Each of the first
// took the reader of workbooks seconds, a gigabyte, or a minute; the next try to hide.
func TestWorkIsBounded(t *testing.T) {
	t.Parallel()
	const head = `<?xml version="1.0"?><worksheet><sheetData>`
	book := func(sheets, name, part string) string {
		return packed(t, "[Content_Types].xml", sheetTypes, "xl/workbook.xml", "<workbook><sheets>"+sheets+"</sheets></workbook>", name, part)
	}
	sheets := func(n int) string { return strings.Repeat(`<sheet name="s" sheetId="1" r:id="rId1"/>`, n) }
	shared := "<sst>" + strings.Repeat("<si><t>a</t></si>", 3_000_000) + "</sst>"
	for _, tt := range []struct {
		name, book string
		refused    bool
	}{
		{"many shared texts", book(sheets(1), "xl/sharedStrings.xml", shared), true},
		{"the same under another name", book(sheets(1), "xl/media/image1.png", "x"+shared), true},
		{"one long cell", book(sheets(1), "xl/worksheets/sheet1.xml", head+"<c><v>"+strings.Repeat("a", 5<<20)), true},
		{"a long last text", book(sheets(1), "xl/worksheets/sheet1.xml", head+strings.Repeat("a", 200_000)), true},
		{"many sheets", book(sheets(5000), "xl/worksheets/sheet1.xml", head), true},
		{"tags within tags", book(sheets(1), "xl/worksheets/sheet1.xml", strings.Repeat("<a>", 3_000_000)), true},
		{"closed in a quote", book(sheets(1), "xl/worksheets/sheet1.xml", strings.Repeat(`<a b="/>">`, 1000)), true},
		{"closed in a text", book(sheets(1), "xl/worksheets/sheet1.xml", strings.Repeat(`<a>/>`, 1000)), true},
		{"closed in a comment", book(sheets(1), "xl/worksheets/sheet1.xml", strings.Repeat(`<a><!--></a>-->`, 1000)), true},
		{"closed in what is no markup", book(sheets(1), "xl/worksheets/sheet1.xml", strings.Repeat(`<a><![CDATA[</a>]]>`, 1000)), true},
		{"closed in an instruction", book(sheets(1), "xl/worksheets/sheet1.xml", strings.Repeat(`<a><?></a>?>`, 1000)), true},
		{"closed before it is opened", book(sheets(1), "xl/worksheets/sheet1.xml", "<a/>"+strings.Repeat(`</a>`, 1000)+strings.Repeat(`<a>`, 1000)), true},
		{"entities", book(sheets(1), "xl/worksheets/sheet1.xml", strings.Repeat(" ", 32<<10-4)+`<!DOCTYPE x [<!ENTITY a "b">]>`+head), true},
		{"the longest cell", book(sheets(1), "xl/worksheets/sheet1.xml", head+"<c><v>"+strings.Repeat("汉", 32767)+"</v></c>"), false},
		{"a workbook of a whole city", book(sheets(40), "xl/worksheets/sheet1.xml", head+strings.Repeat(`<row><c r="A1"><v>1</v></c><c><v>2</v></c></row>`, 500_000)), false},
		{"comments and the like", book(sheets(1), "xl/worksheets/sheet1.xml", "<?xml version='1.0'?><!-- <a><a> --><w><r a='>' b=\"<\"/><![CDATA[<c>]]></w>"), false},
		{"a large picture", book(sheets(1), "xl/media/image1.png", "\x89PNG\r\n\x1a\n"+strings.Repeat("\x00", 1<<20)), false},
	} {
		err := web.CheckSheet(bytes.NewReader([]byte(tt.book)), int64(len(tt.book)))
		if (err != nil) != tt.refused {
			t.Errorf("%s (%d bytes): %v", tt.name, len(tt.book), err)
		}
	}
}

// TestDepthIsTheReaders: whatever a part is pieced together from, where the reader
// of XML goes deep the bounds have seen it.
func TestDepthIsTheReaders(t *testing.T) {
	t.Parallel()
	pieces := rapid.SampledFrom([]string{"<a>", "</a>", "<a/>", "<a b='", "'", `"`, "'>", "/>", ">", "<!--", "-->", "-", "--", "<![CDATA[", "]]>", "]", "<?x", "?>", "?", "x", " ", "<!", "<"})
	rapid.Check(t, func(r *rapid.T) {
		part := "<w>" + strings.Repeat(strings.Join(rapid.SliceOfN(pieces, 1, 8).Draw(r, "pieces"), ""), 400)
		deepest, depth := 0, 0
		for d := xml.NewDecoder(strings.NewReader(part)); ; {
			token, err := d.Token()
			if err != nil {
				break
			}
			switch token.(type) {
			case xml.StartElement:
				depth++
			case xml.EndElement:
				depth--
			}
			deepest = max(deepest, depth)
		}
		file := packed(t, "[Content_Types].xml", sheetTypes, "xl/workbook.xml", "<w/>", "xl/worksheets/sheet1.xml", part)
		if err := web.CheckSheet(bytes.NewReader([]byte(file)), int64(len(file))); err == nil && deepest > 200 {
			r.Fatalf("%.60q goes %d deep", part, deepest)
		}
	})
}
