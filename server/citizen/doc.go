// Package citizen owns the pages that need no account: rating at a window or
// kiosk, the thanks page with its receipt, what a code that is not open shows,
// the QR images, and the entrance.
//
// These pages are opened standing at a counter, on an old phone and a bad
// network. Each is one answer below 14 KB (it fits the first flight of a TCP
// connection, ten segments, RFC 6928), carries its own style sheet and works
// without a script. The rating page is rendered once per version, variant,
// language and size, and cut into pieces; a request only fills in the place and
// a fresh submission id and touches no database.
package citizen
