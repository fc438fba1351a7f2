package main

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"minping/accounts"
	"minping/internal/actor"
	"minping/offices"
	"minping/server/web/webtest"
)

// exports are the routes that answer a table for a spreadsheet, with who asks and what
// stands in it. A new one without a line here fails the test.
var exports = map[string]struct {
	role  accounts.Role
	paths []string // in braces names of a half
}{
	"/console/directory/export.xlsx": {accounts.SystemAdmin, []string{"/console/directory/export.xlsx"}},
	"/console/directory/export/:table": {accounts.SystemAdmin, []string{"/console/directory/export/offices", "/console/directory/export/divisions",
		"/console/directory/export/halls", "/console/directory/export/windows", "/console/directory/export/staff"}},
	"/console/directory/import/template.xlsx":      {accounts.SystemAdmin, []string{"/console/directory/import/template.xlsx"}},
	"/console/directory/import/:upload/faults.csv": {}, // complaints about a file that was just sent, through the same writer
	"/console/accounts/import/template.xlsx":       {accounts.SecurityAdmin, []string{"/console/accounts/import/template.xlsx"}},
	"/console/audit/export/:format":                {accounts.AuditAdmin, []string{"/console/audit/export/csv", "/console/audit/export/xlsx"}},
	"/console/served/template.xlsx":                {accounts.SystemAdmin, []string{"/console/served/template.xlsx"}},
	"/console/rates/export/:format":                {accounts.Committee, []string{"/console/rates/export/csv", "/console/rates/export/xlsx"}},
	"/console/standings.csv":                       {accounts.Committee, []string{"/console/standings.csv"}},
	"/console/social/export/:format":               {accounts.Committee, []string{"/console/social/export/csv", "/console/social/export/xlsx"}},
	"/console/brand/:id/report.xlsx":               {accounts.Committee, []string{"/console/brand/{office}/report.xlsx"}},
	"/console/tickets/:id/tickets.csv":             {accounts.SystemAdmin, []string{"/console/tickets/{batch}/tickets.csv"}},
}

var tableRoute = regexp.MustCompile(`\.csv$|\.xlsx$|/export`)

// TestNoExportRuns plants names that a spreadsheet would run and looks for a cell that
// begins with one, in every table that leaves the program.
func TestNoExportRuns(t *testing.T) {
	t.Parallel()
	g := openGuarded(t)
	by := actor.System("=cmd|' /C calc'!A0") // and a name in the audit
	for i, name := range []string{"=1+1", "+86局", "-5局", "@局", "＝1局", "＋局", "－局", "＠局"} {
		code := string(rune('a' + i))
		if _, err := g.pf.offices.Save(t.Context(), by, offices.UnitInput{Kind: offices.Office, Code: "bad" + code, Name: name}); err != nil {
			t.Fatalf("%q: %v", name, err)
		}
	}
	browsers := map[accounts.Role]*webtest.Browser{}
	seen := 0
	for _, r := range g.echo.Routes() {
		if r.Method != http.MethodGet || !tableRoute.MatchString(r.Path) || strings.HasSuffix(r.Path, "/*") {
			continue
		}
		how, listed := exports[r.Path]
		if !listed {
			t.Errorf("%s answers a table: say in exports how it is asked", r.Path)
		}
		for _, path := range how.paths {
			if browsers[how.role] == nil {
				browsers[how.role] = g.enterAs(how.role)
			}
			answer := browsers[how.role].Get(g.halves["here"].fill(path))
			if answer.Status != http.StatusOK {
				t.Errorf("%s: %d", path, answer.Status)
				continue
			}
			cells := tableCells(t, path, []byte(answer.Body))
			seen += len(cells)
			for _, cell := range cells {
				if cell != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(cell)[0]) {
					t.Errorf("%s: a spreadsheet runs %q", path, cell)
				}
			}
		}
	}
	if seen < 100 {
		t.Errorf("only %d cells were looked at", seen)
	}
}

// enterAs signs a browser in with an account of its own for a role over the city.
func (g *guarded) enterAs(role accounts.Role) *webtest.Browser {
	g.t.Helper()
	username := "exporter-" + string(role)
	if _, err := g.pf.accounts.Create(g.t.Context(), actor.System("test"), accounts.NewAccount{Username: username, DisplayName: "＝导出",
		Password: guardedPassword, Roles: []accounts.RoleAt{{Role: role}}}); err != nil {
		g.t.Fatal(err)
	}
	b := webtest.NewBrowser(g.t, g.echo)
	b.Submit("/console/signin", "/console/signin", map[string][]string{"username": {username}, "password": {guardedPassword}})
	return b
}

// tableCells reads every cell of a CSV file or of a workbook's sheets.
func tableCells(t *testing.T, path string, data []byte) (cells []string) {
	t.Helper()
	if _, err := zip.NewReader(bytes.NewReader(data), int64(len(data))); err != nil {
		r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
		r.FieldsPerRecord = -1
		for {
			row, err := r.Read()
			if errors.Is(err, io.EOF) {
				return cells
			}
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			cells = append(cells, row...)
		}
	}
	book, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	defer func() { _ = book.Close() }()
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		cells = slices.Concat(append([][]string{cells}, rows...)...)
	}
	return cells
}
