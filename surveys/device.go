package surveys

import (
	"crypto/hmac"
	"fmt"
	"time"

	"github.com/emmansun/gmsm/sm3"
)

// devicePseudonyms turns the random value of a device cookie into what is kept
// with a rating: a keyed digest that also takes in the ISO week, so that it
// tells repeats within a week and leads neither to a person nor across weeks.
type devicePseudonyms struct{ key []byte }

func (d devicePseudonyms) of(cookie string, at time.Time) []byte {
	if cookie == "" {
		return nil
	}
	year, week := at.ISOWeek()
	mac := hmac.New(sm3.New, d.key)
	_, _ = fmt.Fprintf(mac, "device\x00%d-W%02d\x00%s", year, week, cookie) // a hash never fails
	return mac.Sum(nil)[:12]
}
