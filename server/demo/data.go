package demo

import (
	"time"

	"minping/complaints/workday"
)

// None stands where an index points nowhere (a window without a division).
const None = -1

// Data is one invented city. Indexes in it (Window.Office, Duty.Person, …) are
// positions in its slices. A zero date
// is an open end.
type Data struct {
	Name, NameEN string
	From, Today  workday.Day // first and last day that can hold ratings
	Offices      []Office
	Divisions    []Division
	Halls        []Hall
	Windows      []Window
	Staff        []Person
	Duties       []Duty
	Tenures      []Tenure
	Events       []Event
	Attacks      []Attack // planted

	// The windows and offices the story is about.
	Scandal, Reform, Small int // offices
	Padded, Silent         int // windows
	NewHall                int // hall

	seed  uint64
	now   time.Time
	days  []day
	plans []plan  // one for each window
	crowd float64 // times the people of the city; 0: once
}

// Office is a 机关 with its brand 机关品牌.
type Office struct {
	Code, Name, NameEN string
	Type, District     string
	Brand, Promise     string
	Since              workday.Day // first day of the brand
}

// Division is a 处室 of an office.
type Division struct {
	Code, Name, NameEN string
	Office             int
}

// Hall is a 大厅. Opened is zero for a hall older than the ratings.
type Hall struct {
	Code, Name, NameEN string
	District, Address  string
	Opened             workday.Day
	Saturday           bool // serves on Saturday mornings
}

// Window is a 服务窗口. DeskCode is the public code of the poster on its desk;
// Division is None at windows that serve all divisions.
type Window struct {
	Code, Number, Name, NameEN string
	DeskCode                   string
	Office, Division, Hall     int
	Opened                     workday.Day
}

// Person is a member of staff. Division is None for those of no division.
type Person struct {
	Number, Name     string
	Office, Division int
	Joined, Left     workday.Day
}

// Duty says who sat at a window, both days included.
type Duty struct {
	Person, Window int
	From, To       workday.Day
}

// Tenure says who led a division, both days included.
type Tenure struct {
	Division, Person int
	From, To         workday.Day
}

// Event is something that happened and explains the numbers.
// Office is None where it concerns a hall or the whole city.
type Event struct {
	On             workday.Day
	Office         int
	Kind           string // incident, remedy, reform, hall, brand, outage, season, integrity
	TextZH, TextEN string
}

// Rating is one answer of one citizen. Standing is suspect where Signals has
// an entry, else clear. Device 0 means that the channel leaves no trace.
type Rating struct {
	Submission [16]byte // a UUID, the idempotency key
	Window     int
	Visited    workday.Day // civil day in China
	Received   time.Time   // instant
	Channel    string
	Stratum    string
	Level      int
	Tags       []int16
	Answers    []Answer
	Comment    string
	Elder      bool
	Seconds    int
	Device     uint32
	Signals    []string
	Standing   string
	Planted    string // kind of the attack it belongs to; known here alone, stored nowhere
}

// Answer is one sub-question answered: ease, time, fair, clear, people on 1–5,
// trust on 0–10.
type Answer struct {
	Key   string
	Value int
}
