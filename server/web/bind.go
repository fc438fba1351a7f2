package web

import (
	"fmt"
	"mime/multipart"
	"net/url"
	"reflect"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/labstack/echo/v4"

	"minping/internal/fault"
)

// Bind reads the path, the query and the body into a request struct and checks
// it. Fields carry the tags `param`, `query` or `form` (JSON bodies: `json`) and
// `validate`. Texts are trimmed, line ends made "\n", NUL and broken UTF-8
// refused; a field tagged `bind:"raw"` (passwords) stays as typed.
//
// The error is an Invalid fault with one complaint per field, TooLarge, or
// Invalid without fields for a body that cannot be read at all.
func Bind(c echo.Context, into any) error {
	src, err := sources(c, into)
	if err != nil {
		return err
	}
	target := reflect.ValueOf(into)
	if target.Kind() != reflect.Pointer || target.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("bind: want a pointer to a struct, got %T", into)
	}
	b := binder{src: src}
	b.bind(target.Elem())
	if len(b.complaints) > 0 {
		// The rest is still checked, so that all complaints come at once.
		return fault.Fielded(append(b.complaints, complaintsBut(b.complaints, into)...)...)
	}
	if complaints := check(into); len(complaints) > 0 {
		return fault.Fielded(complaints...)
	}
	return nil
}

type source struct {
	params, query, form map[string][]string
	files               map[string][]*multipart.FileHeader
}

func sources(c echo.Context, into any) (source, error) {
	src := source{params: map[string][]string{}, query: c.QueryParams()}
	for i, name := range c.ParamNames() {
		src.params[name] = []string{pathValue(c, i)}
	}
	r := c.Request()
	if r.ContentLength == 0 || r.Body == nil {
		return src, nil
	}
	kind, _, _ := strings.Cut(r.Header.Get(echo.HeaderContentType), ";")
	var err error
	switch strings.TrimSpace(kind) {
	case echo.MIMEApplicationForm:
		err = r.ParseForm()
		src.form = r.PostForm
	case echo.MIMEMultipartForm:
		err = r.ParseMultipartForm(1 << 20) // larger parts go to temporary files
		if r.MultipartForm != nil {
			src.form, src.files = r.MultipartForm.Value, r.MultipartForm.File
		}
	case echo.MIMEApplicationJSON:
		err = json.UnmarshalRead(r.Body, into, json.RejectUnknownMembers(true))
	}
	return src, unreadable(err)
}

// pathValue undoes the escaping of one path parameter.
func pathValue(c echo.Context, i int) string {
	values := c.ParamValues()
	if i >= len(values) {
		return ""
	}
	if v, err := url.PathUnescape(values[i]); err == nil {
		return v
	}
	return values[i]
}

func unreadable(err error) error {
	if err == nil {
		return nil
	}
	if n, ok := tooLarge(err); ok {
		return fault.Wrap(fault.TooLarge, "fault.body.large", err).With("KB", n>>10)
	}
	return fault.Wrap(fault.Invalid, "fault.body.unreadable", err)
}

// complaintsBut leaves out fields that already have one.
func complaintsBut(had []fault.Field, into any) []fault.Field {
	var more []fault.Field
	for _, f := range check(into) {
		known := false
		for _, h := range had {
			known = known || h.Name == f.Name
		}
		if !known {
			more = append(more, f)
		}
	}
	return more
}
