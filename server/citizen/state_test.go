package citizen

import (
	"bytes"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"minping/internal/code"
)

func TestPagesOfStates(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	k.tickets(t)
	for _, c := range []struct {
		path   string
		status int
		zh, en string
	}{
		{"/r/exit0001", 404, "本次评价将于 2027年1月1日", "Rating begins on 1 Jan 2027"},
		{"/r/win00003", 410, "评价已经结束", "Rating has ended"},
		{"/r/win00004", 410, "评价已经结束", "Rating has ended"},
		{"/r/old00002", 410, "请扫现场张贴的新评价码", "scan the new code"},
		{"/r/win00002", 410, "已停用", "withdrawn"},
		{"/r/" + lateTicket, 410, "您于 2026年10月9日 办事，评价截止到 2026年10月1", "Your visit was on 9 Oct 2026"},
		{"/r/win0000o", 404, "评价码输入有误", "mistyped"},
		{"/r/" + unknownCode, 404, "没有找到这个评价码", "Code not found"},
		{"/r/win00001/done/" + unknownCode, 404, "没有找到这张回执", "Receipt not found"},
		{"/k/old00002", 410, "请扫现场张贴的新评价码", "scan the new code"},
	} {
		for lang, want := range map[string]string{"zh": c.zh, "en": c.en} {
			p := k.get(t, c.path+"?lang="+lang)
			if p.StatusCode != c.status || !strings.Contains(text(p.doc), want) {
				t.Errorf("%s in %s: status %d, want %d and %q in %q", c.path, lang, p.StatusCode, c.status, want, text(p.all("body")[0]))
			}
			if strings.Contains(p.body, "new00002") {
				t.Errorf("%s gives the new code away", c.path)
			}
			wellFormed(t, p)
			checkPolicy(t, p)
		}
		if p := k.post(t, c.path, url.Values{"submission_id": {uuid.NewString()}, "level": {"5"}}); p.StatusCode != c.status && !strings.Contains(c.path, "/done/") {
			t.Errorf("POST %s: %d, want %d", c.path, p.StatusCode, c.status)
		}
	}
}

var (
	goodTicket  = sound(5, 12)
	lateTicket  = sound(6, 12)
	unknownCode = sound(7, 8)
)

// sound makes a code of n equal symbols and their check symbol.
func sound(symbol byte, n int) string {
	c, err := code.New(bytes.NewReader(bytes.Repeat([]byte{symbol}, n)), n)
	if err != nil {
		panic(err)
	}
	return c
}

// tickets issues a ticket of today and one of six weeks ago.
func (k *counter) tickets(t *testing.T) {
	t.Helper()
	const query = `INSERT INTO tickets (code, batch_id, serial) SELECT v.code, b.id, 1
		FROM ticket_batches b, (VALUES ($1, '2026-11-23'), ($2, '2026-10-09')) v (code, day) WHERE b.visited_on = v.day::date`
	if _, err := k.db.Exec(query, goodTicket, lateTicket); err != nil {
		t.Fatal(err)
	}
}

func TestMistypedCodeIsOfferedForMending(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	p := k.get(t, "/r/"+url.PathEscape(`WIN"><b>0O`))
	if p.StatusCode != http.StatusNotFound || p.value("code") != `WIN"><b>0O` || len(p.all("b")) > 0 {
		t.Errorf("%d, prefilled %q", p.StatusCode, p.value("code"))
	}
	p = k.get(t, "/r?code="+url.QueryEscape(" Win-0000１ "))
	if p.StatusCode != http.StatusSeeOther || p.Header.Get("Location") != "/r/win00001" {
		t.Errorf("%d to %q", p.StatusCode, p.Header.Get("Location"))
	}
	if p = k.get(t, "/r?code=+"); p.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(p.body, `id="e-code"`) {
		t.Errorf("empty code: %d", p.StatusCode)
	}
	wellFormed(t, p)
	for _, path := range []string{"/", "/r", "/?lang=en&elder=1"} {
		p = k.get(t, path)
		if p.StatusCode != http.StatusOK || len(p.body) > firstFlight {
			t.Errorf("%s: %d, %d bytes", path, p.StatusCode, len(p.body))
		}
		wellFormed(t, p)
		checkPolicy(t, p)
	}
}

func TestTicketIsRatedOnce(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	k.tickets(t)
	path := "/r/" + goodTicket
	if p := k.get(t, path); p.StatusCode != http.StatusOK {
		t.Fatalf("status %d", p.StatusCode)
	}
	form := url.Values{"submission_id": {uuid.NewString()}, "level": {"4"}}
	first, again := k.post(t, path, form), k.post(t, path, form)
	if first.StatusCode != http.StatusSeeOther || first.Header.Get("Location") != again.Header.Get("Location") {
		t.Errorf("%d %q, repeat %d %q", first.StatusCode, first.Header.Get("Location"), again.StatusCode, again.Header.Get("Location"))
	}
	other := k.post(t, path, url.Values{"submission_id": {uuid.NewString()}, "level": {"1"}})
	if other.StatusCode != http.StatusConflict || !strings.Contains(text(other.doc), "已评价，无需重复评价") {
		t.Errorf("second rating: %d", other.StatusCode)
	}
	if p := k.get(t, path); p.StatusCode != http.StatusConflict {
		t.Errorf("used ticket opens with %d", p.StatusCode)
	}
}

func TestPictures(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	p := k.get(t, "/r/win00001/qr.png")
	if _, err := png.Decode(bytes.NewReader([]byte(p.body))); err != nil || p.Header.Get("Cache-Control") != "public, max-age=86400" {
		t.Errorf("%v, %v", err, p.Header)
	}
	if p = k.get(t, "/r/win00001/qr.svg"); p.StatusCode != http.StatusOK || !strings.HasPrefix(p.body, "<svg") {
		t.Errorf("svg: %d", p.StatusCode)
	}
	for _, gone := range []string{"old00002", "win00002", "win0000o", unknownCode} {
		if p = k.get(t, "/r/"+gone+"/qr.svg"); p.StatusCode != http.StatusNotFound {
			t.Errorf("picture of %s: %d", gone, p.StatusCode)
		}
	}
}

func TestChoiceOfLanguageAndSizeGoesAlong(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	for path, want := range map[string]string{
		"/r/old00002?elder=1&lang=en": `<a href="/?elder=1&amp;lang=en">`,
		"/?elder=1&lang=en":           `<a href="/board?elder=1&amp;lang=en">`,
		"/r/win00001?elder=1&lang=en": `<a href="?elder=0&amp;lang=en">`,
	} {
		if p := k.get(t, path); !strings.Contains(p.body, want) {
			t.Errorf("%s: no %s", path, want)
		}
	}
}

func TestManyReadersAtOnce(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	var readers sync.WaitGroup
	for range 8 {
		readers.Go(func() {
			for range 30 {
				for _, path := range []string{"/r/win00001", "/r/win00001?lang=en", "/k/kiosk001", "/r/win00001?elder=1"} {
					if p := k.get(t, path); p.StatusCode != http.StatusOK || !strings.HasSuffix(p.body, "</main>") {
						t.Errorf("%s: %d, ends with %.40q", path, p.StatusCode, p.body[max(0, len(p.body)-40):])
					}
				}
			}
		})
	}
	readers.Wait()
}
