package citizen

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"math/bits"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
)

// device gives a cookie value as a page would set it.
func (k *counter) device(t testing.TB) string {
	t.Helper()
	value, err := k.h.devices.mint()
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// rate posts a new rating from an address, with a device's cookie where one is given.
func (k *counter) rate(t testing.TB, path, from, device string, headers ...string) page {
	t.Helper()
	return k.send(t, path, from, device, url.Values{"submission_id": {uuid.NewString()}, "level": {"4"}}, headers...)
}

func (k *counter) send(t testing.TB, path, from, device string, form url.Values, headers ...string) page {
	t.Helper()
	r := formRequest(path, form.Encode())
	r.RemoteAddr = from + ":4711"
	if device != "" {
		r.Header.Set("Cookie", "__Host-mp_device="+device)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return k.do(t, r)
}

func (k *counter) stored(t testing.TB) (n int) {
	t.Helper()
	if err := k.db.Get(&n, `SELECT count(*) FROM ratings`); err != nil {
		t.Fatal(err)
	}
	return n
}

const hall = "203.0.113.7"

// TestHallIsNeverLockedOut: 300 phones behind one address open the page of one
// window, and each sends a rating, within five minutes.
func TestHallIsNeverLockedOut(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	for i := range 300 {
		open := formRequest("/r/win00001", "")
		open.Method, open.RemoteAddr = http.MethodGet, hall+":4711"
		p := k.do(t, open)
		value, _, _ := strings.Cut(strings.TrimPrefix(p.Header.Get("Set-Cookie"), "__Host-mp_device="), ";")
		answer := k.send(t, "/r/win00001", hall, value, url.Values{"submission_id": {p.value("submission_id")}, "level": {"4"}})
		if answer.StatusCode != http.StatusSeeOther {
			t.Fatalf("phone %d: %d %s", i, answer.StatusCode, text(answer.doc))
		}
		k.now = k.now.Add(time.Second)
	}
	if n := k.stored(t); n != 300 {
		t.Errorf("%d of 300 stored", n)
	}
}

// TestHallAtOnce: the same 300 at the same moment, in parallel.
func TestHallAtOnce(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	var phones sync.WaitGroup
	for range 300 {
		device := k.device(t)
		phones.Go(func() {
			if p := k.rate(t, "/r/win00001", hall, device); p.StatusCode != http.StatusSeeOther {
				t.Errorf("%d", p.StatusCode)
			}
		})
	}
	phones.Wait()
	if n := k.stored(t); n != 300 {
		t.Errorf("%d of 300 stored", n)
	}
}

func TestOneDevicePostingAHundredTimes(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		device func(k *counter, i int) string
		header func(i int) string
		most   int
	}{
		"one cookie":             {func(k *counter, _ int) string { return "" }, func(int) string { return "" }, 10},
		"no cookie":              {func(*counter, int) string { return "" }, func(int) string { return "" }, 60},
		"cookies of its making":  {func(*counter, int) string { return invented() }, func(int) string { return "" }, 60},
		"a proxy of its making":  {func(*counter, int) string { return "" }, func(i int) string { return "198.51.100." + strconv.Itoa(i) }, 60},
		"both of its own making": {func(*counter, int) string { return invented() }, func(i int) string { return "2001:db8::" + strconv.Itoa(i) }, 60},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newCounter(t)
			one, refused := "", 0
			if name == "one cookie" {
				one = k.device(t)
			}
			for i := range 100 {
				device := one
				if device == "" {
					device = tt.device(k, i)
				}
				p := k.rate(t, "/r/win00001", hall, device, "X-Forwarded-For", tt.header(i), "X-Real-Ip", tt.header(i), "Forwarded", "for="+tt.header(i))
				if p.StatusCode == http.StatusTooManyRequests {
					refused++
				}
			}
			if n := k.stored(t); n != tt.most || refused != 100-tt.most {
				t.Errorf("%d stored, %d refused; want %d stored", n, refused, tt.most)
			}
		})
	}
}

func invented() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func TestRefusedFormIsKeptWithAChallengeThatWorks(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	for range 60 {
		k.rate(t, "/r/win00001", hall, "")
	}
	id := uuid.NewString()
	form := url.Values{"submission_id": {id}, "level": {"2"}, "tags": {"207"}, "stratum": {"public"}, "comment": {"等了<一>上午"}}
	p := k.send(t, "/r/win00001", hall, "", form)
	wellFormed(t, p)
	checkPolicy(t, p)
	if p.StatusCode != http.StatusTooManyRequests || p.Header.Get("Retry-After") == "" || p.value("submission_id") != id {
		t.Fatalf("%d, Retry-After %q, id %q", p.StatusCode, p.Header.Get("Retry-After"), p.value("submission_id"))
	}
	if text(p.all("textarea")[0]) != "等了<一>上午" || !slices.Equal(p.checked(), []string{"level=2", "tags=207", "stratum=public"}) {
		t.Errorf("lost: %v", p.checked())
	}
	for _, want := range []string{"同一网络", "这一份还没有提交", "您填写的内容都在", "再点一次“提交评价”"} {
		if !strings.Contains(text(p.doc), want) {
			t.Errorf("%q is not on the page", want)
		}
	}
	if scripts := p.all("script"); len(scripts) != 1 || text(scripts[0]) != "" {
		t.Errorf("%d scripts", len(scripts))
	}
	form.Set("challenge", p.value("challenge"))
	if early := k.send(t, "/r/win00001", hall, "", form); early.StatusCode != http.StatusTooManyRequests || early.value("challenge") != p.value("challenge") {
		t.Errorf("pressed early: %d, and the wait begins anew", early.StatusCode)
	}
	form.Set("solution", solve(t, p))
	done := k.send(t, "/r/win00001", hall, "", form)
	again := k.send(t, "/r/win00001", hall, "", form)
	if done.StatusCode != http.StatusSeeOther || again.Header.Get("Location") != done.Header.Get("Location") {
		t.Errorf("solved: %d; sent twice: %d", done.StatusCode, again.StatusCode)
	}
	form.Set("submission_id", uuid.NewString())
	if p := k.send(t, "/r/win00001", hall, "", form); p.StatusCode != http.StatusTooManyRequests {
		t.Errorf("the same solution for another rating: %d", p.StatusCode)
	}
}

// solve does what the page's script does.
func solve(t *testing.T, p page) string {
	t.Helper()
	zeros := 0
	for _, n := range p.all("p") {
		if id, _ := attr(n, "id"); id == "work" {
			value, _ := attr(n, "data-bits")
			zeros, _ = strconv.Atoi(value)
		}
	}
	if zeros == 0 {
		t.Fatal("no challenge on the page")
	}
	var numbers []string
	for piece := range 4 {
		for n := uint64(0); ; n++ {
			number := strconv.FormatUint(n, 36)
			sum := sha256.Sum256([]byte(p.value("challenge") + strconv.Itoa(piece) + number))
			if bits.LeadingZeros64(binary.BigEndian.Uint64(sum[:])) >= zeros {
				numbers = append(numbers, number)
				break
			}
		}
	}
	return strings.Join(numbers, ".")
}

func TestWithoutAScriptWaitingPasses(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	for range 60 {
		k.rate(t, "/r/win00001", hall, "")
	}
	form := url.Values{"level": {"4"}, "submission_id": {uuid.NewString()}}
	p := k.send(t, "/r/win00001?lang=en", hall, "", form)
	if !strings.Contains(text(p.doc), "then press “Send rating” again.") {
		t.Fatalf("%d %s", p.StatusCode, text(p.doc))
	}
	form.Set("challenge", p.value("challenge"))
	form.Set("solution", "")
	k.now = k.now.Add(20 * time.Second)
	for range 10 { // what has come back meanwhile is taken by others
		k.rate(t, "/r/win00001", hall, "")
	}
	if p = k.send(t, "/r/win00001?lang=en", hall, "", form); p.StatusCode != http.StatusSeeOther {
		t.Errorf("after waiting: %d", p.StatusCode)
	}
}

func TestDeviceOverItsLimit(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	device := k.device(t)
	for range 10 {
		k.rate(t, "/r/win00001", hall, device)
	}
	p := k.rate(t, "/r/win00001", hall, device)
	if wait, _ := strconv.Atoi(p.Header.Get("Retry-After")); wait < 120 || wait > 180 || !strings.Contains(text(p.doc), "请约 3 分钟后") {
		t.Errorf("Retry-After %d: %s", wait, text(p.doc))
	}
	for range 5 {
		p = k.rate(t, "/r/win00001", hall, device)
		form := url.Values{"submission_id": {p.value("submission_id")}, "level": {"4"}, "challenge": {p.value("challenge")}, "solution": {solve(t, p)}}
		if p = k.send(t, "/r/win00001", hall, device, form); p.StatusCode != http.StatusSeeOther {
			t.Fatalf("solved: %d", p.StatusCode)
		}
	}
	p = k.rate(t, "/r/win00001", hall, device)
	form := url.Values{"submission_id": {p.value("submission_id")}, "level": {"4"}, "challenge": {p.value("challenge")}, "solution": {solve(t, p)}}
	if p = k.send(t, "/r/win00001", hall, device, form); p.StatusCode != http.StatusTooManyRequests || p.value("challenge") != "" {
		t.Errorf("working on and on: %d, challenge %q", p.StatusCode, p.value("challenge"))
	}
	if n := k.stored(t); n != 15 {
		t.Errorf("%d stored", n)
	}
}

func TestDoubleClickAndMendedFormCostNothing(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	device := k.device(t)
	for range 9 {
		k.rate(t, "/r/win00001", hall, device)
	}
	form := url.Values{"submission_id": {uuid.NewString()}, "level": {"9"}}
	if p := k.send(t, "/r/win00001", hall, device, form); p.StatusCode != http.StatusUnprocessableEntity {
		t.Fatalf("%d", p.StatusCode)
	}
	form.Set("level", "4")
	for range 8 {
		if p := k.send(t, "/r/win00001", hall, device, form); p.StatusCode != http.StatusSeeOther {
			t.Fatalf("%d", p.StatusCode)
		}
	}
	if n := k.stored(t); n != 10 {
		t.Errorf("%d stored", n)
	}
}

func TestKioskBudget(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	for i := range 40 {
		if p := k.rate(t, "/k/kiosk001", hall, ""); (p.StatusCode == http.StatusSeeOther) != (i < 30) {
			t.Fatalf("rating %d: %d", i, p.StatusCode)
		}
	}
	if p := k.rate(t, "/k/kiosk001", "198.51.100.1", ""); p.StatusCode != http.StatusSeeOther {
		t.Errorf("another screen: %d", p.StatusCode)
	}
}

// Codes that are not open have no budgets: inventing codes gains nothing.
func TestClosedAndUnknownCodesSayWhatTheyAre(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	for code, status := range map[string]int{"win00002": http.StatusGone, "zzzzzzzz": http.StatusNotFound} {
		for range 70 {
			if p := k.rate(t, "/r/"+code, hall, ""); p.StatusCode != status {
				t.Fatalf("%s: %d", code, p.StatusCode)
			}
		}
	}
}

func TestDevicesAreOursOrNone(t *testing.T) {
	t.Parallel()
	k := newCounter(t)
	ours := k.device(t)
	if !k.h.devices.valid(ours) {
		t.Error("our own is refused")
	}
	for _, value := range []string{"", strings.Repeat("A", 22), ours[:21], ours + "A", invented(), strings.ToUpper(ours), ours[:10] + "!" + ours[11:]} {
		if value != ours && k.h.devices.valid(value) {
			t.Errorf("%q is taken", value)
		}
	}
	if _, err := newDevices([]byte("short"), false); err == nil {
		t.Error("a short key is taken")
	}
}
