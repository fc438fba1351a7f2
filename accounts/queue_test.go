package accounts

import (
	"fmt"
	"sync"
	"testing"

	"minping/internal/fault"
)

func TestQueueIsPerSource(t *testing.T) {
	t.Parallel()
	var q queue
	var out []func()
	for range perSource {
		leave, err := q.enter("a")
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, leave)
	}
	if _, err := q.enter("a"); fault.KindOf(err) != fault.Busy {
		t.Errorf("one too many: %v", err)
	}
	for _, free := range []string{"b", ""} {
		if _, err := q.enter(free); err != nil {
			t.Errorf("%q waits for another's: %v", free, err)
		}
	}
	out[0]()
	if _, err := q.enter("a"); err != nil {
		t.Errorf("after one has left: %v", err)
	}
	q.leave("b")
	if n := len(q.waiting); n != 1 {
		t.Errorf("%d sources are remembered, want 1", n)
	}
}

// TestOneSourceCannotFillTheDoor: a machine that signs in under ever new names
// keeps itself waiting and nobody else.
func TestOneSourceCannotFillTheDoor(t *testing.T) {
	t.Parallel()
	s, _, _ := open(t)
	create(t, s, "wangmin")
	var mu sync.Mutex
	busy := 0
	var wg sync.WaitGroup
	begin := make(chan struct{})
	for i := range 150 {
		wg.Go(func() {
			<-begin
			_, err := s.SignIn(t.Context(), fmt.Sprintf("nobody%d", i), "Wrong-pass-1", From{Source: "flood"})
			mu.Lock()
			defer mu.Unlock()
			switch fault.KindOf(err) {
			case fault.Busy:
				busy++
			case fault.Unauthorized:
			default:
				t.Errorf("a wrong name: %v", err)
			}
		})
	}
	close(begin)
	for i := range 10 {
		if _, err := s.SignIn(t.Context(), "wangmin", goodPassword, From{Source: fmt.Sprintf("desk%d", i)}); err != nil {
			t.Errorf("a colleague elsewhere: %v", err)
		}
	}
	wg.Wait()
	if busy == 0 {
		t.Error("150 at once from one machine all waited")
	}
}
