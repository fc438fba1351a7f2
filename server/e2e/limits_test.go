package e2e

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

// TestLimits: a hall full of phones behind one address all rate one window, and
// then one phone that goes on and on is held back.
func TestLimits(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.limited = true
	in.importCity()
	in.publish()
	in.start()
	transport := &http.Transport{MaxIdleConnsPerHost: hallAtOnce}
	t.Cleanup(transport.CloseIdleConnections)

	const hall = 300
	waiting := make(chan *device, hall)
	for range hall {
		waiting <- in.device(transport)
	}
	close(waiting)
	var all sync.WaitGroup
	for range hallAtOnce {
		all.Go(func() {
			for d := range waiting {
				if err := d.visit(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if n := in.countRatings(); n != hall {
		t.Errorf("of %d devices behind one address %d are stored", hall, n)
	}
	in.oneDevice(t, in.device(transport))
}

// oneDevice: 100 forms at once from one browser; its burst is 10, and the rest
// is what a slow machine gives time for.
func (in *instance) oneDevice(t *testing.T, d *device) {
	t.Helper()
	if _, err := d.open(); err != nil {
		t.Fatal(err)
	}
	before, stored, refused := in.countRatings(), 0, 0
	for range 100 {
		answer, err := d.post(uuid.NewString())
		switch {
		case err != nil:
			t.Fatal(err)
		case answer.StatusCode == http.StatusSeeOther:
			stored++
		case answer.StatusCode == http.StatusTooManyRequests && answer.Header.Get("Retry-After") != "":
			refused++
		default:
			t.Fatalf("%s, Retry-After %q", answer.Status, answer.Header.Get("Retry-After"))
		}
	}
	if n := in.countRatings() - before; n != stored || n < 10 || n > 15 || stored+refused != 100 {
		t.Errorf("one device, 100 forms: %d stored, %d acknowledged, %d refused; want 10 to 15 stored", n, stored, refused)
	}
}

const hallAtOnce = 16

// device is a browser with cookies of its own.
type device struct {
	in     *instance
	client *http.Client
}

func (in *instance) device(transport *http.Transport) *device {
	in.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		in.t.Fatal(err)
	}
	return &device{in, &http.Client{Timeout: 20 * time.Second, Transport: transport, Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// visit opens the page and sends its form.
func (d *device) visit() error {
	id, err := d.open()
	if err != nil {
		return err
	}
	answer, err := d.post(id)
	if err == nil && answer.StatusCode != http.StatusSeeOther {
		err = errors.New("a rating is answered " + answer.Status)
	}
	return err
}

var printedID = regexp.MustCompile(`name="?submission_id"? value="([0-9a-f-]{36})"`)

// open gives the submission id that the page was printed with.
func (d *device) open() (string, error) {
	answer, err := d.client.Get(d.in.url("/r/" + deskCodes()[0]))
	if err != nil {
		return "", err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return "", err
	}
	id := printedID.FindSubmatch(body)
	if answer.StatusCode != http.StatusOK || id == nil || len(answer.Cookies()) != 1 {
		return "", fmt.Errorf("the rating page: %s, %d bytes, submission id %q, cookies %v", answer.Status, len(body), id, answer.Cookies())
	}
	return string(id[1]), nil
}

// post sends a form; the answer's body is read already.
func (d *device) post(id string) (*http.Response, error) {
	answer, err := d.client.PostForm(d.in.url("/r/"+deskCodes()[0]), url.Values{"submission_id": {id}, "level": {"4"}})
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return answer, errors.Join(err, answer.Body.Close())
}

func (in *instance) countRatings() (n int) {
	in.t.Helper()
	in.withDB(func(db *sqlx.DB) {
		if err := db.Get(&n, `SELECT count(*) FROM ratings`); err != nil {
			in.t.Fatal(err)
		}
	})
	return n
}
