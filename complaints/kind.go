package complaints

import "slices"

// Kind is what sort of matter a case is.
type Kind string

// The kinds.
const (
	Complaint    Kind = "complaint"    // 投诉: about a service or an office
	Report       Kind = "report"       // 举报: misconduct of a person; sealed
	Consultation Kind = "consultation" // 咨询
	Suggestion   Kind = "suggestion"   // 建议
	Request      Kind = "request"      // 求助
	Praise       Kind = "praise"       // 表扬
	BadRating    Kind = "bad_rating"   // 差评: opened by a rating of level 1 or 2
)

// Kinds lists every kind in the order of a form.
func Kinds() []Kind {
	return []Kind{Complaint, Report, Consultation, Suggestion, Request, Praise, BadRating}
}

// Known tells whether there is such a kind.
func (k Kind) Known() bool { return slices.Contains(Kinds(), k) }

// CalledBack tells whether a citizen must be asked whether the matter is solved
// before it may be closed.
func (k Kind) CalledBack() bool {
	return k == Complaint || k == Request || k == BadRating
}

// Urgency decides the limits together with the kind.
type Urgency string

// The urgencies.
const (
	Ordinary  Urgency = "ordinary"
	Complex   Urgency = "complex"   // needs several offices or an inquiry
	Utilities Urgency = "utilities" // water, power, gas, heating
	Urgent    Urgency = "urgent"    // danger to life or property
)

// Urgencies lists every urgency.
func Urgencies() []Urgency { return []Urgency{Ordinary, Complex, Utilities, Urgent} }

// Known tells whether there is such an urgency.
func (u Urgency) Known() bool { return slices.Contains(Urgencies(), u) }

// Identity is how far a citizen makes himself known.
type Identity string

// The identities.
const (
	Anonymous   Identity = "none"        // 匿名: nobody can be reached but through receipt and PIN
	Contactable Identity = "contactable" // 匿名可联系: contact in the vault only; the office sees none
	Named       Identity = "named"       // 实名
)

// Identities lists every identity, in the order they are explained.
func Identities() []Identity { return []Identity{Anonymous, Contactable, Named} }

// Channel is the way a case came in.
type Channel string

// The channels.
const (
	ByWeb    Channel = "web"
	ByCode   Channel = "code"   // the QR of a place
	ByKiosk  Channel = "kiosk"  //
	ByPhone  Channel = "phone"  // staff file for a caller,
	ByVisit  Channel = "visit"  // a visitor,
	ByLetter Channel = "letter" // a letter
	ByRating Channel = "rating" // opened by a bad rating
	ByImport Channel = "import" // taken over from another system
)

// Channels lists every channel.
func Channels() []Channel {
	return []Channel{ByWeb, ByCode, ByKiosk, ByPhone, ByVisit, ByLetter, ByRating, ByImport}
}

// Disposition is what an office did about a bad rating.
type Disposition string

// The dispositions of a bad rating.
const (
	FixNow    Disposition = "fix_now"    // 立行立改
	RectifyBy Disposition = "rectify_by" // 限期整改, with a day told to the citizen
	Explained Disposition = "explained"  // 解释说明: the demand has no legal ground
)

// Dispositions lists every disposition.
func Dispositions() []Disposition { return []Disposition{FixNow, RectifyBy, Explained} }

// Route is where a matter belongs that is not for the desk.
type Route string

// The routes out.
const (
	ToPetition   Route = "petition"   // 信访
	ToDiscipline Route = "discipline" // 纪检监察, where it is outside this city's reach
	ToLitigation Route = "litigation" // 诉讼、复议、仲裁
	ToEmergency  Route = "emergency"  // 110 119 120
	To12345      Route = "hotline"    // 12345
)

// Routes lists every route out.
func Routes() []Route {
	return []Route{ToPetition, ToDiscipline, ToLitigation, ToEmergency, To12345}
}

// Refusal is why a matter is not accepted.
type Refusal string

// The refusals.
const (
	AlreadyOpen  Refusal = "already_open"   // a petition, suit or review of the same matter runs
	NothingNew   Refusal = "nothing_new"    // the same matter was closed and no new facts are told
	NoSubstance  Refusal = "no_substance"   // cannot be understood even after asking
	BeyondDuty   Refusal = "beyond_duty"    // no office of the city may act on it
	AbuseRefused Refusal = "abuse_or_spam"  // abuse, advertising
	ByCitizen    Refusal = "citizen_agrees" // the citizen agreed that it need not be followed
)

// Refusals lists every refusal.
func Refusals() []Refusal {
	return []Refusal{AlreadyOpen, NothingNew, NoSubstance, BeyondDuty, AbuseRefused, ByCitizen}
}

// Exclusion is why a reviewer excludes a rating.
type Exclusion string

// The exclusions.
const (
	Mistaken   Exclusion = "mistaken"    // 误评: meant another office, or pressed the wrong level
	Malicious  Exclusion = "malicious"   // 恶意差评
	Duplicate  Exclusion = "duplicate"   // the same visit rated again
	NotAVisit  Exclusion = "not_a_visit" // nobody was served
	NotTheirs  Exclusion = "not_theirs"  // the office had no part in the service
	OtherCause Exclusion = "other"       // explained in words
)

// Exclusions lists every exclusion.
func Exclusions() []Exclusion {
	return []Exclusion{Mistaken, Malicious, Duplicate, NotAVisit, NotTheirs, OtherCause}
}
