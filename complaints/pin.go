package complaints

import (
	"crypto/hmac"
	"crypto/rand"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/emmansun/gmsm/sm3"
)

// pinDigits is short enough to be written down; the growing delay makes up for it.
const pinDigits = 6

func drawPIN() (string, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return "", fmt.Errorf("complaints: draw PIN: %w", err)
	}
	return fmt.Sprintf("%0*d", pinDigits, n.Int64()), nil
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
