package alike

// Sketch is what is kept of a message to compare it with others.
type Sketch struct {
	Vector
	Places    []string
	Districts []string
}

// What places change in how alike two messages are. Chosen on one half of the
// messages that were grouped by hand; the figures are of the other half.
const (
	otherDistrict = 0.5 // both name a district, and none is the same: the words count half
	otherPlace    = 0.6 // both name places, and none is the same
	thatPlace     = 0.1 // both name the same place
)

// Similar is the likeness by words from which on an earlier case is worth showing.
const Similar = 0.12

// Together is the likeness from which on two messages are about the same thing;
// Double the one from which on they may say the same. Both only propose.
const (
	Together = 0.40
	Double   = 0.55
)

// Likeness is how much two messages are about the same thing at the same place, 0
// to 1: the cosine of their words, changed by what they say of the place.
func Likeness(a, b Sketch) float64 {
	l := Cosine(a.Vector, b.Vector)
	if l == 0 {
		return 0
	}
	if len(a.Districts) > 0 && len(b.Districts) > 0 && !sameDistrict(a.Districts, b.Districts) {
		l *= otherDistrict
	}
	if len(a.Places) > 0 && len(b.Places) > 0 {
		if samePlace(a.Places, b.Places) {
			l += thatPlace
		} else {
			l *= otherPlace
		}
	}
	return min(1, l)
}
