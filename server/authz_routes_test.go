package main

import (
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"minping/server/web/webtest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// ask is how a route is asked in the table of authorization. Addresses and forms
// hold names of a half in braces.
type ask struct {
	at   string // "": the route's own path
	form string // of a writing route
	skip string // why it is not asked; the reason stands in the table
}

// asks has every route with a parameter and every route that writes. A GET
// without parameters is asked as it stands. A new route without a line here
// fails the test.
var asks = map[string]ask{
	"GET /static/*":                              {at: "/static/css/app.css"},
	"GET /r/:code":                               {at: "/r/{desk_code}"},
	"POST /r/:code":                              {at: "/r/{desk_code}", form: "level=9"},
	"GET /r/:code/done/:receipt":                 {at: "/r/{desk_code}/done/{receipt}"},
	"POST /r/:code/done/:receipt/contact":        {at: "/r/{desk_code}/done/{bad_receipt}/contact"},
	"POST /r/:code/done/:receipt/contact/erase":  {at: "/r/{desk_code}/done/{receipt}/contact/erase"},
	"POST /privacy/request/receipt":              {form: "receipt={receipt}"},
	"POST /privacy/request/receipt/copy":         {form: "receipt={receipt}"},
	"POST /privacy/request/receipt/erase":        {form: "receipt={receipt}"},
	"POST /privacy/request/receipt/words":        {form: "receipt={receipt}"},
	"POST /privacy/request/phone":                {form: "phone=13800001234"},
	"GET /privacy/request/phone/:id":             {at: "/privacy/request/phone/{record}"},
	"POST /privacy/request/phone/:id":            {at: "/privacy/request/phone/{record}", form: "code=000000"},
	"POST /privacy/request/phone/:id/copy":       {at: "/privacy/request/phone/{record}/copy", form: "token=x"},
	"POST /privacy/request/phone/:id/erase":      {at: "/privacy/request/phone/{record}/erase", form: "token=x"},
	"GET /complaints/to/:where":                  {at: "/complaints/to/hotline"},
	"POST /complaints/files":                     {form: "for=file"},
	"GET /track/files/:file":                     {at: "/track/files/{file}"},
	"GET /track/files/:file/small":               {at: "/track/files/{file}/small"},
	"POST /complaints":                           {form: "body=x"},
	"POST /track":                                {form: "receipt="},
	"POST /track/end":                            {form: "x=1"},
	"POST /track/:act":                           {at: "/track/add", form: "body=x"},
	"GET /r/:code/qr.png":                        {at: "/r/{desk_code}/qr.png"},
	"GET /r/:code/qr.svg":                        {at: "/r/{desk_code}/qr.svg"},
	"GET /k/:code":                               {at: "/k/{desk_code}"},
	"POST /k/:code":                              {at: "/k/{desk_code}", form: "level=9"},
	"GET /k/:code/done/:receipt":                 {at: "/k/{desk_code}/done/{receipt}"},
	"GET /board/office/:code":                    {at: "/board/office/{office_code}"},
	"GET /board/hall/:code":                      {at: "/board/hall/{hall_code}"},
	"GET /board/window/:code":                    {at: "/board/window/{window_code}"},
	"GET /api/v1/indices":                        {at: "/api/v1/indices?level=division&period=2026&within=division:{division_code}"},
	"GET /api/v1/indices/trend":                  {at: "/api/v1/indices/trend?period=2026&unit=division:{division_code}"},
	"GET /console":                               {at: "/console?unit={window}"},
	"POST /console/signin":                       {skip: "takes a name and a password from anybody"},
	"GET /console/signin/code":                   {skip: "only between the password and the console; console/gates_test.go"},
	"POST /console/signin/code":                  {skip: "only between the password and the console; console/gates_test.go"},
	"GET /console/signin/enrol":                  {skip: "only between the password and the console; console/gates_test.go"},
	"POST /console/signin/enrol":                 {skip: "only between the password and the console; console/gates_test.go"},
	"GET /console/signin/password":               {skip: "only between the password and the console; console/gates_test.go"},
	"POST /console/signin/password":              {skip: "only between the password and the console; console/gates_test.go"},
	"POST /console/signout":                      {skip: "ends the own session"},
	"POST /console/security/password":            {form: "current=x&password=y&repeat=z"},
	"POST /console/security/factor":              {form: "code=000000"},
	"POST /console/security/codes":               {form: "password=x"},
	"POST /console/security/sessions":            {form: "session=other"},
	"POST /console/signin/code/passkey":          {skip: "only between the password and the console; console/gates_test.go"},
	"POST /console/signin/enrol/passkey":         {skip: "only between the password and the console; console/gates_test.go"},
	"POST /console/signin/passkey":               {skip: "takes an authenticator's answer from anybody; console/door_test.go"},
	"POST /console/signin/sso":                   {skip: "leads to the provider; e2e/sso_test.go"},
	"GET /console/signin/sso/callback":           {skip: "leads from the provider; e2e/sso_test.go"},
	"POST /console/security/passkeys/new":        {form: "name=x&current=x"},
	"GET /console/security/passkeys/:id/remove":  {at: "/console/security/passkeys/1/remove"},
	"POST /console/security/passkeys/:id/remove": {at: "/console/security/passkeys/1/remove", form: "current="},
	"POST /console/security/sso":                 {form: "current="},
	"GET /console/security/sso/:id/unlink":       {at: "/console/security/sso/1/unlink"},
	"POST /console/security/sso/:id/unlink":      {at: "/console/security/sso/1/unlink", form: "current="},

	"POST /console/desk/new":                           {form: "channel=x"},
	"GET /console/desk/:id":                            {at: "/console/desk/{case}"},
	"POST /console/desk/:id":                           {at: "/console/desk/{case}", form: "act=reply&seen=9999&body=x"},
	"GET /console/desk/:id/files/:file":                {at: "/console/desk/{case}/files/{file}"},
	"GET /console/desk/:id/files/:file/raw":            {at: "/console/desk/{case}/files/{file}/raw"},
	"GET /console/desk/:id/files/:file/small":          {at: "/console/desk/{case}/files/{file}/small"},
	"POST /console/desk/files":                         {form: "for=file"},
	"POST /console/privacy/files":                      {form: "reason=x"},
	"GET /console/desk/:id/print":                      {at: "/console/desk/{case}/print"},
	"GET /console/contacts/:record":                    {at: "/console/contacts/{record}"},
	"POST /console/contacts/:record":                   {at: "/console/contacts/{record}", form: "purpose=callback&reason=x"},
	"POST /console/privacy":                            {form: "act=find&reach=13900000000"},
	"GET /console/privacy/requests/:id":                {at: "/console/privacy/requests/{request}"},
	"POST /console/privacy/requests/:id":               {at: "/console/privacy/requests/{request}", form: "act=refuse&reason=x"},
	"GET /console/ratings":                             {at: "/console/ratings?unit={window}"},
	"GET /console/directory":                           {},
	"GET /console/audit/:day/:seq":                     {at: "/console/audit/2001-01-01/1"},
	"GET /console/audit/export/:format":                {at: "/console/audit/export/csv"},
	"POST /console/audit/chain/check":                  {form: "x=1"},
	"POST /console/audit/chain/compare":                {form: "head=x"},
	"GET /console/directory/export/:table":             {at: "/console/directory/export/windows"},
	"POST /console/directory/new":                      {form: "kind=window&code=&name=&office_id={office}"},
	"POST /console/directory/import":                   {},
	"GET /console/directory/import/:upload":            {at: "/console/directory/import/none"},
	"GET /console/directory/import/:upload/faults.csv": {at: "/console/directory/import/none/faults.csv"},
	"POST /console/directory/import/:upload":           {at: "/console/directory/import/none"},
	"GET /console/directory/:id":                       {at: "/console/directory/{window}"},
	"GET /console/directory/:id/edit":                  {at: "/console/directory/{window}/edit"},
	"POST /console/directory/:id/edit":                 {at: "/console/directory/{window}/edit", form: "kind=window&name="},
	"GET /console/surveys/versions/:id":                {at: "/console/surveys/versions/{version}"},
	"GET /console/publications":                        {},
	"POST /console/publications/new":                   {form: "version={version}&title=x&channels=web&late_workdays=5&units={window}"},
	"GET /console/publications/:id":                    {at: "/console/publications/{publication}"},
	"GET /console/publications/:id/close":              {at: "/console/publications/{publication}/close"},
	"POST /console/publications/:id/close":             {at: "/console/publications/{publication}/close"},
	"GET /console/posters":                             {at: "/console/posters?unit={window}"},
	"GET /console/posters.zip":                         {at: "/console/posters.zip?unit={window}"},
	"GET /console/codes/:code/rotate":                  {at: "/console/codes/{exit_code}/rotate"},
	"POST /console/codes/:code/rotate":                 {at: "/console/codes/{exit_code}/rotate"},
	"GET /console/codes/:code/revoke":                  {at: "/console/codes/{ticket_code}/revoke"},
	"POST /console/codes/:code/revoke":                 {at: "/console/codes/{ticket_code}/revoke"},
	"GET /console/settings/:key":                       {at: "/console/settings/rating.late_days"},
	"POST /console/settings/:key":                      {at: "/console/settings/rating.late_days", form: "value=6&reason=x&from=2099-01-01"},
	"GET /console/settings/proposals/:id":              {at: "/console/settings/proposals/999"},
	"POST /console/settings/proposals/:id":             {at: "/console/settings/proposals/999", form: "do=approve"},
	"POST /console/tickets":                            {form: "unit={window}&channel=sms&visited_on=2026-11-20&count=1"},
	"POST /console/tickets/import":                     {form: "channel=ticket"},
	"GET /console/tickets/:id":                         {at: "/console/tickets/{batch}"},
	"GET /console/tickets/:id/tickets.csv":             {at: "/console/tickets/{batch}/tickets.csv"},
	"GET /console/tickets/:id/sheet":                   {at: "/console/tickets/{batch}/sheet"},

	"POST /console/signin/invitation":            {skip: "takes a code from whoever has no account yet"},
	"POST /console/accounts/invite":              {form: "username=&step=make"},
	"POST /console/accounts/import":              {},
	"GET /console/accounts/import/:upload":       {at: "/console/accounts/import/none"},
	"POST /console/accounts/import/:upload":      {at: "/console/accounts/import/none"},
	"GET /console/accounts/:id":                  {at: "/console/accounts/{other}"},
	"POST /console/accounts/:id/details":         {at: "/console/accounts/{other}/details", form: "display_name="},
	"GET /console/accounts/:id/roles/new":        {at: "/console/accounts/{other}/roles/new"},
	"GET /console/accounts/:id/roles/preview":    {at: "/console/accounts/{other}/roles/preview"},
	"POST /console/accounts/:id/roles":           {at: "/console/accounts/{other}/roles", form: "role=king"},
	"GET /console/accounts/:id/roles/:term/end":  {at: "/console/accounts/{other}/roles/999999/end"},
	"POST /console/accounts/:id/roles/:term/end": {at: "/console/accounts/{other}/roles/999999/end", form: "when=day"},
	"POST /console/accounts/:id/sessions":        {at: "/console/accounts/{other}/sessions", form: "session=none"},
	"GET /console/accounts/:id/password":         {at: "/console/accounts/{other}/password"},
	"POST /console/accounts/:id/password":        {at: "/console/accounts/{other}/password", form: "reason=x"},
	"GET /console/accounts/:id/factor":           {at: "/console/accounts/{other}/factor"},
	"POST /console/accounts/:id/factor":          {at: "/console/accounts/{other}/factor", form: "reason=x"},
	"GET /console/accounts/:id/invitation":       {at: "/console/accounts/{other}/invitation"},
	"POST /console/accounts/:id/invitation":      {at: "/console/accounts/{other}/invitation"},
	"GET /console/accounts/:id/offboard":         {at: "/console/accounts/{other}/offboard"},
	"POST /console/accounts/:id/offboard":        {at: "/console/accounts/{other}/offboard"},
	"POST /console/keys":                         {form: "name="},
	"GET /console/keys/:id/revoke":               {at: "/console/keys/999999/revoke"},
	"POST /console/keys/:id/revoke":              {at: "/console/keys/999999/revoke"},
	"GET /console/accounts/:id/disable":          {at: "/console/accounts/{other}/disable"},
	"POST /console/accounts/:id/disable":         {at: "/console/accounts/{other}/disable"},
	"GET /console/accounts/:id/enable":           {at: "/console/accounts/{other}/enable"},
	"POST /console/accounts/:id/enable":          {at: "/console/accounts/{other}/enable"},
	"GET /console/accounts/:id/unlock":           {at: "/console/accounts/{other}/unlock"},
	"POST /console/accounts/:id/unlock":          {at: "/console/accounts/{other}/unlock"},
	"GET /console/accounts/:id/uninvite":         {at: "/console/accounts/{other}/uninvite"},
	"POST /console/accounts/:id/uninvite":        {at: "/console/accounts/{other}/uninvite"},
}

// What an answer says about access, one sign each.
const (
	passed  = "o" // let in, whatever came of it
	refused = "x" // 403
	hidden  = "0" // 404: as if it did not exist
	unknown = "-" // 401, or sent to sign in
)

func outcomeOf(a webtest.Answer) string {
	switch {
	case a.Status == http.StatusForbidden:
		return refused
	case a.Status == http.StatusNotFound:
		return hidden
	case a.Status == http.StatusUnauthorized,
		a.Status == http.StatusSeeOther && strings.HasPrefix(a.Header.Get("Location"), "/console/signin"):
		return unknown
	case a.Status >= http.StatusInternalServerError:
		return "!"
	}
	return passed
}

// TestEveryRouteForEveryRole asks every route as everybody, for something in and
// out of their scope, and holds the answers against a reviewed table.
func TestEveryRouteForEveryRole(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	table := map[string]map[string]string{} // row → subject → outcome
	who := subjects()
	t.Run("subjects", func(t *testing.T) {
		for _, s := range who {
			t.Run(s.String(), func(t *testing.T) {
				t.Parallel()
				g := openGuarded(t)
				got := g.askAll(s)
				mu.Lock()
				defer mu.Unlock()
				for row, outcome := range got {
					if table[row] == nil {
						table[row] = map[string]string{}
					}
					table[row][s.String()] = outcome
				}
			})
		}
	})
	golden(t, "authorization-routes.golden", drawTable(table, who))
}

// askAll asks every route in order: reading ones first, so that what a writing
// one changes is not mistaken for a refusal.
func (g *guarded) askAll(s subject) map[string]string {
	g.t.Helper()
	b := g.enter(s)
	token := ""
	if s.role != "" {
		token = b.Get("/console/account").Token()
	}
	got := map[string]string{}
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		for _, r := range g.echo.Routes() {
			if r.Method != method {
				continue
			}
			name := r.Method + " " + r.Path
			how, listed := asks[name]
			switch {
			case !listed && (method != http.MethodGet || strings.ContainsAny(r.Path, ":*")):
				g.t.Errorf("%s is not in the table of authorization: say how it is asked", name)
				continue
			case how.skip != "":
				got[name+"  # "+how.skip] = ""
				continue
			}
			if how.at == "" {
				how.at = r.Path
			}
			if here, there := g.halves["here"], g.halves["there"]; here.fill(how.at+how.form) == there.fill(how.at+how.form) {
				got[name] = g.askOne(b, token, method, how, here)
				continue
			}
			for _, place := range places {
				got[name+"  "+place] = g.askOne(b, token, method, how, g.halves[place])
			}
		}
	}
	g.askByKey(s, got)
	return got
}

func (g *guarded) askOne(b *webtest.Browser, token, method string, how ask, h half) string {
	g.t.Helper()
	at := h.fill(how.at)
	var answer webtest.Answer
	if method == http.MethodGet {
		answer = b.Get(at)
	} else {
		form, err := url.ParseQuery(h.fill(how.form))
		if err != nil {
			g.t.Fatal(err)
		}
		form.Set("csrf", token)
		answer = b.Post(at, form, "Origin", "http://127.0.0.1")
	}
	outcome := outcomeOf(answer)
	if outcome == "!" {
		g.t.Errorf("%s %s: %d", method, at, answer.Status)
	}
	return outcome
}

// drawTable writes rows of signs, a column per subject.
func drawTable(table map[string]map[string]string, who []subject) string {
	var b strings.Builder
	b.WriteString("# o let in   x forbidden (403)   0 hidden (404)   - asked to sign in (401)\n")
	b.WriteString("# here: in the subject's scope; there: in another office, division and hall\n")
	for i, s := range who {
		fmt.Fprintf(&b, "# %s%s\n", strings.Repeat("│ ", i), s)
	}
	rows := make([]string, 0, len(table))
	for row := range table {
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b string) int {
		return strings.Compare(strings.ReplaceAll(a, " ", "\x00"), strings.ReplaceAll(b, " ", "\x00"))
	})
	for _, row := range rows {
		signs := make([]string, 0, len(who))
		for _, s := range who {
			signs = append(signs, table[row][s.String()])
		}
		fmt.Fprintf(&b, "%s  %s\n", strings.Join(signs, " "), row)
	}
	return b.String()
}

// golden holds a text against a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	old := strings.Split(string(want), "\n")
	for _, line := range strings.Split(got, "\n") {
		if !slices.Contains(old, line) {
			t.Errorf("new in %s: %s", name, line)
		}
	}
	t.Errorf("%s differs (run with -update after review)", path)
}
