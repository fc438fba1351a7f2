package audit

import "regexp"

// personal is what must not slip in with a reason typed by hand: resident identity
// numbers (GB 11643, 18 or 15 digits), mobile and fixed telephone numbers, mail addresses.
var personal = regexp.MustCompile(`\b\d{17}[\dXx]\b|\b\d{15}\b|\b(?:86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}\b|\b0\d{2,3}-\d{7,8}\b|[\w.+-]+@[\w-]+(?:\.[\w-]+)+`)

// mask replaces what looks like personal data.
func mask(text string) string { return personal.ReplaceAllLiteralString(text, "***") }
