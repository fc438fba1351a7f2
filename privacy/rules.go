package privacy

import "time"

// Rule says how long one kind of thing is kept and what happens then. Counts and
// ratings themselves are in no rule: they stay.
type Rule struct {
	Kind string // its name in texts, in the chain and on the command line
	Days int    // from the moment that From names
	From string // what the days are counted from: left, rated, ended, asked …
	Then string // erased, removed, cut
}

// rules is the whole of it; /privacy, docs/privacy/retention.md and `retention`
// are made from this table.
var rules = []Rule{
	{"contact", 180, "left", "erased"},       // a callback and its review are done by then
	{"case_contact", 180, "ended", "erased"}, // of a case that is over
	{"file", 1095, "closed", "erased"},       // photos and documents of cases that ended
	{"notice", 180, "made", "removed"},       // staff: that they were reminded of a case
	{"orphan", 1, "stored", "erased"},        // a record of the vault that nothing refers to
	{"sms", 1, "made", "erased"},             // number and text of a message that a crash left
	{"message", 180, "made", "removed"},      // that a message went out: network logs, 网络安全法 art. 21
	{"proof", 1, "asked", "removed"},         // codes by SMS
	{"request", 1095, "answered", "cut"},     // the register of requests loses its link to the rating
	{"device", 28, "rated", "cut"},           // pseudonym of the browser beside a rating
	{"signin", 180, "signed_in", "removed"},  // staff: attempts to sign in, with their source
	{"session", 180, "ended", "removed"},     // staff: sessions that ended
	{"browser", 365, "seen", "removed"},      // staff: browsers known to an account
}

// Rules gives the table.
func Rules() []Rule { return append([]Rule(nil), rules...) }

// Before is the moment up to which a rule's time is over.
func (r Rule) Before(now time.Time) time.Time { return now.AddDate(0, 0, -r.Days) }

// RuleOf finds a rule by its kind.
func RuleOf(kind string) (Rule, bool) {
	for _, r := range rules {
		if r.Kind == kind {
			return r, true
		}
	}
	return Rule{}, false
}
