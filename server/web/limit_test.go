package web

import (
	"encoding/binary"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"pgregory.net/rapid"

	"minping/internal/fault"
)

// stand is a limiter with a clock in hand.
type stand struct {
	*Limiter
	at    time.Time
	forms uint64
}

func newStand(c LimitConfig) *stand {
	s := &stand{at: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	c.Now = func() time.Time { return s.at }
	var err error
	if s.Limiter, err = NewLimiter(c); err != nil {
		panic(err)
	}
	return s
}

// visit is a new form.
func (s *stand) visit(from, code, device string) Visit {
	s.forms++
	v := Visit{Source: netip.MustParseAddr(from), Code: code, Device: device}
	binary.BigEndian.PutUint64(v.Form[:], s.forms)
	return v
}

// send posts n new forms at once and counts those let through.
func (s *stand) send(n int, from, code, device string) int {
	passed := 0
	for range n {
		if s.Admit(s.visit(from, code, device), ProofNone).Pass {
			passed++
		}
	}
	return passed
}

const hall = "203.0.113.7"

func TestHallBehindOneAddressPasses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		between time.Duration
		code    func(i int) string
		device  func(i int) string
	}{
		"one a second, same code": {time.Second, func(int) string { return "win00001" }, func(i int) string { return fmt.Sprint("phone", i) }},
		"all at once, same code":  {0, func(int) string { return "win00001" }, func(i int) string { return fmt.Sprint("phone", i) }},
		"all at once, many codes": {0, func(i int) string { return fmt.Sprint("win", i%40) }, func(i int) string { return fmt.Sprint("phone", i) }},
		"tickets":                 {time.Second, func(int) string { return "" }, func(i int) string { return fmt.Sprint("phone", i) }},
		"tickets without cookies": {time.Second, func(int) string { return "" }, func(int) string { return "" }},
		"a third refuse cookies": {time.Second, func(int) string { return "win00001" }, func(i int) string {
			if i%3 == 0 {
				return ""
			}
			return fmt.Sprint("phone", i)
		}},
	} {
		s := newStand(LimitConfig{})
		for i := range 300 {
			if v := s.Admit(s.visit(hall, tt.code(i), tt.device(i)), ProofNone); !v.Pass {
				t.Errorf("%s: citizen %d is refused: %+v", name, i, v)
				break
			}
			s.at = s.at.Add(tt.between)
		}
	}
}

func TestOneSenderIsHeldBack(t *testing.T) {
	t.Parallel()
	s := newStand(LimitConfig{})
	if n := s.send(100, hall, "win00001", "phone"); n != 10 {
		t.Errorf("one device stored %d of 100 at once", n)
	}
	if v := s.Admit(s.visit(hall, "win00002", "phone"), ProofNone); v.Pass || v.Rule != RuleDevice || !v.Work || v.Wait < 2*time.Minute || v.Wait > 3*time.Minute {
		t.Errorf("at another window: %+v", v)
	}
	s.at = s.at.Add(time.Hour)
	if n := s.send(100, hall, "win00001", "phone"); n != 10 {
		t.Errorf("an hour later %d", n)
	}
	if n := s.send(100, hall, "win00003", ""); n != 60 {
		t.Errorf("who drops his cookie every time: %d of 100", n)
	}
	if n := s.send(1, hall, "win00003", "another phone"); n != 1 {
		t.Error("a phone with a cookie suffers for those without")
	}
	if n := s.send(1, "203.0.113.8", "win00003", ""); n != 1 {
		t.Error("another address suffers too")
	}
}

func TestCrowdNeedsCodeAndAddressBothUsedUp(t *testing.T) {
	t.Parallel()
	s := newStand(LimitConfig{})
	passed := 0
	for i := range 2000 {
		passed += s.send(1, hall, "win00001", fmt.Sprint("phone", i))
	}
	if passed != 600 {
		t.Errorf("one address, one code, two thousand browsers at once: %d passed, want the address' 600", passed)
	}
	if s.send(1, hall, "win00002", "new") != 1 || s.send(1, "198.51.100.1", "win00001", "new2") != 1 {
		t.Error("another window, or another address, is refused too")
	}
	refused := s.visit(hall, "win00001", "new3")
	if v := s.Admit(refused, ProofNone); v.Pass || v.Rule != RuleCrowd {
		t.Errorf("%+v", v)
	}
	for range 9 { // what the crowd's budget refused was not charged to the device
		if v := s.Admit(refused, ProofNone); v.Rule != RuleCrowd {
			t.Errorf("%+v", v)
		}
	}
	if v := s.Admit(refused, ProofWork); !v.Pass {
		t.Errorf("with work done: %+v", v)
	}
}

func TestProofs(t *testing.T) {
	t.Parallel()
	s := newStand(LimitConfig{})
	passed := 0
	for range 100 {
		if s.Admit(s.visit(hall, "win00001", "phone"), ProofWork).Pass {
			passed++
		}
	}
	if passed != 15 {
		t.Errorf("a device that works passes %d times at once, want 10 and 5", passed)
	}
	if v := s.Admit(s.visit(hall, "win00001", "phone"), ProofWork); v.Work {
		t.Error("work is offered where it cannot help")
	}
	if s.Admit(s.visit(hall, "win00001", "phone"), ProofWait).Pass {
		t.Error("a device waits itself past its budget")
	}
	s.send(100, hall, "win00002", "")
	waited := 0
	for range 100 {
		if s.Admit(s.visit(hall, "win00002", ""), ProofWait).Pass {
			waited++
		}
	}
	if waited != 60 {
		t.Errorf("%d of 100 pass by waiting, want 60", waited)
	}
	if !s.Admit(s.visit(hall, "win00002", ""), ProofWork).Pass {
		t.Error("work does not help")
	}
	hard := false
	for range 40 {
		hard = s.Admit(s.visit(hall, "win00002", ""), ProofNone).Hard
	}
	if !hard {
		t.Error("who is challenged on and on gets no harder challenge")
	}
}

func TestRepeatsAreNotPunished(t *testing.T) {
	t.Parallel()
	s := newStand(LimitConfig{})
	s.send(9, hall, "win00001", "phone")
	last := s.visit(hall, "win00001", "phone")
	for i := range 15 {
		if !s.Admit(last, ProofNone).Pass {
			t.Fatalf("repeat %d is refused", i)
		}
	}
	refused := s.visit(hall, "win00001", "phone")
	for range 3 {
		if s.Admit(refused, ProofNone).Pass {
			t.Error("a form that was refused passes as a repeat")
		}
	}
	s.at = s.at.Add(4 * time.Minute)
	if !s.Admit(refused, ProofNone).Pass {
		t.Error("a refused form does not pass later")
	}
	passed := 0
	for range 1000 {
		if s.Admit(last, ProofNone).Pass {
			passed++
		}
	}
	if passed > 20 {
		t.Errorf("one form passes %d times at once", passed)
	}
}

func TestKioskHasABudgetOfItsPlace(t *testing.T) {
	t.Parallel()
	s := newStand(LimitConfig{})
	send := func(from string, n int) (passed int) {
		for range n {
			v := s.visit(from, "kiosk001", "")
			v.Kiosk = true
			if s.Admit(v, ProofNone).Pass {
				passed++
			}
		}
		return passed
	}
	if n := send("198.51.100.1", 100); n != 30 {
		t.Errorf("%d at once", n)
	}
	if n := send(hall, 20); n != 20 {
		t.Errorf("somebody elsewhere used up the kiosk's budget: %d of 20", n)
	}
}

func TestClockGoingBackwards(t *testing.T) {
	t.Parallel()
	s := newStand(LimitConfig{})
	s.send(10, hall, "win00001", "phone")
	s.at = s.at.Add(-24 * time.Hour)
	if s.send(1, hall, "win00001", "phone") != 0 {
		t.Error("going back gives budget")
	}
	if n := s.send(10, hall, "win00001", "other"); n != 10 {
		t.Errorf("others are refused: %d", n)
	}
	s.at = s.at.Add(4 * time.Minute)
	if s.send(1, hall, "win00001", "phone") != 1 {
		t.Error("a device is locked out until the old time comes again")
	}
}

func TestBudgetIsNeverExceeded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := budget{float64(rapid.IntRange(1, 20).Draw(t, "burst")), rapid.Float64Range(0.1, 600).Draw(t, "rate")}
		buckets := newBuckets(func(int64) budget { return b }, 1000)
		now, forward, passed := int64(0), int64(0), 0
		for _, step := range rapid.SliceOfN(rapid.Int64Range(-int64(time.Minute), int64(time.Minute)), 1, 60).Draw(t, "steps") {
			now += step
			forward += max(0, step)
			for range 3 {
				if ok, wait := buckets.take(7, now); ok {
					passed++
				} else if wait <= 0 {
					t.Fatalf("refused with wait %v", wait)
				}
			}
		}
		if most := b.burst + b.perMinute*float64(forward)/float64(time.Minute); float64(passed) > math.Floor(most+1e-6) {
			t.Fatalf("%d passed, budget %.3f", passed, most)
		}
	})
}

func TestSourcesAreAddressesOrNetworksOf64Bits(t *testing.T) {
	t.Parallel()
	same := func(a, b string) bool {
		return networkOf(netip.MustParseAddr(a)) == networkOf(netip.MustParseAddr(b))
	}
	if !same("2001:db8:1:2::1", "2001:db8:1:2:ffff::9") || same("2001:db8:1:2::1", "2001:db8:1:3::1") {
		t.Error("IPv6 is not taken by /64")
	}
	if !same("::ffff:192.0.2.1", "192.0.2.1") || same("192.0.2.1", "192.0.2.2") || same("::", "0.0.0.0") {
		t.Error("IPv4")
	}
}

func TestUnlimitedSources(t *testing.T) {
	t.Parallel()
	s := newStand(LimitConfig{Unlimited: []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}})
	if n := s.send(2000, hall, "win00001", "phone"); n != 2000 {
		t.Errorf("%d passed", n)
	}
	if n := s.send(100, "192.0.2.1", "win00001", "phone"); n != 10 {
		t.Errorf("others: %d", n)
	}
}

func TestParallelPostsOfOneDevice(t *testing.T) {
	t.Parallel()
	s := newStand(LimitConfig{})
	var passed atomic.Int32
	var posts sync.WaitGroup
	for range 100 {
		v := s.visit(hall, "win00001", "phone")
		posts.Go(func() {
			if s.Admit(v, ProofNone).Pass {
				passed.Add(1)
			}
		})
	}
	posts.Wait()
	if passed.Load() != 10 {
		t.Errorf("%d passed at once", passed.Load())
	}
}

func TestMemoryIsBoundedUnderAMillionKeys(t *testing.T) {
	s := newStand(LimitConfig{})
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	from := netip.MustParseAddr("2001:db8::").As16()
	for i := range 1_000_000 {
		binary.BigEndian.PutUint32(from[4:], uint32(i))
		v := s.visit(hall, fmt.Sprint("c", i), fmt.Sprint("d", i))
		v.Source = netip.AddrFrom16(from)
		s.Admit(v, ProofNone)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if n := s.size(); n > 200_000 {
		t.Errorf("%d keys are held", n)
	}
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 16<<20 {
		t.Errorf("%d MB are held", grown>>20)
	} else {
		t.Logf("%d keys in %d KB", s.size(), grown>>10)
	}
}

func TestLimitFiguresNameNobody(t *testing.T) {
	t.Parallel()
	registry := prometheus.NewRegistry()
	s := newStand(LimitConfig{Registry: registry})
	s.send(12, hall, "win00001", "phone")
	s.Admit(s.visit(hall, "win00001", "phone"), ProofWork)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			label := ""
			for _, l := range m.GetLabel() {
				label += l.GetName() + "=" + l.GetValue() + " "
			}
			if strings.Contains(label, hall) || strings.Contains(label, "win00001") || strings.Contains(label, "phone") {
				t.Errorf("label %s", label)
			}
			got[strings.TrimSpace(label)] = m.GetCounter().GetValue()
		}
	}
	if got["outcome=challenged rule=device"] != 2 || got["outcome=proved rule=device"] != 1 {
		t.Errorf("%v", got)
	}
}

func TestReadersFloodingOneAddress(t *testing.T) {
	t.Parallel()
	s := newStand(LimitConfig{})
	e := echo.New()
	e.IPExtractor = echo.ExtractIPDirect()
	e.GET("/board", func(c echo.Context) error { return c.NoContent(http.StatusOK) }, s.Calm)
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		f, ok := fault.As(err)
		if !ok || f.Kind != fault.TooMany || f.RetryAfter <= 0 {
			t.Errorf("%v", err)
		}
		_ = c.NoContent(http.StatusTooManyRequests)
	}
	read := func(from string, n int) (passed int) {
		for range n {
			r := httptest.NewRequest(http.MethodGet, "/board", nil)
			r.RemoteAddr = from + ":1"
			w := httptest.NewRecorder()
			if e.ServeHTTP(w, r); w.Code == http.StatusOK {
				passed++
			}
		}
		return passed
	}
	if n := read(hall, 2000); n != 1200 {
		t.Errorf("%d of 2000 at once", n)
	}
	if n := read("198.51.100.1", 10); n != 10 {
		t.Errorf("somebody else: %d of 10", n)
	}
}

func BenchmarkAdmit(b *testing.B) {
	l, err := NewLimiter(LimitConfig{Registry: prometheus.NewRegistry()})
	if err != nil {
		b.Fatal(err)
	}
	devices := make([]string, 1<<16)
	for i := range devices {
		devices[i] = fmt.Sprintf("%022d", i)
	}
	v := Visit{Source: netip.MustParseAddr(hall), Code: "win00001"}
	i := uint64(0)
	b.ReportAllocs()
	for b.Loop() {
		i++
		v.Device = devices[i%uint64(len(devices))]
		binary.BigEndian.PutUint64(v.Form[:], i)
		l.Admit(v, ProofNone)
	}
}

func TestThisMachineIsLimitedByDeviceOnly(t *testing.T) {
	t.Parallel()
	s := newStand(LimitConfig{})
	if n := s.send(2000, "127.0.0.1", "win00001", ""); n != 2000 {
		t.Errorf("without a cookie: %d passed, want all: the address says nothing of who sends", n)
	}
	if n := s.send(100, "127.0.0.1", "win00001", "phone"); n != 10 {
		t.Errorf("one device: %d passed, want 10", n)
	}
}
