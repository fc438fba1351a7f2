package offices

// Kind says what sort of place a unit is.
type Kind string

// The kinds of units, as in units_kind_check.
const (
	City     Kind = "city"
	Office   Kind = "office"
	Division Kind = "division"
	Hall     Kind = "hall"
	Window   Kind = "window"
)

// Valid tells whether k is one of the kinds.
func (k Kind) Valid() bool { return k.MessageKey() != "" }

// MessageKey is the message that names the kind to the user; "" for no kind.
func (k Kind) MessageKey() string {
	switch k {
	case City:
		return "offices.kind.city"
	case Office:
		return "offices.kind.office"
	case Division:
		return "offices.kind.division"
	case Hall:
		return "offices.kind.hall"
	case Window:
		return "offices.kind.window"
	}
	return ""
}
