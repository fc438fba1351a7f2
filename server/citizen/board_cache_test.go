package citizen

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"minping/offices"
)

func TestBoardAsksOnceForManyReaders(t *testing.T) {
	t.Parallel()
	var now atomic.Int64
	c := newBoardCache(func() time.Time { return time.Unix(now.Load(), 0) })
	var asked atomic.Int32
	release := make(chan struct{})
	ask := func(context.Context) (boardData, error) {
		asked.Add(1)
		<-release
		return boardData{unit: offices.Unit{Name: "市税务局"}}, nil
	}
	var readers sync.WaitGroup
	for range 20 {
		readers.Go(func() {
			d, err := c.get(t.Context(), "city 2026-10", ask)
			if err != nil || d.unit.Name != "市税务局" {
				t.Errorf("got %q, %v", d.unit.Name, err)
			}
		})
	}
	close(release)
	readers.Wait()
	if n := asked.Load(); n != 1 {
		t.Errorf("asked %d times, want once", n)
	}
	now.Add(6)
	if _, err := c.get(t.Context(), "city 2026-10", ask); err != nil || asked.Load() != 2 {
		t.Errorf("after six seconds: asked %d times, %v", asked.Load(), err)
	}
}

func TestBoardKeepsNoFaults(t *testing.T) {
	t.Parallel()
	c := newBoardCache(time.Now)
	broken := errors.New("database away")
	if _, err := c.get(t.Context(), "k", func(context.Context) (boardData, error) { return boardData{}, broken }); !errors.Is(err, broken) {
		t.Fatalf("got %v", err)
	}
	if _, err := c.get(t.Context(), "k", func(context.Context) (boardData, error) { return boardData{}, nil }); err != nil {
		t.Errorf("the fault was kept: %v", err)
	}
}
