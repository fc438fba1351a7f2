package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

// acknowledged is a rating that the server answered 303 for.
type acknowledged struct {
	Receipt, Code string
	Level         int
}

// raters are citizens who rate at once and send a form again, under the same
// submission id, when the answer does not come.
type raters struct {
	t       *testing.T
	in      *instance
	client  *http.Client
	resend  bool // send a form again until it is acknowledged
	stop    chan struct{}
	done    sync.WaitGroup
	count   atomic.Int64
	retries atomic.Int64

	mu    sync.Mutex
	acked map[uuid.UUID]acknowledged
}

// rate starts n raters.
func (in *instance) rate(n int, resend bool) *raters {
	r := &raters{t: in.t, in: in, resend: resend, stop: make(chan struct{}), acked: map[uuid.UUID]acknowledged{}}
	r.client = &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: n},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for i := range n {
		r.done.Go(func() { r.work(i) })
	}
	return r
}

// end lets everybody finish the form in hand and gives what was acknowledged.
func (r *raters) end() map[uuid.UUID]acknowledged {
	close(r.stop)
	r.done.Wait()
	r.client.CloseIdleConnections()
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.acked)
}

// until waits for so many acknowledgements in all.
func (r *raters) until(n int64) {
	r.t.Helper()
	eventually(r.t, 60*time.Second, fmt.Sprintf("%d ratings are acknowledged", n), func() bool { return r.count.Load() >= n })
}

func (r *raters) work(rater int) {
	codes := deskCodes()
	for i := 0; ; i++ {
		select {
		case <-r.stop:
			return
		default:
		}
		id, a := uuid.New(), acknowledged{Code: codes[(rater+i)%len(codes)], Level: 1 + (rater+3*i)%5}
		if !r.deliver(id, &a) {
			return
		}
		r.count.Add(1)
		r.mu.Lock()
		r.acked[id] = a
		r.mu.Unlock()
		if i%10 == 0 && r.resend { // a double click
			again := a
			if r.deliver(id, &again) && again.Receipt != a.Receipt {
				r.t.Errorf("%s: second receipt %s, first %s", id, again.Receipt, a.Receipt)
			}
		}
	}
}

// deliver sends a form until it is acknowledged; without resending, once.
func (r *raters) deliver(id uuid.UUID, a *acknowledged) bool {
	ctx, cancel := context.WithTimeout(r.t.Context(), 60*time.Second)
	defer cancel()
	for {
		err := r.post(ctx, id, a)
		if err == nil {
			return true
		}
		if !r.resend {
			return false
		}
		r.retries.Add(1)
		select {
		case <-ctx.Done():
			r.t.Errorf("%s never acknowledged: %v", id, err)
			return false
		case <-time.After(poll):
		}
	}
}

var errNotTaken = errors.New("not taken")

func (r *raters) post(ctx context.Context, id uuid.UUID, a *acknowledged) error {
	form := url.Values{"submission_id": {id.String()}, "level": {strconv.Itoa(a.Level)}}
	if a.Level == 2 {
		form["tags"], form["comment"] = []string{"207", "209"}, []string{"等了很久，材料说了两遍 <b>&"}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.in.url("/r/"+a.Code), strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := r.client.Do(req)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	switch {
	case answer.StatusCode == http.StatusSeeOther: // the head is the acknowledgement
		a.Receipt = path.Base(answer.Header.Get("Location"))
		return nil
	case answer.StatusCode != http.StatusServiceUnavailable:
		r.t.Errorf("%s: %s\n%s", id, answer.Status, body)
	}
	return errors.Join(errNotTaken, err)
}

// stored is a rating as the database holds it.
type stored struct {
	ID      uuid.UUID `db:"submission_id"`
	Receipt string    `db:"receipt"`
	Unit    string    `db:"unit"`
	Level   int       `db:"level"`
}

// storedRatings reads every rating with its submission, both ways round: a
// submission without its rating, or the reverse, shows as a difference in number.
func (in *instance) storedRatings() []stored {
	in.t.Helper()
	const q = `SELECT r.submission_id, s.receipt, u.code AS unit, r.level
		FROM ratings r JOIN submissions s ON s.submission_id = r.submission_id AND s.rating_id = r.id AND s.visited_on = r.visited_on
		JOIN units u ON u.id = r.unit_id`
	var rows []stored
	in.withDB(func(db *sqlx.DB) {
		var ratings, submissions int
		if err := db.Get(&ratings, `SELECT count(*) FROM ratings`); err != nil {
			in.t.Fatal(err)
		}
		if err := db.Get(&submissions, `SELECT count(*) FROM submissions`); err != nil {
			in.t.Fatal(err)
		}
		if err := db.Select(&rows, q); err != nil {
			in.t.Fatal(err)
		}
		if ratings != submissions || ratings != len(rows) {
			in.t.Errorf("%d ratings, %d submissions, %d pairs", ratings, submissions, len(rows))
		}
	})
	return rows
}

// compare checks that every acknowledged rating is stored once and as it was
// sent, and gives how many more there are.
func (in *instance) compare(acked map[uuid.UUID]acknowledged) (unacknowledged int) {
	in.t.Helper()
	windows := map[string]string{}
	for i, c := range deskCodes() {
		windows[c] = "w" + strconv.Itoa(i+1)
	}
	seen := map[uuid.UUID]bool{}
	for _, row := range in.storedRatings() {
		if seen[row.ID] {
			in.t.Errorf("%s is stored twice", row.ID)
		}
		seen[row.ID] = true
		a, ok := acked[row.ID]
		if !ok {
			unacknowledged++
			continue
		}
		if a.Receipt != row.Receipt || a.Level != row.Level || windows[a.Code] != row.Unit {
			in.t.Errorf("%s: stored %+v, acknowledged %+v", row.ID, row, a)
		}
	}
	for id := range acked {
		if !seen[id] {
			in.t.Errorf("%s was acknowledged and is not stored", id)
		}
	}
	return unacknowledged
}
