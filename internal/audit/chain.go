package audit

import (
	"bytes"
	"fmt"
	"time"
)

// Why says what is wrong with a link of the chain.
type Why string

// What may be wrong.
const (
	Altered    Why = "altered"    // the entry does not have its digest: something in it was changed
	Unlinked   Why = "unlinked"   // it does not refer to the entry before it
	Unanchored Why = "unanchored" // the first of a day does not refer to the last of the day before
	Missing    Why = "missing"    // this number is not there, later ones are
	Truncated  Why = "truncated"  // the day goes on, by its head or by one that was kept, but not in the table
	Headless   Why = "headless"   // the day's head is missing or is not that of its last entry
	Rewritten  Why = "rewritten"  // the entry has another digest than the head that was kept
	Leftover   Why = "leftover"   // it belongs to an archive that is said to be removed
	Disjoint   Why = "disjoint"   // the archive does not begin where the one before it ends
)

// Link names a place in the chain and what is wrong there.
type Link struct {
	Day time.Time // midnight UTC
	Seq int
	Why Why
}

// Error lets a broken link be an error.
func (l *Link) Error() string {
	return fmt.Sprintf("audit chain broken at %s number %d: %s", l.Day.Format(time.DateOnly), l.Seq, l.Why)
}

// chain is followed entry by entry, from a head that is trusted.
type chain struct {
	at      Head
	entries int64
	days    int
}

// follow takes the next entry, or gives a *Link that says why it cannot be the next.
func (c *chain) follow(s Stored) error {
	seq, why := c.at.Seq+1, Unlinked
	if c.at.Seq == 0 || s.Day.After(c.at.Day) {
		seq, why = 1, Unanchored
		c.days++
	}
	switch digest, err := s.digest(); {
	case s.Seq > seq:
		return &Link{s.Day, seq, Missing}
	case s.Seq < seq:
		return &Link{s.Day, s.Seq, Unlinked}
	case err != nil || !bytes.Equal(digest, s.Digest):
		return &Link{s.Day, s.Seq, Altered}
	case !bytes.Equal(s.Prev, c.at.Digest):
		return &Link{s.Day, s.Seq, why}
	}
	c.at = Head{Day: s.Day, Seq: s.Seq, Digest: s.Digest}
	c.entries++
	return nil
}
