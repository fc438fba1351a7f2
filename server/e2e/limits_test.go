package e2e

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
)

// hallAddress is the one address of everybody in the hall, as a reverse proxy
// tells it: loopback itself is limited by device only.
const hallAddress = "203.0.113.7"

// TestLimits: a hall full of phones behind one address all rate one window; then
// one phone that goes on and on is held back, and so is who shows no cookie.
func TestLimits(t *testing.T) {
	t.Parallel()
	in := newInstance(t)
	in.limited = true
	in.env = []string{"MINPING_TRUSTED_PROXIES=127.0.0.0/8"}
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
	one := in.device(transport)
	if _, err := one.open(); err != nil {
		t.Fatal(err)
	}
	in.insist(t, one, 10, 15)
	nobody := in.device(transport)
	nobody.client.Jar = nil
	in.insist(t, nobody, 60, 90)
}

// insist sends 100 new forms one after another. At least the sender's burst is
// stored, and little more: what a slow machine gives time for.
func (in *instance) insist(t *testing.T, d *device, least, most int) {
	t.Helper()
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
	if n := in.countRatings() - before; n != stored || n < least || n > most {
		t.Errorf("100 forms of one sender: %d stored, %d acknowledged, %d refused; want %d to %d stored", n, stored, refused, least, most)
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
	answer, err := d.ask(http.MethodGet, nil)
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
	answer, err := d.ask(http.MethodPost, url.Values{"submission_id": {id}, "level": {"4"}})
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return answer, errors.Join(err, answer.Body.Close())
}

func (d *device) ask(method string, form url.Values) (*http.Response, error) {
	r, err := http.NewRequest(method, d.in.url("/r/"+deskCodes()[0]), strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("X-Forwarded-For", hallAddress)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return d.client.Do(r)
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
