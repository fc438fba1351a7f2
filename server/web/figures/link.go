package figures

import (
	"maps"
	"net/url"
	"slices"
)

// Link is the address of a page with its state in the query, from which the
// addresses of neighbouring states are made. It is never changed, only copied.
type Link struct {
	Path  string
	Query url.Values
}

// With is the address with one parameter set; an empty value takes it away.
// Paging starts anew, since the list is another one.
func (l Link) With(name, value string) string { return l.Set(name, value).String() }

// Set is the link with one parameter set.
func (l Link) Set(name, value string) Link {
	q := maps.Clone(l.Query)
	if q == nil {
		q = url.Values{}
	}
	if name != "page" && name != "after" {
		q.Del("page")
		q.Del("after")
	}
	q.Set(name, value)
	if value == "" {
		q.Del(name)
	}
	return Link{l.Path, q}
}

// Without drops parameters.
func (l Link) Without(names ...string) Link {
	q := maps.Clone(l.Query)
	for _, n := range names {
		q.Del(n)
	}
	return Link{l.Path, q}
}

// Kept lists the parameters for a form's hidden fields.
func (l Link) Kept() []Kept {
	var kept []Kept
	for _, name := range slices.Sorted(maps.Keys(l.Query)) {
		for _, v := range l.Query[name] {
			if v != "" {
				kept = append(kept, Kept{name, v})
			}
		}
	}
	return kept
}

// String is the address.
func (l Link) String() string {
	if len(l.Query) == 0 {
		return l.Path
	}
	return l.Path + "?" + l.Query.Encode()
}
