package accounts

// Gate is what stands between a right password and the console. A session before
// a gate has no rights but to pass it.
type Gate string

// The gates, in the order in which they are met.
const (
	GateCode     Gate = "code"     // the second factor
	GateEnrol    Gate = "enrol"    // there is no second factor yet: set one up
	GatePassword Gate = "password" // the password has expired or somebody else knows it
	GateOpen     Gate = ""         // nothing: Open begins the session
)

// next is the gate before an account that has passed, or not, the second factor.
func (s *Service) next(a credentials, passed bool) Gate {
	switch {
	case s.SecondFactor() && !a.enrolled():
		return GateEnrol
	case s.SecondFactor() && !passed:
		return GateCode
	case s.expired(a):
		return GatePassword
	}
	return GateOpen
}
