// Package web is the HTTP edge that every audience shares: the middleware
// chain, sessions of staff, binding of input, rendering of pages, and the one
// place where an error becomes a status.
//
// A handler binds a request (Bind), calls one service and renders a page struct
// that embeds Page (Site.Render) or redirects. It returns every error; the
// error handler answers with an HTML page or application/problem+json.
// Citizen routes carry no session; sessions live under /console only.
package web
