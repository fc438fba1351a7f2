package accounts

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"minping/internal/fault"
)

func TestDelayGrowsAndIsForgotten(t *testing.T) {
	t.Parallel()
	th, now := newThrottle(), time.Unix(0, 0)
	var delays []int
	for range 10 {
		if err := th.claim("s", "wangmin", now); err != nil {
			t.Fatalf("after waiting: %v", err)
		}
		next := th.names[throttleKey{"s", "wangmin"}].next
		delays = append(delays, int(next.Sub(now).Seconds()))
		if next.After(now) {
			f, ok := fault.As(th.claim("s", "wangmin", next.Add(-time.Millisecond)))
			if !ok || f.Kind != fault.TooMany || f.RetryAfter != time.Millisecond {
				t.Fatalf("too early: %v", f)
			}
			now = next
		}
	}
	if want := []int{0, 0, 1, 2, 4, 8, 16, 30, 30, 30}; !slices.Equal(delays, want) {
		t.Errorf("delays %v, want %v", delays, want)
	}
	for _, free := range [][2]string{{"s", "lijun"}, {"elsewhere", "wangmin"}, {"", "wangmin"}} {
		if err := th.claim(free[0], free[1], now); err != nil {
			t.Errorf("%v waits too: %v", free, err)
		}
	}
	if err := th.claim("s", "wangmin", now.Add(throttleMemory)); err != nil {
		t.Errorf("after a quarter of an hour: %v", err)
	}
}

func TestParallelGuessesAreCounted(t *testing.T) {
	t.Parallel()
	th, now := newThrottle(), time.Unix(0, 0)
	var mu sync.Mutex
	let := 0
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if th.claim("s", "wangmin", now) == nil {
				mu.Lock()
				defer mu.Unlock()
				let++
			}
		})
	}
	wg.Wait()
	if let != throttleFree+1 {
		t.Errorf("%d guesses at once went through, want %d", let, throttleFree+1)
	}
}

// A hall behind one address: 300 colleagues, each of whom mistypes once, and a
// guesser among them who never stops. Nobody but the guesser waits.
func TestManyBehindOneSourceAreNotSlowed(t *testing.T) {
	t.Parallel()
	th, now := newThrottle(), time.Unix(0, 0)
	waited := 0
	for i := range 300 {
		name := fmt.Sprintf("staff%03d", i)
		for range 2 {
			if err := th.claim("hall", name, now); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if th.claim("hall", "director", now) != nil {
				waited++
			}
		}
		th.succeed("hall", name)
		now = now.Add(time.Second)
	}
	if waited < 500 {
		t.Errorf("the guesser was held up only %d times of 600", waited)
	}
}

func TestAGuesserOverManyNamesLosesTheFreeTriesOnly(t *testing.T) {
	t.Parallel()
	th, now := newThrottle(), time.Unix(0, 0)
	for i := range sourceGenerous {
		if err := th.claim("s", fmt.Sprintf("name%d", i), now); err != nil {
			t.Fatal(err)
		}
	}
	if err := th.claim("s", "honest", now); err != nil {
		t.Errorf("a first try waits: %v", err)
	}
	if err := th.claim("s", "honest", now); err == nil {
		t.Error("a second try is still free")
	}
}

func TestThrottleIsBounded(t *testing.T) {
	t.Parallel()
	th, now := newThrottle(), time.Unix(0, 0)
	for i := range throttleRoom + 5000 {
		_ = th.claim(fmt.Sprintf("s%d", i), "wangmin", now)
	}
	if len(th.names) > throttleRoom || len(th.sources) > throttleRoom {
		t.Errorf("%d names, %d sources", len(th.names), len(th.sources))
	}
	_ = th.claim("s", string(make([]rune, 10000)), now)
	for k := range th.names {
		if len([]rune(k.name)) > 40 {
			t.Error("an endless name is kept")
		}
	}
}

// A name that nobody has takes as long to refuse as a wrong password.
func TestUnknownNameTakesAsLong(t *testing.T) {
	s, _, c := open(t)
	create(t, s, "wangmin")
	took := func(name string) float64 {
		start := time.Now()
		_, err := s.SignIn(t.Context(), name, "Wrong-guess-1", "")
		wantKind(t, err, fault.Unauthorized, "accounts.signin.wrong")
		return float64(time.Since(start).Microseconds())
	}
	var known, unknown []float64
	for range 40 { // in turn, so that a busy machine slows both
		known, unknown = append(known, took("wangmin")), append(unknown, took("nobody"))
		c.pass(lockFor) // at most one failure before the count begins anew or goes on below the lock
		if err := forgetFailures(t.Context(), s.db, 1); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(known)
	slices.Sort(unknown)
	a, b := known[len(known)/2], unknown[len(unknown)/2]
	t.Logf("medians: wrong password %.1f ms, unknown name %.1f ms", a/1000, b/1000)
	if spread := known[len(known)*3/4] - known[len(known)/4]; math.Abs(a-b) > math.Max(spread, a/4) {
		t.Errorf("wrong password %.0f µs, unknown name %.0f µs", a, b)
	}
}
