package complaints

import (
	"crypto/hmac"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"github.com/emmansun/gmsm/sm3"
	"github.com/google/uuid"
)

// pinDigits is short enough to be written down; the growing delay makes up for it.
const pinDigits = 6

// pinAgain is how long a repeat of a submission is told the PIN again: who presses
// twice, or whose answer was lost on the way, has not seen it yet.
const pinAgain = 10 * time.Minute

// pinFor makes the PIN of a submission. The submission's number was printed into
// one form and is known to its browser alone; with the key, which the database
// does not have, it gives the same PIN again, so none needs to be stored.
func (s *Service) pinFor(submission uuid.UUID) string {
	mac := hmac.New(sm3.New, s.cfg.PINKey)
	mac.Write([]byte("pin of a submission"))
	mac.Write(submission[:])
	return fmt.Sprintf("%0*d", pinDigits, binary.BigEndian.Uint64(mac.Sum(nil))%1_000_000)
}

// repeated says of a submission that was filed before what its sender may hear:
// the receipt, and for some minutes the PIN. A kiosk's next visitor hears none.
func (s *Service) repeated(known knownFiling, submission uuid.UUID) Filed {
	filed := Filed{ID: known.ID, Receipt: known.Receipt, DueAt: known.DueAt, Repeat: true}
	pin := s.pinFor(submission)
	if known.Channel != ByKiosk && s.now().Sub(known.ReceivedAt) < pinAgain && hmac.Equal(s.digest(known.Salt, pin), known.Digest) {
		filed.PIN = pin
	}
	return filed
}

// plainDigits takes a PIN as people write it: spaces and full-width digits.
func plainDigits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == ' ' || r == '\u3000' || r == '-':
			return -1
		}
		return r
	}, s)
}

// digest of a PIN: keyed, so that a copy of the database alone does not give the
// million PINs away, and salted, so that equal PINs do not look equal.
func (s *Service) digest(salt []byte, pin string) []byte {
	mac := hmac.New(sm3.New, s.cfg.PINKey)
	mac.Write(salt)
	mac.Write([]byte(pin))
	return mac.Sum(nil)
}

// pinDelay is how long no PIN is tried after so many wrong ones: three are free,
// then 30 s, doubled each time, at most a day. A million PINs take centuries.
func pinDelay(misses int) time.Duration {
	if misses < 3 {
		return 0
	}
	return min(30*time.Second<<min(misses-3, 12), 24*time.Hour)
}
