package console

import (
	"net/http"

	"minping/internal/fault"
	"minping/server/web"
)

// refused tells whether a form may be shown again with what was typed: the input
// broke a rule, or somebody else was first. Every other error has its own page.
func refused(err error) bool {
	kind := fault.KindOf(err)
	return kind == fault.Invalid || kind == fault.Conflict || kind == fault.TooLarge
}

func statusFor(err error) int {
	switch fault.KindOf(err) {
	case fault.Conflict:
		return http.StatusConflict
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusUnprocessableEntity
}

// complain puts an error on a page: by its fields, or for the form as a whole.
func complain(p *web.Page, err error) (failure string) {
	p.Errors = web.Fields(err, *p)
	if len(p.Errors) == 0 {
		return web.Message(err, *p)
	}
	return ""
}
