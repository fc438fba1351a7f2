// Package api is the public JSON interface, version 1, under /api/v1. Anybody
// may read what is public; an API key (Authorization: Bearer) adds what its role
// may see. It describes itself at /api/v1/openapi.json, and a test keeps the
// description and the routes together.
//
// Refusals are application/problem+json; a parameter that is unknown, repeated
// or has a value that does not exist is a 422 that names it.
package api
