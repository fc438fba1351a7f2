package web

import (
	"context"
	"html/template"
	"strings"

	"github.com/labstack/echo/v4"

	"minping/internal/actor"
	"minping/static"
)

// Page is what every page knows; page structs embed it.
type Page struct {
	Lang    string
	Title   string
	Path    string // address of this page with its query, for "come back here"
	CSRF    string // console only
	User    *User  // nil: a citizen
	Flash   []Flash
	Elder   bool
	Demo    bool
	BaseURL string
	Nav     []NavItem
	Bell    Bell
	Crumbs  []Crumb
	Errors  map[string]string // field name → message, from Fields
	site    *Site
}

// User is who is signed in, as the page's head shows it.
type User struct {
	Account int64
	Name    string
}

// Bell leads to one's own reminders; without Href there is none. Count is how many are
// not read.
type Bell struct {
	Href  string
	Count int
	More  bool // than Count
}

// SetBell says what the bell of the console shows; call it before serving.
func (s *Site) SetBell(f func(context.Context, actor.Actor) Bell) { s.bell = f }

// Flash is a message shown once. Kind is "ok", "warn" or "bad".
type Flash struct{ Kind, Text string }

// Crumb is one step of the way to this page; the last has no Href.
type Crumb struct{ Text, Href string }

// NavItem is one entry of the console's navigation; Group stands on the first of its group.
type NavItem struct {
	Group, Text, Href string
	Current           bool
}

// NavGroup is a titled group of the console's navigation.
type NavGroup struct {
	Key     string
	Entries []NavEntry
}

// NavEntry is shown to actors who hold one of Need anywhere; no Need: to everybody.
type NavEntry struct {
	Key, Href string
	Need      []actor.Permission
}

// SetNav sets the console's navigation; call it before serving.
func (s *Site) SetNav(groups ...NavGroup) { s.nav = groups }

// Page prepares the common part of a page. It takes the flash messages, so call
// it once and only for a page that will be shown.
func (s *Site) Page(c echo.Context, titleKey string, args ...any) Page {
	p := Page{
		Lang: Language(c), Path: c.Request().URL.RequestURI(), Elder: Elder(c),
		Demo: s.cfg.Demo, BaseURL: s.cfg.BaseURL, site: s,
	}
	if titleKey != "" {
		p.Title = p.T(titleKey, args...)
	}
	if !hasSession(c) {
		return p
	}
	p.CSRF = s.token(c)
	p.Flash = s.takeFlash(c, p)
	if a, ok := signedIn(c); ok {
		p.User = &User{Account: a.Account, Name: a.Name}
		p.Nav = s.navFor(a, p)
		if s.bell != nil {
			p.Bell = s.bell(c.Request().Context(), a)
		}
	}
	return p
}

func (s *Site) navFor(a actor.Actor, p Page) []NavItem {
	var items []NavItem
	current := -1
	path, _, _ := strings.Cut(p.Path, "?")
	for _, g := range s.nav {
		group := p.T(g.Key)
		for _, e := range g.Entries {
			if !e.open(a) {
				continue
			}
			if within(path, e.Href) && (current < 0 || len(e.Href) > len(items[current].Href)) {
				current = len(items)
			}
			items = append(items, NavItem{Group: group, Text: p.T(e.Key), Href: e.Href})
			group = ""
		}
	}
	if current >= 0 {
		items[current].Current = true
	}
	return items
}

func (e NavEntry) open(a actor.Actor) bool { return len(e.Need) == 0 || Holds(a, e.Need...) }

// within tells whether path is the entry's page or one below it.
func within(path, href string) bool {
	rest, ok := strings.CutPrefix(path, href)
	return ok && (rest == "" || rest[0] == '/')
}

// T is the text of a key in the page's language.
func (p Page) T(key string, args ...any) string { return p.site.cfg.Texts.Text(p.Lang, key, args...) }

// Known tells whether there is a text for a key that was put together.
func (p Page) Known(key string) bool { return p.site.cfg.Texts.Has(key) }

// Static is the address of a style sheet, script or image.
func (p Page) Static(name string) string { return static.Path(name) }

// FieldError is the complaint about one field, for the partial "field-error".
type FieldError struct{ ID, Text string }

// Err finds the complaint about a field; its Text is empty where there is none.
func (p Page) Err(field string) FieldError {
	return FieldError{ID: errorID(field), Text: p.Errors[field]}
}

// Invalid marks an input as wrong and ties it to its message; it gives nothing
// for a field without complaint.
func (p Page) Invalid(field string) template.HTMLAttr {
	if p.Errors[field] == "" {
		return ""
	}
	return template.HTMLAttr(`aria-invalid="true" aria-describedby="` + template.HTMLEscapeString(errorID(field)) + `"`)
}

func errorID(field string) string {
	return strings.NewReplacer(".", "-", "[", "-", "]", "").Replace(field) + "-error"
}
