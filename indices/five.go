package indices

// The five indices, and the readings that stand beside them. Every Profile has a
// reading for each of these that can be taken at its level, in this order; one that
// nobody answered has the state none.
const (
	KeySatisfaction = "satisfaction"       // 满意度: the walk-in ratings, 0–100
	KeyACSI         = "satisfaction.panel" // 满意度 (panel): (S+E+P−3)/27×100, never mixed with the walk-in figure
	KeyAwareness    = "awareness"          // 知名度: aware ÷ asked × 100, of citizens asked about an office they had not come for
	KeyUnprompted   = "awareness.first"    // 未提示提及率: named first ÷ asked × 100
	KeyReputation   = "reputation"         // 美誉度: favourable ÷ aware with an opinion × 100
	KeyTrust        = "trust"              // 信任度: share who answer TrustFrom or more × 100
	KeyTrustMean    = "trust.mean"         // mean of the answers 0–10, × 10
	KeyLoyalty      = "loyalty"            // 忠诚度: mean of the three items, rescaled to 0–100
	KeyLoyaltyNet   = "loyalty.net"        // share who answer 9–10 less the share who answer 0–6, −100…100
)

// FiveKeys are the five indices.
func FiveKeys() []string {
	return []string{KeySatisfaction, KeyAwareness, KeyReputation, KeyTrust, KeyLoyalty}
}

// The sources of a reading. Figures of different sources are never added up unless the
// source says so.
const (
	FromRatings = "ratings" // those who were served, at the window
	FromProbes  = "probes"  // those who were served elsewhere, asked after their rating
	FromPanel   = "panel"   // members of the citizens' panel, weighted to known margins
)

// Reading is one index of one unit. In the states none and suppressed everything but
// State, Below and Source is blank.
type Reading struct {
	Key      string
	Figure   *Figure // 0–100; loyalty.net −100…100
	N        int64   // answers counted
	NEff     float64 // effective number of answers (Kish)
	Deff     float64 // design effect, 1: unweighted
	Response *Figure // share of those asked who answered; nil where it is not known
	State    State
	Below    int64  // fewer answers are suppressed
	Source   string // how it was asked
}

// Shown tells whether there is a figure to show.
func (r Reading) Shown() bool { return r.State == Insufficient || r.State == OK }

// Profile is all that is known of a unit's five indices in a period.
//
// An index that several sources measured has a reading for each, the one with the larger
// effective number first; At gives that one.
type Profile struct {
	Unit     Unit
	Period   Period
	Readings []Reading
	Formula  string // methodology version
}

// At gives the first reading of a key; one with the state none where there is none.
func (p Profile) At(key string) Reading {
	for _, r := range p.Readings {
		if r.Key == key {
			return r
		}
	}
	return Reading{Key: key, State: None}
}
