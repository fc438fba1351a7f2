package accounts

import (
	"fmt"
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
