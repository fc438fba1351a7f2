package surveys

import (
	"time"

	"github.com/google/uuid"

	"minping/complaints/workday"
)

// Channel is the way a rating came in.
type Channel string

// The channels. Import marks ratings taken over from another system.
const (
	ChannelDesk   Channel = "desk"
	ChannelExit   Channel = "exit"
	ChannelTicket Channel = "ticket"
	ChannelKiosk  Channel = "kiosk"
	ChannelSMS    Channel = "sms"
	ChannelWeb    Channel = "web"
	ChannelImport Channel = "import"
)

// Channels lists those a survey can be published over, in the order of a form.
func Channels() []Channel {
	return []Channel{ChannelDesk, ChannelExit, ChannelTicket, ChannelKiosk, ChannelSMS, ChannelWeb}
}

// Stratum is the group a rater speaks for: 群众, 社会, 基层, 专家.
type Stratum string

// The strata. Unstated is what a rater who did not choose gets: it is never guessed.
const (
	StratumPublic     Stratum = "public"
	StratumSociety    Stratum = "society"
	StratumGrassroots Stratum = "grassroots"
	StratumExpert     Stratum = "expert"
	StratumUnstated   Stratum = "unstated"
)

// Standing says how a rating counts.
type Standing string

// The standings. Suspect ratings wait for a person's decision and count in the
// gross totals; quarantined ones are shown apart.
const (
	StandingClear       Standing = "clear"
	StandingSuspect     Standing = "suspect"
	StandingQuarantined Standing = "quarantined"
)

// Signals that make a rating suspect.
const (
	SignalHoneypot = "honeypot" // a field that no person sees was filled in
	SignalHasty    = "hasty"    // sent too soon after the form being printed
	SignalRepeat   = "repeat"   // the same device rated the same unit a moment before
)

// Parents are the units above a rated unit; 0 where there is none.
type Parents struct {
	Window, Division, Office, Hall int64
}

// Answer is one value given to one question.
type Answer struct {
	Question int
	Value    int
}

// Rating is one citizen's judgement as it is stored. Level is 1–5, Tags are
// codes of the national set, Answers and Texts belong to further questions.
type Rating struct {
	SubmissionID uuid.UUID
	Form         uuid.UUID // tickets: the form's own submission id; SubmissionID is the ticket's
	Receipt      string
	VisitedOn    workday.Day
	ReceivedAt   time.Time
	Unit         int64
	Parents      Parents
	Version      int
	Channel      Channel
	Stratum      Stratum
	Level        int
	Tags         []int
	Answers      []Answer
	Texts        map[int]string
	Service      string // code of the service item 事项, where the source tells it
	Comment      string
	Language     string
	Elder        bool
	Seconds      int // -1: not known
	Device       []byte
	Signals      []string
}

// Standing a rating starts with, from its signals.
func (r Rating) Standing() Standing {
	if len(r.Signals) > 0 {
		return StandingSuspect
	}
	return StandingClear
}

// Bad tells whether the rating is a 差评, which must be answered (levels 1 and 2).
func (r Rating) Bad() bool { return r.Level <= 2 }
