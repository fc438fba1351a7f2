package detect

// Kind names a detector.
type Kind string

// The detectors, in the order in which pages list them.
const (
	Served   Kind = "served"   // more ratings than services
	Device   Kind = "device"   // one device again and again, or over many windows
	Network  Kind = "network"  // sent from a staff network
	Burst    Kind = "burst"    // clumps in time
	Closed   Kind = "closed"   // at the desk while it was closed
	Hasty    Kind = "hasty"    // sent sooner than a form can be read
	Text     Kind = "text"     // the same words
	Tags     Kind = "tags"     // the same reasons
	Collapse Kind = "collapse" // levels suddenly all alike
	Modes    Kind = "modes"    // far better in sight of the desk than out of it
	Step     Kind = "step"     // a jump at the day of a ranking
)

// Kinds lists all detectors.
func Kinds() []Kind {
	return []Kind{Served, Device, Network, Burst, Closed, Hasty, Text, Tags, Collapse, Modes, Step}
}

// Direct tells whether a detector names the very ratings that it doubts; the others
// say of a window and a time that something is wrong, and honest ratings lie among theirs.
func (k Kind) Direct() bool {
	switch k {
	case Served, Collapse, Modes, Step:
		return false
	}
	return true
}

// Mode is where the rater stood.
type Mode int8

// The modes: in sight of the desk, away from it, or taken over from another system.
const (
	InSight Mode = iota
	Away
	Elsewhere
)

// Rating is what detectors need of a rating; 48 bytes, for a city has half a million a week.
type Rating struct {
	ID      int64
	At      int64  // received, Unix seconds
	Device  uint64 // of its pseudonym; 0: none
	Tags    uint64 // of level and reasons, where there are two or more; 0: none
	Window  int32  // in Week.Windows
	Text    int32  // in Week.Texts; -1: none
	Day     int16  // of the visit, from the week's first
	Seconds int16  // -1: not known
	Level   int8
	Mode    Mode
	Hall    bool // given in the hall: desk, kiosk, exit
	Network bool // came from a staff network
}

// Window is a window as it stood then.
type Window struct {
	ID, Office int64
	Served     []int  // by day of the week; -1: not told
	Past       []Past // days before the week on which it was rated
}

// Past is what a window was rated on a day before, in sight of the desk and away.
type Past struct {
	Ago    int // days before the week's first
	Levels [2][5]int
}

func (p Past) n() (n int) {
	for _, mode := range p.Levels {
		for _, k := range mode {
			n += k
		}
	}
	return n
}

// Week is a week, or as much of it as has passed, with what came before.
type Week struct {
	Start    int64    // Unix seconds of its first midnight
	Days     int      // 1–7
	Hours    [][2]int // by day: seconds of the day between which halls serve; equal: closed
	Ranked   []int    // days of rankings, counted from the week's first (negative: before)
	Windows  []Window
	Ratings  []Rating
	Texts    []string
	byWindow [][]int32 // places in Ratings, by time
}

// Rules are what a city may set.
type Rules struct {
	Alarm float64 // probability of a false alarm of one detector in one look at a whole city
	Hasty int     // seconds below which nobody reads a form
}

// Finding is something that chance does not explain.
type Finding struct {
	Kind     Kind
	Window   int32 // in Week.Windows; -1: several of one office
	Office   int64
	First    int16 // days of the week
	Last     int16
	Key      int64   // the id of its first rating: the same finding has the same key in every look
	Seen     float64 // what was counted
	Expected float64 // what was to be expected
	Of       int     // among how many
	Minutes  int     // burst: its length; device: 0
	Windows  int     // device, text: over how many windows
	LogP     float64 // log10 of the p-value, corrected for everything looked at; at most 0
	Ratings  []int32 // places in Week.Ratings, by time
}

// Strength is −log10 of the corrected p-value: 2 is one false alarm in a hundred
// looks at a whole city, and every further point is ten times rarer.
func (f Finding) Strength() float64 { return min(-f.LogP, 300) }
