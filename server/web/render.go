package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"
)

//go:embed pages
var shellFiles embed.FS

// page is one parsed page with the layout it stands in.
type page struct {
	layout string
	set    *template.Template
}

var layoutComment = regexp.MustCompile(`^\{\{/\* layout: (console|public|bare) \*/\}\}`)

func (s *Site) parseShared() error {
	shared, err := template.New("shared").ParseFS(shellFiles, "pages/*.html")
	if err != nil {
		return fmt.Errorf("shell templates: %w", err)
	}
	s.shared = shared
	return s.Parse(shellFiles, "pages/errors")
}

// Parse adds the pages of an audience: every *.html of dir, known by its file
// name without .html. A file whose name begins with "_" holds partials for the
// pages of that directory. Call it before serving.
func (s *Site) Parse(files fs.FS, dir string) error {
	names, err := fs.Glob(files, path.Join(dir, "*.html"))
	if err != nil {
		return fmt.Errorf("pages in %s: %w", dir, err)
	}
	if len(names) == 0 {
		return fmt.Errorf("pages in %s: none found", dir)
	}
	base, err := s.shared.Clone()
	if err != nil {
		return fmt.Errorf("pages in %s: %w", dir, err)
	}
	for _, name := range names {
		if strings.HasPrefix(path.Base(name), "_") {
			if base, err = base.ParseFS(files, name); err != nil {
				return fmt.Errorf("partials %s: %w", name, err)
			}
		}
	}
	for _, name := range names {
		if strings.HasPrefix(path.Base(name), "_") {
			continue
		}
		if err := s.parsePage(base, files, name); err != nil {
			return err
		}
	}
	return nil
}

func (s *Site) parsePage(base *template.Template, files fs.FS, name string) error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	layout := layoutComment.FindSubmatch(text)
	if layout == nil {
		return fmt.Errorf("page %s: its first line does not name a layout", name)
	}
	short := strings.TrimSuffix(path.Base(name), ".html")
	if _, taken := s.pages[short]; taken {
		return fmt.Errorf("page %s: another page has that name", name)
	}
	set, err := template.New(short).Parse(string(text))
	if err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	if err := borrow(set, base, string(layout[1])); err != nil {
		return fmt.Errorf("page %s: %w", name, err)
	}
	s.pages[short] = page{layout: string(layout[1]), set: set}
	return nil
}

// Template gives a page's template for type checks (webtest); nil if unknown.
func (s *Site) Template(name string) *template.Template {
	p, ok := s.pages[name]
	if !ok {
		return nil
	}
	return p.set.Lookup(p.layout)
}

// PageNames lists the parsed pages, for the same checks.
func (s *Site) PageNames() []string {
	names := make([]string, 0, len(s.pages))
	for name := range s.pages {
		names = append(names, name)
	}
	return names
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Render answers with a page. The page is written whole or not at all: a
// template that fails gives an error page, not half a page.
func (s *Site) Render(c echo.Context, status int, name string, data any) error {
	p, ok := s.pages[name]
	if !ok {
		return fmt.Errorf("render: no page %q", name)
	}
	b := buffers.Get().(*bytes.Buffer)
	b.Reset()
	defer buffers.Put(b)
	if err := p.set.ExecuteTemplate(b, p.layout, data); err != nil {
		return fmt.Errorf("render %s: %w", name, err)
	}
	c.Response().Header().Set(echo.HeaderContentLength, strconv.Itoa(b.Len()))
	if c.Request().Method == http.MethodHead {
		c.Response().Header().Set(echo.HeaderContentType, echo.MIMETextHTMLCharsetUTF8)
		return c.NoContent(status)
	}
	return c.HTMLBlob(status, b.Bytes())
}
