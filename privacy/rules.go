package privacy

import "time"

// Rule says how long one kind of thing is kept and what happens then. Counts and
// ratings themselves are in no rule: they stay.
type Rule struct {
	Kind string // its name in texts, in the chain and on the command line
	Days int    // from the moment that From names
	From string // what the days are counted from: left, rated, ended, asked …
	Then string // erased, removed, cut

	least, most int    // within which it may be set
	floor       string // text that says why not less
}

// Texts of why something is kept no shorter. Six months have up to 184 days, three years up to 1096.
const (
	networkLog = "settings.floor.network_log" // 网络安全法 art. 21
	processing = "settings.floor.processing"  // 个人信息保护法 art. 56
)

// rules is the whole of it with the days that hold where nothing else is set; /privacy,
// docs/privacy/retention.md, `retention` and the settings are made from this table.
var rules = []Rule{
	{"contact", 180, "left", "erased", 60, 365, ""},                // a callback and its review are done by then
	{"case_contact", 180, "ended", "erased", 60, 365, ""},          // of a case that is over
	{"file", 1096, "closed", "erased", 180, 3660, ""},              // photos and documents of cases that ended
	{"notice", 184, "made", "removed", 60, 1096, ""},               // staff: that they were reminded of a case
	{"orphan", 1, "stored", "erased", 1, 30, ""},                   // a record of the vault that nothing refers to
	{"sms", 1, "made", "erased", 1, 7, ""},                         // number and text of a message that a crash left
	{"message", 184, "made", "removed", 184, 1096, networkLog},     // that a message went out
	{"proof", 1, "asked", "removed", 1, 7, ""},                     // codes by SMS
	{"request", 1096, "answered", "cut", 1096, 3660, processing},   // the register of requests loses its link to the rating
	{"device", 28, "rated", "cut", 14, 90, ""},                     // pseudonym of the browser beside a rating
	{"signin", 184, "signed_in", "removed", 184, 1096, networkLog}, // staff: attempts to sign in, with their source
	{"session", 184, "ended", "removed", 184, 1096, networkLog},    // staff: sessions that ended
	{"browser", 365, "seen", "removed", 30, 731, ""},               // staff: browsers known to an account
}

// Rules gives the table as it is where nothing else is set.
func Rules() []Rule { return append([]Rule(nil), rules...) }

// Before is the moment up to which a rule's time is over.
func (r Rule) Before(now time.Time) time.Time { return now.AddDate(0, 0, -r.Days) }
