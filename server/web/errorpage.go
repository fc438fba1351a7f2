package web

import (
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/labstack/echo/v4"

	"minping/internal/fault"
)

// ErrorPage tells what went wrong and what to do next.
type ErrorPage struct {
	Page
	Status  int
	Text    string   // what happened
	Advice  string   // what to do
	Items   []string // complaints about fields, where no form could be shown again
	ID      string   // to quote when asking for help; only where the fault is ours
	Console bool
}

func (s *Site) errorPage(f failure, c echo.Context) error {
	p := s.Page(c, "")
	key := errorKey(f.status)
	p.Title = p.T(key + ".title")
	data := ErrorPage{Page: p, Status: f.status, Text: p.T(key + ".text"), Advice: p.T(key + ".advice"), Console: inConsole(c)}
	if f.fault != nil {
		data.Text = p.T(f.fault.Key, f.fault.Args)
		for _, field := range f.fault.Fields {
			data.Items = append(data.Items, field.Name+": "+p.T(field.Key, field.Args))
		}
	}
	if f.status >= 500 {
		data.ID = RequestID(c)
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return s.Render(c, f.status, "error", data)
}

// errorKey chooses the texts of a status; rare ones share those of their class.
func errorKey(status int) string {
	switch status {
	case 401, 403, 404, 405, 409, 410, 413, 422, 429, 503:
		return "web.error." + strconv.Itoa(status)
	}
	if status >= 500 {
		return "web.error.500"
	}
	return "web.error.400"
}

// problem is the body of RFC 9457 with our message key as its code.
type problem struct {
	Type      string         `json:"type"`
	Title     string         `json:"title"`
	Status    int            `json:"status"`
	Detail    string         `json:"detail"`
	Code      string         `json:"code,omitzero"`
	RequestID string         `json:"request_id"`
	Fields    []problemField `json:"fields,omitempty"`
}

type problemField struct {
	Name   string `json:"name"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

func (s *Site) problem(f failure, c echo.Context) error {
	text := func(key string, args map[string]any) string { return s.cfg.Texts.Text(Language(c), key, args) }
	key := errorKey(f.status)
	body := problem{
		Type: "about:blank", Title: text(key+".title", nil), Status: f.status,
		Detail: text(key+".text", nil), RequestID: RequestID(c),
	}
	if f.fault != nil {
		body.Code, body.Detail = f.fault.Key, text(f.fault.Key, f.fault.Args)
		body.Fields = problemFields(f.fault.Fields, text)
	}
	if f.status == http.StatusUnauthorized {
		c.Response().Header().Set(echo.HeaderWWWAuthenticate, "Bearer")
	}
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.Blob(f.status, "application/problem+json", data)
}

func problemFields(fields []fault.Field, text func(string, map[string]any) string) []problemField {
	var out []problemField
	for _, f := range fields {
		out = append(out, problemField{Name: f.Name, Code: f.Key, Detail: text(f.Key, f.Args)})
	}
	return out
}
