// Package fault is the one error vocabulary that domains speak and edges translate.
// A Fault has a kind (what the caller may do about it) and a message key that
// internal/i18n turns into the user's language; every other error is internal:
// logged, never shown.
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Kind says what sort of refusal a fault is; the web edge maps it to a status.
type Kind int

// The kinds of refusal. Internal is never constructed: it is what any error that is not a Fault counts as.
const (
	Internal     Kind = iota
	Invalid           // the input breaks a rule; Fields says where (422)
	NotFound          // no such thing, or outside the caller's scope (404)
	Conflict          // somebody else was first, or the state does not allow it (409)
	Forbidden         // the caller may not do this at all (403)
	Unauthorized      // nobody is signed in, or the key is wrong (401)
	Gone              // it existed and was withdrawn (410)
	Busy              // overload; retry after RetryAfter (503)
	TooMany           // this caller asks too often; retry after RetryAfter (429)
	TooLarge          // the body is over the limit (413)
)

// Field is one complaint about one input field.
type Field struct {
	Name string         // form or column name
	Key  string         // message key
	Args map[string]any // values for the message
}

// Fault is a refusal that may be shown to the user.
type Fault struct {
	Kind       Kind
	Key        string // message key, e.g. "fault.rating.closed"
	Args       map[string]any
	Fields     []Field
	RetryAfter time.Duration
	cause      error
}

// New makes a fault of a kind with a message key.
func New(kind Kind, key string) *Fault { return &Fault{Kind: kind, Key: key} }

// Wrap makes a fault that remembers its cause for the log.
func Wrap(kind Kind, key string, cause error) *Fault {
	return &Fault{Kind: kind, Key: key, cause: cause}
}

// Fielded makes an Invalid fault from field complaints.
func Fielded(fields ...Field) *Fault {
	return &Fault{Kind: Invalid, Key: "fault.invalid", Fields: fields}
}

// With adds a value for the message and returns the same fault.
func (f *Fault) With(name string, value any) *Fault {
	if f.Args == nil {
		f.Args = map[string]any{}
	}
	f.Args[name] = value
	return f
}

// Error is for logs; users see the translated Key.
func (f *Fault) Error() string {
	if f.cause != nil {
		return fmt.Sprintf("%s: %v", f.Key, f.cause)
	}
	if len(f.Fields) > 0 {
		return fmt.Sprintf("%s (%s: %s)", f.Key, f.Fields[0].Name, f.Fields[0].Key)
	}
	return f.Key
}

// Unwrap gives the cause.
func (f *Fault) Unwrap() error { return f.cause }

// KindOf tells the kind of any error; Internal where it is not a Fault.
func KindOf(err error) Kind {
	var f *Fault
	if errors.As(err, &f) {
		return f.Kind
	}
	return Internal
}

// As finds the Fault in an error chain.
func As(err error) (*Fault, bool) {
	var f *Fault
	ok := errors.As(err, &f)
	return f, ok
}
